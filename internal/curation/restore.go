package curation

import (
	"context"
	"slices"
	"strconv"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// Restore sets fields of a card to what they said before one of its revisions: like Submit, but that nobody vouches for the card by
// it. errs.NotFound where the history no longer has the revision.
func (s *Service) Restore(ctx context.Context, by account.Actor, id string, version int64, revision string, fields []string) (Outcome, error) {
	if err := knownFields(fields, true); err != nil {
		return Outcome{}, err
	}
	return s.submit(ctx, by, id, version, fields, "", func(ctx context.Context, tx *db.Tx) (listing.Content, *putBack, error) {
		content, after, err := s.Before(ctx, tx, id, revision)
		if err != nil {
			return content, nil, err
		}
		return content, &putBack{undone: revision, after: *after}, nil
	})
}

// putBack is where a card goes back to.
type putBack struct {
	undone string // the revision that is undone
	after  string // the one after which the card said what it says again
}

// Regained are the fields of a revision that the team may put back to what they said before it although they are the owner's words: it
// accepted them itself, by an edit of the owner, who has not written them since.
func Regained(l listing.Listing, r listing.Revision, deeds []Deed) []string {
	if !slices.ContainsFunc(deeds, func(d Deed) bool { return d.Kind == Edit && d.Made(r) }) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Fields), func(f string) bool { return l.Provenance[f].At.After(r.At) })
}

// OwnedBefore is Owned where fields go back to before a revision: what is Regained is not the owner's alone.
func (s *Service) OwnedBefore(ctx context.Context, q db.Querier, l listing.Listing, revision string, fields []string) ([]string, error) {
	owned, err := s.Owned(ctx, q, l, fields)
	if err != nil || len(owned) == 0 {
		return owned, err
	}
	r, err := listing.Reader{}.Revision(ctx, q, l.ID, revision)
	if err != nil {
		return nil, err
	}
	deeds, err := s.Deeds(ctx, q, l.ID)
	return without(owned, Regained(l, r, deeds)), err
}

// regain makes of the owner's words what the team may put back, and tells the owners.
func (s *Service) regain(ctx context.Context, tx *db.Tx, in submission, l listing.Listing) (listing.Listing, error) {
	words := ownersWords(l, in.fields)
	if in.author.Source.Kind != company.FromStaff || len(words) == 0 {
		return l, nil
	}
	owned, err := s.OwnedBefore(ctx, tx, l, in.back.undone, in.fields)
	if err != nil || len(owned) > 0 { // which the card refuses
		return l, err
	}
	if l, err = s.disown(ctx, tx, in.author, l, words); err != nil {
		return l, err
	}
	owners, err := s.OwnersToTell(ctx, tx, l.CompanyID)
	if err != nil {
		return l, err
	}
	for _, p := range owners {
		m := account.To(p.Person, l.Territory, kindRestored, l.ID+"/"+strconv.FormatInt(l.Version, 10)+"/"+p.ID)
		if err := s.Accounts.Post(ctx, tx, m, func(site account.Site) mail.Letter { return restoredLetter(site, l, words) }); err != nil {
			return l, err
		}
	}
	return l, nil
}

// restoredLetter tells who acts for a company that the team took back what it had accepted of theirs.
func restoredLetter(site account.Site, l listing.Listing, fields []string) mail.Letter {
	return site.Letter(letterTexts, kindRestored, office.EditPath(l.ID), "name", mail.OneLine(l.Name), "fields", fieldNames(site.P, fields))
}

// Before gives what a card said before one of its revisions, and the revision after which it said so, "" for none that is kept.
func (s *Service) Before(ctx context.Context, q db.Querier, id, revision string) (listing.Content, *string, error) {
	if _, err := (listing.Reader{}).Revision(ctx, q, id, revision); err != nil {
		return listing.Content{}, nil, err
	}
	preceding, err := listing.Reader{}.Preceding(ctx, q, id, revision)
	if err != nil {
		return listing.Content{}, nil, err
	}
	content, err := listing.Reader{}.ContentAt(ctx, q, id, preceding)
	return content, &preceding, err
}

// writeOrPutBack writes a submission to the card, as something new or as what stood there before.
func (s *Service) writeOrPutBack(ctx context.Context, tx *db.Tx, in submission) (listing.Listing, []string, error) {
	if in.back == nil {
		l := in.now
		if len(in.fields) == 0 {
			l.Version = in.version // nobody vouches for what they were not shown
		}
		return s.write(ctx, tx, in.author, l, in.content, in.fields)
	}
	l, err := s.freed(ctx, tx, in.author, in.now, in.fields)
	if err != nil || len(in.fields) == 0 {
		return l, nil, err
	}
	if l, err = s.regain(ctx, tx, in, l); err != nil {
		return l, nil, err
	}
	return s.Listings.RestoreIn(ctx, tx, in.author, l.ID, l.Version, in.back.after, in.fields)
}
