package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"grappe/bench/corpus"
	"grappe/bench/engine"
	"grappe/bench/results"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
)

// longest is how long each of these is measured at most.
const longest = 30 * time.Second

// measureOwn measures what the product asks of our index besides pages.
func measureOwn(ctx context.Context, o *engine.Own, c *corpus.Corpus, queries []corpus.Query) (*results.Own, error) {
	r := rand.New(rand.NewPCG(seed, 3))
	own := &results.Own{
		TextBytes: float64(o.TextBytes) / float64(c.Len), KeptText: float64(o.Index.TextBytes()) / float64(c.Len), ListingsPerSecond: o.PerSecond(),
	}
	suggested := suggestions(o, c, r)
	own.SuggestP50, own.SuggestP99 = percentile(suggested, 50), percentile(suggested, 99)
	gathered, err := clusters(ctx, o, c, r, queries)
	if err != nil {
		return nil, err
	}
	own.ClustersP50, own.ClustersP99 = percentile(gathered, 50), percentile(gathered, 99)
	if own.Allocations, err = allocations(ctx, o, queries); err != nil {
		return nil, err
	}
	runtime.GOMAXPROCS(runtime.NumCPU()) // what an edit leaves to be done in the background has the other core, as it has in the product
	edited, err := edits(ctx, o, c, r)
	if err != nil {
		return nil, err
	}
	own.EditP50, own.EditP99 = percentile(edited, 50), percentile(edited, 99)
	return own, nil
}

// suggestions completes beginnings of two to eight letters of names, competences and tags.
func suggestions(o *engine.Own, c *corpus.Corpus, r *rand.Rand) []time.Duration {
	var took []time.Duration
	for began := time.Now(); len(took) < 1000 && time.Since(began) < longest; {
		text := c.Text(c.Listing(r.IntN(c.Len)))[r.IntN(3)]
		if len(text) == 0 {
			continue
		}
		letters := []rune(strings.ToLower(text[0]))
		prefix := string(letters[:min(len(letters), 2+r.IntN(7))])
		start := time.Now()
		o.Suggest(prefix, 8)
		took = append(took, time.Since(start))
	}
	return took[len(took)/10:]
}

// clusters asks for maps as people open them: the whole territory, a part of it, a town; half of them with the words of a query.
func clusters(ctx context.Context, o *engine.Own, c *corpus.Corpus, r *rand.Rand, queries []corpus.Query) ([]time.Duration, error) {
	var took []time.Duration
	for i, began := 0, time.Now(); i < 1000 && time.Since(began) < longest; i++ {
		around := geo.Around(c.Listing(r.IntN(c.Len)).Point, [...]float64{400, 80, 15, 4}[i%4])
		q := search.Query{Box: &around, Day: corpus.Today}
		if r.IntN(2) == 0 {
			q.Text, q.Filters = o.Query(queries[i%len(queries)]).Text, queries[i%len(queries)].Filters
		}
		start := time.Now()
		if _, err := o.Clusters(ctx, q, [...]int{7, 9, 12, 14}[i%4], 300); err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
	}
	return took[len(took)/10:], nil
}

// allocations is the mean of objects that a warm query makes.
func allocations(ctx context.Context, o *engine.Own, queries []corpus.Query) (float64, error) {
	list := make([]search.Query, len(queries))
	for i, q := range queries {
		list[i] = o.Query(q)
	}
	var before, after runtime.MemStats
	for pass := range 2 {
		if pass == 1 {
			runtime.ReadMemStats(&before)
		}
		for _, q := range list {
			if _, err := o.Index.Search(ctx, q); err != nil {
				return 0, err
			}
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(len(list)), nil
}

// edits changes listings one by one, and asks for each by a word that it did not have before.
func edits(ctx context.Context, o *engine.Own, c *corpus.Corpus, r *rand.Rand) ([]time.Duration, error) {
	var took []time.Duration
	for i, began := 0, time.Now(); i < 300 && time.Since(began) < longest; i++ {
		l := c.Listing(r.IntN(c.Len))
		word := fmt.Sprintf("zyx%sw", strings.Map(func(d rune) rune { return d - '0' + 'a' }, fmt.Sprint(i)))
		l.Description += " " + word
		d := o.Doc(l)
		start := time.Now()
		o.Apply([]search.Doc{d}, nil)
		res, err := o.Index.Search(ctx, search.Query{Text: word + " ", Limit: 1, Day: corpus.Today})
		if err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
		if !slices.ContainsFunc(res.Hits, func(h search.Hit) bool { return h.ID == l.ID }) {
			return nil, fmt.Errorf("the edit of %s is not found", l.ID)
		}
	}
	return took, nil
}
