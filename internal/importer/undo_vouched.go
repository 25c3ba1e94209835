package importer

import (
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// vouchedSince is the company's own word for a card as a run left it: the source of whoever published or confirmed it for its
// company since the run last wrote to it. ok is false where nobody did. The latest revision comes first. Whoever vouches for a
// card vouches for all its fields, and not only for those that they typed.
func vouchedSince(revisions []listing.Revision, run string) (by company.Source, ok bool) {
	for i := range revisions {
		r := &revisions[i]
		if r.Source.Run == run && r.Act == listing.Imported {
			break
		}
		if r.Source.Kind != company.FromOwner {
			continue
		}
		switch r.Act {
		case listing.Created, listing.Edited, listing.Confirmed, listing.Revived:
			return company.Source{Kind: company.FromOwner, Name: r.Source.Name, At: r.Source.At}, true
		case listing.Imported, listing.Shown, listing.Concealed, listing.Expired, listing.Joined, listing.Parted, listing.Restored:
		}
	}
	return company.Source{}, false
}

// adopt makes what a run gave the word of who vouched for it, and reports whether there was any.
func adopt(p company.Provenance, run string, by company.Source) bool {
	did := false
	for field, source := range p {
		if source.Run == run {
			p[field], did = by, true
		}
	}
	return did
}

// adoptTaken makes what a card took over from those that it stands for the word of who vouched for it, and reports whether there was
// any: where these say something else again, it does not follow them.
func adoptTaken(p company.Provenance, taken []listing.Taken, by company.Source) bool {
	did := false
	for _, t := range taken {
		if source, ok := p[t.Field]; ok && source.Equal(t.Source) && !source.Person() {
			p[t.Field], did = by, true
		}
	}
	return did
}

// hold finds, among some cards, those that their company has vouched for since the run, and makes what the run gave them, and what they
// took over from cards that the undo may change, their company's own. The facts of the company itself stay as they are, with their source: no owner writes them, and a register may
// correct them.
func (u *undo) hold(ids []string) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	revisions, err := u.s.listings.RevisionsSince(u.ctx, u.tx, ids, u.run.StartedAt)
	if err != nil {
		return err
	}
	var found []string
	for _, id := range ids {
		if by, ok := vouchedSince(revisions[id], u.run.ID); ok {
			u.vouched[id] = by
			found = append(found, id)
		}
	}
	if len(found) == 0 {
		return nil
	}
	records, err := u.s.listings.Records(u.ctx, u.tx, found)
	if err != nil {
		return err
	}
	mergings, err := u.s.listings.MergedInto(u.ctx, u.tx, found...)
	if err != nil {
		return err
	}
	taken := map[string][]listing.Taken{}
	for _, m := range mergings {
		taken[m.Into] = append(taken[m.Into], m.Taken...)
	}
	var adopted []listing.Record
	for _, r := range records {
		id := r.Listing.ID
		r.Listing.Provenance = r.Listing.Provenance.Clone()
		ofRun := adopt(r.Listing.Provenance, u.run.ID, u.vouched[id])
		if ofRun {
			u.keepWhole(id, false)
			u.handed = append(u.handed, handed{listing: id, by: u.vouched[id]})
		}
		if adoptTaken(r.Listing.Provenance, taken[id], u.vouched[id]) || ofRun {
			adopted = append(adopted, r)
		}
	}
	if len(adopted) == 0 {
		return nil
	}
	_, err = u.listings.SaveListings(u.ctx, u.tx, adopted, u.s.now())
	return err
}

// unseen leaves of an effect what no card shows, so that nobody who vouches for one can mean it: that its company is one person.
func unseen(e storedEffect) storedEffect {
	firm := e.effect.Company
	e.effect = effect{Kind: effectUpdated}
	if firm != nil && slices.Contains(firm.Fields, company.FieldNaturalPerson) {
		e.effect.Company = &beforeFirm{Fields: []string{company.FieldNaturalPerson}, Company: firm.Company, Provenance: firm.Provenance}
	}
	return e
}

// keepWhole notes that a card stays as its company has vouched for it.
func (u *undo) keepWhole(id string, made bool) {
	u.leave(id, made)
	u.left[id].Held = true
}

// newlyHeld counts the cards kept whole that no earlier transaction of the undo has counted.
func (u *undo) newlyHeld() (int, error) {
	var ids []string
	for _, id := range sortedKeys(u.left) {
		if u.left[id].Held {
			ids = append(ids, id)
		}
	}
	before, err := u.s.store.heldBefore(u.ctx, u.tx, u.run.ID, ids)
	return len(ids) - before, err
}
