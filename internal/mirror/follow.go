package mirror

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// looks is how often Follow looks for mirrors that are due: one that another process added or asked for shows up then.
const looks = 15 * time.Second

// longestSync bounds one synchronisation in the background; the next one goes on where it was.
const longestSync = 30 * time.Minute

// Follow keeps all mirrors current until ctx ends, and gives its error. What fails is noted in the mirror's state, told in
// the log, and tried again later.
func (s *Service) Follow(ctx context.Context) error {
	tick := time.NewTicker(min(looks, s.rooms.Every))
	defer tick.Stop()
	for {
		s.SyncDue(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// SyncDue brings the mirrors up to date whose time has come, one after the other, and gives their number. One that
// another process works on is left to it.
func (s *Service) SyncDue(ctx context.Context) int {
	// Whoever asked last may have had a longer pause in mind: a command knows nothing of how often serve looks.
	now := s.now()
	due, err := s.store.mirrors(ctx, s.db.Read(), "WHERE next_at <= $1 OR failures = 0 AND last_try_at <= $2 ORDER BY next_at, territory",
		db.ToMillis(now), db.ToMillis(now.Add(-s.rooms.Every*11/10)))
	if err != nil {
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "the mirrors cannot be read", "error", err)
		}
		return 0
	}
	done := 0
	for _, m := range due {
		if ctx.Err() != nil {
			break
		}
		bounded, cancel := context.WithTimeout(ctx, longestSync)
		_, err := s.Sync(bounded, m.Territory, nil)
		cancel()
		switch e := errs.As(err); {
		case err == nil:
			done++
		case e != nil && (e.Kind == errs.Conflict || e.Kind == errs.NotFound), ctx.Err() != nil:
		case e == nil:
			s.log.ErrorContext(ctx, "a mirror failed by itself", "territory", m.Territory, "error", err)
		}
	}
	return done
}
