package search

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/search/segment"
)

// edit is one call of Apply.
type edit struct {
	puts    []Doc
	deletes []string
}

// drawEdits draws a history of edits of the documents whose numbers leave a rest when divided by two.
func drawEdits(t *rapid.T, rest int) []edit {
	mine := func() string { return fmt.Sprintf("d%d", 2*rapid.IntRange(0, 12).Draw(t, "id")+rest) }
	edits := make([]edit, rapid.IntRange(1, 10).Draw(t, "edits"))
	for i := range edits {
		edits[i].puts = rapid.SliceOfN(rapid.Custom(drawDoc), 0, 8).Draw(t, "puts")
		for k := range edits[i].puts {
			edits[i].puts[k].ID = mine()
		}
		for range rapid.IntRange(0, 3).Draw(t, "deletions") {
			edits[i].deletes = append(edits[i].deletes, mine())
		}
	}
	return edits
}

// TestWhileMergingBehind proves that two who edit and one who searches, while segments are merged behind them, lose nothing: in
// the end the answers are those of a plain scan, before the merging is over and after.
func TestWhileMergingBehind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(nil))
		x.shape.Capacity = rapid.SampledFrom([]int{segment.MostDocs, 3, 7}).Draw(t, "capacity")
		x.shape.mergedAtOnce = rapid.IntRange(0, 3).Draw(t, "at once") // what is larger is merged behind
		plain := &naive{config: propertyConfig(nil), docs: map[string]Doc{}}
		var queries []Query
		for range 4 {
			queries = append(queries, drawQuery(t))
		}
		var editing, searching sync.WaitGroup
		done := make(chan struct{})
		for rest := range 2 {
			edits := drawEdits(t, rest)
			for _, e := range edits {
				for _, id := range e.deletes {
					delete(plain.docs, id)
				}
				for _, d := range e.puts {
					plain.docs[d.ID] = d
				}
			}
			editing.Go(func() {
				for _, e := range edits {
					x.Apply(e.puts, e.deletes)
				}
			})
		}
		searching.Go(func() { searchUntil(t, x, queries, done) })
		editing.Wait()
		close(done)
		searching.Wait()
		for _, q := range queries {
			compareAnswers(t, x, plain, q)
		}
		x.Settle()
		if chosen, _ := x.choose(x.now.Load().views, x.shape.Capacity); chosen != nil || x.Len() != len(plain.docs) {
			t.Fatalf("%d segments are left to be merged; %d documents, want %d", len(chosen), x.Len(), len(plain.docs))
		}
		for _, q := range queries {
			compareAnswers(t, x, plain, q)
		}
	})
}

// searchUntil asks whatever can be asked, again and again, and fails where an answer contradicts itself.
func searchUntil(t *rapid.T, x *Index, queries []Query, done chan struct{}) {
	for i := 0; ; i++ {
		q := queries[i%len(queries)]
		res, err := x.Search(context.Background(), q)
		if err != nil || len(res.Hits) != min(res.Total, q.Limit) || res.Total > 26 {
			t.Errorf("%+v: %d hits of %d, %v", q, len(res.Hits), res.Total, err)
			return
		}
		seen := map[string]bool{}
		for _, h := range res.Hits {
			if seen[h.ID] {
				t.Errorf("%+v: %s twice", q, h.ID)
			}
			seen[h.ID] = true
		}
		x.Suggest("si", 5)
		if _, err := x.Clusters(context.Background(), q, 5, 100); err != nil {
			t.Errorf("%+v: %v", q, err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

// TestEditsWhileMergingIsBusy proves that edits do not make many segments, however long a large merging takes.
func TestEditsWhileMergingIsBusy(t *testing.T) {
	x := New(propertyConfig(nil))
	x.merging[&segment.Segment{}] = true // one that never ends
	large := make([]Doc, 6000)
	for i := range large {
		large[i] = Doc{ID: fmt.Sprint(i)}
	}
	x.Apply(large[:3000], nil)
	x.Apply(large[3000:], nil)
	for i := range 4000 { // more than a third of the first become dead, and must wait
		x.Apply([]Doc{{ID: fmt.Sprint(i)}}, nil)
	}
	if n := len(x.now.Load().views); n > 12 || x.Len() != len(large) {
		t.Errorf("%d segments of %d documents", n, x.Len())
	}
}
