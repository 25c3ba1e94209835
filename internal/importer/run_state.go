package importer

import (
	"context"
	"errors"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
)

// begin takes the lease and makes the run, or takes up the one that was interrupted.
func (r *runner) begin(ctx context.Context, tx *db.Tx) error {
	st, source, territory := r.s.store, r.o.Mapping.Key, r.o.Territory.Code
	run := Run{
		ID: db.NewID(), Territory: territory, Source: source, File: r.o.File, Fingerprint: r.run.Fingerprint,
		State: Running, Total: r.profile.Rows, StartedAt: toMilli(r.s.now()), Person: r.o.Person,
	}
	if err := r.s.listings.MayWrite(ctx, tx, territory); err != nil {
		return err
	}
	if err := r.s.claim(ctx, tx, run, r.holder); err != nil {
		return err
	}
	if err := st.saveSource(ctx, tx, r.o.Mapping); err != nil {
		return err
	}
	open, err := st.runs(ctx, tx, "WHERE territory = $1 AND source = $2 AND state = $3 LIMIT 1", territory, source, string(Undoing))
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return errs.New(errs.Conflict, "importer.run.half_undone", errs.Args{"run": open[0].ID})
	}
	last, err := st.runs(ctx, tx, "WHERE territory = $1 AND source = $2 ORDER BY id DESC LIMIT 1", territory, source)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		before := last[0]
		unfinished := before.State == Running || before.State == Interrupted || before.State == Failed
		if unfinished && before.Fingerprint == run.Fingerprint {
			before.State, before.Fault, before.EndedAt = Running, "", time.Time{}
			return r.resume(ctx, tx, before)
		}
		if before.State == Running {
			before.State, before.EndedAt = Interrupted, toMilli(r.s.now())
			if err := st.saveRun(ctx, tx, before); err != nil {
				return err
			}
		}
	}
	var told []Outcome
	for _, w := range r.profile.Warnings() {
		told = append(told, Outcome{Row: w.Row, Warnings: remarks([]Warning{w})})
	}
	run.Warned, run.batches = len(told), 1
	if err := st.insertRun(ctx, tx, run); err != nil {
		return err
	}
	if err := st.insertBatch(ctx, tx, run.ID, 0, told); err != nil {
		return err
	}
	r.run, r.resumed = run, false
	return nil
}

// resume takes an unfinished run up again.
func (r *runner) resume(ctx context.Context, tx *db.Tx, run Run) error {
	if err := r.s.claim(ctx, tx, run, r.holder); err != nil {
		return err
	}
	r.run, r.resumed = run, true
	return r.s.store.saveRun(ctx, tx, run)
}

// claim takes the lease of the run's source for a holder, or says who has it.
func (s *Service) claim(ctx context.Context, tx *db.Tx, run Run, h db.Holder) error {
	tx.Serialize("import-lease", run.Territory+"/"+run.Source)
	held, err := s.store.lease(ctx, tx, run.Territory, run.Source)
	if err != nil {
		return err
	}
	now := s.now()
	if held != nil && held.holder.ID != h.ID && held.alive(h, now) {
		return busy(run, held.holder)
	}
	return s.store.take(ctx, tx, run.Territory, run.Source, lease{holder: h, run: run.ID, beatAt: now})
}

func busy(run Run, h db.Holder) error {
	return errs.New(errs.Conflict, "importer.run.busy", errs.Args{
		"source": run.Source, "territory": run.Territory, "host": h.Machine(), "process": h.Process(),
	})
}

// alive reports whether the holder of a lease may still be at work, as far as who asks can see.
func (l lease) alive(asks db.Holder, now time.Time) bool {
	if now.Sub(l.beatAt) > leaseLife {
		return false
	}
	return l.holder.MayRun(asks)
}

// keepAlive renews the lease while the run writes; what it returns ends that.
func (r *runner) keepAlive(ctx context.Context) (stop func()) {
	if r.o.DryRun {
		return func() {}
	}
	return r.s.beatWhile(ctx, r.run, r.holder)
}

func (s *Service) beatWhile(ctx context.Context, run Run, h db.Holder) (stop func()) {
	return db.Beat(ctx, beatEvery, func(ctx context.Context) {
		// A lease that cannot be renewed is noticed by the next batch, which renews it too.
		_ = s.db.Write(ctx, func(tx *db.Tx) error { return s.store.beat(ctx, tx, run, h, s.now()) })
	})
}

// finish tells what the reader said of the file as a whole and ends the run.
func (r *runner) finish(ctx context.Context, warnings []tabular.Warning) error {
	var next Run
	err := r.write(ctx, func(tx *db.Tx) error {
		next = r.run
		if err := r.s.store.beat(ctx, tx, next, r.holder, r.s.now()); err != nil {
			return err
		}
		var told []Outcome
		for _, w := range warnings {
			told = append(told, Outcome{Row: w.Line, Warnings: remarks([]Warning{FileWarning(w)})})
		}
		next.Warned += len(told)
		if err := r.s.store.insertBatch(ctx, tx, next.ID, next.batches, told); err != nil {
			return err
		}
		next.batches++
		next.State, next.EndedAt, next.Total = Done, toMilli(r.s.now()), next.Rows
		if err := r.s.store.saveRun(ctx, tx, next); err != nil {
			return err
		}
		return r.s.store.release(ctx, tx, next, r.holder)
	})
	if err == nil {
		r.run = next
	}
	return err
}

// lastWords is how long a run that ends badly may take to say so.
const lastWords = 5 * time.Second

// giveUp notes why the run ended and lets the next one in at once. When even that fails, the lease runs out.
func (r *runner) giveUp(ctx context.Context, cause error) {
	if r.o.DryRun {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	run := r.run
	run.State, run.EndedAt = Failed, toMilli(r.s.now())
	if e := errs.As(cause); e != nil {
		run.Fault = e.Key
	}
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		run.State = Interrupted
	}
	_ = r.s.db.Write(ctx, func(tx *db.Tx) error {
		if err := r.s.store.beat(ctx, tx, run, r.holder, r.s.now()); err != nil {
			return err // another has taken over: the run is its own now
		}
		if err := r.s.store.saveRun(ctx, tx, run); err != nil {
			return err
		}
		return r.s.store.release(ctx, tx, run, r.holder)
	})
}
