package browser

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// addTrialBatch keeps what became of some rows in a trial.
func (store) addTrialBatch(ctx context.Context, tx *db.Tx, upload string, seq int64, outcomes []importer.Outcome) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO import_trial_batches (upload, seq, outcomes) VALUES ($1,$2,$3)", upload, seq, db.JSON(outcomes))
	if err != nil {
		return fmt.Errorf("imports: keep trial: %w", err)
	}
	return nil
}

func (store) dropTrial(ctx context.Context, tx *db.Tx, upload string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM import_trial_batches WHERE upload = $1", upload); err != nil {
		return fmt.Errorf("imports: drop trial: %w", err)
	}
	return nil
}

// trialOutcomes calls f with what became of each row, holding one batch at a time.
func (store) trialOutcomes(ctx context.Context, q db.Querier, upload string, f func(importer.Outcome) error) error {
	for seq := 0; ; seq++ {
		var batch []importer.Outcome
		err := q.QueryRowContext(ctx, "SELECT outcomes FROM import_trial_batches WHERE upload = $1 AND seq = $2", upload, seq).Scan(db.JSON(&batch))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("imports: trial: %w", err)
		}
		for _, o := range batch {
			if err := f(o); err != nil {
				return err
			}
		}
	}
}

// PlanState is where undoing a run in the browser stands.
type PlanState string

// The states of a plan.
const (
	Counting  PlanState = "counting" // what it would do
	Counted   PlanState = "counted"
	Uncounted PlanState = "uncounted" // counting failed
	Undoing   PlanState = "undoing"
	Undone    PlanState = "undone"
	Failed    PlanState = "failed" // undoing did
)

// Plan is the undoing of a run, asked for in the browser.
type Plan struct {
	Run, Territory, Person string
	State                  PlanState
	Done, Total            int64
	Result                 importer.Weighing
	Fault                  *Fault
	At                     time.Time
}

// plan reads that of a run, nil for none.
func (store) plan(ctx context.Context, q db.Querier, run string) (*Plan, error) {
	p := Plan{Run: run}
	err := q.QueryRowContext(ctx, "SELECT territory, person, state, done, total, result, fault, at FROM import_undo_plans WHERE run = $1", run).
		Scan(&p.Territory, &p.Person, &p.State, &p.Done, &p.Total, db.JSON(&p.Result), db.JSON(&p.Fault), db.Millis(&p.At))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("imports: plan: %w", err)
	}
	return &p, nil
}

func (store) savePlan(ctx context.Context, tx *db.Tx, p Plan) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO import_undo_plans (run, territory, person, state, done, total, result, fault, at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT (run) DO UPDATE SET person = excluded.person, state = excluded.state, done = excluded.done,
		total = excluded.total, result = excluded.result, fault = excluded.fault, at = excluded.at`,
		p.Run, p.Territory, p.Person, string(p.State), p.Done, p.Total, db.JSON(&p.Result), db.JSON(p.Fault), db.ToMillis(p.At))
	if err != nil {
		return fmt.Errorf("imports: save plan: %w", err)
	}
	return nil
}

func (store) planProgress(ctx context.Context, q db.Querier, run string, done, total int64) error {
	if _, err := q.ExecContext(ctx, "UPDATE import_undo_plans SET done = $2, total = $3 WHERE run = $1 AND state = $4", run, done, total, string(Counting)); err != nil {
		return fmt.Errorf("imports: progress: %w", err)
	}
	return nil
}

// Saved is a way to read files that a territory keeps.
type Saved struct {
	Territory, Source, YAML, Person string
	SavedAt, UsedAt                 time.Time // UsedAt: by the last import, zero for none
}

const savedColumns = "territory, source, yaml, person, saved_at, used_at"

func (m *Saved) targets() []any {
	return []any{&m.Territory, &m.Source, &m.YAML, &m.Person, db.Millis(&m.SavedAt), db.Millis(&m.UsedAt)}
}

// mappings reads those of a territory, the one that was used or saved last first.
func (store) mappings(ctx context.Context, q db.Querier, territory string) ([]Saved, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+savedColumns+" FROM import_mappings WHERE territory = $1 ORDER BY used_at DESC, saved_at DESC, source", territory)
	if err != nil {
		return nil, fmt.Errorf("imports: mappings: %w", err)
	}
	defer rows.Close()
	var out []Saved
	for rows.Next() {
		var m Saved
		if err := rows.Scan(m.targets()...); err != nil {
			return nil, fmt.Errorf("imports: mappings: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// mapping reads one of a territory; errs.NotFound where there is none.
func (store) mapping(ctx context.Context, q db.Querier, territory, source string) (Saved, error) {
	var m Saved
	err := db.Found(q.QueryRowContext(ctx, "SELECT "+savedColumns+" FROM import_mappings WHERE territory = $1 AND source = $2", territory, source).Scan(m.targets()...))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "imports.no_mapping", nil)
	}
	return m, err
}

// saveMapping keeps a mapping under its source; the day of the last use stays unless this one is later.
func (store) saveMapping(ctx context.Context, tx *db.Tx, m Saved) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO import_mappings ("+savedColumns+`) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (territory, source) DO UPDATE SET
		yaml = excluded.yaml, person = excluded.person, saved_at = excluded.saved_at,
		used_at = CASE WHEN excluded.used_at > import_mappings.used_at THEN excluded.used_at ELSE import_mappings.used_at END`,
		m.Territory, m.Source, m.YAML, m.Person, db.ToMillis(m.SavedAt), db.ToMillis(m.UsedAt))
	if err != nil {
		return fmt.Errorf("imports: save mapping: %w", err)
	}
	return nil
}

func (store) deleteMapping(ctx context.Context, tx *db.Tx, territory, source string) error {
	result, err := tx.ExecContext(ctx, "DELETE FROM import_mappings WHERE territory = $1 AND source = $2", territory, source)
	if err != nil {
		return fmt.Errorf("imports: delete mapping: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(err, errs.NotFound, "imports.no_mapping", nil)
	}
	return nil
}
