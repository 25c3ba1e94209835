package mirror

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// leaseLife is how long a holder that is not heard of keeps its lease, when nobody can see whether it still runs.
const (
	leaseLife = 15 * time.Second
	beatEvery = 4 * time.Second
)

// run is one piece of work on a mirror, which nobody else works on meanwhile.
type run struct {
	s      *Service
	code   string // of the territory
	holder db.Holder
	m      Mirror
	report Report
	wait   time.Duration // for which the source asked
	waits  int           // for this page
	read   int64         // bytes
	limit  int           // cards to a page
	fewer  bool          // see manner
}

// begin takes the lease of a mirror. It returns errs.Conflict where another works on it, errs.NotFound where there is none.
func (s *Service) begin(ctx context.Context, code string) (*run, error) {
	r := &run{s: s, code: code, holder: db.NewHolder(), limit: cardsAPage}
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		tx.Serialize("mirror", code)
		if r.m, err = s.store.mirror(ctx, tx, code); err != nil {
			return err
		}
		return r.claim(ctx, tx)
	})
	return r, err
}

func (r *run) claim(ctx context.Context, tx *db.Tx) error {
	var held db.Holder
	var beat time.Time
	err := tx.QueryRowContext(ctx, "SELECT holder, host, pid, beat_at FROM mirror_leases WHERE territory = $1", r.code).
		Scan(&held.ID, &held.Host, &held.PID, db.Millis(&beat))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("mirror: lease: %w", err)
	}
	now := r.s.now()
	if err == nil && now.Sub(beat) <= leaseLife && held.MayRun(r.holder) {
		return errs.New(errs.Conflict, keyBusy, errs.Args{"territory": r.code, "host": held.Machine()})
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO mirror_leases (territory, holder, host, pid, beat_at) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (territory) DO UPDATE SET holder = excluded.holder, host = excluded.host, pid = excluded.pid, beat_at = excluded.beat_at`,
		r.code, r.holder.ID, r.holder.Host, r.holder.PID, db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("mirror: take lease: %w", err)
	}
	return nil
}

const keyBusy = "mirror.busy"

// beat renews the lease and fails with errs.Conflict when another has taken it: then nothing more may be written.
func (r *run) beat(ctx context.Context, q db.Querier) error {
	result, err := q.ExecContext(ctx, "UPDATE mirror_leases SET beat_at = $1 WHERE territory = $2 AND holder = $3",
		db.ToMillis(r.s.now()), r.code, r.holder.ID)
	if err != nil {
		return fmt.Errorf("mirror: renew lease: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(err, errs.Conflict, "mirror.lease_lost", errs.Args{"territory": r.code})
	}
	return nil
}

// write runs a transaction that only who holds the lease may do.
func (r *run) write(ctx context.Context, f func(tx *db.Tx) error) error {
	return r.s.db.Write(ctx, func(tx *db.Tx) error {
		if err := r.beat(ctx, tx); err != nil {
			return err
		}
		return f(tx)
	})
}

// keepAlive renews the lease while the source is waited for; what it returns ends that.
func (r *run) keepAlive(ctx context.Context) (stop func()) {
	return db.Beat(ctx, beatEvery, func(ctx context.Context) {
		// A lease that cannot be renewed is noticed by the next transaction, which renews it too.
		_ = r.write(ctx, func(*db.Tx) error { return nil })
	})
}

// lastWords is how long a run that ends badly may take to say so.
const lastWords = 5 * time.Second

// letGo gives the lease back, whatever became of ctx. When even that fails, the lease runs out.
func (r *run) letGo(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	_ = r.s.db.Write(ctx, func(tx *db.Tx) error { return r.release(ctx, tx) })
}

func (r *run) release(ctx context.Context, q db.Querier) error {
	_, err := q.ExecContext(ctx, "DELETE FROM mirror_leases WHERE territory = $1 AND holder = $2", r.code, r.holder.ID)
	if err != nil {
		return fmt.Errorf("mirror: release lease: %w", err)
	}
	return nil
}
