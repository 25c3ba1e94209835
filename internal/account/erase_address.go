package account

import (
	"context"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// AddressHolder is a Holder that also holds something about addresses of people who have no account.
type AddressHolder interface {
	// EraseAddress takes out all that names whoever has an address, and gives how many things did.
	EraseAddress(ctx context.Context, tx *db.Tx, address string) (int, error)
}

// EraseAddress erases what is held about an address that has no account: what its person said without one, the mails to them. It
// returns errs.NotFound where nothing was said by it, errs.Conflict where there is an account, whose erasure takes all of it.
func (s *Service) EraseAddress(ctx context.Context, operator Actor, address string) error {
	if err := asOperator(operator); err != nil {
		return err
	}
	address, err := ParseMail(address)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Known(ctx, tx, address); !errs.Is(err, errs.NotFound) {
			if err == nil {
				err = errs.New(errs.Conflict, "account.has_account", nil)
			}
			return err
		}
		found := 0
		for _, h := range s.holders() {
			if held, ok := h.(AddressHolder); ok {
				n, err := held.EraseAddress(ctx, tx, address)
				if err != nil {
					return err
				}
				found += n
			}
		}
		if found == 0 {
			return errs.New(errs.NotFound, "account.no_person", nil)
		}
		mails, err := s.mails()
		if err != nil {
			return err
		}
		if err := mails.EraseAddress(ctx, tx, address); err != nil {
			return err
		}
		return s.Note(ctx, tx, operator, audit.Entry{Action: "account.erasure_ordered", Kind: "person"})
	})
}
