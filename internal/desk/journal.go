package desk

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Asked is what is looked for in the audit trail.
type Asked struct {
	Person string // identifier, or the address of somebody who has an account
	Action string
	From   time.Time // the first ui.Moment
	To     time.Time // the first moment after
	After  string    // identifier of the last entry that was read
}

// Journal is a page of the audit trail.
type Journal struct {
	Entries []audit.Entry
	Names   Names
	Person  account.Person // whom the question names, zero for nobody
	Next    string         // cursor of the next page, "" for none
}

// entriesOnPage is how many entries a page shows, entriesAtOnce how many an export reads at a time.
const (
	entriesOnPage = 50
	entriesAtOnce = 500
)

var errNoTerritory = errors.New("desk: the audit trail is asked for no territory")

// Journal reads the audit trail of the actor's territory, the last entry first. Only administrators may. It returns errs.Invalid,
// with the field "personne", for an address that nobody here has.
func (s *Service) Journal(ctx context.Context, by account.Actor, a Asked) (Journal, error) {
	f, person, err := s.filter(ctx, by, a)
	if err != nil {
		return Journal{}, err
	}
	f.Limit = entriesOnPage + 1
	found, err := audit.Read(ctx, s.DB.Read(), f)
	j := Journal{Entries: found, Person: person}
	if len(found) > entriesOnPage {
		j.Entries = found[:entriesOnPage]
		j.Next = j.Entries[entriesOnPage-1].ID
	}
	if err == nil {
		j.Names, err = s.names(ctx, by.Territory, j.Entries)
	}
	return j, err
}

// Names are those of the people and companies that entries of the trail speak of, by their identifiers, as they are called today.
type Names struct{ People, Companies map[string]string }

// names asks for all names of some entries at once.
func (s *Service) names(ctx context.Context, territory string, entries []audit.Entry) (n Names, err error) {
	people, companies := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		people[personOf(e)], companies[companyOf(e)] = true, true
	}
	delete(people, "")
	delete(companies, "")
	if n.People, err = s.Accounts.Names(ctx, slices.Collect(maps.Keys(people))); err != nil {
		return n, err
	}
	n.Companies, err = s.Rooms.Companies.CompanyNames(ctx, territory, slices.Collect(maps.Keys(companies)))
	return n, err
}

// personOf is the person to whom something was done, "" for none.
func personOf(e audit.Entry) string {
	if e.Kind == "person" || e.Kind == "team" {
		return e.Object
	}
	return e.Detail["person"]
}

// companyOf is the company that an entry speaks of, "" for none.
func companyOf(e audit.Entry) string {
	if e.Kind == "company" {
		return e.Object
	}
	return cmp.Or(e.OnBehalf, e.Detail["company"])
}

// filter is a question as the trail reads it, after it was made sure that the actor may ask it.
func (s *Service) filter(ctx context.Context, by account.Actor, a Asked) (audit.Filter, account.Person, error) {
	if err := by.Require(account.Administrator); err != nil {
		return audit.Filter{}, account.Person{}, err
	}
	if by.Territory == "" { // the trail would read those of all
		return audit.Filter{}, account.Person{}, errNoTerritory
	}
	f := audit.Filter{Territory: by.Territory, Actor: a.Person, Action: a.Action, From: a.From, To: a.To, After: a.After}
	if a.Person == "" {
		return f, account.Person{}, nil
	}
	person, err := s.named(ctx, by, a.Person)
	if errs.Is(err, errs.NotFound) && !strings.Contains(a.Person, "@") {
		return f, account.Person{ID: a.Person}, nil // somebody who is erased: what they did is there under their identifier
	}
	if err != nil {
		return audit.Filter{}, account.Person{}, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: personName, Key: "desk.journal_nobody"}}, Err: err}
	}
	f.Actor = person.ID
	return f, person, nil
}

// named is the person of an address or an identifier, if they have to do with the territory or its trail speaks of them.
func (s *Service) named(ctx context.Context, by account.Actor, who string) (account.Person, error) {
	id := who
	if strings.Contains(who, "@") {
		address, err := account.ParseMail(who)
		if err != nil {
			return account.Person{}, err
		}
		known, err := s.Accounts.Known(ctx, s.DB.Read(), address)
		if err != nil {
			return account.Person{}, err
		}
		id = known.ID
	}
	seen, absent := s.Accounts.Seen(ctx, by, id)
	if !errs.Is(absent, errs.NotFound) {
		return seen.Person, absent
	}
	did, err := audit.Read(ctx, s.DB.Read(), audit.Filter{Territory: by.Territory, Actor: id, Limit: 1})
	if err != nil || len(did) == 0 {
		return account.Person{}, cmp.Or(err, absent)
	}
	return s.Accounts.Person(ctx, id)
}

// Export writes what the question asks for, all pages of it, after the export itself was noted in the trail. Only
// administrators may, with a fresh proof. begin is called once nothing stands in the way any more, and gives what takes the
// entries, some at a time.
func (s *Service) Export(ctx context.Context, by account.Actor, a Asked, begin func() (func([]audit.Entry, Names) error, error)) error {
	f, _, err := s.filter(ctx, by, a)
	if err != nil {
		return err
	}
	if err := by.RequireFresh(s.Now()); err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.Accounts.Note(ctx, tx, by, audit.Entry{Action: "desk.journal_exported", Kind: "journal", Detail: map[string]string{
			"actor": f.Actor, "action": f.Action, "from": day(f.From), "to": day(f.To),
		}})
	})
	if err != nil {
		return err
	}
	take, err := begin()
	if err != nil {
		return err
	}
	f.Limit = entriesAtOnce
	for {
		found, err := audit.Read(ctx, s.DB.Read(), f)
		if err != nil {
			return err
		}
		names, err := s.names(ctx, by.Territory, found)
		if err != nil {
			return err
		}
		if err := take(found, names); err != nil {
			return err
		}
		if len(found) < entriesAtOnce {
			return nil
		}
		f.After = found[len(found)-1].ID
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
