package search

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/segment"
)

const propertyVocabulary = `
synonyms:
  - site vitrine → site internet
  - compta → comptabilité
  - cyber → cybersécurité
  - e-commerce ↔ vente en ligne
  - télétravail ↔ travail à distance
  - webmaster → site
`

var propertyWords = strings.Fields(`e commerce ecommerce e-commerce site sites web webmaster master vitrine internet compta
	comptabilité comptable cyber cybersécurité sécurité caisse caisses caise jeu jeux vidéo vidéos de la le l'éducation
	3d 3 D impression impresion impressions coworking covorking co working télétravail travail travaux à distance
	vente en ligne lignes éducation commercial mer merce`)

func propertyConfig(v *Vocabulary) Config {
	parents := map[string]string{"nou": "south", "mtd": "south", "kne": "north", "south": "nc", "north": "nc"}
	return Config{
		Fields: []Field{{Name: "name", Weight: 100, Suggest: true}, {Name: "tag", Weight: 55}, {Name: "description", Weight: 20}},
		Facets: []FacetSpec{
			{
				Name: "zone", Parent: func(c string) string { return parents[c] }, Served: true,
				Codes: []string{"nc", "south", "north", "nou", "mtd", "kne"},
			},
			{Name: "category"},
		},
		Synonyms: v,
	}
}

func drawText(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(propertyWords), 0, most).Draw(t, "words"), " ")
}

func drawDoc(t *rapid.T) Doc {
	zones := rapid.SampledFrom([]string{"nou", "mtd", "kne", "south", "nc"})
	d := Doc{
		ID:      fmt.Sprintf("d%d", rapid.IntRange(0, 25).Draw(t, "id")),
		Text:    [][]string{{drawText(t, 3)}, {drawText(t, 2), drawText(t, 2)}, {drawText(t, 10)}},
		Facets:  [][]string{rapid.SliceOfN(zones, 0, 2).Draw(t, "zones"), {rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "category")}},
		Quality: float32(rapid.IntRange(0, 4).Draw(t, "quality")) / 4,
		NameKey: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"),
		Serves:  rapid.SliceOfN(zones, 0, 2).Draw(t, "serves"),
	}
	d.ServesAll = rapid.IntRange(0, 5).Draw(t, "all") == 0
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	d.Added = day.AddDate(0, 0, -rapid.IntRange(0, 3).Draw(t, "added"))
	if age := rapid.IntRange(-1, 1000).Draw(t, "age"); age >= 0 {
		d.Fresh = day.AddDate(0, 0, -age)
	}
	if rapid.Bool().Draw(t, "placed") {
		d.Point = kept(geo.Point{Lat: rapid.Float64Range(-30, 0).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")})
	}
	return d
}

func drawQueryWord(t *rapid.T) string {
	w := []rune(rapid.SampledFrom(propertyWords).Draw(t, "word"))
	i := rapid.IntRange(0, len(w)-1).Draw(t, "at")
	switch rapid.IntRange(0, 9).Draw(t, "how") {
	case 0:
		w = w[:i+1]
	case 1:
		w = slices.Delete(w, i, i+1)
	case 2:
		if i+1 < len(w) {
			w[i], w[i+1] = w[i+1], w[i]
		}
	case 3:
		w = slices.Insert(w, i, 'x')
	case 4:
		return "-" + string(w)
	case 5:
		return string(w) + "-" + rapid.SampledFrom(propertyWords).Draw(t, "word")
	case 6:
		return `"` + string(w) + " " + rapid.SampledFrom(propertyWords).Draw(t, "word") + `"`
	}
	return string(w)
}

func drawQuery(t *rapid.T) Query {
	q := Query{Day: "2026-11-21", Limit: 100, Filters: map[string][]string{}}
	var list []string
	for range rapid.IntRange(0, 4).Draw(t, "length") {
		list = append(list, drawQueryWord(t))
	}
	q.Text = strings.Join(list, " ") + rapid.SampledFrom([]string{"", " "}).Draw(t, "end")
	if rapid.IntRange(0, 2).Draw(t, "filtered") == 0 {
		q.Filters["zone"] = rapid.SliceOfN(rapid.SampledFrom([]string{"nou", "mtd", "kne", "south", "nc", "atlantis"}), 0, 2).Draw(t, "zone")
	}
	if rapid.IntRange(0, 2).Draw(t, "filtered") == 0 {
		q.Filters["category"] = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "z"}), 0, 2).Draw(t, "category")
	}
	if age := rapid.IntRange(-1, 1000).Draw(t, "current"); age >= 0 {
		q.Current = time.Date(2026, 11, 21-age, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	switch rapid.IntRange(0, 5).Draw(t, "place") {
	case 0:
		q.Box = &geo.Box{West: 100, East: rapid.SampledFrom([]float64{-100, 160}).Draw(t, "east"), South: -25, North: -5}
	case 1:
		q.Near, q.RadiusKm = &geo.Point{Lat: -20, Lon: 170}, rapid.SampledFrom([]float64{0, 4000}).Draw(t, "radius")
		q.Sort = Distance
	case 2:
		q.Sort = Name
	case 3:
		q.Sort = Newest
	}
	return q
}

// TestAgainstNaiveScan proves that the index gives the hits, scores, order, counts and dropped words of a plain scan of the
// documents, after any history of changes.
func TestAgainstNaiveScan(t *testing.T) {
	vocabulary, err := ReadVocabulary([]byte(propertyVocabulary))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(vocabulary))
		x.shape.Capacity = rapid.SampledFrom([]int{segment.MostDocs, 3, 7}).Draw(t, "capacity")
		plain := &naive{config: propertyConfig(vocabulary), docs: map[string]Doc{}}
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			puts := rapid.SliceOfN(rapid.Custom(drawDoc), 0, 12).Draw(t, "puts")
			var deletes []string
			for range rapid.IntRange(0, 3).Draw(t, "deletions") {
				deletes = append(deletes, fmt.Sprintf("d%d", rapid.IntRange(0, 25).Draw(t, "id")))
			}
			x.Apply(puts, deletes)
			for _, id := range deletes {
				delete(plain.docs, id)
			}
			for _, d := range puts {
				plain.docs[d.ID] = d
			}
		}
		if x.Len() != len(plain.docs) {
			t.Fatalf("%d documents, want %d", x.Len(), len(plain.docs))
		}
		for range 8 {
			compareAnswers(t, x, plain, drawQuery(t))
		}
	})
}

// TestManyAgainstNaive proves the same of more documents than a word of bits, or a mark of positions, has.
func TestManyAgainstNaive(t *testing.T) {
	x := New(propertyConfig(nil))
	plain := &naive{config: propertyConfig(nil), docs: map[string]Doc{}}
	r := rand.New(rand.NewPCG(1, 1))
	text := func(most int) string {
		list := make([]string, r.IntN(most+1))
		for i := range list {
			list[i] = propertyWords[r.IntN(len(propertyWords))]
		}
		return strings.Join(list, " ")
	}
	zones := []string{"nou", "mtd", "kne", "south", "nc"}
	docs := make([]Doc, 300)
	for i := range docs {
		docs[i] = Doc{
			ID: fmt.Sprintf("d%d", i), Text: [][]string{{text(3)}, {text(2), text(2)}, {text(10)}},
			Facets: [][]string{{zones[r.IntN(len(zones))]}, {string(rune('a' + r.IntN(3)))}}, ServesAll: r.IntN(9) == 0,
		}
		plain.docs[docs[i].ID] = docs[i]
	}
	x.Apply(docs, nil)
	gone := []string{"d3", "d64", "d65", "d200", "d299"}
	x.Apply(nil, gone)
	for _, id := range gone {
		delete(plain.docs, id)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		q.Limit = len(docs)
		compareAnswers(t, x, plain, q)
	})
}

func compareAnswers(t *rapid.T, x *Index, plain *naive, q Query) {
	q.Explain = true
	res, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	hits, counts, dropped := plain.search(q)
	var got, want []string
	for _, h := range res.Hits {
		got = append(got, fmt.Sprintf("%s:%d:%v", h.ID, h.Score, h.ServedOnly))
		sum := h.Explain.Nearness + h.Explain.Quality + h.Explain.Freshness + h.Explain.Seat
		for _, w := range h.Explain.Words {
			if w.Points == 0 || w.Matched == "" {
				t.Fatalf("%q: %s: a word without its match: %+v", q.Text, h.ID, w)
			}
			sum += w.Points
		}
		if sum != h.Score || h.Explain.Nearness < 0 || h.Explain.Nearness%50 != 0 {
			t.Fatalf("%q: %s: parts make %d of %d, nearness %d", q.Text, h.ID, sum, h.Score, h.Explain.Nearness)
		}
	}
	for _, h := range hits {
		want = append(want, fmt.Sprintf("%s:%d:%v", h.doc.ID, h.score, h.served))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%q %+v\n got %v\nwant %v", q.Text, q, got, want)
	}
	if res.Total != len(hits) || !slices.Equal(res.Dropped, dropped) {
		t.Fatalf("%q: total %d, want %d; dropped %v, want %v", q.Text, res.Total, len(hits), res.Dropped, dropped)
	}
	for _, f := range plain.config.Facets {
		have := map[string]int{}
		for _, c := range res.Facets[f.Name] {
			if c.N > 0 {
				have[c.Code] = c.N
			}
		}
		if !maps.Equal(have, counts[f.Name]) {
			t.Fatalf("%q %v: counts of %s are %v, want %v", q.Text, q.Filters, f.Name, have, counts[f.Name])
		}
	}
}
