package importer

import (
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// takeBack undoes one effect on a card, and reports whether anything changed.
func (u *undo) takeBack(r *listing.Record, e storedEffect) bool {
	did := false
	card, firm := e.effect.Listing, e.effect.Company
	if e.effect.Kind == effectCreated {
		card, firm = madeCard(), madeFirm()
	}
	var later []string // fields that somebody has written to since
	if card != nil {
		r.Listing.Provenance = r.Listing.Provenance.Clone()
		back, left := takeBackFields(listing.Fields(), card.Fields, &r.Listing.Content, &card.Content,
			r.Listing.Provenance, card.Provenance, u.run.ID)
		did, later = len(back) > 0, left
		if slices.Contains(back, "name") && e.effect.Slug != "" {
			r.Listing.Slug = e.effect.Slug
		}
	}
	if firm != nil {
		r.Company.Provenance = r.Company.Provenance.Clone()
		back, left := takeBackFields(company.Fields(), firm.Fields, &r.Company, &firm.Company,
			r.Company.Provenance, firm.Provenance, u.run.ID)
		did, later = did || len(back) > 0, append(later, left...)
	}
	if c := e.effect.Confirmed; c != nil && millis(r.Listing.ConfirmedAt) == c.After {
		r.Listing.ConfirmedAt = db.FromMillis(c.Before)
		did = true
	}
	if len(later) > 0 {
		u.leave(e.listing, e.effect.Kind == effectCreated, later...)
		u.handed = append(u.handed, handed{listing: e.listing, card: card, firm: firm})
	}
	return did
}

// leave notes that something stays on a card.
func (u *undo) leave(id string, made bool, fields ...string) {
	stay := u.left[id]
	if stay == nil {
		stay = &Stay{Listing: id}
		u.left[id] = stay
	}
	stay.Made = stay.Made || made
	stay.Fields = appendNew(stay.Fields, fields...)
}

// handed is what stood on a card before this run, for the later runs that remember this run's values; or who vouched for those.
type handed struct {
	listing string
	card    *beforeCard
	firm    *beforeFirm
	by      company.Source
}

// handOn gives what stood before this run to the later runs that remember this run's values: when they are undone too,
// the card says what it said before both.
func (u *undo) handOn() error {
	ids := make([]string, len(u.handed))
	for i, h := range u.handed {
		ids[i] = h.listing
	}
	later, err := u.s.store.laterEffects(u.ctx, u.tx, u.run.ID, "listing_id", ids)
	if err != nil {
		return err
	}
	changed := map[int]bool{}
	for _, h := range u.handed {
		for i, e := range later {
			if e.listing == h.listing && u.handTo(e.effect, h) {
				changed[i] = true
			}
		}
	}
	return u.saveChanged(later, changed)
}

func (u *undo) saveChanged(effects []storedEffect, changed map[int]bool) error {
	var save []storedEffect
	for i, e := range effects {
		if changed[i] {
			save = append(save, e)
		}
	}
	return u.s.store.saveEffects(u.ctx, u.tx, save)
}

// handTo hands on to one effect, and reports whether that changed it.
func (u *undo) handTo(e effect, h handed) bool {
	did := false
	if l := e.Listing; l != nil && h.by.Kind != "" {
		did = adopt(l.Provenance, u.run.ID, h.by)
	}
	if l := e.Listing; l != nil && h.card != nil {
		back, _ := takeBackFields(listing.Fields(), h.card.Fields, &l.Content, &h.card.Content, l.Provenance, h.card.Provenance, u.run.ID)
		did = len(back) > 0
	}
	if c := e.Company; c != nil && h.firm != nil {
		back, _ := takeBackFields(company.Fields(), h.firm.Fields, &c.Company, &h.firm.Company, c.Provenance, h.firm.Provenance, u.run.ID)
		did = did || len(back) > 0
	}
	return did
}

// madeCard stands for what was before a card was made: nothing. Its name and category stay, for there is no card
// without.
func madeCard() *beforeCard {
	return &beforeCard{Fields: slices.DeleteFunc(listing.FieldNames(), func(name string) bool {
		return name == "name" || name == "category"
	})}
}

// madeFirm is the same for its company. Whose own a company is stays too: the card that somebody has written to still presents
// that person.
func madeFirm() *beforeFirm {
	var names []string
	for _, f := range company.Fields() {
		if f.Name != "usual_name" && f.Name != "status" && f.Name != company.FieldNaturalPerson {
			names = append(names, f.Name)
		}
	}
	return &beforeFirm{Fields: names}
}

// takeBackFields restores the named fields that the run still holds, and names those that another source holds.
func takeBackFields[T any](
	fields []company.Field[T], names []string, to, before *T, now, then company.Provenance, run string,
) (back, left []string) {
	for _, f := range fields {
		source, held := now[f.Name]
		if !slices.Contains(names, f.Name) || !held {
			continue
		}
		if source.Run != run {
			left = append(left, f.Name)
			continue
		}
		f.Copy(to, before)
		if source, ok := then[f.Name]; ok {
			now[f.Name] = source
		} else {
			delete(now, f.Name)
		}
		back = append(back, f.Name)
	}
	return back, left
}

// refs brings the refs that the run wrote back to what they were.
func (u *undo) refs(effects []storedEffect) error {
	st, t, source := u.s.store, u.run.Territory, u.run.Source
	var keys []string
	for _, e := range effects {
		if e.effect.Ref != nil {
			keys = append(keys, e.externalID)
		}
	}
	present, err := st.refs(u.ctx, u.tx, t, source, keys)
	if err != nil {
		return err
	}
	save := map[string]ref{}
	later := map[string]*ref{} // what stood before the refs that a later run wrote
	var gone []string
	for _, e := range effects {
		held, ok := present[e.externalID]
		if e.effect.Ref == nil || !ok {
			continue
		}
		was := e.effect.Ref.Was
		switch {
		case held.Run != u.run.ID:
			// A later run wrote it. The card no longer says all that the record does: the next import writes it again.
			held.Hash = ""
			save[e.externalID] = held
			later[e.externalID] = was
		case was != nil:
			save[e.externalID] = *was
		case held.ListingID == e.listing && e.effect.Kind == effectCreated && u.stays[e.listing]:
			held.Hash = "" // the card was kept: it is still the record's
			save[e.externalID] = held
		default:
			gone = append(gone, e.externalID)
		}
	}
	if err := u.handOnRefs(later); err != nil {
		return err
	}
	if err := st.saveRefs(u.ctx, u.tx, t, source, save); err != nil {
		return err
	}
	return st.deleteRefs(u.ctx, u.tx, t, source, gone)
}

// handOnRefs does for refs what handOn does for cards.
func (u *undo) handOnRefs(before map[string]*ref) error {
	later, err := u.s.store.laterEffects(u.ctx, u.tx, u.run.ID, "external_id", sortedKeys(before))
	if err != nil {
		return err
	}
	changed := map[int]bool{}
	for i, e := range later {
		if r := e.effect.Ref; r != nil && r.Was != nil && r.Was.Run == u.run.ID {
			r.Was = before[e.externalID]
			changed[i] = true
		}
	}
	return u.saveChanged(later, changed)
}
