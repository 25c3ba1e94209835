package app

import (
	"context"
	"slices"
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

// follow reads the listings, then keeps the indexes and the registry current until ctx ends. Whatever fails is tried again:
// neither a base that is away for a moment nor a card that cannot be read may leave the indexes behind for good.
func (a *App) follow(ctx context.Context, g *registry, ready chan<- struct{}) error {
	var after int64
	err := a.untilDone(ctx, "reading the listings", func() (err error) {
		after, err = a.Directory.Load(ctx)
		return err
	})
	if err != nil {
		return err
	}
	a.versions.settle(nil)
	close(ready)
	a.stands(g, after)
	for range a.DB.Watch(ctx) {
		err := a.untilDone(ctx, "following the change log", func() (err error) {
			after, err = a.catchUp(ctx, g, after)
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

// catchUp applies what the change log holds beyond a position, and gives the new one.
func (a *App) catchUp(ctx context.Context, g *registry, after int64) (int64, error) {
	for {
		changes, err := a.DB.Changes(ctx, after, changesAtOnce)
		if err != nil || len(changes) == 0 {
			return after, err
		}
		a.versions.unsettle()
		if slices.ContainsFunc(changes, func(c db.Change) bool { return c.Kind == territory.ChangeKind }) {
			if err := g.reload(ctx, a.Territories, a.log); err != nil {
				return after, err
			}
		}
		if err := a.Directory.Apply(ctx, changes); err != nil {
			return after, err
		}
		a.versions.settle(changes)
		a.tell(changes)
		after = changes[len(changes)-1].Seq
	}
}
