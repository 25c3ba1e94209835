package curation

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
)

// SeenRun is the kind of an import run whose warnings somebody has looked at.
const SeenRun = "import-run"

// Look is somebody having looked at something.
type Look struct {
	Kind, Object, Person string
	At                   time.Time
}

// SeenAmong tells which of some things of a kind somebody of the team has looked at.
func (s *Service) SeenAmong(ctx context.Context, q db.Querier, kind string, ids []string) (map[string]Look, error) {
	looks := map[string]Look{}
	if len(ids) == 0 {
		return looks, nil
	}
	args := []any{kind}
	for _, id := range ids {
		args = append(args, id)
	}
	found, err := s.store.looks(ctx, q, "kind = $1 AND object IN "+company.InSQL(2, len(ids)), args...)
	for _, l := range found {
		looks[l.Object] = l
	}
	return looks, err
}

// MarkSeen notes that the actor, a project manager, has looked at something, or takes that back.
func (s *Service) MarkSeen(ctx context.Context, by account.Actor, kind, id string, seen bool) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		query, args := "DELETE FROM curation_seen WHERE kind = $1 AND object = $2", []any{kind, id}
		if seen {
			query = "INSERT INTO curation_seen (kind, object, territory, person_id, seen_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
			args = append(args, by.Territory, by.Person, db.ToMillis(s.Now()))
		}
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("curation: seen: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 || !seen {
			return err
		}
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Action: "curation.seen", Kind: kind, Object: id})
	})
}

func (store) looks(ctx context.Context, q db.Querier, where string, args ...any) ([]Look, error) {
	rows, err := q.QueryContext(ctx, "SELECT kind, object, person_id, seen_at FROM curation_seen WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("curation: seen: %w", err)
	}
	defer rows.Close()
	var out []Look
	for rows.Next() {
		var l Look
		if err := rows.Scan(&l.Kind, &l.Object, &l.Person, db.Millis(&l.At)); err != nil {
			return nil, fmt.Errorf("curation: seen: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

func (s store) seenBy(ctx context.Context, q db.Querier, person string) ([]Look, error) {
	return s.looks(ctx, q, "person_id = $1 ORDER BY seen_at, object", person)
}
