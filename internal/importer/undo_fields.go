package importer

import (
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// takeBack undoes one effect on a card, and reports whether anything changed.
func (u *undo) takeBack(r *listing.Record, e storedEffect) (bool, error) {
	did := false
	card, firm := e.effect.Listing, e.effect.Company
	if e.effect.Kind == effectCreated {
		card, firm = madeCard(), madeFirm()
	}
	later := false // somebody has written to a field since
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
		did, later = did || len(back) > 0, later || left
	}
	if c := e.effect.Confirmed; c != nil && millis(r.Listing.ConfirmedAt) == c.After {
		r.Listing.ConfirmedAt = db.FromMillis(c.Before)
		did = true
	}
	if !later {
		return did, nil
	}
	return did, u.handOn(e.listing, card, firm)
}

// handOn gives what stood before this run to the later runs that remember this run's values: when they are undone too,
// the card says what it said before both.
func (u *undo) handOn(id string, card *beforeCard, firm *beforeFirm) error {
	later, err := u.s.store.effects(u.ctx, u.tx, "WHERE listing_id = $1 AND run <> $2", id, u.run.ID)
	if err != nil {
		return err
	}
	for _, e := range later {
		did := false
		if l := e.effect.Listing; l != nil && card != nil {
			back, _ := takeBackFields(listing.Fields(), card.Fields, &l.Content, &card.Content, l.Provenance, card.Provenance, u.run.ID)
			did = len(back) > 0
		}
		if c := e.effect.Company; c != nil && firm != nil {
			back, _ := takeBackFields(company.Fields(), firm.Fields, &c.Company, &firm.Company, c.Provenance, firm.Provenance, u.run.ID)
			did = did || len(back) > 0
		}
		if !did {
			continue
		}
		if err := u.s.store.saveEffect(u.ctx, u.tx, e); err != nil {
			return err
		}
	}
	return nil
}

// madeCard stands for what was before a card was made: nothing. Its name and category stay, for there is no card
// without.
func madeCard() *beforeCard {
	return &beforeCard{Fields: slices.DeleteFunc(listing.FieldNames(), func(name string) bool {
		return name == "name" || name == "category"
	})}
}

func madeFirm() *beforeFirm {
	var names []string
	for _, f := range company.Fields() {
		if f.Name != "usual_name" && f.Name != "status" {
			names = append(names, f.Name)
		}
	}
	return &beforeFirm{Fields: names}
}

// takeBackFields restores the named fields that the run still holds, and reports whether another source holds one.
func takeBackFields[T any](
	fields []company.Field[T], names []string, to, before *T, now, then company.Provenance, run string,
) (back []string, left bool) {
	for _, f := range fields {
		source, held := now[f.Name]
		if !slices.Contains(names, f.Name) || !held {
			continue
		}
		if source.Run != run {
			left = true
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
			if err := u.handOnRef(e.externalID, was); err != nil {
				return err
			}
		case was != nil:
			save[e.externalID] = *was
		case held.ListingID == e.listing && e.effect.Kind == effectCreated && u.stays[e.listing]:
			held.Hash = "" // the card was kept: it is still the record's
			save[e.externalID] = held
		default:
			gone = append(gone, e.externalID)
		}
	}
	if err := st.saveRefs(u.ctx, u.tx, t, source, save); err != nil {
		return err
	}
	return st.deleteRefs(u.ctx, u.tx, t, source, gone)
}

// handOnRef does for a ref what handOn does for a card.
func (u *undo) handOnRef(key string, was *ref) error {
	later, err := u.s.store.effects(u.ctx, u.tx, "WHERE external_id = $1 AND run <> $2", key, u.run.ID)
	if err != nil {
		return err
	}
	for _, e := range later {
		if r := e.effect.Ref; r == nil || r.Was == nil || r.Was.Run != u.run.ID {
			continue
		}
		e.effect.Ref.Was = was
		if err := u.s.store.saveEffect(u.ctx, u.tx, e); err != nil {
			return err
		}
	}
	return nil
}
