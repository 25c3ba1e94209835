package directory

import (
	"fmt"
	"slices"
	"testing"

	"grappe/internal/platform/search"
)

// A batch that is full goes into the index, and what is left at the end as well: no document is lost on the way.
func TestBatchesLoseNothing(t *testing.T) {
	index := search.New(search.Config{Fields: []search.Field{{Name: "name", Weight: 100}}})
	b := batch{index: index, most: 7}
	total := 0
	for _, n := range []int{3, 4, 1, 7, 0, 9, 2, 2, 2, 2} {
		var docs []search.Doc
		for range n {
			total++
			docs = append(docs, search.Doc{ID: fmt.Sprint("card ", total), Text: [][]string{{"atelier"}}})
		}
		b.add(docs)
		if len(b.docs) > max(b.most, n) {
			t.Fatalf("%d documents wait, %d may", len(b.docs), b.most)
		}
	}
	if index.Len() == total {
		t.Fatal("nothing waits for the end: the test does not reach it")
	}
	b.flush()
	if index.Len() != total {
		t.Errorf("%d documents are in the index, want %d", index.Len(), total)
	}
	ids, err := index.IDs(t.Context(), search.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= total; i++ {
		if !slices.Contains(ids, fmt.Sprint("card ", i)) {
			t.Errorf("card %d is lost", i)
		}
	}
}
