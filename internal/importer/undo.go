package importer

import (
	"context"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// UndoReport is what taking a run back did.
type UndoReport struct {
	Run      string `json:"run"`
	Already  bool   `json:"already,omitempty"` // it was undone before: nothing was done now
	Deleted  int    `json:"deleted"`           // cards that the run had made
	Parted   int    `json:"parted,omitempty"`  // of those deleted, the ones that had been merged into another
	Restored int    `json:"restored"`          // cards that say again what they said before
	Kept     int    `json:"kept"`              // cards that the run had written to and of which nothing goes back, for others have written since
	Held     int    `json:"held,omitempty"`    // cards that stay whole, for their company has published or confirmed them since
}

// effectsPerBatch is how many effects one transaction takes back.
const effectsPerBatch = 200

// Undo takes back what a run did, the last thing first. A card that its company has published or confirmed since is left whole:
// whoever vouches for a card vouches for all of it. Cards that the run made are deleted, unless a person or another run
// has written to them since: then they lose what is still this run's, but for the name and category without which
// there is no card. Fields that it changed say again what they said, unless somebody has changed them since. An undo
// that was stopped goes on when it is called again. errs.Conflict while the source is being imported, and for
// a run so old that what it did is no longer kept; errs.NotFound.
func (s *Service) Undo(ctx context.Context, run string, progress func(done, total int)) (UndoReport, error) {
	return s.UndoBy(ctx, "", run, progress)
}

// UndoBy is Undo by a person, "" for the command line. The report is of this call; UndoOf tells of all.
func (s *Service) UndoBy(ctx context.Context, person, run string, progress func(done, total int)) (UndoReport, error) {
	report := UndoReport{Run: run}
	h := db.NewHolder()
	var r Run
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if r, err = s.store.run(ctx, tx, run); err != nil || r.State == Undone {
			return err
		}
		if r.State == Expired {
			return errs.New(errs.Conflict, "importer.run.expired", errs.Args{"run": run, "months": keptMonths})
		}
		if err := s.claim(ctx, tx, r, h); err != nil {
			return err
		}
		r.State, r.EndedAt = Undoing, toMilli(s.now())
		if err := s.store.beginUndo(ctx, tx, r, person, r.EndedAt); err != nil {
			return err
		}
		return s.store.saveRun(ctx, tx, r)
	})
	if err != nil {
		return UndoReport{}, err
	}
	if r.State == Undone {
		report.Already = true
		return report, nil
	}
	defer s.beatWhile(ctx, r, h)()
	defer s.purge(ctx)
	total := r.effects
	for more := true; more; {
		var u undo
		err := s.commit(ctx, func(tx *db.Tx) (err error) {
			u = undo{
				s: s, ctx: ctx, tx: tx, run: r, holder: h, stays: map[string]bool{}, left: map[string]*Stay{},
				vouched:  map[string]company.Source{},
				listings: s.listings.Folded(listing.Restored, r.by()),
			}
			more, err = u.batch()
			return err
		})
		if err != nil {
			s.letGo(ctx, r, h)
			return report, err
		}
		r = u.run
		report.Deleted += u.deleted
		report.Parted += u.parted
		report.Restored += u.restored
		report.Kept += u.kept
		report.Held += u.held
		if progress != nil {
			progress(int(total-r.effects), int(total))
		}
	}
	return report, nil
}

// letGo gives the lease up after a failure, so that the next call need not wait; else it runs out.
func (s *Service) letGo(ctx context.Context, r Run, h db.Holder) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	_ = s.db.Write(ctx, func(tx *db.Tx) error { return s.store.release(ctx, tx, r, h) })
}

// undo takes some effects back in one transaction.
type undo struct {
	s      *Service
	ctx    context.Context //nolint:containedctx // lives within one call
	tx     *db.Tx
	run    Run
	holder db.Holder

	listings listing.Store // that leaves one revision of each card for the whole batch

	stays   map[string]bool           // cards that the run made and that are kept
	vouched map[string]company.Source // cards that their company has vouched for since the run, and who
	left    map[string]*Stay
	handed  []handed

	deleted, parted, restored, kept, held int
}

// batch takes the last effects back; more is false when none is left and the run is undone.
func (u *undo) batch() (more bool, err error) {
	u.tx.Serialize("import", u.run.Territory)
	if err := u.s.store.beat(u.ctx, u.tx, u.run, u.holder, u.s.now()); err != nil {
		return false, err
	}
	effects, err := u.s.store.effects(u.ctx, u.tx, "WHERE run = $1 ORDER BY seq DESC LIMIT $2", u.run.ID, effectsPerBatch)
	if err != nil {
		return false, err
	}
	if len(effects) == 0 {
		return false, u.end()
	}
	if err := u.cards(effects); err != nil {
		return false, err
	}
	if err := u.refs(effects); err != nil {
		return false, err
	}
	last := effects[len(effects)-1].seq
	if err := u.s.store.deleteEffects(u.ctx, u.tx, u.run.ID, last); err != nil {
		return false, err
	}
	u.run.effects = last
	if err := u.note(); err != nil {
		return false, err
	}
	return true, u.s.store.saveRun(u.ctx, u.tx, u.run)
}

// end ends the undoing of the run.
func (u *undo) end() error {
	u.run.effects, u.run.State, u.run.EndedAt = 0, Undone, toMilli(u.s.now())
	if err := u.s.store.saveRun(u.ctx, u.tx, u.run); err != nil {
		return err
	}
	// The names of cards that are gone have no purpose any more.
	if err := u.s.store.deleteBatches(u.ctx, u.tx, u.run.ID); err != nil {
		return err
	}
	if err := u.s.store.saveSummary(u.ctx, u.tx, u.run.ID, Summary{}); err != nil {
		return err
	}
	if err := u.s.store.addUndo(u.ctx, u.tx, u.run, UndoReport{}, u.run.EndedAt); err != nil {
		return err
	}
	return u.s.store.release(u.ctx, u.tx, u.run, u.holder)
}

// note writes down what this transaction did.
func (u *undo) note() error {
	var err error
	if u.held, err = u.newlyHeld(); err != nil {
		return err
	}
	var stays []Stay
	for _, id := range sortedKeys(u.left) {
		stays = append(stays, *u.left[id])
	}
	if err := u.s.store.saveStays(u.ctx, u.tx, u.run.ID, stays); err != nil {
		return err
	}
	return u.s.store.addUndo(u.ctx, u.tx, u.run,
		UndoReport{Deleted: u.deleted, Parted: u.parted, Restored: u.restored, Kept: u.kept, Held: u.held}, time.Time{})
}

// cards deletes what the run made and restores what it changed.
func (u *undo) cards(effects []storedEffect) error {
	byCard := map[string][]storedEffect{}
	var ids []string
	for _, e := range effects {
		if e.effect.Kind != "" {
			byCard[e.listing] = append(byCard[e.listing], e)
			ids = append(ids, e.listing)
		}
	}
	listings, err := u.s.listings.ByIDs(u.ctx, u.tx, ids)
	if err != nil {
		return err
	}
	family, err := u.s.kinOf(u.ctx, u.tx, listings)
	if err != nil {
		return err
	}
	if err := u.hold(append(slices.Clone(ids), family.ids()...)); err != nil {
		return err
	}
	if err := family.part(u.ctx, u.tx, u.s, u.listings); err != nil {
		return err
	}
	records, err := u.s.listings.Records(u.ctx, u.tx, ids)
	if err != nil {
		return err
	}
	joined := map[string]bool{}
	for _, l := range listings {
		joined[l.ID] = l.State == listing.Merged
	}
	gone := u.weigh(records, byCard, joined)
	if err := u.delete(sortedKeys(gone)); err != nil {
		return err
	}
	if err := u.restore(slices.DeleteFunc(records, func(r listing.Record) bool { return gone[r.Listing.ID] }), byCard); err != nil {
		return err
	}
	if err := family.join(u.ctx, u.tx, u.s, u.listings, u.run.by(), gone); err != nil {
		return err
	}
	return u.listings.LeaveFolded(u.ctx, u.tx, u.s.now())
}

// weigh says which cards are to be deleted, and counts them and those that the run made and that stay. joined are those that were
// merged into another: they are no cards for who reads the directory.
func (u *undo) weigh(records []listing.Record, byCard map[string][]storedEffect, joined map[string]bool) (gone map[string]bool) {
	gone = map[string]bool{}
	for _, r := range records {
		id := r.Listing.ID
		_, vouched := u.vouched[id]
		switch made := madeBy(byCard[id]); {
		case vouched:
			u.keepWhole(id, made)
			u.stays[id] = u.stays[id] || made
		case made && !u.othersWrote(r, byCard[id]):
			gone[id] = true
			if joined[id] {
				u.parted++
			}
		case made:
			if !joined[id] {
				u.kept++
			}
			u.stays[id] = true
			u.leave(id, true)
		}
	}
	return gone
}

func madeBy(effects []storedEffect) bool {
	return slices.ContainsFunc(effects, func(e storedEffect) bool { return e.effect.Kind == effectCreated })
}

func (u *undo) delete(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	u.deleted += len(ids)
	if err := u.listings.Delete(u.ctx, u.tx, ids, u.s.now()); err != nil {
		return err
	}
	return u.s.store.forget(u.ctx, u.tx, ids)
}

// othersWrote reports whether a person, or another run, has written to a card that the run made.
func (u *undo) othersWrote(r listing.Record, effects []storedEffect) bool {
	for _, sources := range []company.Provenance{r.Listing.Provenance, r.Company.Provenance} {
		for _, source := range sources {
			if source.Run != u.run.ID {
				return true
			}
		}
	}
	vouched := millis(r.Listing.ConfirmedAt)
	for _, e := range effects { // the last first
		if c := e.effect.Confirmed; c != nil && c.After == vouched {
			vouched = c.Before
		}
	}
	return vouched != 0
}

// restore gives cards that stay what they said before the run.
func (u *undo) restore(records []listing.Record, byCard map[string][]storedEffect) error {
	var changed []listing.Record
	for _, r := range records {
		id := r.Listing.ID
		_, vouched := u.vouched[id]
		restored, made := false, madeBy(byCard[id])
		for _, e := range byCard[id] { // the last first
			if vouched {
				e = unseen(e)
			}
			restored = u.takeBack(&r, e) || restored
		}
		switch {
		case vouched && restored:
			changed = append(changed, r)
		case vouched:
		case !restored && !made:
			u.kept++
		case restored:
			changed = append(changed, r)
			if !made {
				u.restored++
			}
		}
	}
	if err := u.handOn(); err != nil || len(changed) == 0 {
		return err
	}
	_, err := u.listings.SaveBatch(u.ctx, u.tx, changed, u.s.now())
	return err
}
