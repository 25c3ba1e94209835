package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// KeyMerged is the key of the errs.Gone about a card that is part of another now; its "address" is the path of that one.
const KeyMerged = "curation.card_merged"

// submission is one form that came in: the card as it stands, and what is to become of it.
type submission struct {
	by      account.Actor
	author  listing.Author
	now     listing.Listing
	version int64 // that was shown
	content listing.Content
	fields  []string // that the author changed
	back    *putBack // of what is put back, nil for what was written
}

// Submit sets the named fields of a card to those of content: at once for the team (ProjectManager, as staff) and for the editors of
// a company that is trusted, as a change that waits for the others. version is that of the card that was shown. Fields that are as
// they were shown are left alone, also where others have changed them since. Where nothing is left to write it vouches for the card
// as it was shown: errs.Conflict where it has changed since.
//
// No fields vouch for the card that was shown: errs.Conflict "listing.changed" where it has changed since.
//
// A *Clash (errs.Conflict) where somebody else has since written a field that is written here, too; errs.Gone with KeyMerged;
// errs.Invalid with the faulty fields; errs.Forbidden where the staff would overwrite what the owner wrote, with those fields.
func (s *Service) Submit(ctx context.Context, by account.Actor, id string, version int64, content listing.Content, fields []string) (Outcome, error) {
	return s.SubmitInstead(ctx, by, id, version, content, fields, "")
}

// SubmitInstead is Submit in the place of an edit of the card that waits: that one is withdrawn with it, and stays where Submit gives an
// error. One that does not wait any more is left alone.
func (s *Service) SubmitInstead(
	ctx context.Context, by account.Actor, id string, version int64, content listing.Content, fields []string, instead string,
) (Outcome, error) {
	return s.submit(ctx, by, id, version, fields, instead, func(context.Context, *db.Tx) (listing.Content, *putBack, error) { return content, nil, nil })
}

// submit is Submit of what content gives.
func (s *Service) submit(
	ctx context.Context, by account.Actor, id string, version int64, fields []string, instead string,
	content func(context.Context, *db.Tx) (listing.Content, *putBack, error),
) (Outcome, error) {
	if err := by.RequireSignedIn(); err != nil {
		return Outcome{}, err
	}
	if err := knownFields(fields, false); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		out = Outcome{}
		said, back, err := content(ctx, tx)
		if err != nil {
			return err
		}
		in, err := s.submission(ctx, tx, by, id, version, said, fields)
		if err != nil {
			return err
		}
		if len(fields) == 0 && instead == "" && version != in.now.Version {
			return errs.New(errs.Conflict, "listing.changed", nil) // nobody vouches for what they have not seen
		}
		in.back = back
		if err := s.makeRoom(ctx, tx, in, instead); err != nil {
			return err
		}
		trust := Trusted
		if in.author.Source.Kind == company.FromOwner {
			if trust, err = s.TrustOf(ctx, tx, in.now.CompanyID); err != nil {
				return err
			}
		}
		if trust == Trusted || len(in.fields) == 0 {
			out, err = s.publish(ctx, tx, in)
			return err
		}
		out, err = s.wait(ctx, tx, in)
		return err
	})
	return out, err
}

// makeRoom withdraws the edit in whose place a submission comes.
func (s *Service) makeRoom(ctx context.Context, tx *db.Tx, in submission, id string) error {
	if id == "" {
		return nil
	}
	c, err := s.store.byID(ctx, tx, id)
	if err != nil || c.State != Waiting {
		return err
	}
	if c.Kind != Edit || c.Listing != in.now.ID {
		return errs.New(errs.NotFound, "curation.not_found", nil)
	}
	return s.withdraw(ctx, tx, in.by, c)
}

// submission reads the card behind its lock, and compares what was shown, what came back, and what stands.
func (s *Service) submission(
	ctx context.Context, tx *db.Tx, by account.Actor, id string, version int64, content listing.Content, fields []string,
) (submission, error) {
	found, err := cards(ctx, tx.Serialize(listing.ChangeKind, id), id)
	if err != nil {
		return submission{}, err
	}
	r, ok := found[id]
	if !ok || r.Listing.Territory != by.Territory {
		return submission{}, absent()
	}
	in := submission{by: by, now: r.Listing, version: version, content: content}
	if in.author, err = authorOf(by, r.Listing.CompanyID); err != nil {
		return submission{}, err
	}
	if r.Listing.State == listing.Merged {
		return submission{}, s.gone(ctx, tx, id)
	}
	base, known, err := ContentAt(ctx, tx, r.Listing, version)
	if err != nil {
		return submission{}, err
	}
	if !known { // nobody can say any more what was shown: all that differs is for the author to look at
		if both := differing(content, r.Listing.Content, fields); len(both) > 0 {
			return submission{}, &Clash{Now: r.Listing, Both: both}
		}
		return in, nil
	}
	c := Compare(base, content, r.Listing.Content, fields)
	if len(c.Both) > 0 {
		return submission{}, &Clash{Now: r.Listing, Both: c.Both}
	}
	in.fields = c.Mine
	t, err := s.Territories.Get(ctx, r.Listing.Territory)
	if err != nil {
		return submission{}, err
	}
	return in, checkContent(t, s.Taxonomies, over(r.Listing.Content, content, in.fields), in.fields).err()
}

// authorOf is in whose name an actor writes to the cards of a company: the owner's before the team's.
func authorOf(by account.Actor, companyID string) (listing.Author, error) {
	if _, own := by.Companies[companyID]; own {
		return listing.Author{Source: company.Source{Kind: company.FromOwner}, Person: by.Person}, nil
	}
	if !by.Staff() && !by.Is(account.ProjectManager) {
		return listing.Author{}, by.RequireFor(companyID, account.CompanyEditor)
	}
	return listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: by.Person}, by.Require(account.ProjectManager)
}

// gone is the error about a card that is part of another.
func (s *Service) gone(ctx context.Context, q db.Querier, id string) error {
	r, ok, err := standing(ctx, q, id)
	if err != nil {
		return err
	}
	if !ok {
		return absent()
	}
	return errs.New(errs.Gone, KeyMerged, errs.Args{"name": r.Listing.Name, "address": CardPath(r.Listing.Slug)})
}

// CardPath is the path of a card's public page.
func CardPath(slug string) string { return "/annuaire/" + slug }

// publish writes a submission to the card.
func (s *Service) publish(ctx context.Context, tx *db.Tx, in submission) (Outcome, error) {
	l, changed, err := s.writeOrPutBack(ctx, tx, in)
	if err != nil {
		return Outcome{}, err
	}
	if len(changed) > 0 {
		if err := s.supersede(ctx, tx, in.by, l); err != nil {
			return Outcome{}, err
		}
		err = s.Accounts.Note(ctx, tx, in.by, audit.Entry{
			Action: "curation.published", Kind: listing.ChangeKind, Object: l.ID, OnBehalf: l.CompanyID, Detail: map[string]string{"source": string(in.author.Source.Kind)},
		})
	}
	return Outcome{Published: true, Listing: l, Changed: changed}, err
}

// write sets fields of a card, or vouches for it where there are none. What the owner of a company wrote that nobody acts for any more
// is the team's to correct: nobody else could.
func (s *Service) write(
	ctx context.Context, tx *db.Tx, author listing.Author, l listing.Listing, content listing.Content, fields []string,
) (listing.Listing, []string, error) {
	if len(fields) == 0 {
		confirmed, err := s.Listings.ConfirmIn(ctx, tx, author, l.ID, l.Version)
		return confirmed, nil, err
	}
	l, err := s.freed(ctx, tx, author, l, fields)
	if err != nil {
		return l, nil, err
	}
	return s.Listings.EditIn(ctx, tx, author, l.ID, l.Version, content, fields)
}

// correct is write for the team, which has looked at these fields alone: the card is as old as it was.
func (s *Service) correct(
	ctx context.Context, tx *db.Tx, author listing.Author, l listing.Listing, content listing.Content, fields []string,
) (listing.Listing, []string, error) {
	l, err := s.freed(ctx, tx, author, l, fields)
	if err != nil {
		return l, nil, err
	}
	return s.Listings.CorrectIn(ctx, tx, author, l.ID, l.Version, content, fields)
}

// freed is a card of which the team may write some fields where it may at all.
func (s *Service) freed(ctx context.Context, tx *db.Tx, author listing.Author, l listing.Listing, fields []string) (listing.Listing, error) {
	owned := ownersWords(l, fields)
	if author.Source.Kind != company.FromStaff || len(owned) == 0 {
		return l, nil
	}
	orphan, err := s.Accounts.Claimable(ctx, tx, l.CompanyID)
	if err != nil || !orphan {
		return l, err
	}
	return s.disown(ctx, tx, author, l, owned)
}

// disown makes words of a former owner the team's.
func (s *Service) disown(ctx context.Context, tx *db.Tx, author listing.Author, l listing.Listing, fields []string) (listing.Listing, error) {
	found, err := cards(ctx, tx, l.ID)
	if err != nil {
		return l, err
	}
	r := found[l.ID]
	r.Listing.Provenance = r.Listing.Provenance.Clone()
	for _, name := range fields {
		r.Listing.Provenance[name] = company.Source{Kind: company.FromStaff, At: r.Listing.Provenance[name].At}
	}
	saved, err := listing.Store{}.As(author.Person).SaveListings(ctx, tx, []listing.Record{r}, s.Now())
	if err != nil {
		return l, err
	}
	return saved[0].Listing, nil
}

// wait stores a submission as a change that waits, in the place of one of the same card that does: what that one proposed and this one
// leaves alone goes on waiting with it.
func (s *Service) wait(ctx context.Context, tx *db.Tx, in submission) (Outcome, error) {
	c := stored{Change: Change{
		ID: db.NewID(), Territory: in.now.Territory, Listing: in.now.ID, Company: in.now.CompanyID, Kind: Edit, State: Waiting, Base: in.now.Version,
		Person: in.by.Person, Lang: in.by.Lang, CreatedAt: s.Now(), ConfirmedAt: s.Now(), Fields: in.fields, After: only(in.content, in.fields),
	}}
	earlier, err := s.store.find(ctx, tx, "listing_id = $1 AND kind = $2 AND state = $3 ORDER BY id", in.now.ID, string(Edit), string(Waiting))
	if err != nil {
		return Outcome{}, err
	}
	for _, old := range earlier {
		kept := without(old.Fields, c.Fields)
		c.After, c.Fields = over(c.After, old.After, kept), inOrder(append(kept, c.Fields...))
		if err := s.replace(ctx, tx, old, c.ID); err != nil {
			return Outcome{}, err
		}
	}
	c.Fields = differing(c.After, in.now.Content, c.Fields) // those of the submission do, at least
	c.After, c.Before = only(c.After, c.Fields), only(in.now.Content, c.Fields)
	c.Signs = Signs(c.Change)
	if err := s.store.add(ctx, tx, c); err != nil {
		return Outcome{}, err
	}
	err = s.Accounts.Note(ctx, tx, in.by, audit.Entry{
		Action: "curation.submitted", Kind: ChangeKind, Object: c.ID, OnBehalf: c.Company, Detail: map[string]string{"listing": c.Listing},
	})
	return Outcome{Listing: in.now, Change: c.Change}, err
}

// replace ends a change by another that took its place.
func (s *Service) replace(ctx context.Context, tx *db.Tx, old stored, next string) error {
	old.State, old.Next, old.DecidedAt = Superseded, next, s.Now()
	return s.store.put(ctx, tx, old)
}

// supersede ends the edits of a card that wait and say nothing any more that its owner, who publishes at once now, has not written.
func (s *Service) supersede(ctx context.Context, tx *db.Tx, by account.Actor, l listing.Listing) error {
	if _, own := by.Companies[l.CompanyID]; !own {
		return nil
	}
	earlier, err := s.store.find(ctx, tx, "listing_id = $1 AND kind = $2 AND state = $3", l.ID, string(Edit), string(Waiting))
	if err != nil {
		return err
	}
	for _, old := range earlier {
		if left := without(differing(old.After, l.Content, old.Fields), Outdated(old.Change, l)); len(left) > 0 {
			continue
		}
		if err := s.replace(ctx, tx, old, ""); err != nil {
			return err
		}
	}
	return nil
}

// mostRevisions bounds how far back ContentAt looks.
const mostRevisions = 200

// ContentAt is what a card said at a version; known is false for one that it never had, or that is too far back.
func ContentAt(ctx context.Context, q db.Querier, l listing.Listing, version int64) (c listing.Content, known bool, err error) {
	if version == l.Version {
		return l.Content, true, nil
	}
	if version <= 0 || version > l.Version {
		return c, false, nil
	}
	revisions, err := listing.Reader{}.Revisions(ctx, q, l.ID, "", mostRevisions)
	if err != nil {
		return c, false, err
	}
	c = l.Content
	for _, r := range revisions {
		if r.Version <= version {
			return c, true, nil
		}
		c = over(c, r.Before, r.Fields)
	}
	return c, len(revisions) < mostRevisions, nil
}
