// Command http measures the pages of a real `grappe serve`, with nginx serving the same bytes as a file beside it, all on
// loopback and in rounds, so that a machine that is noisy is so to all. It must not know how pages are made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"grappe/bench/instance"
	"grappe/bench/results"
)

type options struct {
	binary  string
	data    string // of the instance; "" for the demonstration in a folder of its own
	page    string
	rounds  int
	each    time.Duration
	clients int
	threads int
	rate    int
	paced   time.Duration
	live    int
	idle    time.Duration
	result  string
	suffix  string
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "../bin/grappe", "the program that is measured")
	flag.StringVar(&o.data, "data", "", "folder of an instance with the territory nc; without it, the demonstration")
	flag.StringVar(&o.page, "page", "/nc/annuaire", "the page that is asked for again and again")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of all cases, whose medians are told; 0 for live connections alone")
	flag.DurationVar(&o.each, "each", 5*time.Second, "how long each case is measured in a round")
	flag.IntVar(&o.clients, "clients", 64, "connections of wrk")
	flag.IntVar(&o.threads, "threads", 2, "threads of wrk")
	flag.IntVar(&o.rate, "rate", 200, "requests a second of the paced cases")
	flag.DurationVar(&o.paced, "paced", 10*time.Second, "how long each paced case is measured in a round; 0 for not at all")
	flag.IntVar(&o.live, "live", 10_000, "idle live connections; 0 for none")
	flag.DurationVar(&o.idle, "idle", time.Minute, "how long they are held")
	flag.StringVar(&o.result, "result", "results/latest.json", "where the result is written; \"\" for nowhere")
	flag.StringVar(&o.suffix, "suffix", "", "behind the names of cases, for an instance of another size: _100k")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench-http:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	for _, tool := range []string{"wrk", "nginx"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed: run scripts/install-bench-tools", tool)
		}
	}
	folder, err := os.MkdirTemp("", "grappe-bench-http-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if o.data == "" {
		o.data = filepath.Join(folder, "data")
		if err := os.MkdirAll(o.data, 0o700); err != nil {
			return err
		}
		if err := instance.Fill(ctx, instance.Base{Data: o.data}); err != nil {
			return err
		}
	}
	name := time.Now().UTC().Format("20060102-150405")
	var rows []results.HTTP
	if o.rounds > 0 {
		var err error
		if rows, err = measurePages(ctx, o, folder); err != nil {
			return err
		}
	}
	if o.live > 0 {
		row, err := measureLive(ctx, o)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	tell(rows)
	for i := range rows {
		rows[i].Run = name
		rows[i].Case += o.suffix
	}
	if o.result == "" {
		return nil
	}
	return results.MergeHTTP(o.result, rows...)
}

// measurePages runs all cases in rounds, on one instance that writes its log and one that does not, beside one nginx.
func measurePages(ctx context.Context, o options, folder string) (rows []results.HTTP, err error) {
	quiet, err := instance.Start(ctx, o.binary, instance.Base{Data: o.data}, "--log-level", "warn")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, quiet.Stop()) }()
	logging, err := instance.Start(ctx, o.binary, instance.Base{Data: o.data})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, logging.Stop()) }()
	header, body, err := compressed(ctx, quiet.URL+o.page)
	if err != nil {
		return nil, err
	}
	files, err := startNginx(ctx, folder, header, body)
	if err != nil {
		return nil, err
	}
	defer files.stop()
	if err := files.serves(ctx, body); err != nil {
		return nil, err
	}
	queries, err := writeQueries(ctx, quiet, filepath.Join(folder, "queries.txt"))
	if err != nil {
		return nil, err
	}
	l := loader{o: o, folder: folder, queries: queries}
	cases := []workload{
		{name: "cached", url: quiet.URL + o.page},
		{name: "nginx", url: files.quiet},
		{name: "nginx_headers", url: files.headers},
		{name: "search", url: quiet.URL, queries: queries},
		{name: "cached_logged", url: logging.URL + o.page},
		{name: "nginx_logged", url: files.logging},
		{name: "search_logged", url: logging.URL, queries: queries},
	}
	if o.paced > 0 {
		cases = append(cases,
			workload{name: fmt.Sprintf("cached_%d", o.rate), url: quiet.URL + o.page, paced: true},
			workload{name: fmt.Sprintf("search_%d", o.rate), url: quiet.URL, queries: queries, paced: true})
	}
	return l.rounds(ctx, cases, len(body))
}
