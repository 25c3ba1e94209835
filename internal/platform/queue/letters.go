package queue

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Stats says how the queue is doing, over all processes.
type Stats struct {
	Waiting, Running, Dead int
	Oldest                 time.Time // when the waiting job was due that is overdue longest; zero where none is overdue
	ByKind                 []KindStats
	Schedules              []ScheduleState
	Zone                   *time.Location // of the times of day of Daily
}

// KindStats counts the jobs of a kind.
type KindStats struct {
	Kind                   string
	Waiting, Running, Dead int
	Done, Failed           int64 // attempts of this process since its start
}

// ScheduleState is how a schedule is doing.
type ScheduleState struct {
	Name            string
	Next, Fired, OK time.Time // when it is due next, was last due and last ended well
	Failures        int       // since then
	Error           string    // key or short text of the last failure, "" after a success
}

// Stats counts the jobs. Schedules are those of this queue, or all where it has none.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Zone: q.o.Zone(ctx)}
	err := q.o.DB.View(ctx, func(tx *db.Tx) error {
		kinds := map[string]*KindStats{}
		of := func(kind string) *KindStats {
			if kinds[kind] == nil {
				kinds[kind] = &KindStats{Kind: kind}
			}
			return kinds[kind]
		}
		if err := s.jobs(ctx, tx, q.now(), of); err != nil {
			return err
		}
		q.mu.Lock()
		for kind, t := range q.tally {
			k := of(kind)
			k.Done, k.Failed = t.done, t.failed
		}
		q.mu.Unlock()
		for _, k := range kinds {
			s.ByKind = append(s.ByKind, *k)
		}
		slices.SortFunc(s.ByKind, func(a, b KindStats) int { return cmp.Compare(a.Kind, b.Kind) })
		return s.schedules(ctx, tx, q)
	})
	return s, err
}

func (s *Stats) jobs(ctx context.Context, tx *db.Tx, now time.Time, of func(kind string) *KindStats) error {
	rows, err := tx.QueryContext(ctx, `SELECT kind, state, count(*), coalesce(min(CASE WHEN state = 'waiting' AND due_at <= $1 THEN at END), 0)
		FROM jobs GROUP BY kind, state`, db.ToMillis(now))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, state string
		var n int
		var oldest time.Time
		if err := rows.Scan(&kind, &state, &n, db.Millis(&oldest)); err != nil {
			return err
		}
		switch k := of(kind); state {
		case waiting:
			k.Waiting, s.Waiting = n, s.Waiting+n
		case running:
			k.Running, s.Running = n, s.Running+n
		case dead:
			k.Dead, s.Dead = n, s.Dead+n
		}
		if !oldest.IsZero() && (s.Oldest.IsZero() || oldest.Before(s.Oldest)) {
			s.Oldest = oldest
		}
	}
	return rows.Err()
}

func (s *Stats) schedules(ctx context.Context, tx *db.Tx, q *Queue) error {
	rows, err := tx.QueryContext(ctx, "SELECT name, next_at, fired_at, ok_at, failures, error FROM schedules ORDER BY name")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var one ScheduleState
		err := rows.Scan(&one.Name, db.Millis(&one.Next), db.Millis(&one.Fired), db.Millis(&one.OK), &one.Failures, &one.Error)
		if err != nil {
			return err
		}
		if len(q.schedules) == 0 || slices.ContainsFunc(q.schedules, func(x *schedule) bool { return x.name == one.Name }) {
			s.Schedules = append(s.Schedules, one)
		}
	}
	return rows.Err()
}

// DeadJob is a job that failed for good. What it was to do is not shown.
type DeadJob struct {
	ID, Kind, Key, Territory string
	Attempts                 int
	At, Died                 time.Time
	Error                    string // key of a sentence, or a short text
}

// Dead gives the dead letters of a territory, those of all for "", the last one first.
func (q *Queue) Dead(ctx context.Context, territory string, limit int) ([]DeadJob, error) {
	rows, err := q.o.DB.Read().QueryContext(ctx, `SELECT id, kind, unique_key, territory, attempt, at, died_at, error FROM jobs
		WHERE state = 'dead' AND ($1 = '' OR territory = $1) ORDER BY died_at DESC, id DESC LIMIT $2`, territory, limit)
	if err != nil {
		return nil, fmt.Errorf("queue: dead letters: %w", err)
	}
	defer rows.Close()
	var all []DeadJob
	for rows.Next() {
		var d DeadJob
		err := rows.Scan(&d.ID, &d.Kind, &d.Key, &d.Territory, &d.Attempts, db.Millis(&d.At), db.Millis(&d.Died), &d.Error)
		if err != nil {
			return nil, fmt.Errorf("queue: dead letters: %w", db.Found(err))
		}
		all = append(all, d)
	}
	return all, db.Found(rows.Err())
}

// Retry is RetryTx in a transaction of its own.
func (q *Queue) Retry(ctx context.Context, id string) error {
	return q.o.DB.Write(ctx, func(tx *db.Tx) error { return q.RetryTx(ctx, tx, id) })
}

// RetryTx lets a dead letter be tried from the beginning, at once. It returns errs.NotFound where there is no such dead letter,
// errs.Conflict where another job with its key waits or runs.
func (q *Queue) RetryTx(ctx context.Context, tx *db.Tx, id string) error {
	result, err := tx.ExecContext(ctx, `UPDATE jobs SET state = 'waiting', attempt = 0, due_at = $1, died_at = 0 WHERE id = $2 AND state = 'dead'
		AND (unique_key = '' OR NOT EXISTS (SELECT 1 FROM jobs o WHERE o.kind = jobs.kind AND o.unique_key = jobs.unique_key AND o.state <> 'dead'))`,
		db.ToMillis(q.now()), id)
	if err != nil {
		return fmt.Errorf("queue: retry: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		tx.AfterCommit(q.poke)
		return err
	}
	var there int
	err = tx.QueryRowContext(ctx, "SELECT 1 FROM jobs WHERE id = $1 AND state = 'dead'", id).Scan(&there)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errs.New(errs.NotFound, keyAbsent, nil)
	case err != nil:
		return fmt.Errorf("queue: retry: %w", db.Found(err))
	}
	return errs.New(errs.Conflict, "queue.doubled", nil)
}

const keyAbsent = "queue.absent"

// Discard is DiscardTx in a transaction of its own.
func (q *Queue) Discard(ctx context.Context, id string) error {
	return q.o.DB.Write(ctx, func(tx *db.Tx) error { return q.DiscardTx(ctx, tx, id) })
}

// DiscardTx deletes a dead letter. It returns errs.NotFound where there is no such dead letter.
func (q *Queue) DiscardTx(ctx context.Context, tx *db.Tx, id string) error {
	result, err := tx.ExecContext(ctx, "DELETE FROM jobs WHERE id = $1 AND state = 'dead'", id)
	if err != nil {
		return fmt.Errorf("queue: discard: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errs.New(errs.NotFound, keyAbsent, nil)
}

// PurgeDead deletes the dead letters of before a time: they are not kept for ever.
func (q *Queue) PurgeDead(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM jobs WHERE state = 'dead' AND died_at < $1", db.ToMillis(before)); err != nil {
		return fmt.Errorf("queue: purge: %w", err)
	}
	return nil
}
