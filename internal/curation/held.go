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

// Erase implements account.Holder: what was proposed stays, and names nobody. What was not confirmed goes, and what waits about a natural
// person: nothing would be left of it.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if _, err := s.eraseOf(ctx, tx, "(person_id = $1 OR mail = $2 AND mail <> '')", person, p.Mail); err != nil {
		return err
	}
	for _, query := range []string{
		"UPDATE curation_changes SET decided_by = '' WHERE decided_by = $1",
		"UPDATE curation_seen SET person_id = '' WHERE person_id = $1",
	} {
		if _, err := tx.ExecContext(ctx, query, person); err != nil {
			return fmt.Errorf("curation: erase: %w", err)
		}
	}
	return nil
}

// EraseAddress implements account.AddressHolder: as Erase, for what was said without an account.
func (s *Service) EraseAddress(ctx context.Context, tx *db.Tx, address string) (int, error) {
	return s.eraseOf(ctx, tx, "mail = $1", address)
}

// eraseOf erases what the author of a condition has proposed, and tells how many changes that were.
func (s *Service) eraseOf(ctx context.Context, tx *db.Tx, theirs string, author ...any) (int, error) {
	erased, err := s.store.drop(ctx, tx, theirs+" AND state = '"+string(Unconfirmed)+"'", author...)
	if err != nil {
		return 0, err
	}
	portraits, err := s.store.find(ctx, tx, theirs+" AND is_natural AND state IN ('"+string(Waiting)+"', '"+string(Joined)+"') ORDER BY id", author...)
	if err != nil {
		return 0, err
	}
	for _, c := range portraits {
		if _, err := lock(ctx, tx, c.Change); err != nil {
			return 0, err
		}
		n, err := s.store.drop(ctx, tx, "id = $1 AND state IN ($2, $3)", c.ID, string(Waiting), string(Joined))
		if err != nil {
			return 0, err
		}
		if erased += n; n == 0 { // decided meanwhile
			continue
		}
		if err := s.promote(ctx, tx, c.ID); err != nil {
			return 0, err
		}
	}
	n, err := s.store.forget(ctx, tx, theirs, author...)
	return erased + n, err
}
