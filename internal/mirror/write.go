package mirror

import (
	"context"
	"maps"
	"slices"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// keeper is the store that may write to the territory.
func (r *run) keeper() listing.Store { return listing.KeptBy(r.m.Source) }

// take writes a page and the place behind it in one transaction: a reading that is cut short goes on exactly there.
func (r *run) take(ctx context.Context, p page, cards reader) error {
	var next Mirror
	var report Report
	err := r.write(ctx, func(tx *db.Tx) error {
		next, report = r.m, r.report.clone()
		refs, err := r.s.store.refs(ctx, tx, next.Territory, idsOf(p.changes))
		if err != nil {
			return err
		}
		w := &pageWriter{run: r, ctx: ctx, tx: tx, refs: refs, report: &report, met: make([]ref, 0, len(p.changes))}
		if err := w.write(p, cards); err != nil {
			return err
		}
		next.Cards += w.created - w.removed
		if next.Cards > r.s.limits.cards {
			return errs.New(errs.TooLarge, "mirror.too_many", errs.Args{"host": next.Host(), "most": r.s.limits.cards})
		}
		next.place = p.next
		return r.s.store.save(ctx, tx, next)
	})
	if err == nil {
		r.m, r.report = next, report
	}
	return err
}

func idsOf(changes []change) []string {
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.id
	}
	return ids
}

// pageWriter writes one page. It belongs to one attempt of a transaction.
type pageWriter struct {
	run    *run
	ctx    context.Context //nolint:containedctx // it lives within one call
	tx     *db.Tx
	refs   map[string]ref
	report *Report

	met              []ref // cards that the source has
	created, removed int
}

func (w *pageWriter) write(p page, cards reader) error {
	var gone []ref
	var changed []copied
	for _, c := range p.changes {
		known, here := w.refs[c.id]
		if c.deleted {
			if here {
				gone = append(gone, known)
			}
			continue
		}
		card, left := cards.card(c)
		if left != "" {
			w.report.leave(left, c.id)
			if here {
				w.met = append(w.met, known) // it stays as it was
			}
			continue
		}
		w.report.mend(card.mended)
		if here && known.hash == card.hash && card.hash != "" {
			w.report.Unchanged++
			w.met = append(w.met, known)
			continue
		}
		changed = append(changed, card)
	}
	if err := w.delete(gone); err != nil {
		return err
	}
	if err := w.save(changed); err != nil {
		return err
	}
	return w.run.s.store.saveRefs(w.ctx, w.tx, w.run.m.Territory, w.run.m.generation, w.met)
}

// delete takes cards away that are public at the source no more: nobody asked us to remember them.
func (w *pageWriter) delete(gone []ref) error {
	if len(gone) == 0 {
		return nil
	}
	ids, remote := make([]string, len(gone)), make([]string, len(gone))
	for i, r := range gone {
		ids[i], remote[i] = r.listing, r.remote
	}
	if err := w.run.keeper().Delete(w.ctx, w.tx, ids, w.run.s.now()); err != nil {
		return err
	}
	w.removed += len(gone)
	w.report.Removed += len(gone)
	return w.run.s.store.deleteRefs(w.ctx, w.tx, w.run.m.Territory, remote)
}

// save writes cards that are new or say something else than before.
func (w *pageWriter) save(changed []copied) error {
	if len(changed) == 0 {
		return nil
	}
	ids := make([]string, len(changed))
	for i, c := range changed {
		ids[i] = c.record.Listing.ID
	}
	stored, err := w.run.keeper().Records(w.ctx, w.tx, ids)
	if err != nil {
		return err
	}
	before := make(map[string]listing.Record, len(stored))
	for _, s := range stored {
		before[s.Listing.ID] = s
	}
	records := make([]listing.Record, len(changed))
	for i, c := range changed {
		if records[i], err = w.record(c, before); err != nil {
			return err
		}
		w.met = append(w.met, ref{remote: c.remote, listing: c.record.Listing.ID, slug: c.slug, url: c.url, hash: c.hash})
	}
	_, err = w.run.keeper().SaveBatch(w.ctx, w.tx, records, w.run.s.now())
	return err
}

// record is a card on top of the one that is stored.
func (w *pageWriter) record(c copied, before map[string]listing.Record) (listing.Record, error) {
	r := c.record
	r.Listing.Slug = c.slug
	held, here := before[r.Listing.ID]
	if _, known := w.refs[c.remote]; !known {
		w.created++
	}
	if !here {
		w.report.Created++
		return r, nil
	}
	w.report.Updated++
	r.Listing.Version, r.Listing.CompanyID, r.Listing.Slug = held.Listing.Version, held.Listing.CompanyID, held.Listing.Slug
	r.Company.ID, r.Company.Version = held.Company.ID, held.Company.Version
	r.Listing.CreatedAt, r.Company.CreatedAt = held.Listing.CreatedAt, held.Company.CreatedAt
	if w.refs[c.remote].slug == c.slug {
		return r, nil
	}
	var err error
	r.Listing.Slug, err = w.run.keeper().ClaimSlug(w.ctx, w.tx, r.Listing.Territory, r.Listing.ID, c.slug)
	return r, err
}

// cardsAtOnce is how many cards one transaction deletes.
const cardsAtOnce = 500

// drop deletes the cards that no reading since a generation has met, some at a time.
func (r *run) drop(ctx context.Context, before int64) error {
	for more := true; more; {
		var next Mirror
		var report Report
		err := r.write(ctx, func(tx *db.Tx) error {
			next, report = r.m, r.report.clone()
			gone, err := r.s.store.someRefs(ctx, tx, next.Territory, before, cardsAtOnce)
			if err != nil {
				return err
			}
			w := &pageWriter{run: r, ctx: ctx, tx: tx, report: &report}
			if err := w.delete(gone); err != nil {
				return err
			}
			more = len(gone) == cardsAtOnce
			next.Cards -= len(gone)
			return r.s.store.save(ctx, tx, next)
		})
		if err != nil {
			return err
		}
		r.m, r.report = next, report
	}
	return nil
}

// remove ends the mirror.
func (r *run) remove(ctx context.Context, keep bool) (int, error) {
	cards := r.m.Cards
	if !keep {
		// From now on the copy has gaps: until it is gone, the source would have to be read from its beginning.
		err := r.write(ctx, func(tx *db.Tx) error {
			next := r.m
			next.place, next.Complete, next.generation = "", false, next.generation+1
			if err := r.s.store.save(ctx, tx, next); err != nil {
				return err
			}
			return r.s.store.note(ctx, tx, next)
		})
		if err != nil {
			return 0, err
		}
		r.m.place, r.m.Complete = "", false
		r.m.generation++
		if err := r.drop(ctx, r.m.generation); err != nil {
			return 0, err
		}
	}
	return cards, r.write(ctx, func(tx *db.Tx) error {
		if err := r.keeper().Release(ctx, tx, r.m.Territory); err != nil {
			return err
		}
		return r.s.store.delete(ctx, tx, r.m.Territory)
	})
}

// clone is a report that a transaction may change and throw away.
func (r Report) clone() Report {
	r.LeftOut, r.Mended, r.Left = maps.Clone(r.LeftOut), maps.Clone(r.Mended), slices.Clone(r.Left)
	return r
}
