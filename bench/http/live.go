package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"grappe/bench/instance"
	"grappe/bench/results"
	"grappe/internal/app"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// livePath is where a territory tells its news.
const livePath = "/nc/api/v1/changes/live"

// opened is how many live connections are opened at once.
const opened = 50

// raiseFiles lets this process, and those that it starts, hold so many connections. It fails where the system allows fewer.
func raiseFiles(n uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur >= n {
		return nil
	}
	limit.Cur, limit.Max = n, max(n, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("%d open files are needed (ulimit -n): %w", n, err)
	}
	return nil
}

// measureLive holds idle connections on an instance of its own, and tells its memory while two heartbeats of each pass.
func measureLive(ctx context.Context, o options) (results.HTTP, error) {
	if err := raiseFiles(uint64(o.live) + 500); err != nil {
		return results.HTTP{}, err
	}
	p, err := instance.Start(ctx, o.binary, instance.Base{Data: o.data}, "--log-level", "warn", "--live", fmt.Sprint(o.live))
	if err != nil {
		return results.HTTP{}, err
	}
	defer p.Stop()
	before, err := p.Resident()
	if err != nil {
		return results.HTTP{}, err
	}
	begun := time.Now()
	held, err := p.Listen(ctx, livePath, o.live, opened)
	if err != nil {
		return results.HTTP{}, err
	}
	defer held.Close()
	took := time.Since(begun)
	most := int64(0)
	for until := time.Now().Add(o.idle); time.Now().Before(until); time.Sleep(time.Second) {
		now, err := p.Resident()
		if err != nil {
			return results.HTTP{}, err
		}
		most = max(most, now)
	}
	figures, err := p.Figures(ctx)
	if err != nil {
		return results.HTTP{}, err
	}
	if lost := held.Lost.Load(); lost > 0 || int(figures["live_connections"]) != o.live {
		return results.HTTP{}, fmt.Errorf("%d live connections were lost; %v are open", lost, figures["live_connections"])
	}
	told, err := tellAll(ctx, o, held)
	if err != nil {
		return results.HTTP{}, err
	}
	after, err := p.Resident()
	if err != nil {
		return results.HTTP{}, err
	}
	mb := func(bytes int64) float64 { return float64(bytes) / (1 << 20) }
	return results.HTTP{
		Case: fmt.Sprintf("live_%d", o.live),
		Note: fmt.Sprintf("%d idle live connections: %.0f MB resident at most in %v, %.0f MB before them, %.1f KB each; opened in %.1f s; %d heartbeats came; an edit reached all in %d ms, %.0f MB then",
			o.live, mb(most), o.idle, mb(before), float64(most-before)/1024/float64(o.live), took.Seconds(), held.Beats.Load(), told.Milliseconds(), mb(after)),
	}, nil
}

// tellAll edits a card as another process on the base does, and gives how long it takes from then until the last connection
// was told.
func tellAll(ctx context.Context, o options, held *instance.Listeners) (time.Duration, error) {
	writer, err := app.Open(ctx, app.Options{Data: o.data})
	if err != nil {
		return 0, err
	}
	defer writer.Close()
	found := errors.New("found")
	var card listing.Listing
	err = writer.Listings.Each(ctx, writer.DB.Read(), "nc", func(l listing.Listing) error { card = l; return found })
	if !errors.Is(err, found) {
		return 0, errors.Join(err, errors.New("the base has no card"))
	}
	want := held.Events.Load() + int64(o.live)
	card.Headline = fmt.Sprintf("Éditée le %s", time.Now().Format(time.RFC3339Nano))
	begun := time.Now()
	_, _, err = listing.NewService(writer.DB, time.Now).Edit(ctx, listing.Author{Source: company.Source{Kind: company.FromOwner}}, card.ID, card.Version, card.Content, []string{"headline"})
	if err != nil {
		return 0, err
	}
	for time.Since(begun) < 10*time.Second {
		if held.Events.Load() >= want {
			return time.Since(begun), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("%d of %d connections were not told within ten seconds", want-held.Events.Load(), o.live)
}
