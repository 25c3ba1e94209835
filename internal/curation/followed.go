package curation

import (
	"cmp"
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
)

// Followed gives a change to who has proved otherwise that it is theirs (by a link that was mailed to them), with the card that it is
// about, or that it became, as it stands: the zero Record for none. errs.NotFound.
func (s *Service) Followed(ctx context.Context, id string) (Change, listing.Record, error) {
	c, err := s.store.byID(ctx, s.DB.Read(), id)
	card := cmp.Or(c.Created, c.Listing)
	if err != nil || card == "" {
		return c.Change, listing.Record{}, err
	}
	now, _, err := standing(ctx, s.DB.Read(), card)
	return c.Change, now, err
}

// WithdrawIn ends a change that nobody has decided for who has proved that it is theirs, in their transaction: it names nobody from
// then on. One that is withdrawn already stays; errs.Conflict for one that is decided.
func (s *Service) WithdrawIn(ctx context.Context, tx *db.Tx, id string) error {
	c, err := s.store.byID(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := lock(ctx, tx, c.Change); err != nil {
		return err
	}
	if c, err = s.store.byID(ctx, tx, id); err != nil || c.State == Withdrawn {
		return err
	}
	by := account.Actor{Person: c.Person, Territory: c.Territory}
	if c.State != Unconfirmed && c.State != Waiting && c.State != Joined {
		return s.decidedAlready(ctx, by, c.Change)
	}
	c.State, c.DecidedAt, c.DecidedBy, c.Next = Withdrawn, s.Now(), c.Person, ""
	c.Person, c.Mail, c.Name, c.Message = "", "", "", ""
	if _, err := s.store.forget(ctx, tx, "id = $1", c.ID); err != nil {
		return err
	}
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.promote(ctx, tx, id); err != nil {
		return err
	}
	return s.Accounts.Note(ctx, tx, by, audit.Entry{
		Action: "curation.withdrawn", Kind: ChangeKind, Object: c.ID, OnBehalf: c.Company, Detail: map[string]string{"kind": string(c.Kind)},
	})
}
