package signin

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

var _ account.Holder = (*Service)(nil)

// Erase implements account.Holder.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, person string) error {
	p, err := s.Accounts.Person(ctx, person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.store.erase(ctx, tx, person, p.Mail)
}

var _ = time.Now
