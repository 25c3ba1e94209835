package importer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// RunState is where a run stands.
type RunState string

// The states of a run. A Running one whose process is gone is Interrupted, whatever the table says.
const (
	Running     RunState = "running"
	Done        RunState = "done"
	Interrupted RunState = "interrupted"
	Failed      RunState = "failed"
	Undoing     RunState = "undoing"
	Undone      RunState = "undone"
	// Expired runs are so old that only their counts are kept.
	Expired RunState = "expired"
)

// Key is the key of the state's name.
func (s RunState) Key() string { return "importer.run.state." + string(s) }

// Counts account for every row: Rows is the sum of the others.
type Counts struct {
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Merged    int `json:"merged"`
	Rejected  int `json:"rejected"`
}

// Run is one import of one file.
type Run struct {
	ID          string   `json:"run"`
	Territory   string   `json:"territory"`
	Source      string   `json:"source"`
	File        string   `json:"file"`
	Fingerprint string   `json:"-"`
	State       RunState `json:"state"`
	Fault       string   `json:"fault,omitempty"` // the key of what went wrong
	Total       int      `json:"total"`           // rows of the file
	Counts
	Doubtful  int       `json:"doubtful"` // pairs that wait in the list of duplicates
	Warned    int       `json:"warned"`   // warnings
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	Person    string    `json:"-"` // who began it, "" for the command line

	effects, batches int64 // how many of each are stored
}

// by is the run as the source of what it did.
func (r Run) by() company.Source {
	return company.Source{Kind: company.FromImport, Name: r.Source, Run: r.ID, At: r.StartedAt}
}

// store holds the SQL of the importer.
type store struct{}

const runColumns = "id, territory, source, file, fingerprint, state, fault, total, rows_done, created, updated, unchanged, " +
	"merged, rejected, doubtful, warnings, effects, batches, started_at, ended_at, person"

func (r *Run) values() []any {
	return []any{
		r.ID, r.Territory, r.Source, r.File, r.Fingerprint, string(r.State), r.Fault, r.Total, r.Rows, r.Created,
		r.Updated, r.Unchanged, r.Merged, r.Rejected, r.Doubtful, r.Warned, r.effects, r.batches,
		db.ToMillis(r.StartedAt), db.ToMillis(r.EndedAt), r.Person,
	}
}

func (store) insertRun(ctx context.Context, q db.Querier, r Run) error {
	_, err := q.ExecContext(ctx, "INSERT INTO import_runs ("+runColumns+
		") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)", r.values()...)
	if err != nil {
		return fmt.Errorf("importer: new run: %w", err)
	}
	return nil
}

func (store) saveRun(ctx context.Context, q db.Querier, r Run) error {
	v := r.values()
	_, err := q.ExecContext(ctx, `UPDATE import_runs SET state = $2, fault = $3, total = $4, rows_done = $5, created = $6,
		updated = $7, unchanged = $8, merged = $9, rejected = $10, doubtful = $11, warnings = $12, effects = $13,
		batches = $14, ended_at = $15 WHERE id = $1`, append(append([]any{r.ID}, v[5:18]...), v[19])...)
	if err != nil {
		return fmt.Errorf("importer: save run: %w", err)
	}
	return nil
}

// runs reads the runs that the rest of a query asks for.
func (store) runs(ctx context.Context, q db.Querier, rest string, args ...any) ([]Run, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+runColumns+" FROM import_runs "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("importer: runs: %w", err)
	}
	defer rows.Close()
	var out []Run
	for rows.Next() {
		var r Run
		err := rows.Scan(&r.ID, &r.Territory, &r.Source, &r.File, &r.Fingerprint, &r.State, &r.Fault, &r.Total, &r.Rows,
			&r.Created, &r.Updated, &r.Unchanged, &r.Merged, &r.Rejected, &r.Doubtful, &r.Warned, &r.effects, &r.batches,
			db.Millis(&r.StartedAt), db.Millis(&r.EndedAt), &r.Person)
		if err != nil {
			return nil, fmt.Errorf("importer: runs: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// run reads one run; errs.NotFound when there is none.
func (s store) run(ctx context.Context, q db.Querier, id string) (Run, error) {
	found, err := s.runs(ctx, q, "WHERE id = $1", id)
	if err != nil {
		return Run{}, err
	}
	if len(found) == 0 {
		return Run{}, errs.New(errs.NotFound, "importer.run.not_found", errs.Args{"run": id})
	}
	return found[0], nil
}

// leaseLife is how long a holder that is not heard of keeps its lease, when nobody can see whether it still runs.
const (
	leaseLife = 15 * time.Second
	beatEvery = 4 * time.Second
)

// lease is the right to write for one source of one territory.
type lease struct {
	holder db.Holder
	run    string
	beatAt time.Time
}

// lease reads who holds the right now; nil for nobody.
func (store) lease(ctx context.Context, q db.Querier, territory, source string) (*lease, error) {
	var l lease
	err := q.QueryRowContext(ctx, "SELECT run, holder, host, pid, beat_at FROM import_leases WHERE territory = $1 AND source = $2",
		territory, source).Scan(&l.run, &l.holder.ID, &l.holder.Host, &l.holder.PID, db.Millis(&l.beatAt))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("importer: lease: %w", err)
	}
	return &l, nil
}

// take gives the lease to a holder, whoever had it.
func (store) take(ctx context.Context, q db.Querier, territory, source string, l lease) error {
	_, err := q.ExecContext(ctx, `INSERT INTO import_leases (territory, source, run, holder, host, pid, beat_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (territory, source) DO UPDATE SET run = excluded.run,
		holder = excluded.holder, host = excluded.host, pid = excluded.pid, beat_at = excluded.beat_at`,
		territory, source, l.run, l.holder.ID, l.holder.Host, l.holder.PID, db.ToMillis(l.beatAt))
	if err != nil {
		return fmt.Errorf("importer: take lease: %w", err)
	}
	return nil
}

// beat renews the lease and fails with errs.Conflict when another has taken it: then nothing more may be written.
func (store) beat(ctx context.Context, q db.Querier, r Run, h db.Holder, now time.Time) error {
	result, err := q.ExecContext(ctx, `UPDATE import_leases SET beat_at = $1
		WHERE territory = $2 AND source = $3 AND holder = $4 AND run = $5`,
		db.ToMillis(now), r.Territory, r.Source, h.ID, r.ID)
	if err != nil {
		return fmt.Errorf("importer: renew lease: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(err, errs.Conflict, "importer.run.lease_lost", errs.Args{"run": r.ID})
	}
	return nil
}

func (store) release(ctx context.Context, q db.Querier, r Run, h db.Holder) error {
	_, err := q.ExecContext(ctx, "DELETE FROM import_leases WHERE territory = $1 AND source = $2 AND holder = $3",
		r.Territory, r.Source, h.ID)
	if err != nil {
		return fmt.Errorf("importer: release lease: %w", err)
	}
	return nil
}
