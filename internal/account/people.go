package account

import (
	"context"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Colleague is a person who acts for a company.
type Colleague struct {
	Person
	Role  Role
	Since time.Time
}

// Belonging is a company for which somebody acts.
type Belonging struct {
	Company   string // identifier
	Name      string
	Territory string
	Role      Role
	Since     time.Time
}

// People lists who acts for a company, its managers first: for these people, and for the team of its territory.
func (s *Service) People(ctx context.Context, by Actor, company string) ([]Colleague, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	if !by.For(company, CompanyEditor) {
		if err := by.Require(Reader); err != nil {
			return nil, err
		}
		if _, err := s.companyHere(ctx, s.DB.Read(), by, company); err != nil {
			return nil, err
		}
	}
	return s.store.people(ctx, s.DB.Read(), company)
}

// Acting lists who acts for a company, its managers first: for the rooms that write to them about it.
func (s *Service) Acting(ctx context.Context, q db.Querier, company string) ([]Colleague, error) {
	return s.store.people(ctx, q, company)
}

// Mine lists the companies for which the actor acts, in all territories, the first joined first.
func (s *Service) Mine(ctx context.Context, by Actor) ([]Belonging, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	return s.belongings(ctx, s.DB.Read(), by.Person)
}

// belongings reads the companies of a person with their names.
func (s *Service) belongings(ctx context.Context, q db.Querier, person string) ([]Belonging, error) {
	list, err := s.store.belongings(ctx, q, person)
	if err != nil {
		return nil, err
	}
	return list, s.nameCompanies(ctx, q, list)
}

// nameCompanies fills in the names of companies.
func (s *Service) nameCompanies(ctx context.Context, q db.Querier, list []Belonging) error {
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.Company
	}
	names, err := s.Companies.CompanyNames(ctx, q, ids)
	for i := range list {
		list[i].Name = names[list[i].Company]
	}
	return err
}

// companyHere gives the name of a company of the actor's territory, errs.NotFound for any other.
func (s *Service) companyHere(ctx context.Context, q db.Querier, by Actor, company string) (name string, err error) {
	name, territory, err := s.Companies.CompanyName(ctx, q, company)
	if err == nil && territory != by.Territory {
		err = notHere()
	}
	return name, err
}

// circle is the people of a company, locked for a transaction.
type circle struct {
	company, name string
	all           []holding
	staff         bool // the actor decides as one of the team, not as one of them
}

// circle locks the people of a company, on behalf of an actor who decides about them: one of its managers, or a project manager
// of its territory.
func (s *Service) circle(ctx context.Context, tx *db.Tx, by Actor, company string) (circle, error) {
	c, err := s.locked(ctx, tx, by, company)
	if err != nil {
		return c, err
	}
	if roleOf(c.all, by.Person) != CompanyManager {
		c.staff = true
		if err := by.Require(ProjectManager); err != nil {
			return c, err
		}
	}
	c.name, err = s.companyHere(ctx, tx, by, company)
	return c, err
}

// locked reads the people of a company for a signed-in actor, so that nobody else changes them before the transaction ends.
func (s *Service) locked(ctx context.Context, tx *db.Tx, by Actor, company string) (circle, error) {
	c := circle{company: company}
	if err := by.RequireSignedIn(); err != nil {
		return c, err
	}
	people, err := s.store.people(ctx, serializePeople(tx, company), company)
	for _, p := range people {
		c.all = append(c.all, holding{p.ID, p.Role, !p.EraseAt.IsZero()})
	}
	return c, err
}

func serializePeople(tx *db.Tx, company string) *db.Tx {
	return tx.Serialize("company_people", company)
}

// SetCompanyRole gives a person of a company another role: one of its managers does, or a project manager of the team. It returns
// errs.Conflict where nobody would manage the company any more, errs.NotFound for who does not act for it.
func (s *Service) SetCompanyRole(ctx context.Context, by Actor, company, person string, role Role) error {
	if err := known(role, CompanyRoles()); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.circle(ctx, tx, by, company)
		if err != nil {
			return err
		}
		switch roleOf(c.all, person) {
		case "":
			return notHere()
		case role:
			return nil
		}
		if err := mayBecome(c.all, person, role, c.name); err != nil {
			return err
		}
		return s.become(ctx, tx, by, c, person, role)
	})
}

// become writes another role of a person of a company, tells the person, and notes it.
func (s *Service) become(ctx context.Context, tx *db.Tx, by Actor, c circle, person string, role Role) error {
	if err := s.store.attach(ctx, tx, c.company, person, by.Territory, role, s.Now()); err != nil {
		return err
	}
	if role != CompanyManager {
		if err := s.revokeFor(ctx, tx, c.company, person); err != nil {
			return err
		}
	}
	if person != by.Person {
		p, err := s.store.person(ctx, tx, "id", person)
		if err != nil {
			return err
		}
		if err := s.tellGranted(ctx, tx, p, by.Territory, c.name, role); err != nil {
			return err
		}
	}
	return s.notePeople(ctx, tx, by, "account.company_role_changed", c.company, person, role)
}

// Remove takes a person away from a company: one of its managers does, or a project manager of the team. It returns errs.Conflict
// where the others would be left without a manager, errs.NotFound for who does not act for it.
func (s *Service) Remove(ctx context.Context, by Actor, company, person string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.circle(ctx, tx, by, company)
		if err != nil {
			return err
		}
		if roleOf(c.all, person) == "" {
			return notHere()
		}
		return s.remove(ctx, tx, by, c, person)
	})
}

// remove takes a person out of a company, tells the person, and notes it.
func (s *Service) remove(ctx context.Context, tx *db.Tx, by Actor, c circle, person string) error {
	if err := s.part(ctx, tx, c, person); err != nil {
		return err
	}
	if person != by.Person {
		p, err := s.store.person(ctx, tx, "id", person)
		if err != nil {
			return err
		}
		if err := s.tellRemoved(ctx, tx, p, by.Territory, c.name); err != nil {
			return err
		}
	}
	return s.notePeople(ctx, tx, by, "account.company_removed", c.company, person, "")
}

// Leave ends that the actor acts for a company. It returns errs.Conflict where the others would be left without a manager. A
// company that its last person has left can be claimed again.
func (s *Service) Leave(ctx context.Context, by Actor, company string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.own(ctx, tx, by, company)
		if err != nil {
			return err
		}
		if err := s.part(ctx, tx, c, by.Person); err != nil {
			return err
		}
		return s.notePeople(ctx, tx, by, "account.company_left", company, by.Person, "")
	})
}

// own is circle for somebody who acts for the company in any role; errs.NotFound for anyone else.
func (s *Service) own(ctx context.Context, tx *db.Tx, by Actor, company string) (circle, error) {
	c, err := s.locked(ctx, tx, by, company)
	if err != nil {
		return c, err
	}
	if roleOf(c.all, by.Person) == "" {
		return c, notHere()
	}
	c.name, err = s.companyHere(ctx, tx, by, company)
	return c, err
}

// part takes a person out of a company, with the invitations that nobody could answer for any more: those that the person sent,
// and all of a company that is left without people.
func (s *Service) part(ctx context.Context, tx *db.Tx, c circle, person string) error {
	if err := mayPart(c.all, person, c.name); err != nil {
		return err
	}
	if err := s.store.detach(ctx, tx, c.company, person); err != nil {
		return err
	}
	if len(c.all) == 1 {
		_, err := s.store.endInvitations(ctx, tx, Revoked, "", s.Now(), "company_id = $4", c.company)
		return err
	}
	return s.revokeFor(ctx, tx, c.company, person)
}

// revokeFor ends the open invitations to a company that a person sent, who may send no more.
func (s *Service) revokeFor(ctx context.Context, tx *db.Tx, company, person string) error {
	_, err := s.store.endInvitations(ctx, tx, Revoked, "", s.Now(), "company_id = $4 AND invited_by = $5", company, person)
	return err
}

// HandOver makes another person of a company its manager in the actor's place: the actor becomes an editor, or leaves. It returns
// errs.Forbidden for who does not manage it, errs.NotFound where to does not act for it.
func (s *Service) HandOver(ctx context.Context, by Actor, company, to string, leave bool) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.own(ctx, tx, by, company)
		if err != nil {
			return err
		}
		if roleOf(c.all, by.Person) != CompanyManager {
			return errs.New(errs.Forbidden, KeyNotYours, nil)
		}
		for i, h := range c.all {
			switch {
			case h.person != to || to == by.Person:
			case h.going:
				return errs.New(errs.Conflict, "account.person_going", nil)
			case h.role == CompanyManager:
				return s.resign(ctx, tx, by, c, leave)
			default:
				c.all[i].role = CompanyManager
				if err := s.become(ctx, tx, by, c, to, CompanyManager); err != nil {
					return err
				}
				return s.resign(ctx, tx, by, c, leave)
			}
		}
		return notHere()
	})
}

// resign is the second half of a handing over.
func (s *Service) resign(ctx context.Context, tx *db.Tx, by Actor, c circle, leave bool) error {
	if !leave {
		return s.become(ctx, tx, by, c, by.Person, CompanyEditor)
	}
	if err := s.part(ctx, tx, c, by.Person); err != nil {
		return err
	}
	return s.notePeople(ctx, tx, by, "account.company_left", c.company, by.Person, "")
}

// Claimable reports whether nobody acts for a company, so that somebody may claim it.
func (s *Service) Claimable(ctx context.Context, q db.Querier, company string) (bool, error) {
	n, err := s.store.countOf(ctx, q, "company_id", company)
	return n == 0, err
}

// Attach lets a person act for a company, in the transaction of another room that has made sure of it and notes why. Who acts for
// it already keeps the higher role. It returns errs.Conflict where the company or the person has reached its limit.
func (s *Service) Attach(ctx context.Context, tx *db.Tx, person, company, territory string, role Role) error {
	if err := known(role, CompanyRoles()); err != nil {
		return err
	}
	people, err := s.store.people(ctx, serializePeople(tx, company), company)
	if err != nil {
		return err
	}
	p, err := s.store.person(ctx, tx, "id", person)
	if err != nil {
		return err
	}
	for _, c := range people {
		switch {
		case c.ID != person:
		case c.Role == role || c.Role == CompanyManager:
			return nil
		default:
			if err := s.store.attach(ctx, tx, company, person, territory, role, s.Now()); err != nil {
				return err
			}
			return tx.Record(db.Change{Territory: territory, Kind: ChangePeople, ID: company})
		}
	}
	if err := s.join(ctx, tx, p, company, territory, role, len(people)); err != nil {
		return err
	}
	return s.fulfil(ctx, tx, p, territory, company)
}

// join adds a person to a company that has so many people, and records it.
func (s *Service) join(ctx context.Context, tx *db.Tx, p Person, company, territory string, role Role, people int) error {
	companies, err := s.store.countOf(ctx, tx.Serialize("person", p.ID), "person_id", p.ID)
	switch {
	case err != nil:
		return err
	case people >= MostPeople:
		return errs.New(errs.Conflict, "account.company_full", errs.Args{"most": MostPeople})
	case companies >= MostCompanies:
		return errs.New(errs.Conflict, "account.person_full", errs.Args{"most": MostCompanies})
	}
	if err := s.store.attach(ctx, tx, company, p.ID, territory, role, s.Now()); err != nil {
		return err
	}
	return tx.Record(db.Change{Territory: territory, Kind: ChangePeople, ID: company})
}

// notePeople records that the people of a company have changed, and who did it.
func (s *Service) notePeople(ctx context.Context, tx *db.Tx, by Actor, action, company, person string, role Role) error {
	if err := tx.Record(db.Change{Territory: by.Territory, Kind: ChangePeople, ID: company}); err != nil {
		return err
	}
	detail := map[string]string{"person": person}
	if role != "" {
		detail["role"] = string(role)
	}
	return s.Note(ctx, tx, by, audit.Entry{Action: action, OnBehalf: company, Kind: "company", Object: company, Detail: detail})
}
