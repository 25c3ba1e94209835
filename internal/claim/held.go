package claim

import (
	"context"
	"fmt"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
)

var _ account.Holder = (*Service)(nil)

// PersonalData implements account.Holder.
func (s *Service) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	found, err := s.store.find(ctx, q, "person_id = $1 ORDER BY id", person)
	section := account.DataSection{Name: "claim.data.claims", Purpose: "claim.data.for.claims"}
	for _, c := range found {
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "claim.data.field.card", Value: c.Listing},
			{Name: "claim.data.field.state", Value: string(c.State), Words: c.State.Key()},
			{Name: "claim.data.field.proof", Value: string(c.Proof), Words: c.Proof.Key()},
			{Name: "claim.data.field.message", Value: c.Message},
			{Name: "claim.data.field.document", Value: c.DocumentName},
			{Name: "claim.data.field.address", Value: c.code.Published},
			{Name: "claim.data.field.made", Value: c.CreatedAt},
			{Name: "claim.data.field.ended", Value: c.EndedAt},
			{Name: "claim.data.field.reason", Value: c.Reason},
		})
	}
	return []account.DataSection{section}, err
}

// Erase implements account.Holder: the claims of a person go with their documents. The audit trail keeps that they were made, by an
// identifier that names nobody.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	found, err := s.store.find(ctx, tx, "person_id = $1 AND document <> ''", person)
	if err != nil {
		return err
	}
	for _, c := range found {
		if err := (files.Store{}).Delete(ctx, tx, c.Document); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM claims WHERE person_id = $1", person); err != nil {
		return fmt.Errorf("claim: erase: %w", err)
	}
	_, err = tx.ExecContext(ctx, "UPDATE claims SET decided_by = '' WHERE decided_by = $1", person)
	return err
}

// DocumentsUsed finds the files that are the document of a claim.
func (s *Service) DocumentsUsed(ctx context.Context, q db.Querier) (map[string]bool, error) {
	found, err := s.store.find(ctx, q, "document <> ''")
	used := make(map[string]bool, len(found))
	for _, c := range found {
		used[c.Document] = true
	}
	return used, err
}

// Purge ends the codes whose time is over, and deletes documents and claims that are past theirs: a daily schedule calls it.
func (s *Service) Purge(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.Now()
		if err := s.store.end(ctx, tx, Expired, now, "state = $3 AND expires_at <= $4", string(Coded), db.ToMillis(now)); err != nil {
			return err
		}
		if err := s.purgeDocuments(ctx, tx); err != nil {
			return err
		}
		for _, one := range []struct {
			query string
			args  []any
		}{
			{"UPDATE claims SET message = '', published = '', code_mac = '' WHERE ended_at <> 0 AND ended_at <= $1 AND state <> $2", []any{db.ToMillis(now.Add(-DocumentFor)), string(Disputed)}},
			{"DELETE FROM claims WHERE state = $1 AND ended_at <= $2", []any{string(Expired), db.ToMillis(now.AddDate(0, 0, -7))}},
			{"DELETE FROM claims WHERE ended_at <> 0 AND ended_at <= $1 AND state <> $2", []any{db.ToMillis(now.AddDate(0, -KeepMonths, 0)), string(Disputed)}},
		} {
			if _, err := tx.ExecContext(ctx, one.query, one.args...); err != nil {
				return fmt.Errorf("claim: purge: %w", err)
			}
		}
		return nil
	})
}

func (s *Service) purgeDocuments(ctx context.Context, tx *db.Tx) error {
	found, err := s.store.find(ctx, tx, "document <> '' AND ended_at <> 0 AND ended_at <= $1 AND state <> $2", db.ToMillis(s.Now().Add(-DocumentFor)), string(Disputed))
	if err != nil {
		return err
	}
	for _, c := range found {
		if err := (files.Store{}).Delete(ctx, tx, c.Document); err != nil {
			return err
		}
		c.Document, c.DocumentName = "", ""
		if err := s.store.put(ctx, tx, c); err != nil && !errs.Is(err, errs.NotFound) { // erased meanwhile
			return err
		}
	}
	return nil
}
