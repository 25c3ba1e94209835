package main

import (
	"context"
	"time"

	"grappe/bench/corpus"
	"grappe/bench/engine"
	"grappe/bench/relevance"
	"grappe/bench/results"
)

// judge compares what the engine finds with what answers. Recall is, over the queries, the mean share of the listings that answer
// which are found. Precision is the mean share of those on the first page which answer. A query that the engine stopped at
// counts as finding nothing.
func (o options) judge(ctx context.Context, row *results.Search, e engine.Engine, queries []corpus.Query, truth relevance.Truth) error {
	var recall, plain, misspelt, precision mean
	began := time.Now()
	for i, q := range queries {
		if i > 0 && time.Since(began) > o.budget {
			break
		}
		share, first, err := judgeOne(ctx, e, q, truth[i])
		if err != nil {
			return err
		}
		row.Judged++
		recall.add(share)
		if q.Altered() {
			misspelt.add(share)
		} else {
			plain.add(share)
		}
		precision.add(first)
	}
	row.Recall, row.RecallPlain, row.RecallTypos, row.Precision20 = recall.value(), plain.value(), misspelt.value(), precision.value()
	return nil
}

// mean is that of the values that there are.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) {
	if v >= 0 {
		m.sum += v
		m.n++
	}
}

func (m mean) value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / float64(m.n)
}

// judgeOne gives recall and precision; less than nothing is no value: no listing answers, or none is shown.
func judgeOne(ctx context.Context, e engine.Engine, q corpus.Query, answers []uint32) (recall, precision float64, err error) {
	wanted := make(map[int]bool, len(answers))
	for _, a := range answers {
		wanted[int(a)] = true
	}
	limited, cancel := context.WithTimeout(ctx, 4*engine.Limit)
	defer cancel()
	ids, err := e.Found(limited, q)
	if err != nil && limited.Err() == nil {
		return 0, 0, err
	}
	found, err := right(ids, wanted)
	if err != nil {
		return 0, 0, err
	}
	recall, precision = -1, -1
	if len(answers) > 0 {
		recall = float64(found) / float64(len(answers))
	}
	a, err := e.Search(limited, q)
	if err != nil && limited.Err() == nil {
		return 0, 0, err
	}
	shown, err := right(a.IDs, wanted)
	if len(a.IDs) > 0 {
		precision = float64(shown) / float64(len(a.IDs))
	}
	return recall, precision, err
}

// right counts the IDs that are wanted.
func right(ids []string, wanted map[int]bool) (int, error) {
	n := 0
	for _, id := range ids {
		i, err := corpus.Ordinal(id)
		if err != nil {
			return 0, err
		}
		if wanted[i] {
			n++
		}
	}
	return n, nil
}
