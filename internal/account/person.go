package account

import (
	"context"
	"slices"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// Person is somebody who has signed in, or was named to a team.
type Person struct {
	ID        string
	Mail      string   // in the normal form of ParseMail
	Name      string   // "" until the person gave one
	Lang      string   // of mails
	Territory string   // where the person first came
	Refused   []string // topics of mails that the person does not want
	CreatedAt time.Time
	SeenAt    time.Time // the last day on which the person was here
	WarnedAt  time.Time // when the person was told that an unused account will be erased
	EraseAt   time.Time // when the account will be erased, zero for never
	ErasedAt  time.Time // zero for who is there
}

// Called is how the person is named to others: the name, else the address with most of it hidden.
func (p Person) Called() string {
	if p.Name != "" {
		return p.Name
	}
	return HiddenMail(p.Mail)
}

// refuses reports whether the person wants no mails on a topic.
func (p Person) refuses(topic string) bool { return slices.Contains(p.Refused, topic) }

// The kinds under which this room records changes. No public page shows any of them.
const (
	ChangePerson = "person"
	ChangePeople = "company_people"
	ChangeTeam   = "team"
)

// ChangeKinds are the kinds of changes that no public page shows.
func ChangeKinds() []string { return []string{ChangePerson, ChangePeople, ChangeTeam} }

// Person gives a person by the identifier. It returns errs.NotFound for none, and for one who is erased.
func (s *Service) Person(ctx context.Context, id string) (Person, error) {
	return s.store.person(ctx, s.DB.Read(), "id", id)
}

// Known gives the person of an address, errs.NotFound for none.
func (s *Service) Known(ctx context.Context, q db.Querier, address string) (Person, error) {
	return s.store.person(ctx, q, "mail", address)
}

// Arrive gives the person of an address that has just been proved or that the team names, making one where there is none; added
// reports that it did. The person is not erased before the transaction ends.
func (s *Service) Arrive(ctx context.Context, tx *db.Tx, address, territory, lang string) (p Person, added bool, err error) {
	p, err = s.store.person(ctx, tx.Serialize("person", address), "mail", address)
	if err == nil {
		p, err = s.Here(ctx, tx, p.ID)
	}
	if !errs.Is(err, errs.NotFound) {
		return p, false, err
	}
	p = Person{ID: db.NewID(), Mail: address, Lang: lang, Territory: territory, CreatedAt: s.Now(), SeenAt: s.Now()}
	if err := s.store.addPerson(ctx, tx, p); err != nil {
		return Person{}, false, err
	}
	return p, true, tx.Record(db.Change{Kind: ChangePerson, ID: p.ID})
}

// Here gives a person who is not erased before the transaction ends, errs.NotFound for one who is.
func (s *Service) Here(ctx context.Context, tx *db.Tx, id string) (Person, error) {
	return s.store.person(ctx, tx.Serialize("person", id), "id", id)
}

// Profile is what a person says of themselves.
type Profile struct {
	Name string
	Lang string
}

// SetProfile writes the actor's own profile. It returns errs.Invalid with the faulty fields.
func (s *Service) SetProfile(ctx context.Context, by Actor, p Profile) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	name, err := ParseName(p.Name)
	if err != nil {
		return err
	}
	if !slices.Contains(locale.Languages(), p.Lang) {
		return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "lang", Key: "account.lang_unknown"}}}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("person", by.Person)
		if err := s.store.setProfile(ctx, tx, by.Person, Profile{Name: name, Lang: p.Lang}); err != nil {
			return err
		}
		return tx.Record(db.Change{Kind: ChangePerson, ID: by.Person})
	})
}

// Name writes the name of a person who is named by others: those of a demonstration.
func (s *Service) Name(ctx context.Context, tx *db.Tx, id, name string) error {
	p, err := s.store.person(ctx, tx, "id", id)
	if err != nil {
		return err
	}
	return s.store.setProfile(ctx, tx, id, Profile{Name: name, Lang: p.Lang})
}
