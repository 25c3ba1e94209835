package curation

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/platform/db"
)

// How long changes are kept.
const (
	KeepUnconfirmed = 7 * 24 * time.Hour  // whose author does not confirm the address
	KeepOffered     = 60 * 24 * time.Hour // for the owner's answer
	KeepNamed       = 12                  // months after the decision: from then on a change names nobody; and for a decision
	KeepDecided     = 24                  // months after the decision
)

// Purge deletes what is past its time, and takes the names out of what is decided long since: a daily schedule calls it.
func (s *Service) Purge(ctx context.Context) error {
	now := s.Now()
	open := fmt.Sprintf("state NOT IN ('%s', '%s', '%s', '%s')", Unconfirmed, Waiting, Joined, Offered)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, statement := range []struct {
			query string
			args  []any
		}{
			{"DELETE FROM curation_changes WHERE state = $1 AND created_at < $2", []any{string(Unconfirmed), db.ToMillis(now.Add(-KeepUnconfirmed))}},
			{"DELETE FROM curation_changes WHERE " + open + " AND decided_at < $1", []any{db.ToMillis(now.AddDate(0, -KeepDecided, 0))}},
			{
				"UPDATE curation_changes SET person_id = '', mail = '', name = '', message = '', reason = '' WHERE " + open + " AND decided_at < $1",
				[]any{db.ToMillis(now.AddDate(0, -KeepNamed, 0))},
			},
			{
				"UPDATE curation_changes SET state = CASE WHEN taken = '' THEN $1 ELSE $2 END WHERE state = $3 AND decided_at < $4",
				[]any{string(Expired), string(Partly), string(Offered), db.ToMillis(now.Add(-KeepOffered))},
			},
			{
				"UPDATE curation_changes SET state = $1, decided_at = $2 WHERE state IN ($3, $4) AND confirmed_at < $5",
				[]any{string(Expired), db.ToMillis(now), string(Waiting), string(Joined), db.ToMillis(now.AddDate(0, -KeepNamed, 0))},
			},
			{"UPDATE curation_changes SET undo = '' WHERE undo <> '' AND decided_at < $1", []any{db.ToMillis(now.Add(-24 * time.Hour))}},
			{"DELETE FROM curation_batches WHERE done_at < $1", []any{db.ToMillis(now.Add(-24 * time.Hour))}},
			{"DELETE FROM curation_seen WHERE seen_at < $1", []any{db.ToMillis(now.AddDate(0, -KeepDecided, 0))}},
		} {
			if _, err := tx.ExecContext(ctx, statement.query, statement.args...); err != nil {
				return fmt.Errorf("curation: purge: %w", err)
			}
		}
		return nil
	})
}
