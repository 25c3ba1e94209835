package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// allocationsOfResults is the most that a page of results may allocate, on the average of the searches of the benchmark: 4,640 were
// measured, of which the words that are marked and quoted (search.Highlighter) take 2,700.
const allocationsOfResults = 5000

// A page of results that is made anew takes a bounded work, counted in allocations: time is no measure where others are at work.
func TestResultsAreCheapToMake(t *testing.T) {
	f := newFront(t, filled(t))
	asked := questions()
	all := testing.AllocsPerRun(3, func() {
		for _, address := range asked {
			f.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		}
	})
	if each := all / float64(len(asked)); each > allocationsOfResults {
		t.Errorf("%.0f allocations a page, want at most %d: see docs/performance.md", each, allocationsOfResults)
	} else {
		t.Logf("%.0f allocations a page", each)
	}
}
