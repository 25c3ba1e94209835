package dictionary

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/search/words"
	"grappe/internal/platform/spelling"
)

// TestFind proves that words are found, whenever they were learnt, as a plain reading of all of them finds them; and that what was
// known at a moment stays as it was.
func TestFind(t *testing.T) {
	syllable := rapid.SampledFrom(strings.Fields("si te tes lo ca ux caux ment er é 2 s a de la"))
	rapid.Check(t, func(t *rapid.T) {
		word := func() string {
			return words.Fold(strings.Join(rapid.SliceOfN(syllable, 1, 3).Draw(t, "word"), ""))
		}
		d := New()
		var known []string
		before, size := d.Now(), 0
		for range rapid.IntRange(1, 4).Draw(t, "lessons") {
			lessons := make([]Lesson, rapid.IntRange(0, 8).Draw(t, "words"))
			for i := range lessons {
				w := word()
				lessons[i] = Lesson{Text: w, Little: words.Little(w), Shown: w, Times: 1}
			}
			if rapid.IntRange(0, 9).Draw(t, "many") == 0 { // more than may stand apart
				for i := range fewRecent + 10 {
					w := fmt.Sprintf("mot%dx", len(known)+i)
					lessons = append(lessons, Lesson{Text: w, Shown: w, Times: 1})
				}
			}
			ids := d.Learn(lessons)
			for _, l := range lessons {
				if before.Has(l.Text) != slices.Contains(known[:size], l.Text) {
					t.Fatalf("%q was known: %v", l.Text, before.Has(l.Text))
				}
			}
			for i, id := range ids {
				if int(id) == len(known) {
					known = append(known, lessons[i].Text)
				}
				if known[id] != lessons[i].Text {
					t.Fatalf("%q has the number of %q", lessons[i].Text, known[id])
				}
			}
			if before.len() != size || before.byText.len() != size {
				t.Fatalf("%d words were known, now it is %d", size, before.len())
			}
			before, size = d.Now(), len(known)
		}
		lex, w := d.Now(), word()
		for kind, fits := range map[words.SlotKind]func(string) bool{
			words.IsWord:    func(k string) bool { return k == w },
			words.HasStem:   func(k string) bool { return !words.Little(k) && words.Stem(k) == words.Stem(w) },
			words.HasPrefix: func(k string) bool { return !words.Little(k) && strings.HasPrefix(k, w) },
		} {
			text := w
			if kind == words.HasStem {
				text = words.Stem(w)
			}
			var got, want []string
			for _, id := range lex.Find(words.Slot{Kind: kind, Text: text}, nil) {
				got = append(got, lex.Text(id))
			}
			for _, k := range known {
				if fits(k) {
					want = append(want, k)
				}
			}
			if slices.Sort(got); !slices.Equal(got, sorted(want)) {
				t.Fatalf("%q, kind %d: %v, want %v", w, kind, got, want)
			}
		}
		compareNear(t, lex, known, w)
	})
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// compareNear fails unless the neighbours of a word are those of a plain reading.
func compareNear(t *rapid.T, lex *Lexicon, known []string, w string) {
	const k = 2
	var f Finder
	got := map[string]int{}
	for _, n := range f.Near(lex, w, k) {
		got[lex.Text(n.Word)] = n.Distance
	}
	for _, other := range known {
		d := min(spelling.Distance(w, other, 100), spelling.Distance(words.Singular(w), words.Singular(other), 100))
		have, ok := got[other]
		if want := d <= k && !words.Little(other); ok != want || ok && have != d {
			t.Fatalf("%q and %q are %d apart: %v, %d", w, other, d, ok, have)
		}
	}
}

// TestOddWords proves that words are as they were learnt whose stem is no beginning of theirs, or has very many letters, and that a
// way of writing is kept.
func TestOddWords(t *testing.T) {
	d := New()
	long := strings.Repeat("long", 100)
	list := []string{"visioconference", long, "nettoyer", "ete"}
	lessons := make([]Lesson, len(list))
	for i, w := range list {
		lessons[i] = Lesson{Text: w, Shown: w, Times: 2}
	}
	lessons[3].Shown = "été"
	ids := d.Learn(lessons)
	d.Learn([]Lesson{{Text: "ete", Shown: "éte", Times: 1}, {Text: "nettoyer", Shown: "nettoyér", Times: 3}})
	lex := d.Now()
	for i, want := range []string{"visioconference", long, "nettoyér", "été"} {
		found := lex.Find(words.Slot{Kind: words.HasStem, Text: words.Stem(list[i])}, nil)
		if lex.Text(ids[i]) != list[i] || lex.ShownAs(ids[i]) != want || !slices.Contains(found, ids[i]) {
			t.Errorf("%q is %q, shown as %q, by its stem %v", list[i], lex.Text(ids[i]), lex.ShownAs(ids[i]), found)
		}
	}
}
