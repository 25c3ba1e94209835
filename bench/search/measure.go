package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"grappe/bench/corpus"
	"grappe/bench/engine"
	"grappe/bench/relevance"
	"grappe/bench/results"
)

// mostPasses is how often each query is measured where there is time.
const mostPasses = 3

// runEngine is one process: it makes the corpus, puts it into one engine, asks, and writes a row as JSON.
func runEngine(o options) error {
	c, err := o.read()
	if err != nil {
		return err
	}
	queries := c.Queries(seed, o.queries)
	row := results.Search{Engine: o.engine, Corpus: c.Name, Listings: c.Len}
	if o.engine == "truth" {
		err = relevance.Find(c, queries).Save(o.truth)
	} else {
		err = o.measure(&row, c, queries)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(row)
}

func (o options) read() (*corpus.Corpus, error) {
	if o.corpus == "techonmap" {
		return corpus.TechOnMap(o.techonmap)
	}
	return corpus.Generated(seed, o.listings)
}

func (o options) measure(row *results.Search, c *corpus.Corpus, queries []corpus.Query) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "grappe-bench-"+o.engine+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	e, err := engine.Open(o.engine, dir)
	if err != nil {
		return err
	}
	defer e.Close()
	took, err := e.Build(ctx, c)
	if err != nil {
		return fmt.Errorf("building: %w", err)
	}
	row.BuildS = took.Seconds()
	own, isOwn := e.(*engine.Own)
	if isOwn {
		// Ours has one core for a query and all that comes with it; the others have what they can use.
		runtime.GOMAXPROCS(1)
	}
	if _, err := o.passes(ctx, e, queries, 1); err != nil { // to warm up
		return err
	}
	t, err := o.passes(ctx, e, queries, mostPasses)
	if err != nil {
		return err
	}
	t.report(row)
	stats, err := e.Stats(ctx)
	if err != nil {
		return err
	}
	row.Version, row.ResidentMB, row.Resident = stats.Version, stats.ResidentMB, stats.ResidentIs
	row.BytesPerListing, row.BytesAre = float64(stats.Bytes)/float64(c.Len), stats.BytesAre
	truth, err := relevance.Load(o.truth)
	if err != nil {
		return err
	}
	if err := o.judge(ctx, row, e, queries[:t.queries], truth); err != nil {
		return err
	}
	if isOwn {
		row.Only, err = measureOwn(ctx, own, c, queries)
	} else if o.engine == "bleve" {
		row.Variants, err = o.variants(ctx, e.(interface{ AlwaysFuzzy() engine.Engine }).AlwaysFuzzy(), queries, truth)
	}
	return err
}

// variants measures Bleve as most people set it up.
func (o options) variants(ctx context.Context, e engine.Engine, queries []corpus.Query, truth relevance.Truth) ([]results.Speed, error) {
	queries = queries[:min(len(queries), 200)]
	t, err := o.passes(ctx, e, queries, 1)
	if err != nil {
		return nil, err
	}
	var row results.Search
	t.report(&row)
	if err := o.judge(ctx, &row, e, queries[:t.queries], truth); err != nil {
		return nil, err
	}
	return []results.Speed{{Setup: "every word fuzzy", Queries: t.queries, P50: row.P50, P99: row.P99, Recall: row.Recall}}, nil
}

// times are those of the queries that there was time for.
type times struct {
	took     []time.Duration
	queries  int // of the first pass
	passes   int
	timeouts int
}

// passes asks all queries, and again, until the budget is used. The first pass may be cut short, the others are whole.
func (o options) passes(ctx context.Context, e engine.Engine, queries []corpus.Query, most int) (times, error) {
	var t times
	began := time.Now()
	for t.passes < most {
		first := time.Now()
		for i, q := range queries {
			if t.passes == 0 && i > 0 && time.Since(began) > o.budget {
				break
			}
			took, err := ask(ctx, e, q)
			if errors.Is(err, context.DeadlineExceeded) {
				took, err = engine.Limit, nil
				t.timeouts++
			}
			if err != nil {
				return t, fmt.Errorf("query %d %q: %w", i, q.Text(), err)
			}
			t.took = append(t.took, took)
		}
		t.passes++
		if t.passes == 1 {
			t.queries = len(t.took)
		}
		if time.Since(began)+time.Since(first) > o.budget {
			break
		}
	}
	return t, nil
}

func ask(ctx context.Context, e engine.Engine, q corpus.Query) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, engine.Limit)
	defer cancel()
	start := time.Now()
	_, err := e.Search(ctx, q)
	took := time.Since(start)
	if err != nil && ctx.Err() != nil {
		err = context.DeadlineExceeded // whatever the engine calls it
	}
	return took, err
}

func (t times) report(row *results.Search) {
	row.Queries, row.Passes, row.Timeouts = t.queries, t.passes, t.timeouts
	row.P50, row.P95, row.P99, row.Max = percentile(t.took, 50), percentile(t.took, 95), percentile(t.took, 99), percentile(t.took, 100)
}

// percentile is the time in microseconds that so many percent of the queries took at most.
func percentile(took []time.Duration, percent int) float64 {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	at := max((len(sorted)*percent+99)/100-1, 0)
	return float64(sorted[at].Nanoseconds()) / 1000
}
