package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"grappe/bench/instance"
	"grappe/internal/app"
	"grappe/internal/listing"
)

const (
	territory = "nc"
	livePath  = "/nc/api/v1/changes/live"
)

// town is everybody who visits an instance, and who edits its base from outside.
type town struct {
	p       *instance.Process
	client  *http.Client
	writer  *app.App
	edited  []listing.Listing // the cards that are edited, and stay published
	steady  []listing.Listing // those that nobody touches
	copy    copied
	asked   atomic.Int64
	edits   atomic.Int64
	visits  atomic.Int64 // live connections that came and went
	applied atomic.Int64 // changes that the follower took over
	same    atomic.Int64 // answers 304
}

func openTown(ctx context.Context, base instance.Base, p *instance.Process) (*town, error) {
	writer, err := app.Open(ctx, app.Options{Data: base.Data, Database: base.Database})
	if err != nil {
		return nil, err
	}
	t := &town{p: p, writer: writer, copy: copied{cards: map[string]string{}}}
	t.client = &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	n := 0
	err = writer.Listings.Each(ctx, writer.DB.Read(), territory, func(l listing.Listing) error {
		switch {
		case l.State != listing.Published:
		case n%4 == 0:
			t.edited = append(t.edited, l)
		default:
			t.steady = append(t.steady, l)
		}
		n++
		return nil
	})
	if err == nil && len(t.edited) < 10 {
		err = errors.New("the base has too few cards")
	}
	return t, err
}

func (t *town) close() {
	t.leave()
	_ = t.writer.Close() // nothing is written any more
}

// leave ends the connections that would wait for another request.
func (t *town) leave() { t.client.CloseIdleConnections() }

func (t *town) counted() string {
	return fmt.Sprintf("%d requests (%d answered 304), %d edits, %d changes followed, %d live connections came and went",
		t.asked.Load(), t.same.Load(), t.edits.Load(), t.applied.Load(), t.visits.Load())
}

// work lets everybody do what they do until ctx ends. The first error ends it for all.
func (t *town) work(ctx context.Context, o options, b *book) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	start := func(what string, f func(context.Context) error) {
		all.Go(func() {
			if err := f(ctx); err != nil && ctx.Err() == nil {
				stop(fmt.Errorf("%s: %w", what, err))
			}
		})
	}
	for i := range o.visitors {
		pause := time.Duration(float64(o.visitors) / o.pace * float64(time.Second))
		rnd := rand.New(rand.NewPCG(1853, uint64(i))) //nolint:gosec // a bench
		start("a visitor", func(ctx context.Context) error {
			return every(ctx, pause, func() error { return t.visit(ctx, rnd) })
		})
	}
	start("the editor", func(ctx context.Context) error { return t.edit(ctx, o.edits) })
	start("the follower", t.follow)
	start("those who come and go", t.comeAndGo)
	start("the book", b.keep)
	all.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	return t.compare(context.WithoutCancel(ctx))
}

// look visits so many times, one after the other.
func (t *town) look(ctx context.Context, times int) error {
	rnd := rand.New(rand.NewPCG(1853, 99)) //nolint:gosec // a bench
	for range times {
		if err := t.visit(ctx, rnd); err != nil {
			return err
		}
	}
	return nil
}

// every does something again and again, with as long a pause from one beginning to the next.
func every(ctx context.Context, pause time.Duration, do func() error) error {
	tick := time.NewTicker(max(pause, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := do(); err != nil {
				return err
			}
		}
	}
}
