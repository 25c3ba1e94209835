package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMergeRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &run{scratch: &scratch{}}
		r.placed = []uint64{9, 3} // of another row: they stay
		for range rapid.IntRange(0, 12).Draw(t, "runs") {
			list := rapid.SliceOfN(rapid.Uint64Range(0, 20), 0, 6).Draw(t, "run")
			slices.Sort(list)
			r.placed = append(r.placed, list...)
			r.runs = append(r.runs, len(r.placed))
		}
		want := slices.Clone(r.placed)
		slices.Sort(want[2:])
		r.mergeRuns(2)
		if !slices.Equal(r.placed, want) {
			t.Fatalf("%v, want %v", r.placed, want)
		}
	})
}

// TestPageIsTheBeginning proves that what is passed over for a page would not stand on it.
func TestPageIsTheBeginning(t *testing.T) {
	x := New(propertyConfig(nil))
	r := rand.New(rand.NewPCG(7, 7))
	docs := make([]Doc, 12_000)
	for i := range docs {
		text := make([]string, 12)
		for j := range text {
			text[j] = propertyWords[r.IntN(len(propertyWords))]
		}
		docs[i] = Doc{ID: fmt.Sprint(i), Text: [][]string{text[:1], nil, {strings.Join(text, " ")}}, Quality: r.Float32(), NameKey: text[0]}
	}
	x.Apply(docs, nil)
	x.Settle()
	for _, text := range []string{"site web ", "site internet vitrine ", "jeux vidéo ", "caisse ", "travail à distance ", "web master si"} {
		for _, order := range []Sort{Relevance, Name} {
			whole, err := x.Search(context.Background(), Query{Text: text, Sort: order, Limit: len(docs), Day: "2026-11-21"})
			if err != nil {
				t.Fatal(err)
			}
			for _, offset := range []int{0, 20, 400} {
				page, err := x.Search(context.Background(), Query{Text: text, Sort: order, Offset: offset, Limit: 20, Day: "2026-11-21"})
				if err != nil {
					t.Fatal(err)
				}
				for i, h := range page.Hits {
					if want := whole.Hits[offset+i]; h.ID != want.ID || h.Score != want.Score {
						t.Fatalf("%q, %v: the hit %d is %s with %d, want %s with %d", text, order, offset+i, h.ID, h.Score, want.ID, want.Score)
					}
				}
				if len(page.Hits) != min(20, max(0, whole.Total-offset)) {
					t.Errorf("%q, %v: %d hits behind %d of %d", text, order, len(page.Hits), offset, whole.Total)
				}
			}
		}
	}
}
