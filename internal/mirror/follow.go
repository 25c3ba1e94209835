package mirror

import (
	"context"
	"sync"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// looks is how often Follow looks for mirrors that are due: one that another process added or asked for shows up then.
const looks = 15 * time.Second

// longestSync bounds one synchronisation in the background; the next one goes on where it was.
const longestSync = 30 * time.Minute

// atOnce is how many sources are read side by side: a slow one must not hold up the others.
const atOnce = 8

// Follow keeps all mirrors current until ctx ends, and gives its error. What fails is noted in the mirror's state, told in
// the log, and tried again later.
func (s *Service) Follow(ctx context.Context) error {
	tick := time.NewTicker(min(looks, s.rooms.Every))
	defer tick.Stop()
	var work crew
	defer work.Wait()
	for {
		for _, m := range s.due(ctx) {
			work.start(m.Territory, func() { s.syncInTime(ctx, m.Territory) })
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// due are the mirrors whose time has come, those first that have waited longest. Whoever asked last may have had a longer
// pause in mind: a command knows nothing of how often serve looks.
func (s *Service) due(ctx context.Context) []Mirror {
	now := s.now()
	due, err := s.store.mirrors(ctx, s.db.Read(), "WHERE next_at <= $1 OR failures = 0 AND last_try_at <= $2 ORDER BY next_at, territory",
		db.ToMillis(now), db.ToMillis(now.Add(-s.rooms.Every*11/10)))
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "the mirrors cannot be read", "error", err)
	}
	return due
}

// syncInTime brings one mirror up to date for nobody in particular, and reports whether it is.
func (s *Service) syncInTime(ctx context.Context, code string) bool {
	if ctx.Err() != nil {
		return false
	}
	_, err := s.sync(ctx, code, manner{longest: s.limits.time})
	if err != nil && errs.As(err) == nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a mirror failed by itself", "territory", code, "error", err)
	}
	return err == nil
}

// crew runs pieces of work side by side, at most atOnce, and one at a time of each name. The zero value is ready.
type crew struct {
	sync.WaitGroup
	mu   sync.Mutex
	busy map[string]bool
}

// start begins a piece of work, unless one of that name still runs or there are hands for no more; it is due again then.
func (c *crew) start(name string, work func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy[name] || len(c.busy) == atOnce {
		return
	}
	if c.busy == nil {
		c.busy = map[string]bool{}
	}
	c.busy[name] = true
	c.Go(func() {
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.busy, name)
		}()
		work()
	})
}
