package results

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What stands between these two lines of the README is written by the benches.
const (
	readmeBegin = "<!-- measured: written by make bench and make bench-http -->"
	readmeEnd   = "<!-- /measured -->"
)

// told are the cases of pages that the README tells, and what they are.
var told = [][2]string{
	{"cached", "a page that is kept"},
	{"nginx", "nginx, the same body as a file, few headers"},
	{"nginx_headers", "nginx, the same body and headers"},
	{"search", "a page of results that is made"},
	{"cached_200", "kept, at 200 a second"},
	{"search_200", "made, at 200 a second"},
}

// Summary is what the project's README says of a file: one line an engine and size, one a kind of page.
func Summary(f File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, %s; all of it is in [bench/results/latest.md](bench/results/latest.md).\n", f.Machine, f.Date)
	if len(f.Search) > 0 {
		b.WriteString("\n| search among | | p50 ms | p99 ms | recall | memory MB |\n|--:|---|--:|--:|--:|--:|\n")
	}
	for _, r := range f.Search {
		if r.Corpus == "generated" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %.3f | %.0f |\n", thousands(r.Listings), r.Version, ms(r.P50), ms(r.P99), r.Recall, r.ResidentMB)
		}
	}
	if len(f.HTTP) > 0 {
		b.WriteString("\n| pages | requests a second | p99 ms |\n|---|--:|--:|\n")
	}
	for _, h := range f.HTTP {
		i := slices.IndexFunc(told, func(c [2]string) bool { return c[0] == h.Case })
		if i >= 0 {
			fmt.Fprintf(&b, "| %s | %s | %.1f |\n", told[i][1], thousands(int(h.RPS)), h.P99Ms)
		}
	}
	return b.String()
}

// writeReadme puts the summary into the README of the project that a file of results stands in; a README without the two lines, or
// none, stays as it is.
func writeReadme(path string, f File) error {
	readme := filepath.Join(filepath.Dir(path), "..", "..", "README.md")
	data, err := os.ReadFile(readme)
	if err != nil {
		return nil //nolint:nilerr // results may be written anywhere
	}
	text := string(data)
	from, to := strings.Index(text, readmeBegin), strings.Index(text, readmeEnd)
	if from < 0 || to < from {
		return nil
	}
	text = text[:from+len(readmeBegin)] + "\n" + Summary(f) + text[to:]
	return os.WriteFile(readme, []byte(text), 0o644)
}
