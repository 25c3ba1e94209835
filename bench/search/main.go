// Command search measures our index beside Bleve, PostgreSQL and SQLite's FTS5: the same listings and the same queries, one process
// for each engine, one after the other. It must not know how an engine answers.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/bench/engine"
	"grappe/bench/results"
)

// options are what the command was asked to do; the processes that it starts are given the same.
type options struct {
	sizes, engines, out, techonmap string
	queries                        int
	budget                         time.Duration

	// Of one process.
	engine, corpus, truth string
	listings              int
}

const seed = 1

// exitMissing is the exit code of a process whose engine is not installed.
const exitMissing = 3

func main() {
	o := options{}
	flag.StringVar(&o.sizes, "sizes", "10k,100k,1m", "sizes of the generated corpus")
	flag.StringVar(&o.engines, "engines", strings.Join(engine.Names(), ","), "engines to measure")
	flag.StringVar(&o.out, "out", "results/latest.json", "file to put the results into; the page goes beside it")
	flag.StringVar(&o.techonmap, "techonmap", os.Getenv("GRAPPE_TECHONMAP"), "the TechOnMap GeoJSON file (or GRAPPE_TECHONMAP); else it is looked for beside the repository; none: leave it out")
	flag.IntVar(&o.queries, "queries", 500, "how many queries")
	flag.DurationVar(&o.budget, "budget", time.Minute, "longest time that one engine is asked queries for, in each of three turns: warming up, measuring, judging")
	flag.StringVar(&o.engine, "engine", "", "measure this one in this process (the command calls itself so)")
	flag.StringVar(&o.corpus, "corpus", "generated", "with -engine: generated or techonmap")
	flag.StringVar(&o.truth, "truth", "", "with -engine: the file of what answers the queries")
	flag.IntVar(&o.listings, "listings", 0, "with -engine: how many listings")
	flag.Parse()
	err := run(o)
	switch {
	case errors.Is(err, engine.ErrMissing):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitMissing)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.engine != "" {
		return runEngine(o)
	}
	runs, err := o.runs()
	if err != nil {
		return err
	}
	names := strings.Split(o.engines, ",")
	for _, name := range names {
		if !slices.Contains(engine.Names(), name) {
			return fmt.Errorf("no engine %q: there are %s", name, strings.Join(engine.Names(), ", "))
		}
	}
	dir, err := os.MkdirTemp("", "grappe-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	stamp := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	for _, r := range runs {
		r.truth = filepath.Join(dir, "truth-"+r.corpus+strconv.Itoa(r.listings))
		if err := r.all(names, stamp); err != nil {
			return err
		}
	}
	fmt.Printf("results: %s and the page beside it\n", o.out)
	return nil
}

// runs are the corpora to measure.
func (o options) runs() ([]options, error) {
	var all []options
	for _, size := range strings.Split(o.sizes, ",") {
		if size == "" {
			continue
		}
		n, err := strconv.Atoi(strings.NewReplacer("k", "000", "m", "000000").Replace(strings.ToLower(size)))
		if err != nil || n < 100 {
			return nil, fmt.Errorf("size %q: write 10k, 100k, 1m or a number from 100 on", size)
		}
		r := o
		r.corpus, r.listings = "generated", n
		all = append(all, r)
	}
	if o.techonmap == "none" {
		return all, nil
	}
	for _, path := range []string{o.techonmap, "../../shared/data/techonmap-idf-2015.geojson"} {
		if _, err := os.Stat(path); path == "" || err != nil {
			continue
		}
		r := o
		r.corpus, r.techonmap = "techonmap", path
		return append([]options{r}, all...), nil
	}
	fmt.Println("TechOnMap is left out: its file is neither at -techonmap nor at ../shared/data beside the repository")
	return all, nil
}

// all measures each engine with one corpus; what each gave is kept at once.
func (o options) all(names []string, stamp string) error {
	fmt.Printf("\n%s, %s listings\n", o.corpus, valueOr(o.listings, "all its"))
	if _, err := o.start("truth"); err != nil {
		return err
	}
	for _, name := range names {
		row, err := o.start(name)
		if errors.Is(err, engine.ErrMissing) {
			fmt.Printf("  %-9s left out: %v\n", name, err)
			continue
		}
		if err != nil {
			fmt.Printf("  %-9s failed: %v\n", name, err)
			continue
		}
		row.Run = stamp
		if err := results.MergeSearch(o.out, row); err != nil {
			return err
		}
		fmt.Printf("  %-9s p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, recall %.3f, precision %.3f, built in %.1f s, %.0f MB, %d of %d queries\n",
			name, row.P50/1000, row.P95/1000, row.P99/1000, row.Recall, row.Precision20, row.BuildS, row.ResidentMB, row.Queries, o.queries)
	}
	return nil
}

func valueOr(n int, otherwise string) string {
	if n == 0 {
		return otherwise
	}
	return strconv.Itoa(n)
}

// start measures one engine in a process of its own.
func (o options) start(name string) (results.Search, error) {
	self, err := os.Executable()
	if err != nil {
		return results.Search{}, err
	}
	cmd := exec.Command(self, "-engine", name, "-corpus", o.corpus, "-techonmap", o.techonmap, "-listings", strconv.Itoa(o.listings),
		"-truth", o.truth, "-queries", strconv.Itoa(o.queries), "-budget", o.budget.String())
	var out bytes.Buffer
	var faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Run(); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == exitMissing {
			return results.Search{}, fmt.Errorf("%s is %w: %s", name, engine.ErrMissing, lastLine(faults.String()))
		}
		return results.Search{}, fmt.Errorf("%w: %s", err, lastLine(faults.String()))
	}
	var row results.Search
	return row, json.Unmarshal(out.Bytes(), &row)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
