package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/words"
)

func testShape() *Shape {
	parent := func(code string) string { return map[string]string{"nou": "south", "south": "nc"}[code] }
	return NewShape([]bool{true, false}, []Facet{{Parent: parent, Codes: []string{"nc", "south", "nou"}, Served: true}, {}})
}

// drawDocs draws documents with the numbers from first on, some of them of many words that nothing else has.
func drawDocs(t *rapid.T, first int) []Doc {
	word := rapid.SampledFrom(strings.Fields("site sites web l'île à la carte CARTE réseau"))
	zone := rapid.SliceOfN(rapid.SampledFrom([]string{"nou", "south", "nc", "far"}), 0, 2)
	docs := make([]Doc, rapid.IntRange(1, 8).Draw(t, "docs"))
	for i := range docs {
		d := &docs[i]
		d.ID = fmt.Sprintf("d%d", first+i)
		if i%2 == 0 {
			d.ID = fmt.Sprintf("00000000-0000-7000-8000-%012x", first+i)
		}
		text := func(most int) string {
			return strings.Join(rapid.SliceOfN(word, 0, most).Draw(t, "text"), " ")
		}
		d.Text = [][]string{{text(2)}, {text(8), text(3)}}
		if rapid.IntRange(0, 20).Draw(t, "wordy") == 0 {
			for k := range 900 {
				d.Text[1] = append(d.Text[1], fmt.Sprintf("mot%dx", 900*(first+i)+k))
			}
		}
		d.Facets, d.Serves = [][]string{zone.Draw(t, "zone"), {"a"}}, zone.Draw(t, "serves")
		d.ServesAll = rapid.IntRange(0, 4).Draw(t, "all") == 0
		if rapid.Bool().Draw(t, "placed") {
			d.Point = &geo.Point{Lat: -22, Lon: float64(first + i)}
		}
		d.NameKey = d.Text[0][0]
	}
	return docs
}

// told is all that a view knows of its live documents, by their IDs.
func told(v *View, lex *dictionary.Lexicon, book *Codebook) map[string]string {
	parts := map[string][]string{}
	add := func(d uint16, format string, args ...any) {
		if !v.IsDead(d) {
			parts[v.ID(d)] = append(parts[v.ID(d)], fmt.Sprintf(format, args...))
		}
	}
	top := len(v.terms.bits)
	if n := len(v.terms.list); n > 0 {
		top = int(v.terms.list[n-1]>>6) + 1
	}
	all := make([]uint64, top)
	v.terms.mark(all)
	for term := range uint32(64 * len(all)) {
		s := v.Span(term)
		if (s.Len() > 0) != (all[term>>6]>>(term&63)&1 == 1) {
			panic("the set of terms contradicts itself")
		}
		if s.Len() == 0 {
			continue
		}
		w := v.ReadFrom(s.From)
		for i := s.From; i < s.To; i++ {
			occs := w.Read(nil)
			d := v.Docs[i]
			if at, ok := v.Place(s, d); !ok || at != i || FieldOf(occs[0]) != uint32(v.Head(i)) {
				panic("a posting is not where it is looked for")
			}
			add(d, "%s%v", lex.Text(term), occs)
		}
	}
	names := book.Now()
	for d := range uint16(v.N) {
		p, ok := v.Point(d)
		add(d, "%v %v %q %d %d", p, ok, v.NameKey(d), v.Hashes[d], v.Quality[d])
		if at, ok := v.find([]byte(packID(v.ID(d))), HashID(v.ID(d))); !ok || at != d {
			panic("a document is not where it is looked for")
		}
		for f := range v.Facets {
			var codes []string
			for _, c := range v.Facets[f].Set(v.Facets[f].Of[d]) {
				if c == Everywhere {
					codes = append(codes, "everywhere")
				} else {
					codes = append(codes, fmt.Sprint(names[f][c&^ServedOnly], c&ServedOnly))
				}
			}
			add(d, "%v", codes)
		}
	}
	for i := range uint32(v.len()) {
		for _, d := range v.docsOf(i) {
			add(d, "value %q", v.Folded(i))
		}
	}
	out := map[string]string{}
	for id, list := range parts {
		slices.Sort(list)
		out[id] = strings.Join(list, "\n")
	}
	return out
}

// TestMerge proves that a segment merged of others, some documents of which are dead, knows of the live ones what one built of
// them alone knows, and no other; and that its sums are right.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := testShape()
		book, dict := NewCodebook(s), dictionary.New()
		var views []View
		var live []Doc
		for part := range rapid.IntRange(1, 4).Draw(t, "parts") {
			docs := drawDocs(t, 100*part)
			for _, g := range Build(s, book, dict, docs) {
				views = append(views, View{Segment: g})
			}
			k := NewKiller(views)
			for _, d := range docs {
				if rapid.IntRange(0, 3).Draw(t, "dead") == 0 {
					k.Kill(d.ID)
				} else {
					live = append(live, d)
				}
			}
		}
		g, renumber := Merge(views)
		if g.N != len(live) {
			t.Fatalf("%d documents, want %d", g.N, len(live))
		}
		for i := range views {
			for d, to := range renumber[i] {
				if dead := views[i].IsDead(uint16(d)); dead != (to == Gone) || !dead && g.ID(to) != views[i].ID(uint16(d)) {
					t.Fatalf("document %d of view %d went to %d", d, i, to)
				}
			}
		}
		for f := range g.Facets {
			sum := uint32(0)
			for _, n := range g.Facets[f].Totals {
				sum += n
			}
			if int(sum) != g.N {
				t.Fatalf("facet %d sums to %d of %d", f, sum, g.N)
			}
		}
		if len(live) == 0 {
			return
		}
		alone := Build(s, book, dict, live)[0]
		got, want := told(&View{Segment: g}, dict.Now(), book), told(&View{Segment: alone}, dict.Now(), book)
		for id := range want {
			if got[id] != want[id] {
				t.Fatalf("%s\n%s\nwant\n%s", id, got[id], want[id])
			}
		}
	})
}

// TestMany proves that of documents built together, which share what was read of their texts, all is known that is known of each built alone.
func TestMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := strings.Split("|Carte|carte|CARTE à la|l'île|la Carte|«»|3 D|3d|exactement-vingt-quatre!!|exactementvingtquatrebyt|"+
		"anticonstitutionnellement|Anticonstitutionnellement|anticonstitutionnellemenT ", "|")
	pick := func() string { return texts[random.IntN(len(texts))] }
	docs := make([]Doc, 2*fewDocuments)
	for i := range docs {
		docs[i] = Doc{
			ID: fmt.Sprint(i), Text: [][]string{{pick(), pick()}, {pick(), strings.Repeat(pick()+" ", 4)}, {pick()}},
			Facets: [][]string{{}, {pick()}},
		}
	}
	s := NewShape([]bool{true, true, false}, testShape().Facets)
	book, dict := NewCodebook(s), dictionary.New()
	together := Build(s, book, dict, docs)[0]
	got := told(&View{Segment: together}, dict.Now(), book)
	for i := range docs {
		alone := Build(s, book, dict, docs[i:i+1])[0]
		id := docs[i].ID
		if want := told(&View{Segment: alone}, dict.Now(), book); got[id] != want[id] {
			t.Fatalf("%q\n%s\nwant\n%s", docs[i].Text, got[id], want[id])
		}
	}
}

// TestInARowOfALongText proves that two words that a text has very many times are found in a row, in the time of one reading: by
// holding each against each it would take minutes.
func TestInARowOfALongText(t *testing.T) {
	const many = 500_000
	dict := dictionary.New()
	s := NewShape([]bool{false}, nil)
	v := Build(s, NewCodebook(s), dict, []Doc{{ID: "a", Text: [][]string{{strings.Repeat("web site ", many)}}}})[0]
	lex := dict.Now()
	span := func(word string) Span {
		return v.Span(lex.Find(words.Slot{Kind: words.IsWord, Text: word}, nil)[0])
	}
	places := make(chan int)
	go func() { places <- len(v.InARow(span("web"), span("site"), nil)) }()
	select {
	case n := <-places:
		if n != many {
			t.Errorf("%d places, want %d", n, many)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it takes longer than 20 s")
	}
}

// TestRangeOf proves that as many values are found to begin alike as there are, whatever stands around them.
func TestRangeOf(t *testing.T) {
	for before := range 4 {
		for alike := range 40 {
			for after := range 3 {
				n := before + alike + after
				from, to := rangeOf(n, 1, "m", func(i int) (byte, []byte) {
					switch {
					case i < before:
						return byte(min(i, 1)), []byte("a")
					case i < before+alike:
						return 1, fmt.Appendf(nil, "m%03d", i)
					}
					return byte(1 + i - before - alike), []byte("z")
				})
				if alike > 0 && (from != before || to != before+alike) || to-from != alike {
					t.Fatalf("%d before, %d alike, %d after: from %d to %d", before, alike, after, from, to)
				}
			}
		}
	}
}

// TestIDs proves that an ID comes back as it went in.
func TestIDs(t *testing.T) {
	for _, id := range []string{
		"", "a", "0190f3c2-7e51-7b3a-9c1d-000000000001", "0190F3C2-7E51-7B3A-9C1D-000000000001", "0190f3c2_7e51-7b3a-9c1d-000000000001",
		strings.Repeat("x", 36), "\x00", "\x01", strings.Repeat("é", 18),
	} {
		packed := packID(id)
		if got := string(appendID(nil, []byte(packed))); got != id || len(id) == 36 && id[8] == '-' && id == strings.ToLower(id) && len(packed) != 17 {
			t.Errorf("%q comes back as %q, in %d bytes", id, got, len(packed))
		}
	}
}

// TestDocSet proves that sets do what they say at the edges of their words.
func TestDocSet(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000, MostDocs} {
		var s, odd DocSet
		s.Fill(n)
		for d := 1; d < n; d += 2 {
			odd.Add(uint16(d))
		}
		if s.Count() != n || s.Empty() != (n == 0) || odd.Count() != n/2 || n > 0 && (!s.Has(uint16(n-1)) || s.Has(uint16(n))) {
			t.Errorf("of %d: %d, %d odd", n, s.Count(), odd.Count())
		}
		s.And(&odd)
		s.Without(odd[:1])
		if want := max(0, n/2-32); s.Count() != want {
			t.Errorf("of %d: %d are odd and above 63, want %d", n, s.Count(), want)
		}
	}
}

// TestCompleting proves that where very many values begin alike, the most used and the first in the alphabet are given.
func TestCompleting(t *testing.T) {
	s := testShape()
	var docs []Doc
	for i := range 500 {
		docs = append(docs, Doc{ID: fmt.Sprint(i), Text: [][]string{{fmt.Sprintf("carte m%03d", i)}}})
	}
	for i := range 3 {
		docs = append(docs, Doc{ID: fmt.Sprint("twice", i), Text: [][]string{{"carte m400"}}})
	}
	g := Build(s, NewCodebook(s), dictionary.New(), docs)[0]
	for prefix, whole := range map[string]bool{words.Key("Carte"): true, "m": false} {
		list, more := g.Completing(0, prefix, whole, 5)
		var texts []string
		for _, i := range list {
			texts = append(texts, g.Text(i))
		}
		if got := strings.Join(texts, ", "); got != "carte m400, carte m000, carte m001, carte m002, carte m003" || !more {
			t.Errorf("%q: %s, more is %v", prefix, got, more)
		}
	}
	if list, more := g.Completing(0, "carte m40", true, 20); len(list) != 10 || more {
		t.Errorf("%d values, more is %v", len(list), more)
	}
}
