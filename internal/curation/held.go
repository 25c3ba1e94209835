package curation

import (
	"context"
	"fmt"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

var (
	_ account.Holder        = (*Service)(nil)
	_ account.AddressHolder = (*Service)(nil)
)

// PersonalData implements account.Holder: what a person proposed, also from before they had an account.
func (s *Service) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	found, err := s.store.find(ctx, q, "person_id = $1 OR mail = $2 ORDER BY id", person, p.Mail)
	if err != nil {
		return nil, err
	}
	section := account.DataSection{Name: "curation.data.changes", Purpose: "curation.data.for.changes"}
	for _, c := range found {
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "curation.data.field.kind", Value: string(c.Kind), Words: c.Kind.Key()},
			{Name: "curation.data.field.state", Value: string(c.State), Words: c.State.Key()},
			{Name: "curation.data.field.card", Value: c.Listing},
			{Name: "curation.data.field.fields", Value: c.Fields},
			{Name: "curation.data.field.mail", Value: c.Mail},
			{Name: "curation.data.field.name", Value: c.Name},
			{Name: "curation.data.field.message", Value: c.Message},
			{Name: "curation.data.field.created", Value: c.CreatedAt},
			{Name: "curation.data.field.decided", Value: c.DecidedAt},
			{Name: "curation.data.field.reason", Value: c.Reason},
		})
	}
	seen, err := s.store.seenBy(ctx, q, person)
	looked := account.DataSection{Name: "curation.data.seen", Purpose: "curation.data.for.seen"}
	for _, one := range seen {
		looked.Rows = append(looked.Rows, account.DataRow{
			{Name: "curation.data.field.object", Value: one.Object}, {Name: "curation.data.field.looked", Value: one.At},
		})
	}
	return []account.DataSection{section, looked}, err
}

// Erase implements account.Holder: what was proposed stays, and names nobody. What was not confirmed goes.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	for _, statement := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM curation_changes WHERE state = $1 AND (person_id = $2 OR mail = $3 AND mail <> '')", []any{string(Unconfirmed), person, p.Mail}},
		{"UPDATE curation_changes SET person_id = '', mail = '', name = '', message = '' WHERE person_id = $1 OR mail = $2 AND mail <> ''", []any{person, p.Mail}},
		{"UPDATE curation_changes SET decided_by = '' WHERE decided_by = $1", []any{person}},
		{"UPDATE curation_seen SET person_id = '' WHERE person_id = $1", []any{person}},
	} {
		if _, err := tx.ExecContext(ctx, statement.query, statement.args...); err != nil {
			return fmt.Errorf("curation: erase: %w", err)
		}
	}
	return nil
}

// EraseAddress implements account.AddressHolder: what was said without an account stays, and names nobody. What was not confirmed goes.
func (s *Service) EraseAddress(ctx context.Context, tx *db.Tx, address string) (int, error) {
	erased := 0
	for _, query := range []string{
		"DELETE FROM curation_changes WHERE state = '" + string(Unconfirmed) + "' AND mail = $1",
		"UPDATE curation_changes SET mail = '', name = '', message = '' WHERE mail = $1",
	} {
		result, err := tx.ExecContext(ctx, query, address)
		if err != nil {
			return 0, fmt.Errorf("curation: erase an address: %w", err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		erased += int(n)
	}
	return erased, nil
}
