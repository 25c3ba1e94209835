package importer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// keptMonths is how long a run can be told in full and undone. docs/privacy.md promises it: after that only the counts
// stay.
const keptMonths = 24

// runsPerPurge bounds what one transaction forgets, so that nobody waits long for it.
const runsPerPurge = 20

// Purge forgets what old runs read, changed and found odd, and keeps their counts. Import and Undo call it at their end.
func (s *Service) Purge(ctx context.Context) error {
	now := s.now()
	for more := true; more; {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			old, err := s.store.expiring(ctx, tx, now, runsPerPurge)
			if err != nil || len(old) == 0 {
				more = false
				return err
			}
			more = len(old) == runsPerPurge
			return s.store.expire(ctx, tx, old)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ForgetNames forgets who began and who undid runs that are as old, and what stayed of those that were undone.
func (s *Service) ForgetNames(ctx context.Context) error {
	before := db.ToMillis(s.now().AddDate(0, -keptMonths, 0))
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []string{
			"UPDATE import_runs SET person = '' WHERE started_at < $1 AND person <> ''",
			"UPDATE import_undos SET person = '' WHERE started_at < $1 AND person <> ''",
			"DELETE FROM import_stays WHERE run IN (SELECT run FROM import_undos WHERE ended_at > 0 AND ended_at < $1)",
		} {
			if _, err := tx.ExecContext(ctx, statement, before); err != nil {
				return fmt.Errorf("importer: forget names: %w", err)
			}
		}
		return nil
	})
}

// purge is Purge at the end of something else, which does not fail with it: the next one forgets what this one could not.
func (s *Service) purge(ctx context.Context) { _ = s.Purge(ctx) }

// expiring names the oldest runs whose time is over, that hold more than their counts, and that nobody is at.
func (store) expiring(ctx context.Context, q db.Querier, now time.Time, limit int) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM import_runs WHERE started_at < $1 AND state NOT IN ($2, $3)
		AND NOT EXISTS (SELECT 1 FROM import_leases WHERE run = import_runs.id AND beat_at > $4) ORDER BY id LIMIT $5`,
		db.ToMillis(now.AddDate(0, -keptMonths, 0)), string(Expired), string(Undone), db.ToMillis(now.Add(-leaseLife)), limit)
	if err != nil {
		return nil, fmt.Errorf("importer: old runs: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("importer: old runs: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

func (s store) expire(ctx context.Context, q db.Querier, runs []string) error {
	if err := s.deleteBatches(ctx, q, runs...); err != nil {
		return err
	}
	if err := s.forgetStays(ctx, q, runs); err != nil {
		return err
	}
	in := company.InSQL(1, len(runs))
	if _, err := q.ExecContext(ctx, "DELETE FROM import_effects WHERE run IN "+in, anyOf(runs)...); err != nil {
		return fmt.Errorf("importer: old effects: %w", err)
	}
	_, err := q.ExecContext(ctx, "UPDATE import_runs SET effects = 0, summary = '', state = $1 WHERE id IN "+company.InSQL(2, len(runs)),
		slices.Concat([]any{string(Expired)}, anyOf(runs))...)
	if err != nil {
		return fmt.Errorf("importer: old runs: %w", err)
	}
	return nil
}

// deleteBatches forgets the outcomes of runs.
func (store) deleteBatches(ctx context.Context, q db.Querier, runs ...string) error {
	_, err := q.ExecContext(ctx, "DELETE FROM import_batches WHERE run IN "+company.InSQL(1, len(runs)), anyOf(runs)...)
	if err != nil {
		return fmt.Errorf("importer: forget outcomes: %w", err)
	}
	return nil
}
