package results_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"grappe/bench/results"
)

func TestEachCommandKeepsTheOthersRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "latest.json")
	page := results.HTTP{Case: "cached", RPS: 12000, P99Ms: 3}
	row := func(engine string, listings int, p50 float64) results.Search {
		return results.Search{Engine: engine, Version: engine, Corpus: "generated", Listings: listings, P50: p50, P99: 10 * p50, Run: "1"}
	}
	for _, err := range []error{
		results.MergeHTTP(path, page),
		results.MergeSearch(path, row("bleve", 100, 4000), row("grappe", 100, 100)),
		results.MergeSearch(path, row("bleve", 100, 5000)),
		results.MergeHTTP(path, results.HTTP{Case: "nginx", RPS: 24000, P99Ms: 1}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := results.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := []results.Search{row("grappe", 100, 100), row("bleve", 100, 5000)}; !reflect.DeepEqual(f.Search, want) {
		t.Errorf("search is %+v, not %+v", f.Search, want)
	}
	if len(f.HTTP) != 2 || f.HTTP[0] != page {
		t.Errorf("http is %+v", f.HTTP)
	}
	if f.Machine == "" || len(f.Date) != len("2026-11-29") {
		t.Errorf("machine %q, date %q", f.Machine, f.Date)
	}
	md := results.Markdown(f)
	for _, want := range []string{"bleve p50 × 50.0, p99 × 50.0", "| cached | 12,000 | 50 % |", f.Machine} {
		if !strings.Contains(md, want) {
			t.Errorf("the page does not say %q:\n%s", want, md)
		}
	}
}

func TestAbsentFileIsEmpty(t *testing.T) {
	f, err := results.Load(filepath.Join(t.TempDir(), "none.json"))
	if err != nil || len(f.Search)+len(f.HTTP) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

// The README says what the results say, and is written by nobody else.
func TestReadmeIsOfTheResults(t *testing.T) {
	f, err := results.Load("latest.json")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := results.Summary(f); !strings.Contains(string(readme), want) {
		t.Errorf("the README does not hold the summary of bench/results/latest.json:\n%s", want)
	}
}
