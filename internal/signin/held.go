package signin

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

var _ account.Holder = (*Service)(nil)

// PersonalData implements account.Holder.
func (s *Service) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	list, err := s.store.attempts(ctx, q, person, p.Mail)
	if err != nil {
		return nil, err
	}
	attempts := account.DataSection{Name: "signin.data.attempts", Purpose: "signin.data.for.attempts"}
	for _, a := range list {
		attempts.Rows = append(attempts.Rows, account.DataRow{
			{Name: "signin.data.field.mail", Value: a.Mail},
			{Name: "signin.data.field.asked", Value: a.CreatedAt},
			{Name: "signin.data.field.ended", Value: a.EndedAt},
			{Name: "signin.data.field.wrong_codes", Value: a.Tries},
		})
	}
	forms, err := s.store.parkedOf(ctx, q, person)
	if err != nil {
		return nil, err
	}
	kept := account.DataSection{Name: "signin.data.forms", Purpose: "signin.data.for.forms"}
	for _, f := range forms {
		kept.Rows = append(kept.Rows, account.DataRow{
			{Name: "signin.data.field.page", Value: f.Path}, {Name: "signin.data.field.typed", Value: f.Form.Encode()},
		})
	}
	return []account.DataSection{attempts, kept}, nil
}

// Erase implements account.Holder.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.store.erase(ctx, tx, person, p.Mail)
}
