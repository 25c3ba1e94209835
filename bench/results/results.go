// Package results keeps what the benches measured in one JSON file and writes the Markdown page from it. It must not know
// how anything is measured.
package results

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// File is what latest.json holds. Two commands write it, each its own list; the other's stays as it was.
type File struct {
	Machine string   `json:"machine"`
	Date    string   `json:"date"`
	Search  []Search `json:"search"`
	HTTP    []HTTP   `json:"http"`
}

// Search is what one engine did with one corpus. The columns from Run on are extra: programs rely on those before.
type Search struct {
	Engine     string  `json:"engine"` // grappe, bleve, postgres, fts5
	Listings   int     `json:"listings"`
	P50        float64 `json:"p50_us"`
	P95        float64 `json:"p95_us"`
	P99        float64 `json:"p99_us"`
	BuildS     float64 `json:"build_s"`
	ResidentMB float64 `json:"resident_mb"`
	Recall     float64 `json:"recall"`

	Run             string  `json:"run"`    // rows of one run were measured side by side
	Corpus          string  `json:"corpus"` // generated, techonmap
	Version         string  `json:"version"`
	Queries         int     `json:"queries"` // measured, each as often as there was time for
	Passes          int     `json:"passes"`
	Judged          int     `json:"judged"`    // queries that recall and precision are of
	Timeouts        int     `json:"timeouts"`  // of these, stopped by the limit and counted with it
	Max             float64 `json:"max_us"`    // the slowest query
	Precision20     float64 `json:"precision"` // of the first twenty
	RecallTypos     float64 `json:"recall_misspelt"`
	RecallPlain     float64 `json:"recall_well_spelt"`
	BytesPerListing float64 `json:"bytes_per_listing"`
	BytesAre        string  `json:"bytes_are"` // heap, index on disk
	Resident        string  `json:"resident_is"`
	Only            *Own    `json:"own,omitempty"` // what is measured of our engine alone
	Variants        []Speed `json:"other_setups,omitempty"`
}

// Speed is the time of the queries in another set-up of the engine.
type Speed struct {
	Setup   string  `json:"setup"`
	Queries int     `json:"queries"`
	P50     float64 `json:"p50_us"`
	P99     float64 `json:"p99_us"`
	Recall  float64 `json:"recall"`
}

// Own is what is measured of our engine alone.
type Own struct {
	ListingsPerSecond float64 `json:"listings_per_s"`
	SuggestP50        float64 `json:"suggest_p50_us"`
	SuggestP99        float64 `json:"suggest_p99_us"`
	ClustersP50       float64 `json:"clusters_p50_us"`
	ClustersP99       float64 `json:"clusters_p99_us"`
	EditP50           float64 `json:"edit_p50_us"` // from the call to the query that finds it
	EditP99           float64 `json:"edit_p99_us"`
	Allocations       float64 `json:"allocations"`     // objects per warm query
	TextBytes         float64 `json:"text_bytes"`      // of text per listing, most of which the index does not keep
	KeptText          float64 `json:"kept_text_bytes"` // per listing, within its heap: IDs, keys of names, values to complete with
}

// HTTP is what one kind of page did under load.
type HTTP struct {
	Case  string  `json:"case"` // cached, search, nginx
	RPS   float64 `json:"rps"`
	P99Ms float64 `json:"p99_ms"`

	Run   string  `json:"run,omitempty"`
	P50Ms float64 `json:"p50_ms,omitempty"`
	Bytes int     `json:"bytes,omitempty"` // of one answer
	Note  string  `json:"note,omitempty"`
}

// Load reads a file; one that is not there is empty.
func Load(path string) (File, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, nil
	}
	if err != nil {
		return File{}, err
	}
	var f File
	if err := json.Unmarshal(data, &f); err != nil {
		return File{}, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Save writes a file, beside it the same as Markdown, and of the file in bench/results a summary into the README.
func Save(path string, f File) error {
	if f.Search == nil {
		f.Search = []Search{}
	}
	if f.HTTP == nil {
		f.HTTP = []HTTP{}
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		return err
	}
	page := strings.TrimSuffix(path, filepath.Ext(path)) + ".md"
	if err := os.WriteFile(page, []byte(Markdown(f)), 0o644); err != nil {
		return err
	}
	if filepath.Base(path) != "latest.json" || filepath.Base(filepath.Dir(path)) != "results" {
		return nil
	}
	return writeReadme(path, f)
}

// MergeSearch puts rows into the file at path: each takes the place of the one with the same engine, corpus and size.
func MergeSearch(path string, rows ...Search) error {
	return update(path, func(f *File) {
		for _, row := range rows {
			f.Search = put(f.Search, row, Search.key)
		}
		slices.SortStableFunc(f.Search, compareSearch)
	})
}

// MergeHTTP puts rows into the file at path: each takes the place of the one with the same case.
func MergeHTTP(path string, rows ...HTTP) error {
	return update(path, func(f *File) {
		for _, row := range rows {
			f.HTTP = put(f.HTTP, row, func(h HTTP) string { return h.Case })
		}
	})
}

func update(path string, change func(*File)) error {
	f, err := Load(path)
	if err != nil {
		return err
	}
	change(&f)
	f.Machine, f.Date = Machine(), time.Now().UTC().Format(time.DateOnly)
	return Save(path, f)
}

func put[T any](rows []T, row T, key func(T) string) []T {
	for i := range rows {
		if key(rows[i]) == key(row) {
			rows[i] = row
			return rows
		}
	}
	return append(rows, row)
}

func (s Search) key() string { return fmt.Sprintf("%s/%s/%d", s.Engine, s.Corpus, s.Listings) }

func compareSearch(a, b Search) int {
	order := []string{"grappe", "bleve", "postgres", "fts5"}
	return cmp.Or(cmp.Compare(a.Corpus, b.Corpus), cmp.Compare(a.Listings, b.Listings),
		cmp.Compare(slices.Index(order, a.Engine), slices.Index(order, b.Engine)))
}
