package edit

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// keyFaulty is the key of the error about a draft with faults.
const keyFaulty = "edit.faulty"

// Publish submits the draft of a card: see curation.Service.Submit for what becomes of it and for its errors. Where nothing is left
// to write it vouches for the card as seen, the version that the page showed: errs.Conflict where that is not the one that stands.
// errs.Invalid with the faulty fields, wherever they are in the form. The draft goes when it was submitted, and stays on any error.
func (s *Service) Publish(ctx context.Context, by account.Actor, door Door, id string, seen int64) (curation.Outcome, error) {
	sheet, err := s.Open(ctx, by, door, id)
	if err != nil {
		return curation.Outcome{}, err
	}
	if len(sheet.Faults) > 0 {
		return curation.Outcome{}, &errs.E{Kind: errs.Invalid, Key: keyFaulty, Args: errs.Args{"n": len(sheet.Faults)}, Fields: sheet.Faults}
	}
	if sheet.Waits() {
		return curation.Outcome{Listing: sheet.Record.Listing, Change: *sheet.Pending}, nil
	}
	version, fields := sheet.Draft.Base, sheet.Changed
	if len(curation.Compare(sheet.Draft.Was, sheet.Content, sheet.Record.Listing.Content, fields).Mine) == 0 {
		version, fields = seen, nil
	}
	out, err := s.Curation.SubmitInstead(ctx, by, id, version, sheet.Content, fields, sheet.takenBack())
	if err != nil {
		return out, err
	}
	return out, s.done(ctx, by, sheet, out)
}

// takenBack is the change that waits of which the actor has taken some back: what is submitted now stands for all of it. "" for none.
func (sheet *Sheet) takenBack() string {
	if !sheet.resumes() || !slices.ContainsFunc(sheet.Pending.Fields, func(f string) bool { return !slices.Contains(sheet.Changed, f) }) {
		return ""
	}
	return sheet.Pending.ID
}

// done drops a draft that was submitted, but for what another tab has typed meanwhile, which then stands on the card as it is now.
func (s *Service) done(ctx context.Context, by account.Actor, sheet Sheet, out curation.Outcome) error {
	submitted := sheet.Draft
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		kept, ok, err := s.store.draft(ctx, tx.Serialize("curation_draft", by.Person+"/"+submitted.Listing), by.Person, submitted.Listing)
		if err != nil || !ok {
			return err
		}
		var left []string
		for field, v := range kept.Typed {
			if w, ok := submitted.Typed[field]; !ok || !same(v, w) {
				left = append(left, field)
			}
		}
		if len(left) == 0 {
			return s.store.drop(ctx, tx, kept.Person, kept.Listing)
		}
		next := sheet.onto(kept, out.Listing, left)
		next.SavedAt = kept.SavedAt
		return s.store.keep(ctx, tx, next)
	})
}

// Confirm vouches for a card on behalf of its company, at the version that was shown. errs.Conflict where it is not the one that stands.
func (s *Service) Confirm(ctx context.Context, by account.Actor, id string, version int64) (curation.Outcome, error) {
	sheet, err := s.Open(ctx, by, Owner, id)
	if err != nil {
		return curation.Outcome{}, err
	}
	return s.Curation.Submit(ctx, by, id, version, sheet.Record.Listing.Content, nil)
}

// Meeting is a draft beside a card that others have changed since.
type Meeting struct {
	Sheet
	Mine   []string // fields that only the draft changes
	Theirs []string // that only others have changed
	Both   []string // that both have: somebody chooses; those that make a place are one choice
}

// Meet compares the draft with the card as it stands; where nothing is typed, what was seen, a version of the card that was shown.
func (s *Service) Meet(ctx context.Context, by account.Actor, door Door, id string, seen int64) (Meeting, error) {
	sheet, err := s.Open(ctx, by, door, id)
	if err != nil {
		return Meeting{}, err
	}
	if 0 < seen && seen < sheet.Record.Listing.Version && sheet.Pending == nil {
		err = s.base(ctx, s.DB.Read(), &sheet, seen)
	}
	return meet(sheet), err
}

func meet(sheet Sheet) Meeting {
	c := curation.Compare(sheet.Draft.Was, sheet.Content, sheet.Record.Listing.Content, sheet.Changed)
	m := Meeting{Sheet: sheet, Both: c.Both}
	in := func(list []string, field string) bool { return slices.Contains(list, field) }
	all := fields()
	for _, field := range c.Mine {
		if !in(c.Both, field) {
			m.Mine = append(m.Mine, field)
		}
	}
	for _, field := range c.Theirs {
		if !in(c.Both, field) && !(in(sheet.Changed, field) && all[field].Same(&sheet.Content, &sheet.Record.Listing.Content)) {
			m.Theirs = append(m.Theirs, field)
		}
	}
	return m
}

// differs reports whether others have written anything since the draft was begun that it does not say too.
func differs(sheet *Sheet) bool {
	m := meet(*sheet)
	return len(m.Both)+len(m.Theirs) > 0
}

// unread are the fields whose words were not understood, and so change nothing yet.
func (m *Meeting) unread() []string {
	var out []string
	for field := range m.Draft.Typed {
		if m.faulty(field) && !slices.Contains(m.Both, field) && !slices.Contains(m.Mine, field) {
			out = append(out, field)
		}
	}
	return out
}

// Settle puts the draft on the card as it stands, keeping of what was typed the fields that were chosen. seen is the version of the
// card that the choice was made from: errs.Conflict where it has moved again.
func (s *Service) Settle(ctx context.Context, by account.Actor, door Door, id string, seen int64, keep []string) (Sheet, error) {
	return s.change(ctx, by, door, id, seen, func(_ *db.Tx, sheet *Sheet) error {
		if sheet.Record.Listing.Version != seen {
			return errs.New(errs.Conflict, "edit.moved_again", nil)
		}
		sheet.Draft = sheet.onto(sheet.Draft, sheet.Record.Listing, keep)
		return nil
	})
}

// CarryOver takes the draft of a card that was merged over to the one that it is part of now, and gives that one. What was typed there
// already stays.
func (s *Service) CarryOver(ctx context.Context, by account.Actor, door Door, id string) (into string, err error) {
	_, err = s.Open(ctx, by, door, id)
	closed, ok := IsClosed(err)
	switch {
	case !ok:
		return id, err
	case closed.Into == nil || !closed.Carry:
		return "", closed.Err
	}
	l := closed.Into.Listing
	_, err = s.change(ctx, by, door, l.ID, l.Version, func(tx *db.Tx, sheet *Sheet) error {
		for _, field := range closed.Sheet.Changed {
			v, typed := closed.Sheet.Draft.Typed[field]
			if _, held := sheet.Draft.Typed[field]; typed && !held && !slices.Contains(sheet.Locked, field) && !same(v, shownOf(sheet, field)) {
				sheet.Draft.Typed[field] = v
			}
		}
		return s.store.drop(ctx, tx, by.Person, id)
	})
	return l.ID, err
}

// shownOf is the form of a field as the card says it.
func shownOf(sheet *Sheet, field string) map[string][]string {
	return questions()[place(field)].shown(sheet.scope, &sheet.Draft.Was)
}

// Answer decides about a correction that is proposed to the company.
func (s *Service) Answer(ctx context.Context, by account.Actor, id, change string, take []string, seen int64) error {
	sheet, err := s.Open(ctx, by, Owner, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(sheet.Offers, func(c curation.Change) bool { return c.ID == change }) {
		return errs.New(errs.NotFound, "edit.no_offer", nil)
	}
	_, err = s.Curation.Answer(ctx, by, change, curation.Decision{Take: take, Seen: seen})
	return err
}

// TakeBack withdraws what the company has submitted and the team has not decided, and leaves it in the actor's draft; false where nothing
// waits any more.
func (s *Service) TakeBack(ctx context.Context, by account.Actor, id string) (bool, error) {
	sheet, err := s.Open(ctx, by, Owner, id)
	if err != nil || sheet.Pending == nil {
		return false, err
	}
	if err := s.Curation.Withdraw(ctx, by, sheet.Pending.ID); err != nil {
		return true, err
	}
	if !sheet.Draft.SavedAt.IsZero() && sheet.resumes() {
		return true, nil // it holds what the actor wants of it
	}
	taken := sheet.resumed(*sheet.Pending).Typed
	_, err = s.change(ctx, by, Owner, id, sheet.Record.Listing.Version, func(_ *db.Tx, sheet *Sheet) error {
		for field, v := range taken {
			if _, held := sheet.Draft.Typed[field]; !held {
				sheet.Draft.Typed[field] = v
			}
		}
		return nil
	})
	return true, err
}

// preview is the card as the draft would have it.
func (sheet *Sheet) preview() listing.Record {
	r := sheet.Record
	r.Listing.Content = sheet.Content
	r.Listing.Completeness = listing.Completeness(r.Listing)
	return r
}

// parted tells what a company has submitted of what others propose to it.
func parted(open []curation.Change) (pending *curation.Change, offers []curation.Change) {
	for _, c := range open {
		switch {
		case c.Kind == curation.Edit && c.State == curation.Waiting && pending == nil:
			pending = &c
		case c.Kind == curation.Suggestion && len(c.Fields) > 0:
			offers = append(offers, c)
		}
	}
	return pending, offers
}
