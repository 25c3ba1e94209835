package mirror

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Sync brings a mirror up to what its source says now and tells what changed. progress, where given, is told after each
// commit how many cards the mirror holds.
//
// Whatever the source does, what was copied stays: a page is written whole or not at all, with the place behind it, and the
// next call goes on there. The state of the mirror then says what went wrong. errs.NotFound where there is no such mirror,
// errs.Conflict where another process works on it; else the errors of the client and of the feed, of errs.Unavailable,
// errs.Forbidden or errs.TooLarge.
func (s *Service) Sync(ctx context.Context, code string, progress func(cards int)) (Report, error) {
	return s.sync(ctx, code, manner{progress: progress})
}

// SyncFewer is Sync where somebody knows that the source rightly has far fewer cards than the copy: see run.finish.
func (s *Service) SyncFewer(ctx context.Context, code string, progress func(cards int)) (Report, error) {
	return s.sync(ctx, code, manner{progress: progress, fewer: true})
}

// manner is how one synchronisation goes about it.
type manner struct {
	progress func(cards int)
	fewer    bool          // far fewer cards than before are taken for the truth
	longest  time.Duration // after which it is enough; 0 for as long as it takes
}

func (s *Service) sync(ctx context.Context, code string, how manner) (Report, error) {
	r, err := s.begin(ctx, code)
	if err != nil {
		return Report{}, err
	}
	started, before := s.now(), r.m
	r.m.LastTryAt, r.fewer = started, how.fewer
	stop := r.keepAlive(ctx)
	err = r.bounded(ctx, how)
	stop()
	r.report.Seconds = s.now().Sub(started).Seconds()
	if ended := r.end(ctx, err, before); ended != nil && err == nil {
		err = ended
	}
	r.report.Mirror = r.m
	return r.report, err
}

// bounded reads the source for as long as it may take. One that is too slow for that is told as such: only the end of ctx
// itself is no fault of the source.
func (r *run) bounded(ctx context.Context, how manner) error {
	if how.longest == 0 {
		return r.sync(ctx, how.progress)
	}
	slow := errs.New(errs.Unavailable, "mirror.slow", errs.Args{"host": r.m.Host(), "minutes": int(how.longest.Minutes())})
	inTime, cancel := context.WithTimeoutCause(ctx, how.longest, slow)
	defer cancel()
	err := r.sync(inTime, how.progress)
	if err != nil && inTime.Err() != nil && ctx.Err() == nil {
		return slow
	}
	return err
}

func (r *run) sync(ctx context.Context, progress func(cards int)) error {
	t, err := r.s.rooms.Territory(ctx, r.m.Territory)
	if err != nil {
		return err
	}
	cards := reader{
		mirror: r.m, tree: t.Tree(), competences: r.s.rooms.Competences, sectors: r.s.rooms.Sectors, now: r.s.now(),
	}
	for restarted, n := false, 0; n < r.s.limits.pages; n++ {
		p, err := r.fetch(ctx)
		if errors.Is(err, errStale) && !restarted {
			restarted = true
			if err := r.restart(ctx); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, errStale) {
			return garbage(err, r.m.Host())
		}
		if err != nil {
			return err
		}
		if err := r.take(ctx, p, cards); err != nil {
			return err
		}
		if progress != nil {
			progress(r.m.Cards)
		}
		if !p.more {
			return r.finish(ctx)
		}
	}
	return errs.New(errs.Unavailable, "mirror.endless", errs.Args{"host": r.m.Host()})
}

// A source that asks us to come back in a moment is waited for, some times over for each page: it is how one with fair
// limits is read from its beginning.
const (
	longestWait = time.Minute
	mostWaits   = 5
)

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// fetch reads the next page; a smaller one where the usual one is too large.
func (r *run) fetch(ctx context.Context) (page, error) {
	for {
		p, answer, err := get(ctx, r.s.rooms.Client, r.m.Source, r.m.place, r.limit)
		if errs.Is(err, errs.TooLarge) && r.limit > fewestCards {
			r.limit /= 5
			continue
		}
		if r.wait = waitOf(answer); err != nil {
			if e := errs.As(err); e == nil || e.Key != keyLater || r.wait == 0 || r.wait > longestWait || r.waits == mostWaits {
				return page{}, err
			}
			r.waits++
			if err := r.s.pause(ctx, r.wait); err != nil {
				return page{}, err
			}
			continue
		}
		r.waits = 0
		if p.territory != r.m.Territory {
			return page{}, errs.New(errs.Unavailable, "mirror.became_other", errs.Args{"host": r.m.Host(), "found": clip(p.territory), "code": r.m.Territory})
		}
		if r.read += int64(len(answer.Body)); r.read > r.s.limits.bytes {
			return page{}, errs.New(errs.Unavailable, "mirror.endless", errs.Args{"host": r.m.Host()})
		}
		return p, nil
	}
}

// restart reads the feed from its beginning again. All cards stay until its end is reached.
func (r *run) restart(ctx context.Context) error {
	err := r.rewind(ctx)
	if err == nil {
		r.report.Restarted = true
	}
	return err
}

// rewind sets the place back to the beginning of the feed.
func (r *run) rewind(ctx context.Context) error {
	next := r.m
	next.place, next.Complete, next.generation = "", false, next.generation+1
	err := r.write(ctx, func(tx *db.Tx) error { return r.s.store.save(ctx, tx, next) })
	if err == nil {
		r.m = next
	}
	return err
}

// finish deletes, at the end of a reading from the beginning, the cards that it did not meet. A source that suddenly knows
// none of them, or less than half as many, has lost them, and not we: nothing is deleted and the next reading begins anew,
// unless somebody said that there are fewer.
func (r *run) finish(ctx context.Context) error {
	if r.m.Complete {
		return nil
	}
	met, err := r.s.store.met(ctx, r.s.db.Read(), r.m.Territory, r.m.generation)
	if err != nil {
		return err
	}
	if met == 0 && r.m.Cards > 0 || 2*met < r.m.Cards && !r.fewer {
		if err := r.rewind(ctx); err != nil {
			return err
		}
		if met == 0 {
			return errs.New(errs.Unavailable, "mirror.emptied", errs.Args{"host": r.m.Host(), "territory": r.m.Territory, "n": r.m.Cards})
		}
		return errs.New(errs.Unavailable, "mirror.shrunk", errs.Args{
			"host": r.m.Host(), "territory": r.m.Territory, "n": met, "cards": r.m.Cards, "address": r.m.Source,
		})
	}
	if err := r.drop(ctx, r.m.generation); err != nil {
		return err
	}
	next := r.m
	next.Complete = true
	err = r.write(ctx, func(tx *db.Tx) error { return r.s.store.save(ctx, tx, next) })
	if err == nil {
		r.m = next
	}
	return err
}

// longestPause is the most that passes between two tries at a source that fails.
const longestPause = time.Hour

// end notes how it went and gives the lease back. Being stopped is no failure of the source.
func (r *run) end(ctx context.Context, cause error, before Mirror) error {
	if ctx.Err() != nil || errs.Is(cause, errs.Conflict) {
		r.letGo(ctx)
		return nil
	}
	now, every := r.s.now(), r.s.rooms.Every
	if cause == nil {
		r.refresh(ctx)
		r.m.LastOKAt, r.m.FailingSince, r.m.Failures, r.m.Fault = now, time.Time{}, 0, nil
		r.m.NextAt = now.Add(jitter(every))
	} else {
		if r.m.Failures == 0 {
			r.m.FailingSince = now
		}
		r.m.Failures++
		r.m.Fault = faultOf(cause)
		r.m.NextAt = now.Add(jitter(max(backoff(every, r.m.Failures), min(r.wait, longestPause))))
	}
	err := r.write(ctx, func(tx *db.Tx) error {
		if err := r.s.store.note(ctx, tx, r.m); err != nil {
			return err
		}
		return r.release(ctx, tx)
	})
	if err != nil {
		r.letGo(ctx)
		return err
	}
	r.tell(ctx, cause, before)
	return nil
}

// refresh asks the source once a day how it wants to be named, and under which terms its cards are. What it said holds
// while it does not answer.
func (r *run) refresh(ctx context.Context) {
	now := r.s.now()
	if now.Sub(r.m.described) < 24*time.Hour {
		return
	}
	source := Source{Address: r.m.Source, Territory: r.m.Territory}
	source.describe(ctx, r.s.rooms.Client)
	if source.described {
		r.m.Title, r.m.Attribution, r.m.Licence, r.m.Terms, r.m.described = source.Title, source.Attribution, source.Licence, source.Terms, now
	}
}

// tell writes to the log when the state of a mirror changes, and only then.
func (r *run) tell(ctx context.Context, cause error, before Mirror) {
	switch {
	case cause != nil && (before.Fault == nil || before.Fault.Key != r.m.Fault.Key):
		r.s.log.WarnContext(ctx, "a mirror cannot be brought up to date; its last copy stays",
			"territory", r.m.Territory, "source", r.m.Source, "cards", r.m.Cards, "error", cause)
	case cause == nil && before.Fault != nil:
		r.s.log.InfoContext(ctx, "a mirror is up to date again", "territory", r.m.Territory, "source", r.m.Source, "cards", r.m.Cards)
	}
}

func faultOf(err error) *Fault {
	if e := errs.As(err); e != nil {
		return &Fault{Key: e.Key, Args: e.Args}
	}
	return &Fault{Key: "mirror.internal"}
}

// backoff doubles the pause with each failure, up to longestPause; a longer usual pause stays.
func backoff(every time.Duration, failures int) time.Duration {
	pause := every
	for range failures {
		if pause >= longestPause {
			break
		}
		pause = min(2*pause, longestPause)
	}
	return pause
}

// jitter lengthens or shortens a pause by up to a tenth, so that many mirrors do not all ask at once.
func jitter(pause time.Duration) time.Duration {
	return pause - pause/10 + time.Duration(rand.Int64N(int64(pause/5)+1))
}
