package account

import (
	"context"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Member is a person of a territory's team.
type Member struct {
	Person
	Role      Role
	GrantedBy string // identifier of a person, or "operator"
	GrantedAt time.Time
}

// Team lists the team of the actor's territory, the one that may do most first, then by name. Readers see it.
func (s *Service) Team(ctx context.Context, by Actor) ([]Member, error) {
	if err := by.Require(Reader); err != nil {
		return nil, err
	}
	return s.store.team(ctx, s.DB.Read(), by.Territory)
}

// mayName returns nil for who decides about the team, with a fresh proof.
func (s *Service) mayName(by Actor) error {
	if err := by.Require(Administrator); err != nil {
		return err
	}
	return by.RequireFresh(s.Now())
}

// namers locks the team of the actor's territory and reads it. It returns errs.Forbidden where the actor is no administrator any
// more.
func (s *Service) namers(ctx context.Context, tx *db.Tx, by Actor) ([]holding, error) {
	members, err := s.store.team(ctx, serializeTeam(tx, by.Territory), by.Territory)
	if err != nil {
		return nil, err
	}
	all := holdings(members)
	if !by.operator && roleOf(all, by.Person) != Administrator {
		return nil, errs.New(errs.Forbidden, KeyNotYours, nil)
	}
	return all, nil
}

func serializeTeam(tx *db.Tx, territory string) *db.Tx { return tx.Serialize("team", territory) }

func holdings(members []Member) []holding {
	all := make([]holding, len(members))
	for i, m := range members {
		all[i] = holding{m.ID, m.Role, !m.EraseAt.IsZero()}
	}
	return all
}

// SetRole gives a person of the team another role. It returns errs.Conflict where the territory would have no administrator left,
// errs.NotFound for who is not of the team.
func (s *Service) SetRole(ctx context.Context, by Actor, person string, role Role) error {
	if err := s.mayName(by); err != nil {
		return err
	}
	if err := known(role, StaffRoles()); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.namers(ctx, tx, by)
		if err != nil {
			return err
		}
		before := roleOf(all, person)
		switch {
		case before == "":
			return notHere()
		case before == role:
			return nil
		}
		if err := mayVacate(by, all, person, role); err != nil {
			return err
		}
		if err := s.store.grant(ctx, tx, by.Territory, person, role, by.Person, s.Now()); err != nil {
			return err
		}
		if err := s.revokeTheirs(ctx, tx, by.Territory, person, role); err != nil {
			return err
		}
		p, err := s.store.person(ctx, tx, "id", person)
		if err != nil {
			return err
		}
		if person != by.Person {
			if err := s.tellGranted(ctx, tx, p, by.Territory, "", role); err != nil {
				return err
			}
		}
		return s.noteTeam(ctx, tx, by, "account.role_changed", person, map[string]string{"role": string(role), "before": string(before)})
	})
}

// Dismiss takes a person out of the team; the account stays. It returns errs.Conflict where the territory would have no
// administrator left, errs.NotFound for who is not of the team.
func (s *Service) Dismiss(ctx context.Context, by Actor, person string) error {
	if err := s.mayName(by); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.namers(ctx, tx, by)
		if err != nil {
			return err
		}
		before := roleOf(all, person)
		if before == "" {
			return notHere()
		}
		if err := mayVacate(by, all, person, ""); err != nil {
			return err
		}
		if err := s.store.dismiss(ctx, tx, by.Territory, person); err != nil {
			return err
		}
		if err := s.revokeTheirs(ctx, tx, by.Territory, person, ""); err != nil {
			return err
		}
		p, err := s.store.person(ctx, tx, "id", person)
		if err != nil {
			return err
		}
		if err := s.tellRemoved(ctx, tx, p, by.Territory, ""); err != nil {
			return err
		}
		return s.noteTeam(ctx, tx, by, "account.role_removed", person, map[string]string{"before": string(before)})
	})
}

// revokeTheirs ends the open invitations that a person of the team sent and, in the role that is left ("" for none), could send
// no more: whoever loses a role cannot come back by a friend.
func (s *Service) revokeTheirs(ctx context.Context, tx *db.Tx, territory, person string, left Role) error {
	condition := "territory = $4 AND invited_by = $5"
	switch left {
	case Administrator:
		return nil
	case ProjectManager:
		condition += " AND company_id = ''"
	default:
		condition += " AND company_id NOT IN (SELECT company_id FROM company_people WHERE person_id = $5 AND role = 'company_manager')"
	}
	_, err := s.store.endInvitations(ctx, tx, Revoked, "", s.Now(), condition, territory, person)
	return err
}

// Appoint gives the person of an address a role in the team of the operator's territory at once, making the person where there is
// none. Only the operator may: this is how a territory's first administrator comes about. The person is told by mail.
func (s *Service) Appoint(ctx context.Context, operator Actor, mail string, role Role) (Person, error) {
	if !operator.operator {
		return Person{}, errs.New(errs.Forbidden, KeyNotYours, nil)
	}
	address, err := ParseMail(mail)
	if err != nil {
		return Person{}, err
	}
	if err := known(role, StaffRoles()); err != nil {
		return Person{}, err
	}
	var appointed Person
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.namers(ctx, tx, operator)
		if err != nil {
			return err
		}
		p, _, err := s.Arrive(ctx, tx, address, operator.Territory, firstLanguage)
		if err != nil {
			return err
		}
		appointed = p
		before := roleOf(all, p.ID)
		switch {
		case !p.EraseAt.IsZero():
			return errs.New(errs.Conflict, "account.person_going", nil)
		case before == role:
			return nil
		}
		if err := s.store.grant(ctx, tx, operator.Territory, p.ID, role, operator.Person, s.Now()); err != nil {
			return err
		}
		if before != "" {
			if err := s.revokeTheirs(ctx, tx, operator.Territory, p.ID, role); err != nil {
				return err
			}
		}
		if err := s.fulfil(ctx, tx, p, operator.Territory, ""); err != nil {
			return err
		}
		if err := s.tellGranted(ctx, tx, p, operator.Territory, "", role); err != nil {
			return err
		}
		return s.noteTeam(ctx, tx, operator, "account.role_granted", p.ID, map[string]string{"role": string(role), "before": string(before)})
	})
	return appointed, err
}

// noteTeam records that the team has changed, and who did it.
func (s *Service) noteTeam(ctx context.Context, tx *db.Tx, by Actor, action, person string, detail map[string]string) error {
	if err := tx.Record(db.Change{Territory: by.Territory, Kind: ChangeTeam, ID: person}); err != nil {
		return err
	}
	return s.Note(ctx, tx, by, audit.Entry{Action: action, Kind: "team", Object: person, Detail: detail})
}
