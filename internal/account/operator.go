package account

import (
	"context"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// What the operator does for persons, by the command line: each method returns errs.Forbidden for any other actor. The operator's
// territory is the one under which the act is noted and its letter is written.

// Overview is what the operator sees of a person: that there is an account and what it may do, nothing of what it holds.
type Overview struct {
	Person
	Team      []Membership
	Companies []Belonging
	Sessions  int // open now
}

// Membership is a role in the team of a territory.
type Membership struct {
	Territory string
	Role      Role
	Since     time.Time
}

// asOperator returns errs.Forbidden for who is not the operator.
func asOperator(by Actor) error {
	if !by.operator {
		return errs.New(errs.Forbidden, KeyNotYours, nil)
	}
	return nil
}

// Overview gives what there is about the person of an address, errs.NotFound for none.
func (s *Service) Overview(ctx context.Context, operator Actor, address string) (Overview, error) {
	if err := asOperator(operator); err != nil {
		return Overview{}, err
	}
	var o Overview
	err := s.DB.View(ctx, func(tx *db.Tx) (err error) {
		o = Overview{}
		if o.Person, err = s.Known(ctx, tx, address); err != nil {
			return err
		}
		roles, err := s.store.roles(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		for _, g := range roles {
			o.Team = append(o.Team, Membership{g.Territory, g.Role, g.At})
		}
		if o.Companies, err = s.belongings(ctx, tx, o.ID); err != nil {
			return err
		}
		sessions, err := s.store.sessions(ctx, tx, o.ID)
		for _, one := range sessions {
			if one.Open(s.Now()) {
				o.Sessions++
			}
		}
		return err
	})
	return o, err
}

// NameIfNone gives a person a name where there is none yet, and reports whether it did. It returns errs.Invalid for what is no name.
func (s *Service) NameIfNone(ctx context.Context, operator Actor, person, name string) (named bool, err error) {
	if err := asOperator(operator); err != nil {
		return false, err
	}
	if name, err = ParseName(name); err != nil {
		return false, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", person), "id", person)
		if named = err == nil && p.Name == "" && name != ""; !named {
			return err
		}
		if err := s.Name(ctx, tx, person, name); err != nil {
			return err
		}
		return tx.Record(db.Change{Kind: ChangePerson, ID: person})
	})
	return named, err
}

// ResetAccess is for who has lost their device: forget takes the passkeys away and gives how many, all sessions end, and the person
// is told by mail. A code then opens the account, and a first passkey may be made again.
func (s *Service) ResetAccess(
	ctx context.Context, operator Actor, person string, forget func(ctx context.Context, tx *db.Tx) (passkeys int, err error),
) (passkeys, sessions int, err error) {
	if err := asOperator(operator); err != nil {
		return 0, 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", person), "id", person)
		if err != nil {
			return err
		}
		if passkeys, err = forget(ctx, tx); err != nil {
			return err
		}
		if sessions, err = s.store.endSessions(ctx, tx, "person_id = $2", s.Now(), p.ID); err != nil {
			return err
		}
		if err := s.SecurityNotice(ctx, tx, p, operator.Territory, AccessReset, ""); err != nil {
			return err
		}
		return s.notePerson(ctx, tx, operator, "account.access_reset", p.ID)
	})
	if err != nil {
		return 0, 0, err
	}
	return passkeys, sessions, nil
}

// ExportOf gives all that is held about a person, as Export gives it to them.
func (s *Service) ExportOf(ctx context.Context, operator Actor, person string) (Export, error) {
	if err := asOperator(operator); err != nil {
		return Export{}, err
	}
	e := Export{At: s.Now(), Person: person}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx, "id", person)
		if err != nil {
			return err
		}
		if e.Sections, err = s.sections(ctx, tx, p); err != nil {
			return err
		}
		return s.Note(ctx, tx, operator, audit.Entry{Action: "account.exported_for", Kind: "person", Object: p.ID})
	})
	return e, err
}

// AskErasureOf begins the erasure of a person's account and gives when it will be: the person is told by mail, and may end it until
// then. It returns the errors of AskErasure, unless force says that others may be left without a manager or an administrator. Asked
// again, it changes nothing.
func (s *Service) AskErasureOf(ctx context.Context, operator Actor, person string, force bool) (at time.Time, err error) {
	if err := asOperator(operator); err != nil {
		return time.Time{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.leaving(ctx, tx, person, force)
		if err != nil {
			return err
		}
		if p, err = s.store.person(ctx, tx.Serialize("person", p.ID), "id", p.ID); err != nil {
			return err
		}
		if at = p.EraseAt; !at.IsZero() {
			return nil
		}
		at = s.Now().Add(ThinkFor)
		if err := s.store.eraseAt(ctx, tx, p.ID, at); err != nil {
			return err
		}
		if err := s.tellErasure(ctx, tx, p, operator.Territory, kindErasureAsked, at); err != nil {
			return err
		}
		return s.notePerson(ctx, tx, operator, "account.erasure_ordered", p.ID)
	})
	return at, err
}

// EraseNow erases a person's account at once; nobody can take that back. It returns the errors of AskErasure, unless force says that
// others may be left without a manager or an administrator.
func (s *Service) EraseNow(ctx context.Context, operator Actor, person string, force bool) error {
	if err := asOperator(operator); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.leaving(ctx, tx, person, force)
		if err != nil {
			return err
		}
		if err := s.Note(ctx, tx, operator, audit.Entry{Action: "account.erasure_ordered", Kind: "person", Object: p.ID}); err != nil {
			return err
		}
		return s.erase(ctx, tx, p, func(Person) bool { return true })
	})
}

// leaving gives a person who may go, or has to.
func (s *Service) leaving(ctx context.Context, tx *db.Tx, person string, force bool) (Person, error) {
	p, err := s.store.person(ctx, tx, "id", person)
	if err != nil || force {
		return p, err
	}
	return p, s.mayGo(ctx, tx, p)
}
