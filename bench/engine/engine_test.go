package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"grappe/bench/corpus"
	"grappe/bench/engine"
)

// What is asked of all engines alike must be the same question: where all of them find the same listings, they must count the same in
// every facet.
func TestEnginesAnswerTheSameQuestion(t *testing.T) {
	c, err := corpus.Generated(1, 600)
	if err != nil {
		t.Fatal(err)
	}
	queries := c.Queries(1, 120)
	ctx := context.Background()
	answers := map[string][]engine.Answer{}
	for _, name := range engine.Names() {
		e, err := engine.Open(name, t.TempDir())
		if errors.Is(err, engine.ErrMissing) {
			t.Log(err)
			continue
		}
		if err != nil {
			t.Fatal(name, err)
		}
		if _, err := e.Build(ctx, c); err != nil {
			t.Fatal(name, err)
		}
		for _, q := range queries {
			a, err := e.Search(ctx, q)
			if err != nil {
				t.Fatalf("%s, %q: %v", name, q.Text(), err)
			}
			ids, err := e.Found(ctx, q)
			if err != nil || len(ids) != a.Total || len(a.IDs) != min(a.Total, engine.PageSize) {
				t.Errorf("%s, %q: %d found, %d shown, total %d, %v", name, q.Text(), len(ids), len(a.IDs), a.Total, err)
			}
			answers[name] = append(answers[name], a)
		}
		if s, err := e.Stats(ctx); err != nil || s.Bytes <= 0 || s.ResidentMB <= 0 {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if err := e.Close(); err != nil {
			t.Error(name, err)
		}
	}
	compared := 0
	for name, list := range answers {
		for i, a := range list {
			ours := answers["grappe"][i]
			if a.Total != ours.Total || len(queries[i].Units) > 1 || queries[i].Altered() {
				continue // other words were found: the counts of what a choice would give differ too
			}
			for facet, counts := range ours.Facets {
				if queries[i].Filters[facet] == nil {
					compared++
					if got, want := sorted(a.Facets[facet]), sorted(counts); !slices.Equal(got, want) {
						t.Errorf("%s, %q %v: %s counts %v, ours %v", name, queries[i].Text(), queries[i].Filters, facet, got, want)
					}
				}
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d counts could be compared", compared)
	}
}

// sorted leaves out what nobody has: some engines name it, others do not.
func sorted(list []engine.Count) []engine.Count {
	var out []engine.Count
	for _, c := range list {
		if c.N > 0 {
			out = append(out, engine.Count{Code: c.Code, N: c.N})
		}
	}
	slices.SortFunc(out, func(a, b engine.Count) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return out
}
