package search_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/platform/search/searchtest"
)

func BenchmarkBuild100k(b *testing.B) {
	docs := searchtest.New(1).Docs(100_000)
	for b.Loop() {
		x := search.New(searchtest.Config(vocabulary(b)))
		x.Apply(docs, nil)
	}
}

func BenchmarkEdit100k(b *testing.B) {
	docs := searchtest.New(1).Docs(100_000)
	x := search.New(searchtest.Config(vocabulary(b)))
	x.Apply(docs, nil)
	i := 0
	for b.Loop() {
		x.Apply(docs[i%len(docs):i%len(docs)+1], nil)
		i += 7919
	}
}

func BenchmarkSearch100k(b *testing.B) {
	c := searchtest.New(1)
	x := search.New(searchtest.Config(vocabulary(b)))
	x.Apply(c.Docs(100_000), nil)
	queries := c.Queries(1000)
	var took []time.Duration
	i := 0
	for b.Loop() {
		start := time.Now()
		if _, err := x.Search(context.Background(), queries[i%len(queries)]); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		i++
	}
	report(b, took)
}

// BenchmarkClusters100k measures what a map asks for: the views that people open, and the worst that a program may ask.
func BenchmarkClusters100k(b *testing.B) {
	c := searchtest.New(1)
	x := search.New(searchtest.Config(vocabulary(b)))
	x.Apply(c.Docs(100_000), nil)
	world := &geo.Box{West: -180, South: -90, East: 180, North: 90}
	territory := &geo.Box{West: 163, South: -23, East: 168, North: -19}
	city := &geo.Box{West: 166.3, South: -22.4, East: 166.6, North: -22.1}
	texts := c.Queries(1000)
	for _, view := range []struct {
		name string
		zoom int
		make func(i int) search.Query
	}{
		{"world", 2, func(int) search.Query { return search.Query{Box: world} }},
		{"territory", 8, func(int) search.Query { return search.Query{Box: territory} }},
		{"city", 13, func(int) search.Query { return search.Query{Box: city} }},
		{"text", 8, func(i int) search.Query { return search.Query{Text: texts[i%len(texts)].Text, Box: territory} }},
		{"facets", 8, func(i int) search.Query {
			return search.Query{Box: territory, Filters: map[string][]string{"zone": {"p1"}, "competence": {"d01", "d02", "d03"}}}
		}},
		{"absurd", search.MaxZoom, func(int) search.Query { return search.Query{Box: world} }},
	} {
		b.Run(view.name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				q := view.make(i)
				start := time.Now()
				if _, err := x.Clusters(context.Background(), q, view.zoom, 300); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			report(b, took)
		})
	}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
}
