package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"grappe/bench/results"
)

// workload is one case: a page again and again, or the pages of many searches.
type workload struct {
	name    string
	url     string
	queries []string // paths that are asked one after the other, each once
	paced   bool     // at a constant rate, else as fast as it goes
}

// sample is what one round of a case measured.
type sample struct {
	rps, p50ms, p99ms float64
	failed            int // answers other than 200, and none
}

// loader runs cases.
type loader struct {
	o       options
	folder  string
	queries []string
	asked   int // of the queries, so far: none is asked twice
}

// rounds runs each case once a round and gives their medians. A failed answer is an error: what refuses is quick.
func (l *loader) rounds(ctx context.Context, cases []workload, size int) ([]results.HTTP, error) {
	samples := make([][]sample, len(cases))
	for round := range l.o.rounds {
		for i, c := range cases {
			s, err := l.measure(ctx, c)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if s.failed > 0 {
				return nil, fmt.Errorf("%s: %d answers failed", c.name, s.failed)
			}
			samples[i] = append(samples[i], s)
			fmt.Fprintf(os.Stderr, "round %d of %d  %-14s %8.0f a second  p50 %7.2f ms  p99 %7.2f ms\n", round+1, l.o.rounds, c.name, s.rps, s.p50ms, s.p99ms)
		}
	}
	var rows []results.HTTP
	for i, c := range cases {
		row := results.HTTP{
			Case: c.name, RPS: median(samples[i], func(s sample) float64 { return s.rps }),
			P50Ms: median(samples[i], func(s sample) float64 { return s.p50ms }),
			P99Ms: median(samples[i], func(s sample) float64 { return s.p99ms }),
		}
		if c.queries == nil {
			row.Bytes = size
		}
		row.Note = l.note(c, samples[i])
		rows = append(rows, row)
	}
	return rows, nil
}

func (l *loader) measure(ctx context.Context, c workload) (sample, error) {
	if c.paced {
		return l.pace(ctx, c)
	}
	return l.wrk(ctx, c)
}

// note says how a case was measured, and between which rounds its figures lay.
func (l *loader) note(c workload, all []sample) string {
	rps := make([]float64, len(all))
	p99 := make([]float64, len(all))
	for i, s := range all {
		rps[i], p99[i] = s.rps, s.p99ms
	}
	how := fmt.Sprintf("wrk, %d connections", l.o.clients)
	if c.paced {
		how = fmt.Sprintf("constant rate, counted from the scheduled time; p99 %.1f to %.1f ms", slices.Min(p99), slices.Max(p99))
	} else {
		how += fmt.Sprintf("; %.0f to %.0f a second", slices.Min(rps), slices.Max(rps))
	}
	return fmt.Sprintf("%s in %d rounds", how, len(all))
}

func median(all []sample, of func(sample) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// tell prints the medians, and the shares of nginx.
func tell(rows []results.HTTP) {
	rps := map[string]float64{}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, r := range rows {
		if rps[r.Case] = r.RPS; r.RPS > 0 {
			if i == 0 {
				fmt.Fprintln(w, "case\ta second\tp50 ms\tp99 ms\t")
			}
			fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.2f\t\n", r.Case, r.RPS, r.P50Ms, r.P99Ms)
		}
	}
	_ = w.Flush() // the terminal is gone when it fails
	for _, r := range rows {
		if r.RPS == 0 {
			fmt.Printf("%s: %s\n", r.Case, r.Note)
		}
	}
	for _, pair := range [][2]string{{"cached", "nginx"}, {"cached", "nginx_headers"}, {"cached_logged", "nginx_logged"}} {
		if ours, file := rps[pair[0]], rps[pair[1]]; file > 0 {
			fmt.Printf("%s is %.0f %% of %s\n", pair[0], 100*ours/file, pair[1])
		}
	}
}
