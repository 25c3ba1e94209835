package queue

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"grappe/internal/platform/db"
)

const (
	// lastWords is how long the record of what became of a job may take, whatever became of the context.
	lastWords = 5 * time.Second
	// grace is how long Run waits for handlers that do not heed the end of their context. Their leases run out.
	grace = 10 * time.Second
)

// Run works off the jobs and schedules until ctx ends; then it cancels the contexts of the handlers, waits for them, and gives
// the jobs that they did not finish back, so that the next process need not wait for the leases. While the database does not
// answer it keeps asking. It returns nil.
func (q *Queue) Run(ctx context.Context) error {
	r := q.runner()
	freed := make(chan taken, q.o.Workers)
	busy, failing := 0, false
	var working sync.WaitGroup
	for ctx.Err() == nil {
		jobs, wait, err := r.take(ctx, q.o.Workers-busy)
		if failing = r.tell(ctx, err, failing); err != nil {
			wait = q.o.Poll
		}
		for _, t := range jobs {
			busy++
			r.began(t)
			working.Go(func() {
				defer func() { freed <- t }()
				q.work(ctx, t)
			})
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-q.wake:
		case t := <-freed:
			busy--
			r.ended(t)
		case <-timer.C:
		}
		timer.Stop()
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		working.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(grace):
		q.o.Log.WarnContext(ctx, "queue: handlers do not end", "jobs", busy)
	}
	return nil
}

// RunDue works off, one after the other, what is due by now, with what becomes due meanwhile, and gives how many jobs it tried.
// It is for tests and for the command line; it may be called beside Run.
func (q *Queue) RunDue(ctx context.Context) (ran int, err error) {
	for r := q.runner(); ; {
		jobs, _, err := r.take(ctx, 1)
		if err != nil {
			return ran, err
		}
		if len(jobs) == 0 {
			return ran, ctx.Err()
		}
		for _, t := range jobs {
			q.work(ctx, t)
			ran++
		}
	}
}

// runner takes what is due.
type runner struct {
	q           *Queue
	quick, long []string // kinds
	atLong      int      // long jobs that are being done
	agenda      agenda
	more        bool // the last claim was as large as it could be
}

func (q *Queue) runner() *runner {
	r := &runner{q: q}
	for _, kind := range slices.Sorted(maps.Keys(q.handlers)) {
		if q.handlers[kind].policy.Long {
			r.long = append(r.long, kind)
		} else {
			r.quick = append(r.quick, kind)
		}
	}
	return r
}

// began and ended count the long jobs.
func (r *runner) began(t taken) {
	if r.q.handlers[t.Kind].policy.Long {
		r.atLong++
	}
}

func (r *runner) ended(t taken) {
	if r.q.handlers[t.Kind].policy.Long {
		r.atLong--
	}
}

// kinds are those that may be taken now, and room how many of the long ones.
func (r *runner) kinds() (kinds []string, room int) {
	if len(r.long) == 0 {
		return r.quick, 0
	}
	if room = max(1, r.q.o.Workers-1) - r.atLong; room <= 0 {
		return r.quick, 0
	}
	return slices.Concat(r.quick, r.long), room
}

// tell logs that the database fails, and that it answers again, once each.
func (r *runner) tell(ctx context.Context, err error, failing bool) bool {
	switch {
	case ctx.Err() != nil:
		return failing
	case err != nil && !failing:
		r.q.o.Log.ErrorContext(ctx, "queue: jobs cannot be taken", "error", err)
	case err == nil && failing:
		r.q.o.Log.InfoContext(ctx, "queue: jobs are taken again")
	}
	return err != nil
}

// take takes at most free jobs, and says after how long to look again. Where nothing is due it costs one statement.
func (r *runner) take(ctx context.Context, free int) ([]taken, time.Duration, error) {
	q := r.q
	kinds, room := r.kinds()
	if len(kinds) == 0 {
		return nil, q.o.Poll, nil
	}
	scheduled, err := r.agenda.follow(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	now := q.now()
	wait := until(now, scheduled, q.o.Poll)
	if free == 0 {
		return nil, wait, nil // whoever becomes free looks
	}
	if !r.more {
		due, err := next(ctx, q.o.DB.Read(), kinds)
		if err != nil || due.IsZero() || due.After(now) {
			return nil, until(now, due, wait), err
		}
	}
	var jobs []taken
	err = q.o.DB.Write(ctx, func(tx *db.Tx) (err error) {
		jobs = nil
		if len(r.quick) > 0 {
			if jobs, err = claim(ctx, tx, r.quick, free, now, q.o.Lease); err != nil {
				return err
			}
		}
		room := min(room, free-len(jobs))
		if room <= 0 {
			return nil
		}
		more, err := claim(ctx, tx, r.long, room, now, q.o.Lease)
		jobs = append(jobs, more...)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	r.more = len(jobs) == free
	if len(jobs) > 0 && len(jobs) < free {
		wait = 0 // to learn what is due next
	}
	return jobs, wait, nil
}

// until is how long it is until then, at most longest.
func until(now, then time.Time, longest time.Duration) time.Duration {
	if then.IsZero() {
		return longest
	}
	return max(0, min(then.Sub(now), longest))
}

// work does one job and records what became of it.
func (q *Queue) work(ctx context.Context, t taken) {
	h := q.handlers[t.Kind]
	switch {
	case ctx.Err() != nil:
		q.finish(ctx, h, t, ctx.Err())
		return
	case t.Attempt > h.policy.Attempts:
		q.finish(ctx, h, t, Permanent(errDied))
		return
	}
	bounded, cancel := context.WithTimeoutCause(ctx, h.policy.Timeout, errTimeout)
	defer cancel()
	bounded, lose := context.WithCancelCause(bounded)
	defer lose(nil)
	stop := sync.OnceFunc(q.keepAlive(ctx, t, lose))
	defer stop() // also when the handler ends its goroutine
	err := guarded(bounded, h.do, t.Job)
	stop()
	if errors.Is(context.Cause(bounded), errLost) {
		q.o.Log.WarnContext(ctx, "queue: a lease was lost", "kind", t.Kind, "job", t.ID, "attempt", t.Attempt)
		return
	}
	q.finish(ctx, h, t, err)
}

// keepAlive renews the lease of a job until stop is called, however the context ends: the handler may take its time to heed
// that. It calls lose when the lease is another's, or has run out without being renewed.
func (q *Queue) keepAlive(ctx context.Context, t taken, lose context.CancelCauseFunc) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(max(q.o.Lease/3, time.Millisecond))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if !q.beat(ctx, &t) {
				lose(errLost)
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// beat renews a lease and reports whether it still holds.
func (q *Queue) beat(ctx context.Context, t *taken) bool {
	bounded, cancel := context.WithTimeout(ctx, q.o.Lease)
	defer cancel()
	held, extended := false, q.now().Add(q.o.Lease)
	err := q.o.DB.Write(bounded, func(tx *db.Tx) (err error) {
		held, err = renew(bounded, tx, *t, extended)
		return err
	})
	switch {
	case err != nil:
		return ctx.Err() != nil || q.now().Before(t.until) // by then another may have taken it
	case held:
		t.until = extended
	}
	return held
}

// finish records what became of a job, unless its lease was lost.
func (q *Queue) finish(ctx context.Context, h *handler, t taken, err error) {
	stopping := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	_, hopeless := errors.AsType[permanent](err)
	last := hopeless || t.Attempt >= h.policy.Attempts
	log := q.o.Log.With("kind", t.Kind, "job", t.ID, "attempt", t.Attempt)
	held, now := false, q.now()
	wrote := q.o.DB.Write(ctx, func(tx *db.Tx) (e error) {
		switch {
		case err == nil:
			held, e = remove(ctx, tx, t)
		case stopping && !hopeless:
			held, e = giveBack(ctx, tx, t, now)
			return e
		case !last:
			held, e = postpone(ctx, tx, t, now.Add(h.policy.Backoff(t.Attempt)), reason(err))
			return e
		case h.schedule != nil: // its row says so, and it comes round again
			held, e = remove(ctx, tx, t)
		default:
			held, e = bury(ctx, tx, t, now, reason(err))
		}
		if e == nil && held && h.schedule != nil {
			e = h.schedule.ended(ctx, tx, now, err)
		}
		return e
	})
	switch {
	case wrote != nil:
		log.ErrorContext(ctx, "queue: the end of a job was not recorded: it will run again", "error", wrote)
	case !held:
		log.WarnContext(ctx, "queue: a lease was lost")
	case err == nil:
		q.count(t.Kind, tally{done: 1})
	case stopping && !hopeless:
		log.InfoContext(ctx, "queue: a job is given back")
	default:
		q.count(t.Kind, tally{failed: 1})
		logFailure(ctx, log, err, last)
	}
}

func logFailure(ctx context.Context, log *slog.Logger, err error, last bool) {
	level, words := slog.LevelWarn, "queue: a job failed and will be tried again"
	if last {
		level, words = slog.LevelError, "queue: a job failed for good"
	}
	attrs := []any{"error", err}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, "stack", string(p.stack))
	}
	log.Log(ctx, level, words, attrs...)
}
