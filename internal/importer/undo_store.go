package importer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// UndoState is what undoing a run did so far.
type UndoState struct {
	UndoReport
	Person    string // who began it, "" for the command line
	Total     int    // effects that there were to take back
	Done      int    // of them
	StartedAt time.Time
	EndedAt   time.Time // zero while it goes on
}

// Stay is a card of an undone run on which something stays that others wrote since.
type Stay struct {
	Listing string   `json:"listing"`
	Made    bool     `json:"made,omitempty"` // the run had made the card
	Held    bool     `json:"held,omitempty"` // its company has vouched for it: it stays whole
	Fields  []string `json:"fields"`         // what others wrote
}

// UndoOf tells of the undoing of a run, nil where nobody began one.
func (s *Service) UndoOf(ctx context.Context, run string) (*UndoState, error) {
	u, err := s.store.undoing(ctx, s.db.Read(), run)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return u, err
}

// Stays lists what stays of an undone run, at most so many.
func (s *Service) Stays(ctx context.Context, run string, limit int) ([]Stay, error) {
	rows, err := s.db.Read().QueryContext(ctx, "SELECT listing_id, made, held, fields FROM import_stays WHERE run = $1 ORDER BY listing_id LIMIT $2", run, limit)
	if err != nil {
		return nil, fmt.Errorf("importer: stays: %w", err)
	}
	defer rows.Close()
	var out []Stay
	for rows.Next() {
		var one Stay
		if err := rows.Scan(&one.Listing, &one.Made, &one.Held, company.List(&one.Fields)); err != nil {
			return nil, fmt.Errorf("importer: stays: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

func (store) undoing(ctx context.Context, q db.Querier, run string) (*UndoState, error) {
	u := UndoState{UndoReport: UndoReport{Run: run}}
	err := q.QueryRowContext(ctx, "SELECT person, total, done, deleted, parted, restored, kept, held, started_at, ended_at FROM import_undos WHERE run = $1", run).
		Scan(&u.Person, &u.Total, &u.Done, &u.Deleted, &u.Parted, &u.Restored, &u.Kept, &u.Held, db.Millis(&u.StartedAt), db.Millis(&u.EndedAt))
	if err != nil {
		return nil, fmt.Errorf("importer: undo: %w", err)
	}
	return &u, nil
}

// beginUndo notes who undoes a run, the first time.
func (store) beginUndo(ctx context.Context, q db.Querier, run Run, person string, now time.Time) error {
	_, err := q.ExecContext(ctx, `INSERT INTO import_undos (run, person, total, done, deleted, parted, restored, kept, started_at, ended_at)
		VALUES ($1,$2,$3,0,0,0,0,0,$4,0) ON CONFLICT (run) DO NOTHING`, run.ID, person, run.effects, db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("importer: begin undo: %w", err)
	}
	return nil
}

// addUndo adds what one transaction took back; ended is zero for all but the last.
func (store) addUndo(ctx context.Context, q db.Querier, run Run, more UndoReport, ended time.Time) error {
	_, err := q.ExecContext(ctx, `UPDATE import_undos SET done = total - $2, deleted = deleted + $3, parted = parted + $4, restored = restored + $5,
		kept = kept + $6, held = held + $7, ended_at = $8 WHERE run = $1`,
		run.ID, run.effects, more.Deleted, more.Parted, more.Restored, more.Kept, more.Held, db.ToMillis(ended))
	if err != nil {
		return fmt.Errorf("importer: undo: %w", err)
	}
	return nil
}

// saveStays notes what stays on cards. What an earlier transaction noted of the same card is added to.
func (store) saveStays(ctx context.Context, q db.Querier, run string, stays []Stay) error {
	for chunk := range slices.Chunk(stays, 100) {
		args := make([]any, 0, 5*len(chunk))
		for i := range chunk {
			args = append(args, run, chunk[i].Listing, chunk[i].Made, chunk[i].Held, company.List(&chunk[i].Fields))
		}
		_, err := q.ExecContext(ctx, "INSERT INTO import_stays (run, listing_id, made, held, fields) VALUES "+company.ValuesSQL(len(chunk), 5)+
			" ON CONFLICT (run, listing_id) DO UPDATE SET made = excluded.made OR import_stays.made, held = excluded.held OR import_stays.held, fields = excluded.fields", args...)
		if err != nil {
			return fmt.Errorf("importer: stays: %w", err)
		}
	}
	return nil
}

// heldBefore counts those of some cards that are noted as kept whole already.
func (store) heldBefore(ctx context.Context, q db.Querier, run string, ids []string) (n int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	err = q.QueryRowContext(ctx, "SELECT count(*) FROM import_stays WHERE run = $1 AND held AND listing_id IN "+company.InSQL(2, len(ids)),
		append([]any{run}, anyOf(ids)...)...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("importer: held: %w", err)
	}
	return n, nil
}

// forgetStays forgets what stays of runs that are past their time.
func (store) forgetStays(ctx context.Context, q db.Querier, runs []string) error {
	if _, err := q.ExecContext(ctx, "DELETE FROM import_stays WHERE run IN "+company.InSQL(1, len(runs)), anyOf(runs)...); err != nil {
		return fmt.Errorf("importer: forget stays: %w", err)
	}
	return nil
}
