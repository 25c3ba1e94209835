package account

import (
	"context"
	"errors"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Accept takes an invitation up, by the token of its link or by its identifier: for the person of the address that it was sent to,
// signed in. It returns errs.Forbidden for another's, errs.Conflict for one that is not open (of two at once exactly one
// wins), for who is there already, and where the company or the person has reached its limit.
func (s *Service) Accept(ctx context.Context, by Actor, token string) (Invitation, error) {
	return s.answer(ctx, by, token, func(tx *db.Tx, i Invitation) error {
		p, err := s.store.person(ctx, tx, "id", by.Person)
		if err != nil {
			return err
		}
		if !p.EraseAt.IsZero() {
			return errs.New(errs.Conflict, "account.erase_first", nil)
		}
		if err := s.enroll(ctx, tx, p, i); err != nil {
			return err
		}
		if _, err := s.store.endInvitations(ctx, tx, Accepted, by.Person, s.Now(), "id = $4", i.ID); err != nil {
			return err
		}
		return s.noteInvitation(ctx, tx, by, "account.invitation_accepted", i)
	})
}

// enroll gives a person the role of an invitation, whose company or team is locked.
func (s *Service) enroll(ctx context.Context, tx *db.Tx, p Person, i Invitation) error {
	if i.Company == "" {
		members, err := s.store.team(ctx, tx, i.Territory)
		if err != nil {
			return err
		}
		if roleOf(holdings(members), p.ID) != "" {
			return errs.New(errs.Conflict, "account.there_already", nil)
		}
		return s.store.grant(ctx, tx, i.Territory, p.ID, i.Role, i.InvitedBy, s.Now())
	}
	people, err := s.store.people(ctx, tx, i.Company)
	if err != nil {
		return err
	}
	for _, c := range people {
		if c.ID == p.ID {
			return errs.New(errs.Conflict, "account.there_already", nil)
		}
	}
	if _, _, err := s.Companies.CompanyName(ctx, tx, i.Company); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.Conflict, "account.invitation_is.revoked", nil)
		}
		return err
	}
	return s.join(ctx, tx, p, i.Company, i.Territory, i.Role, len(people))
}

// Decline refuses an invitation: for the person of the address that it was sent to, signed in. It returns the errors of Accept.
func (s *Service) Decline(ctx context.Context, by Actor, token string) error {
	_, err := s.answer(ctx, by, token, func(tx *db.Tx, i Invitation) error {
		if _, err := s.store.endInvitations(ctx, tx, Declined, by.Person, s.Now(), "id = $4", i.ID); err != nil {
			return err
		}
		return s.noteInvitation(ctx, tx, by, "account.invitation_declined", i)
	})
	return err
}

// answer runs f on an open invitation to the actor's own address, behind the lock of what it leads into.
func (s *Service) answer(ctx context.Context, by Actor, token string, f func(tx *db.Tx, i Invitation) error) (i Invitation, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return Invitation{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if i, err = s.find(ctx, tx, token); err != nil {
			return err
		}
		if i.Company == "" {
			serializeTeam(tx, i.Territory)
		} else {
			serializePeople(tx, i.Company)
		}
		if i, err = s.find(ctx, tx, i.ID); err != nil {
			return err
		}
		if err := i.answerable(by, s.Now()); err != nil {
			return err
		}
		return f(tx, i)
	})
	return i, err
}

// fulfil ends the open invitations of a person to where the person has come without them.
func (s *Service) fulfil(ctx context.Context, tx *db.Tx, p Person, territory, company string) error {
	_, err := s.store.endInvitations(ctx, tx, Accepted, p.ID, s.Now(), "territory = $4 AND company_id = $5 AND mail = $6", territory, company, p.Mail)
	return err
}

// Remind recalls, once, the open invitations that end in three days: a daily schedule calls it. Who wants no reminders gets none.
func (s *Service) Remind(ctx context.Context) error {
	for {
		now := s.Now()
		due, err := s.store.invitations(ctx, s.DB.Read(), "outcome = '' AND reminded_at = 0 AND expires_at > $1 AND expires_at <= $2",
			db.ToMillis(now), db.ToMillis(now.Add(RemindBefore)))
		if err != nil || len(due) == 0 {
			return err
		}
		var faults []error
		for _, i := range due {
			faults = append(faults, s.DB.Write(ctx, func(tx *db.Tx) error { return s.remind(ctx, tx, i) }))
		}
		if err := errors.Join(faults...); err != nil {
			return err
		}
	}
}

func (s *Service) remind(ctx context.Context, tx *db.Tx, i Invitation) error {
	if first, err := s.store.reminded(ctx, tx, i.ID, s.Now()); err != nil || !first {
		return err
	}
	shown, err := s.shown(ctx, tx, i)
	if err != nil || shown.State != Waiting {
		return err
	}
	return s.tellReminder(ctx, tx, i, shown)
}
