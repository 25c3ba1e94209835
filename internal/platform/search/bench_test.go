package search_test

import (
	"context"
	"slices"
	"testing"
	"time"

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
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
}
