package curation

import (
	"cmp"
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// Propose stores a change of kind Suggestion or New, in the state Unconfirmed (the zero State, too) or Waiting. It fills in what only
// the room knows (ID, Company, Base, Before, the times), adds to the Signs, and leaves out fields that say what the card says already.
// A suggestion has fields, a message or an About; a New one has a name and a category at least.
//
// errs.Invalid with the faulty fields, as the form names them: those of the card, "mail", "name" of the author as "author",
// "message", "about", "number", "fields"; errs.Gone with KeyMerged; errs.NotFound for a card that is not public.
func (s *Service) Propose(ctx context.Context, tx *db.Tx, c Change) (Change, error) {
	if c.Kind == Edit || c.Kind == "" {
		return Change{}, errs.New(errs.Invalid, "curation.kind_unknown", nil)
	}
	if err := knownFields(c.Fields, c.Kind == New); err != nil {
		return Change{}, err
	}
	t, err := s.Territories.Get(ctx, c.Territory)
	if err != nil {
		return Change{}, err
	}
	c.ID, c.CreatedAt, c.State = db.NewID(), s.Now(), cmp.Or(c.State, Unconfirmed)
	faulty := checkAuthor(&c)
	c.Fields = inOrder(c.Fields)
	if c.Kind == New {
		faulty = append(faulty, checkNew(t, s.Taxonomies, &c)...)
	} else {
		about, err := s.aboutCard(ctx, tx, t, &c)
		if err != nil {
			return Change{}, err
		}
		faulty = append(faulty, about...)
	}
	if err := faulty.err(); err != nil {
		return Change{}, err
	}
	c.After = only(c.After, c.Fields)
	c.Signs = Signs(c)
	if err := s.store.add(ctx, tx, stored{Change: c}); err != nil || c.State != Waiting {
		return c, err
	}
	return s.confirm(ctx, tx, stored{Change: c})
}

// checkNew judges an organisation that is proposed.
func checkNew(t *territory.Territory, tax Taxonomies, c *Change) faults {
	for _, name := range []string{"name", "category"} {
		if !slices.Contains(c.Fields, name) {
			c.Fields = inOrder(append(c.Fields, name))
		}
	}
	c.Listing, c.Company, c.Base, c.Before = "", "", 0, listing.Content{}
	c.After = only(c.After, c.Fields)
	return checkContent(t, tax, c.After, c.Fields)
}

// aboutCard judges what is suggested about a card, and compares it with what the card says.
func (s *Service) aboutCard(ctx context.Context, q db.Querier, t *territory.Territory, c *Change) (faults, error) {
	found, err := cards(ctx, q, c.Listing)
	if err != nil {
		return nil, err
	}
	r, ok := found[c.Listing]
	switch {
	case !ok || r.Listing.Territory != c.Territory:
		return nil, absent()
	case r.Listing.State == listing.Merged:
		return nil, s.gone(ctx, q, c.Listing)
	case r.Listing.State != listing.Published:
		return nil, absent()
	}
	base, known, err := ContentAt(ctx, q, r.Listing, c.Base)
	if err != nil {
		return nil, err
	}
	if c.Base == 0 || !known {
		base = r.Listing.Content
	}
	c.Company, c.Base = r.Listing.CompanyID, r.Listing.Version
	c.Fields = Compare(base, c.After, r.Listing.Content, c.Fields).Mine
	c.Before = only(r.Listing.Content, c.Fields)
	faulty := checkContent(t, s.Taxonomies, over(r.Listing.Content, c.After, c.Fields), c.Fields)
	faulty.must(len(c.Fields) > 0 || c.Message != "" || c.About != "", "message", "curation.nothing_said", nil)
	return faulty, nil
}

// Confirmed lets an Unconfirmed change wait, whose author has proved to read the mail address, and tells the owners of the card. One
// that is further already stays as it is. errs.NotFound for one that was not confirmed in time.
func (s *Service) Confirmed(ctx context.Context, tx *db.Tx, id string) (Change, error) {
	c, err := s.store.byID(ctx, tx, id)
	if err != nil {
		return Change{}, err
	}
	if _, err := lock(ctx, tx, c.Change); err != nil {
		return Change{}, err
	}
	if c, err = s.store.byID(ctx, tx, id); err != nil || c.State != Unconfirmed {
		return c.Change, err
	}
	return s.confirm(ctx, tx, c)
}

// confirm lets a change wait.
func (s *Service) confirm(ctx context.Context, tx *db.Tx, c stored) (Change, error) {
	c.State, c.ConfirmedAt = Waiting, s.Now()
	if c.Person == "" {
		p, err := s.Accounts.Known(ctx, tx, c.Mail)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return Change{}, err
		}
		if err == nil {
			c.Person = p.ID
			if err := s.store.own(ctx, tx, c.ID, c.Person); err != nil {
				return Change{}, err
			}
		}
	}
	joined, err := s.join(ctx, tx, &c)
	if err != nil {
		return Change{}, err
	}
	if err := s.store.put(ctx, tx, c); err != nil || joined {
		return c.Change, err
	}
	if c.Kind != Suggestion || c.Suspicious() || len(c.Fields) == 0 {
		return c.Change, nil
	}
	if trust, err := s.TrustOf(ctx, tx, c.Company); err != nil || trust != Trusted { // whose people may not answer
		return c.Change, err
	}
	return c.Change, s.tellOwners(ctx, tx, c.Change)
}

// Withdraw ends a change that waits: its author may, and who acts for the company of an edit.
func (s *Service) Withdraw(ctx context.Context, by account.Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.onChange(ctx, by, id, func(tx *db.Tx, c stored, _ listing.Record) error { return s.withdraw(ctx, tx, by, c) })
}

func (s *Service) withdraw(ctx context.Context, tx *db.Tx, by account.Actor, c stored) error {
	_, own := by.Companies[c.Company]
	if c.Person != by.Person && !(c.Kind == Edit && own) {
		return errs.New(errs.NotFound, "curation.not_found", nil)
	}
	return s.recall(ctx, tx, by, c)
}

// WithdrawOf takes back the edits of a company that persons wrote and that wait, in the transaction of another room that has decided
// that these persons never spoke for it.
func (s *Service) WithdrawOf(ctx context.Context, tx *db.Tx, by account.Actor, companyID string, persons []string) error {
	waiting, err := s.store.find(ctx, tx, "company_id = $1 AND kind = $2 AND state = $3 ORDER BY listing_id, id", companyID, string(Edit), string(Waiting))
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if !slices.Contains(persons, w.Person) {
			continue
		}
		if _, err := lock(ctx, tx, w.Change); err != nil {
			return err
		}
		c, err := s.store.byID(ctx, tx, w.ID)
		if err == nil && c.State == Waiting { // not decided meanwhile
			err = s.recall(ctx, tx, by, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) recall(ctx context.Context, tx *db.Tx, by account.Actor, c stored) error {
	if c.State != Waiting && c.State != Unconfirmed {
		return s.decidedAlready(ctx, by, c.Change)
	}
	c.State, c.DecidedAt, c.DecidedBy = Withdrawn, s.Now(), by.Person
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.promote(ctx, tx, c.ID); err != nil {
		return err
	}
	return s.Accounts.Note(ctx, tx, by, audit.Entry{
		Action: "curation.withdrawn", Kind: ChangeKind, Object: c.ID, OnBehalf: c.Company, Detail: map[string]string{"kind": string(c.Kind)},
	})
}

// numberOf is the register number of an organisation that is proposed, none where it has none.
func numberOf(n Number) []company.Identifier {
	if n.Written == "" || n.Scheme == "" {
		return nil
	}
	return []company.Identifier{company.ParseIdentifier(n.Scheme, n.Written)}
}
