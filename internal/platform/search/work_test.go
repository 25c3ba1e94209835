package search_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"grappe/internal/platform/search"
	"grappe/internal/platform/search/searchtest"
)

// The tests of this file hold the work that the index does, and what it keeps, by counting. They never look at a clock.

// TestAllocations proves that a warm query makes few objects: the answer, and hardly anything else.
func TestAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget")
	}
	c := searchtest.New(1)
	x := search.New(searchtest.Config(vocabulary(t)))
	x.Apply(c.Docs(20_000), nil)
	x.Settle()
	queries := c.Queries(100)
	all := func() {
		for _, q := range queries {
			if _, err := x.Search(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties the pool
	all()
	if n := testing.AllocsPerRun(3, all) / float64(len(queries)); n > 20 {
		t.Errorf("%.1f objects a query, more than 20", n)
	} else {
		t.Logf("%.1f objects a query", n)
	}
}

// TestPostingsTouched proves that the rarest word of a query leads: of a common one beside it hardly any posting is read.
func TestPostingsTouched(t *testing.T) {
	x := search.New(config(nil))
	const common, rare = 20_000, 5
	docs := make([]search.Doc, common)
	for i := range docs {
		docs[i] = named(fmt.Sprint(i), "", "commun")
		if i%(common/rare) == 7 {
			docs[i] = named(fmt.Sprint(i), "", "commun et quelquefois singulier")
		}
	}
	x.Apply(docs, nil)
	x.Settle()
	for _, c := range []struct {
		text        string
		total       int
		least, most int64
	}{
		{"commun ", common, common, 2 * common},
		{"singulier ", rare, rare, 10 * rare},
		{"commun singulier ", rare, rare, 20 * rare},
		{`singulier "commun"`, rare, rare, 20 * rare},
		{"commun singulier quelquefois ", rare, rare, 40 * rare},
		{"commun inconnaissable ", common, common, 4 * common}, // the best subset reads all words once
	} {
		before := x.Touched()
		res := ask(t, x, search.Query{Text: c.text, Limit: 20})
		n := x.Touched() - before
		t.Logf("%q: %d", c.text, n)
		if res.Total != c.total || n < c.least || n > c.most {
			t.Errorf("%q: %d found, %d postings touched, want %d and from %d to %d", c.text, res.Total, n, c.total, c.least, c.most)
		}
	}
}

// TestHeapOfAListing proves that of a listing of 35 words the index takes at most 205 bytes beside the texts that it keeps as they
// came.
func TestHeapOfAListing(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("it takes seconds")
	}
	const n, most = 100_000, 205
	inUse := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	synonyms := vocabulary(t)
	before := inUse()
	x := search.New(searchtest.Config(synonyms))
	x.Apply(searchtest.New(1).Docs(n), nil)
	x.Settle()
	texts := int64(x.TextBytes()) / n
	kept := int64(inUse()-before)/n - texts
	t.Logf("%d bytes a listing, and %d of text", kept, texts)
	if kept > most {
		t.Errorf("%d bytes a listing, more than %d", kept, most)
	}
	runtime.KeepAlive(x)
	runtime.KeepAlive(synonyms)
}

// TestSegmentsStayFew proves that many small edits do not make many segments, which every query would have to visit.
func TestSegmentsStayFew(t *testing.T) {
	docs := searchtest.New(1).Docs(3000)
	x := search.New(searchtest.Config(nil))
	x.Apply(docs[:2000], nil)
	for i := range 1000 {
		x.Apply(docs[2000+i:2001+i], []string{docs[i].ID})
	}
	x.Settle()
	if n := x.Segments(); n > 12 || x.Len() != 2000 {
		t.Errorf("%d segments of %d documents", n, x.Len())
	}
}
