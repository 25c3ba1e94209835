package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// ThinkFor is how long somebody who asks for their erasure may think again.
const ThinkFor = 14 * 24 * time.Hour

// AskErasure begins the erasure of the actor's account, in fourteen days: until then it works, and CancelErasure ends it. It
// returns errs.Conflict, which names the companies or territories, where others would be left without a manager or an administrator.
// Asked again, it changes nothing.
func (s *Service) AskErasure(ctx context.Context, by Actor) error {
	if err := by.RequireFresh(s.Now()); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx, "id", by.Person)
		if err != nil {
			return err
		}
		if err := s.mayGo(ctx, tx, p); err != nil {
			return err
		}
		if p, err = s.store.person(ctx, tx.Serialize("person", p.ID), "id", p.ID); err != nil || !p.EraseAt.IsZero() {
			return err
		}
		at := s.Now().Add(ThinkFor)
		if err := s.store.eraseAt(ctx, tx, p.ID, at); err != nil {
			return err
		}
		if err := s.tellErasure(ctx, tx, p, by.Territory, kindErasureAsked, at); err != nil {
			return err
		}
		return s.notePerson(ctx, tx, by, "account.erasure_asked", p.ID)
	})
}

// mayGo returns errs.Conflict for the last manager of companies that have other people, and for the last administrator of
// territories, naming them. What it asks stays locked, so that of two who go at once one stays.
func (s *Service) mayGo(ctx context.Context, tx *db.Tx, p Person) error {
	var companies, territories []string
	list, err := s.store.belongings(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(list, byCompany)
	for _, b := range list {
		c, err := s.locked(ctx, tx, Actor{Person: p.ID}, b.Company)
		if err != nil {
			return err
		}
		if mayPart(c.all, p.ID, "") == nil {
			continue
		}
		name, _, err := s.Companies.CompanyName(ctx, tx, b.Company)
		if err != nil {
			return err
		}
		companies = append(companies, name)
	}
	roles, err := s.store.roles(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, g := range roles {
		members, err := s.store.team(ctx, serializeTeam(tx, g.Territory), g.Territory)
		if err != nil {
			return err
		}
		if mayVacate(Actor{}, holdings(members), p.ID, "") != nil {
			territories = append(territories, s.clusterName(ctx, g.Territory, p.Lang))
		}
	}
	if len(companies) > 0 {
		return errs.New(errs.Conflict, "account.erase_last_manager", errs.Args{"companies": companies})
	}
	if len(territories) > 0 {
		return errs.New(errs.Conflict, "account.erase_last_administrator", errs.Args{"territories": territories})
	}
	return nil
}

// byCompany is one order of locking for all: no circle of waiting.
func byCompany(a, b Belonging) int {
	if a.Company < b.Company {
		return -1
	}
	return 1
}

// clusterName is the name of a territory's cluster, its code where there is none.
func (s *Service) clusterName(ctx context.Context, territory, lang string) string {
	site, err := s.Sites.Site(ctx, territory, lang)
	if err != nil || site.Cluster == "" {
		return territory
	}
	return site.Cluster
}

// CancelErasure ends an erasure that was asked for. It returns errs.Conflict where none was.
func (s *Service) CancelErasure(ctx context.Context, by Actor) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.person(ctx, tx.Serialize("person", by.Person), "id", by.Person)
		if err != nil {
			return err
		}
		if p.EraseAt.IsZero() {
			return errs.New(errs.Conflict, "account.no_erasure", nil)
		}
		if err := s.store.eraseAt(ctx, tx, p.ID, time.Time{}); err != nil {
			return err
		}
		if err := s.tellErasure(ctx, tx, p, by.Territory, kindErasureCanceled, s.Now()); err != nil {
			return err
		}
		return s.notePerson(ctx, tx, by, "account.erasure_cancelled", p.ID)
	})
}

func (s *Service) notePerson(ctx context.Context, tx *db.Tx, by Actor, action, person string) error {
	if err := tx.Record(db.Change{Kind: ChangePerson, ID: person}); err != nil {
		return err
	}
	return s.Note(ctx, tx, by, audit.Entry{Action: action, Kind: "person", Object: person})
}

// EraseDue erases the accounts whose fourteen days are over, each in a transaction of its own: a daily schedule calls it. One that
// fails keeps none of the others; the error holds all.
func (s *Service) EraseDue(ctx context.Context) error {
	due, err := s.store.personsOf(ctx, s.DB.Read(), "erase_at > 0 AND erase_at <= $1", db.ToMillis(s.Now()))
	if err != nil {
		return err
	}
	return s.eraseAll(ctx, due, func(p Person) bool { return !p.EraseAt.IsZero() && !p.EraseAt.After(s.Now()) })
}

// eraseAll erases persons that are still due behind the lock.
func (s *Service) eraseAll(ctx context.Context, due []Person, still func(p Person) bool) error {
	var faults []error
	for _, p := range due {
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			p, err := s.store.person(ctx, tx, "id", p.ID)
			if err != nil {
				return err
			}
			return s.erase(ctx, tx, p, still)
		})
		if !errors.Is(err, errStays) && !errs.Is(err, errs.NotFound) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// erase makes a tombstone of a person: an identifier that names nobody.
func (s *Service) erase(ctx context.Context, tx *db.Tx, p Person, still func(p Person) bool) error {
	if err := s.depart(ctx, tx, p); err != nil {
		return err
	}
	p, err := s.store.person(ctx, tx.Serialize("person", p.ID), "id", p.ID)
	if err != nil {
		return err
	}
	if !still(p) {
		return errStays
	}
	for _, h := range s.holders() {
		if err := h.Erase(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	mails, err := s.mails()
	if err != nil {
		return err
	}
	if err := cmp.Or(mails.Erase(ctx, tx, p.ID), mails.EraseAddress(ctx, tx, p.Mail)); err != nil {
		return err
	}
	if err := s.endConsents(ctx, tx, "person_id", p.ID); err != nil {
		return err
	}
	if err := s.store.erase(ctx, tx, p, s.Now()); err != nil {
		return err
	}
	if err := audit.Anonymise(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := s.tellErasure(ctx, tx, p, p.Territory, kindErased, s.Now()); err != nil {
		return err
	}
	if err := tx.Record(db.Change{Kind: ChangePerson, ID: p.ID, Deleted: true}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{At: s.Now(), Territory: p.Territory, Action: "account.erased", Kind: "person", Object: p.ID})
}

// errStays takes an erasure back whose person has thought again meanwhile.
var errStays = errors.New("account: the person stays")

// depart takes a person out of all companies and teams. Where nobody is left to manage a company, the one who has been there
// longest does: no rule lets it come so far but two that go at once.
func (s *Service) depart(ctx context.Context, tx *db.Tx, p Person) error {
	list, err := s.store.belongings(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(list, byCompany)
	for _, b := range list {
		c, err := s.locked(ctx, tx, Actor{Person: p.ID}, b.Company)
		if err != nil {
			return err
		}
		if len(c.all) > 1 && onlyOne(c.all, p.ID, CompanyManager) {
			if err := s.inherit(ctx, tx, p, b); err != nil {
				return err
			}
			c.all = append(c.all, holding{role: CompanyManager})
		}
		if err := s.part(ctx, tx, c, p.ID); err != nil {
			return err
		}
		if len(c.all) == 1 { // whoever gave it: nobody is left who could withdraw it
			if err := s.endConsents(ctx, tx, "company_id", b.Company); err != nil {
				return err
			}
		}
		if err := tx.Record(db.Change{Territory: b.Territory, Kind: ChangePeople, ID: b.Company}); err != nil {
			return err
		}
	}
	roles, err := s.store.roles(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, g := range roles {
		if err := s.store.dismiss(ctx, serializeTeam(tx, g.Territory), g.Territory, p.ID); err != nil {
			return err
		}
		if err := s.revokeTheirs(ctx, tx, g.Territory, p.ID, ""); err != nil {
			return err
		}
		if err := tx.Record(db.Change{Territory: g.Territory, Kind: ChangeTeam, ID: p.ID}); err != nil {
			return err
		}
	}
	return nil
}

// inherit makes the person of a company who has been there longest its manager in the place of one who is erased.
func (s *Service) inherit(ctx context.Context, tx *db.Tx, p Person, b Belonging) error {
	people, err := s.store.people(ctx, tx, b.Company)
	if err != nil {
		return err
	}
	name, _, err := s.Companies.CompanyName(ctx, tx, b.Company)
	if err != nil {
		return err
	}
	slices.SortStableFunc(people, func(a, b Colleague) int { return a.Since.Compare(b.Since) })
	slices.SortStableFunc(people, func(a, b Colleague) int { // who goes too comes last
		return a.EraseAt.Compare(time.Time{}) - b.EraseAt.Compare(time.Time{})
	})
	for _, heir := range people {
		if heir.ID == p.ID {
			continue
		}
		if err := s.store.attach(ctx, tx, b.Company, heir.ID, b.Territory, CompanyManager, s.Now()); err != nil {
			return err
		}
		if err := s.tellGranted(ctx, tx, heir.Person, b.Territory, name, CompanyManager); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{
			At: s.Now(), Territory: b.Territory, Action: "account.company_role_changed", OnBehalf: b.Company, Kind: "company", Object: b.Company,
			Detail: map[string]string{"person": heir.ID, "role": string(CompanyManager)},
		})
	}
	return nil
}

// endConsents withdraws the consents of which a column has the value, because of an erasure: who is erased consents to nothing any
// more. Their proof stays.
func (s *Service) endConsents(ctx context.Context, tx *db.Tx, column, value string) error {
	given, err := s.store.consents(ctx, tx, column+" = $1 AND withdrawn_at = 0", value)
	if err != nil {
		return err
	}
	slices.SortFunc(given, func(a, b Consent) int { return cmp.Compare(a.Company, b.Company) }) // one order of locking for all
	for _, c := range given {
		tx.Serialize("consent", c.Company)
	}
	if err := s.store.withdraw(ctx, tx, column, value, s.Now()); err != nil {
		return err
	}
	for _, c := range given {
		if err := s.consented(ctx, tx, Actor{Territory: c.Territory}, c, false); err != nil {
			return err
		}
	}
	return nil
}
