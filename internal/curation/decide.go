package curation

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// KeyDecided is the key of the errs.Conflict about a change that is decided already; its "who" is the name of who did.
const KeyDecided = "curation.decided"

// Decide decides a change that waits: a project manager, for the team. What is taken of an edit is the owner's word, unless its card
// was merged into another company's: then it is a suggestion to that one. What is taken of a suggestion is the team's; of that, what the
// owner wrote is passed on to them (Change.Passed), and the change is Offered. A newcomer of whom an edit is taken whole is trusted from
// then on. The author is told, with the reason.
//
// errs.Conflict with KeyDecided for one that does not wait any more; a *Moved (errs.Conflict) where the card has changed since it was
// shown, in a field that is to be taken; errs.Invalid with the field "reason" or "take"; errs.Gone "curation.card_gone" where there is no
// card to write to.
func (s *Service) Decide(ctx context.Context, by account.Actor, id string, d Decision) (Change, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Change{}, err
	}
	var out Change
	err := s.onChange(ctx, by, id, func(tx *db.Tx, c stored, now listing.Record) (err error) {
		if c.State != Waiting {
			return s.decidedAlready(ctx, by, c.Change)
		}
		out, err = s.decide(ctx, tx, decider{Actor: by}, c, now, d)
		return err
	})
	return out, err
}

// decider is who decides: for the team, or for the company of the card.
type decider struct {
	account.Actor
	owner bool
}

// Answer is Decide for who acts for the company of a card: about the suggestions that wait and do not look like spam, where the
// company is trusted, and about what the team passed on. What is taken is the owner's word.
func (s *Service) Answer(ctx context.Context, by account.Actor, id string, d Decision) (Change, error) {
	var out Change
	err := s.onChange(ctx, by, id, func(tx *db.Tx, c stored, now listing.Record) (err error) {
		if c.Kind != Suggestion {
			return errs.New(errs.NotFound, "curation.not_found", nil)
		}
		if err := by.RequireFor(cmp.Or(now.Listing.CompanyID, c.Company), account.CompanyEditor); err != nil {
			return err
		}
		trust, err := s.TrustOf(ctx, tx, now.Listing.CompanyID)
		if err != nil {
			return err
		}
		switch {
		case !c.State.Open():
			return s.decidedAlready(ctx, by, c.Change)
		case c.State == Offered:
			d.Take = slices.DeleteFunc(d.Take, func(n string) bool { return !slices.Contains(c.Passed, n) })
		case c.State == Waiting && (trust != Trusted || c.Suspicious()):
			return errs.New(errs.Forbidden, "curation.team_first", nil)
		}
		out, err = s.decide(ctx, tx, decider{by, true}, c, now, d)
		return err
	})
	return out, err
}

// check brings a decision into the form in which it is stored, and judges it.
func (d *Decision) check(c Change, owner bool) error {
	var f faults
	d.Reason = strings.TrimSpace(company.Storable(d.Reason))
	d.Take = inOrder(d.Take)
	f.must(len(without(d.Take, c.Fields)) == 0, "take", "curation.field_unknown", nil)
	f.must(c.Kind != New || len(d.Take) == 0 || slices.Contains(d.Take, "name") && slices.Contains(d.Take, "category"), "take", "curation.take_name", nil)
	f.must(!d.Silent || !owner && len(d.Take) == 0 && !d.Done && c.Suspicious(), "take", "curation.not_spam", nil)
	f.must(owner || len(d.Take) > 0 || d.Done || d.Silent || d.Reason != "", "reason", "curation.reason_missing", nil)
	ends := d.Done && !owner && len(d.Take) == 0 && c.About == AboutClosed && (d.End == FlagHidden || d.End == FlagCeased)
	f.must(d.End == "" || ends, "take", "curation.kind_unknown", nil)
	f.length("reason", d.Reason, MaxReason)
	return f.err()
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, by decider, c stored, now listing.Record, d Decision) (Change, error) {
	if err := d.check(c.Change, by.owner); err != nil {
		return Change{}, err
	}
	if err := s.author(ctx, tx, &c); err != nil {
		return Change{}, err
	}
	offered := c.State == Offered
	c.undo = &undo{From: c.State, Owner: by.owner}
	c.DecidedAt, c.DecidedBy, c.ByOwner = s.Now(), by.Person, by.owner
	var written, passed []string
	var err error
	if len(d.Take) > 0 {
		written, passed, err = s.apply(ctx, tx, by, &c, now, d)
	} else if d.End != "" {
		err = s.end(ctx, tx, by.Actor, &c, now, d)
	}
	if err != nil {
		return Change{}, err
	}
	c.Taken = inOrder(append(c.Taken, written...))
	c.State, c.Passed = settled(c.Fields, c.Taken, passed, d.Done), passed
	c.Reason = cmp.Or(d.Reason, c.Reason)
	if c.undo.Graduated, err = s.graduates(ctx, tx, c.Change); err != nil {
		return Change{}, err
	}
	if s.Grace <= 0 || offered { // the former decision's undo went with its time
		c.undo = nil
	}
	if err := s.store.put(ctx, tx, c); err != nil {
		return Change{}, err
	}
	if err := s.settleJoined(ctx, tx, c.Change, d.Silent); err != nil {
		return Change{}, err
	}
	if err := s.noteDecision(ctx, tx, by.Actor, c.Change, d); err != nil || d.Silent {
		return c.Change, err
	}
	return c.Change, s.tellDecision(ctx, tx, c.Change, d.End)
}

// author keeps the author of a change from being erased until the transaction ends; one who is already is nobody.
func (s *Service) author(ctx context.Context, tx *db.Tx, c *stored) error {
	if c.Person == "" {
		return nil
	}
	_, err := s.Accounts.Here(ctx, tx, c.Person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	erased := err != nil
	fresh, err := s.store.byID(ctx, tx, c.ID) // what the erasure left of it
	if err != nil {
		return err
	}
	if *c = fresh; erased {
		c.Person = ""
	}
	return nil
}

// graduates ends the trial of a newcomer of whose edit nothing was refused: what was could be published at once otherwise. What is
// accepted of a company that is disputed says nothing of who acts for it.
func (s *Service) graduates(ctx context.Context, tx *db.Tx, c Change) (bool, error) {
	if c.Kind != Edit || c.State != Accepted {
		return false, nil
	}
	if disputed, err := s.disputed(ctx, tx, c.Company); err != nil || disputed[c.Company] {
		return false, err
	}
	return s.store.graduate(ctx, tx, c.Company)
}

// apply writes the fields that are taken to the card, and gives them, and those that are the owner's to correct.
func (s *Service) apply(
	ctx context.Context, tx *db.Tx, by decider, c *stored, now listing.Record, d Decision,
) (written, passed []string, err error) {
	if c.Kind == New {
		return d.Take, nil, s.create(ctx, tx, by.Actor, c, d.Take)
	}
	if now.Listing.ID == "" {
		return nil, nil, errs.New(errs.Gone, "curation.card_gone", nil)
	}
	if err := s.unmoved(ctx, tx, c.Change, now.Listing, d); err != nil {
		return nil, nil, err
	}
	if c.Kind == Edit && now.Listing.CompanyID != c.Company {
		c.suggest(now.Listing)
	}
	author := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: by.Person}
	switch {
	case c.Kind == Edit:
		author = listing.Author{Source: company.Source{Kind: company.FromOwner}, Person: c.Person}
	case by.owner:
		author.Source.Kind = company.FromOwner
	default:
		if passed, err = s.Owned(ctx, tx, now.Listing, d.Take); err != nil {
			return nil, nil, err
		}
	}
	written = without(d.Take, passed)
	if len(differing(c.After, now.Listing.Content, written)) == 0 {
		return written, passed, nil // it says so already
	}
	c.undo.remember(now.Listing, written)
	write := s.write
	if c.Kind == Suggestion && !by.owner {
		write = s.correct
	}
	l, _, err := write(ctx, tx, author, now.Listing, c.After, written)
	if c.undo.Version = l.Version; err != nil {
		return nil, nil, err
	}
	c.DecidedAt = l.UpdatedAt // when the history of the card says that it was written: see Deeds
	return written, passed, nil
}

// suggest makes of an edit, whose card is part of another company's now, a suggestion to that one.
func (c *stored) suggest(l listing.Listing) {
	c.Kind, c.Listing, c.Company, c.Base, c.Before = Suggestion, l.ID, l.CompanyID, l.Version, only(l.Content, c.Fields)
}

// remember keeps what a card says before it is written.
func (u *undo) remember(l listing.Listing, fields []string) {
	u.Card, u.Before, u.Provenance = l.ID, only(l.Content, fields), company.Provenance{}
	u.ConfirmedAt, u.State, u.Withheld, u.Slug = l.ConfirmedAt, l.State, l.Withheld, l.Slug
	for _, name := range fields {
		if source, ok := l.Provenance[name]; ok {
			u.Provenance[name] = source
		}
	}
}

// Owned are those of some fields of a card that are not the team's to write: the owner wrote them, and somebody is there to ask.
func (s *Service) Owned(ctx context.Context, q db.Querier, l listing.Listing, fields []string) ([]string, error) {
	owned := ownersWords(l, fields)
	if len(owned) == 0 {
		return nil, nil
	}
	orphan, err := s.Accounts.Claimable(ctx, q, l.CompanyID)
	if orphan {
		owned = nil
	}
	return owned, err
}

// unmoved returns a *Moved where a card has changed, since it was shown, in fields that are to be taken.
func (s *Service) unmoved(ctx context.Context, tx *db.Tx, c Change, l listing.Listing, d Decision) error {
	if d.Card != "" && d.Card != l.ID {
		return &Moved{Now: l, Fields: d.Take}
	}
	shown, known, err := ContentAt(ctx, tx, l, d.Seen)
	if err != nil {
		return err
	}
	if !known { // against what the author saw, for want of anything better
		shown = over(l.Content, c.Before, c.Fields)
	}
	if moved := differing(shown, l.Content, d.Take); len(moved) > 0 {
		return &Moved{Now: l, Fields: moved}
	}
	return nil
}

// create makes a card of an organisation that was proposed. That of a natural person waits for their consent.
func (s *Service) create(ctx context.Context, tx *db.Tx, by account.Actor, c *stored, fields []string) error {
	content := only(c.After, fields)
	record := listing.Record{
		Listing: listing.Listing{Territory: c.Territory, State: listing.Published, Content: content},
		Company: company.Company{
			UsualName: content.Name, Identifiers: numberOf(c.Number), NaturalPerson: c.Natural, Status: company.Active,
			Provenance: company.Provenance{},
		},
	}
	source := company.Source{Kind: company.FromStaff, At: s.Now()}
	for _, f := range company.Fields() {
		if !f.Empty(&record.Company) {
			record.Company.Provenance[f.Name] = source
		}
	}
	saved, err := s.Listings.CreateIn(ctx, tx, listing.Author{Source: source, Person: by.Person}, record)
	if err != nil {
		return err
	}
	c.Created, c.Company, c.undo.Card, c.undo.Version = saved.Listing.ID, saved.Company.ID, saved.Listing.ID, saved.Listing.Version
	return nil
}

// decidedAlready says what has become of a change, and by whom.
func (s *Service) decidedAlready(ctx context.Context, by account.Actor, c Change) error {
	args := errs.Args{"state": string(c.State), "at": c.DecidedAt, "who": ""}
	if c.DecidedBy != "" && by.Staff() {
		names, err := s.Accounts.Names(ctx, []string{c.DecidedBy})
		if err != nil {
			return err
		}
		args["who"] = names[c.DecidedBy]
	}
	key := KeyDecided
	switch {
	case c.State == Withdrawn:
		key = "curation.withdrawn_already"
	case c.State == Superseded:
		key = "curation.superseded_already"
	case args["who"] == "":
		key = "curation.decided_before"
	}
	return errs.New(errs.Conflict, key, args)
}

// noteDecision writes a decision into the audit trail.
func (s *Service) noteDecision(ctx context.Context, tx *db.Tx, by account.Actor, c Change, d Decision) error {
	e := audit.Entry{
		Action: "curation.accepted", Kind: ChangeKind, Object: c.ID, OnBehalf: c.Company,
		Detail: map[string]string{"kind": string(c.Kind), "listing": cmp.Or(c.Listing, c.Created), "state": string(c.State)},
	}
	if d.End != "" {
		e.Detail["how"] = d.End
	}
	switch {
	case d.Silent:
		e.Action = "curation.discarded"
	case c.State == Refused:
		e.Action = "curation.refused"
	case c.State == Partly:
		e.Action = "curation.partly"
	case c.State == Offered:
		e.Action = "curation.offered"
	}
	return s.Accounts.Note(ctx, tx, by, e)
}
