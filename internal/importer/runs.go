package importer

import (
	"context"
	"encoding/json"
	"fmt"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Runs lists the runs of a territory, the latest first; of all when it is empty. A run whose process is gone is told as
// interrupted.
func (s *Service) Runs(ctx context.Context, territory string, limit int) ([]Run, error) {
	return s.RunsAfter(ctx, territory, "", limit)
}

// RunsAfter is Runs for those that began before one of them; "" for the latest.
func (s *Service) RunsAfter(ctx context.Context, territory, after string, limit int) ([]Run, error) {
	found, err := s.store.runs(ctx, s.db.Read(), "WHERE (territory = $1 OR $1 = '') AND (id < $2 OR $2 = '') ORDER BY id DESC LIMIT $3", territory, after, limit)
	if err != nil {
		return nil, err
	}
	return found, s.tellInterrupted(ctx, found)
}

// Run is one run of a territory, of any when it is empty. It returns errs.NotFound where there is none.
func (s *Service) Run(ctx context.Context, territory, id string) (Run, error) {
	r, err := s.store.run(ctx, s.db.Read(), id)
	if err == nil && territory != "" && r.Territory != territory {
		err = errs.New(errs.NotFound, "importer.run.not_found", errs.Args{"run": id})
	}
	if err != nil {
		return Run{}, err
	}
	found := []Run{r}
	return found[0], s.tellInterrupted(ctx, found)
}

// tellInterrupted marks the runs that say that they run and that nobody is at.
func (s *Service) tellInterrupted(ctx context.Context, runs []Run) error {
	var running []string
	for _, r := range runs {
		if r.State == Running {
			running = append(running, r.ID)
		}
	}
	if len(running) == 0 {
		return nil
	}
	held, err := s.store.leasesOf(ctx, s.db.Read(), running)
	if err != nil {
		return err
	}
	asks, now := db.NewHolder(), s.now()
	for i := range runs {
		l, ok := held[runs[i].ID]
		if runs[i].State == Running && (!ok || !l.alive(asks, now)) {
			runs[i].State = Interrupted
		}
	}
	return nil
}

// LastOf gives the last run of a source in a territory that was not undone; ok is false where there is none.
func (s *Service) LastOf(ctx context.Context, territory, source string) (r Run, ok bool, err error) {
	found, err := s.store.runs(ctx, s.db.Read(), "WHERE territory = $1 AND source = $2 AND state NOT IN ($3, $4) ORDER BY id DESC LIMIT 1",
		territory, source, string(Undone), string(Undoing))
	if err != nil || len(found) == 0 {
		return Run{}, false, err
	}
	return found[0], true, nil
}

// Busy gives the run that writes now for a source of a territory, or is being undone; ok is false where none is.
func (s *Service) Busy(ctx context.Context, territory, source string) (r Run, ok bool, err error) {
	held, err := s.store.lease(ctx, s.db.Read(), territory, source)
	if err != nil || held == nil || !held.alive(db.NewHolder(), s.now()) {
		return Run{}, false, err
	}
	r, err = s.store.run(ctx, s.db.Read(), held.run)
	if errs.Is(err, errs.NotFound) { // it is about to begin
		return Run{ID: held.run, Territory: territory, Source: source, StartedAt: held.beatAt}, true, nil
	}
	return r, err == nil, err
}

// leasesOf reads the leases of runs, by run.
func (store) leasesOf(ctx context.Context, q db.Querier, runs []string) (map[string]lease, error) {
	rows, err := q.QueryContext(ctx, "SELECT run, holder, host, pid, beat_at FROM import_leases WHERE run IN "+company.InSQL(1, len(runs)), anyOf(runs)...)
	if err != nil {
		return nil, fmt.Errorf("importer: leases: %w", err)
	}
	defer rows.Close()
	held := map[string]lease{}
	for rows.Next() {
		var l lease
		if err := rows.Scan(&l.run, &l.holder.ID, &l.holder.Host, &l.holder.PID, db.Millis(&l.beatAt)); err != nil {
			return nil, fmt.Errorf("importer: leases: %w", err)
		}
		held[l.run] = l
	}
	return held, rows.Err()
}

// summary reads what the end of a run wrote down, nil where it wrote nothing.
func (store) summary(ctx context.Context, q db.Querier, run string) (*Summary, error) {
	var text string
	if err := q.QueryRowContext(ctx, "SELECT summary FROM import_runs WHERE id = $1", run).Scan(&text); err != nil || text == "" {
		return nil, db.Found(err)
	}
	var s Summary
	return &s, json.Unmarshal([]byte(text), &s)
}

func (store) saveSummary(ctx context.Context, q db.Querier, run string, s Summary) error {
	if _, err := q.ExecContext(ctx, "UPDATE import_runs SET summary = $2 WHERE id = $1", run, db.JSON(&s)); err != nil {
		return fmt.Errorf("importer: summary: %w", err)
	}
	return nil
}
