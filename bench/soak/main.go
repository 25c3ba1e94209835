// Command soak lets a real `grappe serve` be read, searched, followed and edited for a while, and fails when an answer is
// wrong, when memory goes on growing, or when anything is left behind. It must not know how pages are made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"grappe/bench/instance"
)

type options struct {
	binary   string
	postgres string
	lasts    time.Duration
	warm     time.Duration
	pace     float64 // requests a second, of all visitors together
	edits    float64 // a second
	live     int
	visitors int
}

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "../bin/grappe", "the program")
	flag.StringVar(&o.postgres, "postgres", "", "PostgreSQL server on which a base is made and dropped again; without it, SQLite")
	flag.DurationVar(&o.lasts, "for", 10*time.Minute, "how long, beside the warm-up")
	flag.DurationVar(&o.warm, "warm-up", 0, "before memory is compared; 0: a fifth of the time")
	flag.Float64Var(&o.pace, "pace", 100, "requests a second of all visitors together")
	flag.Float64Var(&o.edits, "edits", 5, "edits a second")
	flag.IntVar(&o.live, "live", 200, "live connections that stay; others come and go")
	flag.IntVar(&o.visitors, "visitors", 16, "requests at once")
	flag.Parse()
	if o.warm == 0 {
		o.warm = o.lasts / 5
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	base, drop, err := makeBase(ctx, o.postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := instance.Fill(ctx, base); err != nil {
		return err
	}
	// A small cache of pages is full before memory is compared: what fills a large one would look like growth.
	p, err := instance.Start(ctx, o.binary, base, "--log-level", "warn", "--page-cache", "4")
	if err != nil {
		return err
	}
	fmt.Printf("soak of %v after %v, %s, %.0f requests and %.1f edits a second, %d live connections\n", o.lasts, o.warm, engineOf(base), o.pace, o.edits, o.live)
	failed := soak(ctx, o, base, p)
	return errors.Join(failed, p.Stop(), mustBeQuiet(p.Log()))
}

// soak does everything at once, and judges afterwards.
func soak(ctx context.Context, o options, base instance.Base, p *instance.Process) error {
	town, err := openTown(ctx, base, p)
	if err != nil {
		return err
	}
	defer town.close()
	if err := town.look(ctx, 300); err != nil { // the pools fill, before anything is counted
		return err
	}
	before, err := p.Figures(ctx)
	if err != nil {
		return err
	}
	held, err := p.Listen(ctx, livePath, o.live, 20)
	if err != nil {
		return err
	}
	working, stop := context.WithTimeout(ctx, o.warm+o.lasts)
	defer stop()
	book := newBook(p, o.warm)
	err = town.work(working, o, book)
	fmt.Println(town.counted())
	if err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	if lost := held.Lost.Load(); lost > 0 {
		err = fmt.Errorf("%d live connections were lost", lost)
	}
	fmt.Printf("%d events and %d heartbeats came to the connections that stayed\n", held.Events.Load(), held.Beats.Load())
	held.Close()
	town.leave()
	return errors.Join(err, book.judge(), mustComeDown(ctx, p, before))
}
