package account

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// How long an invitation is open, and when it is recalled before its end.
const (
	InvitedFor   = 14 * 24 * time.Hour
	RemindBefore = 3 * 24 * time.Hour
)

// Outcome is what became of an invitation.
type Outcome string

// The outcomes. One that is open past its end is Expired, whatever the base says.
const (
	Waiting  Outcome = ""
	Accepted Outcome = "accepted"
	Declined Outcome = "declined"
	Revoked  Outcome = "revoked"
	Expired  Outcome = "expired"
)

// Key is the key of the outcome's name.
func (o Outcome) Key() string {
	if o == Waiting {
		return "account.invitation.open"
	}
	return "account.invitation." + string(o)
}

// Invitation asks the person of an address to act for a company, or to join the team of a territory.
type Invitation struct {
	ID         string
	Territory  string
	Company    string // identifier, "" for the team
	Role       Role
	Mail       string // "" once it is blanked
	Lang       string
	InvitedBy  string // identifier of a person, or "operator"
	CreatedAt  time.Time
	ExpiresAt  time.Time
	RemindedAt time.Time // zero for never
	EndedAt    time.Time // zero while it is open
	Outcome    Outcome
	Person     string // who accepted or declined
}

// State is what has become of the invitation at now.
func (i Invitation) State(now time.Time) Outcome {
	if i.Outcome == Waiting && !now.Before(i.ExpiresAt) {
		return Expired
	}
	return i.Outcome
}

// Invited is an invitation as its page shows it, to whoever holds the link.
type Invited struct {
	ID          string
	Territory   string
	Company     string // identifier, "" for the team
	CompanyName string
	Role        Role
	Inviter     string // name, "" for one who is gone
	Mail        string // most of it hidden
	ExpiresAt   time.Time
	State       Outcome
}

// answerable returns nil for an open invitation to the actor's own address: errs.Forbidden for another's, errs.Conflict for one
// that is not open any more.
func (i Invitation) answerable(by Actor, now time.Time) error {
	if i.Mail == "" || i.Mail != by.Mail {
		return errs.New(errs.Forbidden, "account.invitation_other", errs.Args{"mail": HiddenMail(i.Mail)})
	}
	return i.open(now)
}

// open returns errs.Conflict, with a sentence that says why, for an invitation that is not open.
func (i Invitation) open(now time.Time) error {
	if state := i.State(now); state != Waiting {
		return errs.New(errs.Conflict, "account.invitation_is."+string(state), nil)
	}
	return nil
}

// find reads an invitation by the token of its link or by its identifier; errs.NotFound for neither.
func (s *Service) find(ctx context.Context, q db.Querier, token string) (Invitation, error) {
	i, err := s.store.invitation(ctx, q, token)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "account.no_invitation", nil)
	}
	return i, err
}

// Invitation gives the invitation of a link, for its page. Whoever holds the link reads it, so the address is hidden.
func (s *Service) Invitation(ctx context.Context, token string) (Invited, error) {
	i, err := s.find(ctx, s.DB.Read(), token)
	if err != nil {
		return Invited{}, err
	}
	return s.shown(ctx, s.DB.Read(), i)
}

// shown makes what a page shows of an invitation.
func (s *Service) shown(ctx context.Context, q db.Querier, i Invitation) (Invited, error) {
	v := Invited{
		ID: i.ID, Territory: i.Territory, Company: i.Company, Role: i.Role, Mail: HiddenMail(i.Mail), ExpiresAt: i.ExpiresAt, State: i.State(s.Now()),
	}
	var err error
	if i.Company != "" {
		v.CompanyName, _, err = s.Companies.CompanyName(ctx, q, i.Company)
		if errs.Is(err, errs.NotFound) && v.State == Waiting {
			v.State = Revoked
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return Invited{}, err
		}
	}
	inviter, err := s.store.person(ctx, q, "id", i.InvitedBy)
	if err == nil {
		v.Inviter = inviter.Called()
	} else if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return v, err
}

// Invitations lists the open invitations to a company, or to the team for "", the last first: for who manages the company, and for
// the team of its territory.
func (s *Service) Invitations(ctx context.Context, by Actor, company string) ([]Invitation, error) {
	if company == "" || !by.For(company, CompanyManager) {
		if err := by.Require(Reader); err != nil {
			return nil, err
		}
	}
	return s.store.invitations(ctx, s.DB.Read(), "outcome = '' AND expires_at > $1 AND territory = $2 AND company_id = $3",
		db.ToMillis(s.Now()), by.Territory, company)
}

// WaitingFor lists the open invitations to the actor's own address, in all territories: they can be answered without their link.
func (s *Service) WaitingFor(ctx context.Context, by Actor) ([]Invited, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	if by.Mail == "" { // the operator
		return nil, nil
	}
	open, err := s.store.invitations(ctx, s.DB.Read(), "outcome = '' AND expires_at > $1 AND mail = $2", db.ToMillis(s.Now()), by.Mail)
	if err != nil {
		return nil, err
	}
	var list []Invited
	for _, i := range open {
		v, err := s.shown(ctx, s.DB.Read(), i)
		if err != nil {
			return nil, err
		}
		if v.State == Waiting {
			list = append(list, v)
		}
	}
	return list, nil
}
