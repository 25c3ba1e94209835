package account

import (
	"context"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/throttle"
)

const firstLanguage = locale.French

// How many invitations go to a company in a day, and how many a person of a team sends.
func companyRule() throttle.Rule {
	return throttle.Rule{Name: "account.invite_company", Most: 20, Per: 24 * time.Hour}
}

func teamRule() throttle.Rule {
	return throttle.Rule{Name: "account.invite_team", Most: 100, Per: 24 * time.Hour}
}

// InviteToTeam invites the person of an address into the team of the actor's territory. It returns errs.Conflict for who is of it
// already; another open invitation for the address ends.
func (s *Service) InviteToTeam(ctx context.Context, by Actor, mail string, role Role) (Invitation, error) {
	if err := s.mayName(by); err != nil {
		return Invitation{}, err
	}
	if err := known(role, StaffRoles()); err != nil {
		return Invitation{}, err
	}
	return s.invite(ctx, by, mail, "", role)
}

// Invite invites the person of an address to act for a company: one of its managers does, or a project manager of the team of its
// territory. It returns errs.Conflict for who acts for it already; another open invitation for the address and the company ends.
func (s *Service) Invite(ctx context.Context, by Actor, company, mail string, role Role) (Invitation, error) {
	if err := by.RequireSignedIn(); err != nil {
		return Invitation{}, err
	}
	if err := known(role, CompanyRoles()); err != nil {
		return Invitation{}, err
	}
	return s.invite(ctx, by, mail, company, role)
}

func (s *Service) invite(ctx context.Context, by Actor, mail, company string, role Role) (Invitation, error) {
	address, err := ParseMail(mail)
	if err != nil {
		return Invitation{}, err
	}
	var made Invitation
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.inviters(ctx, tx, by, company)
		if err != nil {
			return err
		}
		now := s.Now()
		i := Invitation{
			ID: db.NewID(), Territory: by.Territory, Company: company, Role: role, Mail: address, Lang: by.Lang, InvitedBy: by.Person,
			CreatedAt: now, ExpiresAt: now.Add(InvitedFor),
		}
		if err := s.invitable(ctx, tx, c, &i); err != nil {
			return err
		}
		if err := s.takeInvitation(ctx, tx, by, c); err != nil {
			return err
		}
		if _, err := s.store.endInvitations(ctx, tx, Revoked, "", now, "territory = $4 AND company_id = $5 AND mail = $6",
			i.Territory, i.Company, i.Mail); err != nil {
			return err
		}
		token := NewToken()
		if err := s.store.addInvitation(ctx, tx, i, hashToken(token)); err != nil {
			return err
		}
		if err := s.tellInvited(ctx, tx, by, i, c.name, token); err != nil {
			return err
		}
		made = i
		return s.noteInvitation(ctx, tx, by, "account.invited", i)
	})
	return made, err
}

// inviters locks what an invitation leads into, the people of a company or the team (""), on behalf of who decides about it.
func (s *Service) inviters(ctx context.Context, tx *db.Tx, by Actor, company string) (circle, error) {
	if company != "" {
		return s.circle(ctx, tx, by, company)
	}
	all, err := s.namers(ctx, tx, by)
	return circle{all: all, staff: true}, err
}

// invitable returns errs.Conflict for an invitation to where its person is already, or that nobody could accept. It sets the
// language to that of the person, where there is one.
func (s *Service) invitable(ctx context.Context, tx *db.Tx, c circle, i *Invitation) error {
	p, err := s.Known(ctx, tx, i.Mail)
	switch {
	case err == nil && roleOf(c.all, p.ID) != "":
		return errs.New(errs.Conflict, "account.there_already", nil)
	case err == nil:
		i.Lang = p.Lang
	case !errs.Is(err, errs.NotFound):
		return err
	}
	if i.Lang == "" {
		i.Lang = firstLanguage
	}
	if i.Company != "" && len(c.all) >= MostPeople {
		return errs.New(errs.Conflict, "account.company_full", errs.Args{"most": MostPeople})
	}
	return nil
}

// takeInvitation counts an invitation. It returns errs.TooMany when there were too many in a day.
func (s *Service) takeInvitation(ctx context.Context, tx *db.Tx, by Actor, c circle) error {
	if by.operator {
		return nil
	}
	var waits time.Duration
	if c.company != "" {
		wait, err := throttle.Take(ctx, tx, companyRule(), c.company, s.Now())
		if err != nil {
			return err
		}
		waits = wait
	}
	if c.staff {
		wait, err := throttle.Take(ctx, tx, teamRule(), by.Territory+" "+by.Person, s.Now())
		if err != nil {
			return err
		}
		waits = max(waits, wait)
	}
	if waits > 0 {
		return errs.New(errs.TooMany, "account.invite_too_many", errs.Args{"n": int(waits.Hours()) + 1})
	}
	return nil
}

// Revoke takes an open invitation back: its link opens nothing any more. It returns errs.Conflict for one that is not open.
func (s *Service) Revoke(ctx context.Context, by Actor, id string) error {
	return s.manage(ctx, by, id, func(tx *db.Tx, i Invitation, _ circle) error {
		if _, err := s.store.endInvitations(ctx, tx, Revoked, "", s.Now(), "id = $4", i.ID); err != nil {
			return err
		}
		return s.noteInvitation(ctx, tx, by, "account.invitation_revoked", i)
	})
}

// Resend mails an open invitation again, with a new link and another fourteen days; the old link opens nothing any more. It
// returns errs.Conflict for one that is not open.
func (s *Service) Resend(ctx context.Context, by Actor, id string) error {
	return s.manage(ctx, by, id, func(tx *db.Tx, i Invitation, c circle) error {
		if i.Company == "" {
			if err := by.RequireFresh(s.Now()); err != nil {
				return err
			}
		}
		if err := s.takeInvitation(ctx, tx, by, c); err != nil {
			return err
		}
		token := NewToken()
		i.ExpiresAt = s.Now().Add(InvitedFor)
		if err := s.store.renew(ctx, tx, i.ID, hashToken(token), i.ExpiresAt); err != nil {
			return err
		}
		if err := s.tellInvited(ctx, tx, by, i, c.name, token); err != nil {
			return err
		}
		return s.noteInvitation(ctx, tx, by, "account.invitation_resent", i)
	})
}

// manage runs f on an open invitation, on behalf of who decides about what it leads into.
func (s *Service) manage(ctx context.Context, by Actor, id string, f func(tx *db.Tx, i Invitation, c circle) error) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, err := s.find(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.Company == "" {
			if err := by.Require(Administrator); err != nil {
				return err
			}
		}
		c, err := s.inviters(ctx, tx, by, i.Company)
		if err != nil {
			return err
		}
		if i, err = s.find(ctx, tx, i.ID); err != nil { // as it is behind the lock
			return err
		}
		if i.Territory != by.Territory {
			return errs.New(errs.NotFound, "account.no_invitation", nil)
		}
		if err := i.open(s.Now()); err != nil {
			return err
		}
		return f(tx, i, c)
	})
}

// noteInvitation records that an invitation has changed, and who did it.
func (s *Service) noteInvitation(ctx context.Context, tx *db.Tx, by Actor, action string, i Invitation) error {
	change := db.Change{Territory: i.Territory, Kind: ChangePeople, ID: i.Company}
	if i.Company == "" {
		change.Kind, change.ID = ChangeTeam, i.ID
	}
	if err := tx.Record(change); err != nil {
		return err
	}
	return s.Note(ctx, tx, by, audit.Entry{
		Territory: i.Territory, Action: action, OnBehalf: i.Company, Kind: "invitation", Object: i.ID,
		Detail: map[string]string{"role": string(i.Role), "company": i.Company},
	})
}
