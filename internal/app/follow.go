package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// What fails is tried again after firstPause, then after twice as long each time, up to lastPause.
const (
	firstPause = 250 * time.Millisecond
	lastPause  = 15 * time.Second
)

// untilDone runs f until it passes or ctx ends, and gives the error of ctx. What fails is told at level error, each time.
func (a *App) untilDone(ctx context.Context, what string, f func() error) error {
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, lastPause) {
		err := f()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			break
		}
		a.log.ErrorContext(ctx, what+" failed, will try again", "error", err, "in", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return ctx.Err()
}

// follow reads the listings and keeps the indexes and the registry current until ctx ends; ready is closed when all have been
// read. Changes are followed from the start: the indexes of small territories need not wait for that of a large one, nor edits
// for a territory that is read anew. Whatever fails is tried again: neither a base that is away for a moment nor a card that
// cannot be read may leave the indexes behind for good.
func (a *App) follow(ctx context.Context, g *registry, ready chan<- struct{}) error {
	var after int64
	err := a.untilDone(ctx, "reading the change log", func() (err error) {
		after, err = db.LastChange(ctx, a.DB.Read())
		return err
	})
	if err != nil {
		return err
	}
	a.stands(g, after)
	a.position.Store(after)
	var reading sync.WaitGroup
	defer reading.Wait()
	read := func(codes ...string) error {
		return a.untilDone(ctx, "reading the listings", func() error {
			_, err := a.Directory.Load(ctx, codes...)
			return err
		})
	}
	reading.Go(func() {
		if read() == nil {
			a.versions.begin()
			close(ready)
			a.keep(ctx)
		}
	})
	beside := func(_ context.Context, codes ...string) (int64, error) {
		reading.Go(func() { _ = read(codes...) }) // only fails when ctx ends
		return 0, nil
	}
	for range a.DB.Watch(ctx) {
		err := a.untilDone(ctx, "following the change log", func() (err error) {
			after, err = a.catchUp(ctx, g, after, beside)
			return err
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// changesAtOnce is how many changes are applied together.
const changesAtOnce = 2000

// catchUp applies what the change log holds beyond a position, and gives the new one. Territories whose cards have to be read
// are left to load.
func (a *App) catchUp(
	ctx context.Context, g *registry, after int64, load func(context.Context, ...string) (int64, error),
) (int64, error) {
	for {
		changes, err := a.DB.Changes(ctx, after, changesAtOnce)
		if err != nil || len(changes) == 0 {
			return after, err
		}
		unread, err := a.followed(ctx, g, changes)
		if err != nil {
			return after, err
		}
		a.tell(changes)
		if len(unread) > 0 {
			if _, err := load(ctx, unread...); err != nil {
				return after, err
			}
		}
		after = changes[len(changes)-1].Seq
		a.position.Store(after)
	}
}

// followed brings the registry and the indexes up to changes, and names the territories whose cards have to be read.
func (a *App) followed(ctx context.Context, g *registry, changes []db.Change) (unread []string, err error) {
	a.versions.unsettle()
	defer func() {
		if err != nil {
			a.versions.giveUp()
		} else {
			a.versions.settle(changes)
		}
	}()
	if slices.ContainsFunc(changes, func(c db.Change) bool { return c.Kind == territory.ChangeKind }) {
		if err := g.reload(ctx, a.Territories, a.log); err != nil {
			return nil, err
		}
	}
	if err := a.freshen(ctx, changes); err != nil {
		return nil, err
	}
	return a.Directory.Follow(ctx, changes)
}

// renewing is told that another index is about to answer for a territory; it gives what is to be called when it does.
func (a *App) renewing(code string) (done func()) {
	a.versions.unsettle()
	return func() { a.versions.renewed(code) }
}
