package main

import (
	"context"
	"testing"
	"time"

	"grappe/bench/corpus"
	"grappe/bench/engine"
)

func TestPercentile(t *testing.T) {
	var took []time.Duration
	for i := 200; i > 0; i-- {
		took = append(took, time.Duration(i)*time.Microsecond)
	}
	for percent, want := range map[int]float64{50: 100, 95: 190, 99: 198, 100: 200} {
		if got := percentile(took, percent); got != want {
			t.Errorf("p%d is %v, not %v", percent, got, want)
		}
	}
	if percentile(nil, 50) != 0 {
		t.Error("no times have a percentile")
	}
}

// fixed finds the same whatever is asked.
type fixed struct {
	engine.Engine
	found []string
}

func (f fixed) Found(context.Context, corpus.Query) ([]string, error) { return f.found, nil }

func (f fixed) Search(context.Context, corpus.Query) (engine.Answer, error) {
	return engine.Answer{Total: len(f.found), IDs: f.found[:min(len(f.found), 2)]}, nil
}

func TestJudge(t *testing.T) {
	c, err := corpus.Generated(1, 10)
	if err != nil {
		t.Fatal(err)
	}
	id := func(i int) string { return c.Listing(i).ID }
	for _, test := range []struct {
		name              string
		found             []string
		answers           []uint32
		recall, precision float64
	}{
		{"half of what answers, one wrong", []string{id(1), id(5), id(2)}, []uint32{1, 2, 3, 4}, 0.5, 0.5},
		{"nothing found", nil, []uint32{1}, 0, -1},
		{"nothing to find", []string{id(3)}, nil, -1, 0},
		{"all", []string{id(0), id(9)}, []uint32{0, 9}, 1, 1},
	} {
		recall, precision, err := judgeOne(t.Context(), fixed{found: test.found}, corpus.Query{}, test.answers)
		if err != nil || recall != test.recall || precision != test.precision {
			t.Errorf("%s: recall %v, precision %v, %v", test.name, recall, precision, err)
		}
	}
}

func TestSizes(t *testing.T) {
	runs, err := options{sizes: "10k,1m,500", techonmap: "none"}.runs()
	if err != nil || len(runs) != 3 || runs[0].listings != 10_000 || runs[1].listings != 1_000_000 || runs[2].listings != 500 {
		t.Errorf("%+v, %v", runs, err)
	}
	if _, err := (options{sizes: "many", techonmap: "none"}).runs(); err == nil {
		t.Error("no such size")
	}
}
