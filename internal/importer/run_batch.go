package importer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// batch writes some rows in one transaction. It belongs to one attempt of that transaction.
type batch struct {
	s   *Service
	ctx context.Context //nolint:containedctx // a batch lives within one call
	tx  *db.Tx
	run Run
	now time.Time

	listings listing.Store // that leaves one revision of each card for the whole batch

	refs  map[string]ref
	cards map[string]*card
	keys  map[string][]string // cards of this batch by match key
	own   map[string]bool     // standing cards that hold a record of the source; only where its records are distinct
	// found are the cards of the base by match key.
	found   map[string][]string
	changed []*card // in the order of the first change

	kin      kin      // families that are parted for the time of this batch
	later    []joined // and what is to be merged into them then
	mergings []listing.Dated
	effects  []storedEffect
	suspects []suspect
	saveRefs map[string]ref
	outcomes []Outcome
}

// card is one card that the batch reads and may change.
type card struct {
	listing.Record
	dirty, firm bool   // the card, its company is to be written
	parted      string // the card that it is merged into, but for the time of this batch
	head        bool   // others go back into it at the end of this batch
}

// writeBatch does one batch of rows and returns the run as it then stands.
func (s *Service) writeBatch(ctx context.Context, tx *db.Tx, run Run, h db.Holder, rows []record) (Run, error) {
	tx.Serialize("import", run.Territory)
	if err := s.store.beat(ctx, tx, run, h, s.now()); err != nil {
		return run, err
	}
	b := &batch{
		s: s, ctx: ctx, tx: tx, run: run, now: s.now(), cards: map[string]*card{}, keys: map[string][]string{},
		own: map[string]bool{}, found: map[string][]string{}, saveRefs: map[string]ref{},
		listings: s.listings.Folded("", run.by()),
	}
	if err := b.prepare(rows); err != nil {
		return run, err
	}
	for i := range rows {
		b.write(&rows[i])
	}
	b.rejoin()
	if err := b.save(); err != nil {
		return run, err
	}
	return b.run, nil
}

// prepare reads all that the rows are compared with, in a few statements.
func (b *batch) prepare(rows []record) error {
	var keys []string
	for i := range rows {
		if rows[i].rejection == nil {
			keys = append(keys, rows[i].key)
		}
	}
	var err error
	if b.refs, err = b.s.store.refs(b.ctx, b.tx, b.run.Territory, b.run.Source, keys); err != nil {
		return err
	}
	var ids []string
	for _, key := range sortedKeys(b.refs) {
		ids = append(ids, b.refs[key].ListingID)
	}
	if err := b.load(ids); err != nil {
		return err
	}
	for key, r := range b.refs {
		if b.cards[r.ListingID] == nil {
			delete(b.refs, key) // the card was erased: the record is new again
		}
	}
	if err := b.part(rows); err != nil {
		return err
	}
	return b.findCandidates(rows)
}

// load reads cards that the batch does not hold yet.
func (b *batch) load(ids []string) error {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return b.cards[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	records, err := b.s.listings.Records(b.ctx, b.tx, ids)
	if err != nil {
		return err
	}
	for _, r := range records {
		b.cards[r.Listing.ID] = &card{Record: r}
	}
	return nil
}

// source is where what a draft says comes from. Its date is that of the data: what is newer wins over what is older,
// whichever was imported first. That somebody changed a record says nothing of who vouches for the card: only a mapping's
// "confirmed" does.
func (b *batch) source(d Draft) company.Source {
	at := toMilli(d.Updated)
	if at.IsZero() {
		at = b.run.StartedAt
	}
	return company.Source{Kind: company.FromImport, Name: b.run.Source, Run: b.run.ID, At: at}
}

// changes names what a draft changes in a card.
type changes struct {
	card, firm []string
	confirmed  bool
}

func (c changes) any() bool { return len(c.card)+len(c.firm) > 0 || c.confirmed }

// merge gives the card as the draft would leave it.
func (b *batch) merge(c *card, d Draft) (listing.Record, changes) {
	var ch changes
	merged := c.Record
	source := b.source(d)
	if names := d.ListingFields(); len(names) > 0 {
		merged.Listing, ch.card = listing.Merge(c.Listing, d.Content, names, source)
	}
	if names := d.CompanyFields(); len(names) > 0 {
		merged.Company, ch.firm = company.Merge(c.Company, d.Company, names, source)
	}
	if vouched := toMilli(d.Confirmed); vouched.After(c.Listing.ConfirmedAt) {
		merged.Listing.ConfirmedAt, ch.confirmed = vouched, true
	}
	return merged, ch
}

// write does one row.
func (b *batch) write(r *record) {
	if r.rejection != nil {
		b.tell(Outcome{
			Row: r.row, ID: r.rejection.ExternalID, Outcome: RowRejected,
			Why: &Remark{Code: r.rejection.Code, Key: r.rejection.Key, Args: r.rejection.Args},
		})
		return
	}
	known, ok := b.refs[r.key]
	if !ok {
		b.create(r)
		return
	}
	if known.Hash == r.hash {
		b.tell(Outcome{Row: r.row, ID: r.key, Outcome: RowUnchanged, listing: known.ListingID, Warnings: remarks(r.draft.Warnings)})
		return
	}
	b.update(r, known)
}

// update brings a known record's card up to what the record says now.
func (b *batch) update(r *record, known ref) {
	c := b.cards[known.ListingID]
	before := c.Record
	merged, ch := b.merge(c, r.draft)
	told := Outcome{Row: r.row, ID: r.key, Outcome: RowUnchanged, listing: known.ListingID, Warnings: remarks(r.draft.Warnings)}
	told.Kept = b.stays(before, r.draft)
	e := effect{Ref: &beforeRef{Was: &known}}
	if ch.any() {
		c.Record = merged
		b.touch(c, len(ch.firm) > 0)
		b.index(c)
		told.Outcome = RowUpdated
		told.Fields = append(slices.Clone(ch.card), ch.firm...)
		e.Kind, e.Listing, e.Company = effectUpdated, cardBefore(ch.card, before.Listing), firmBefore(ch.firm, before.Company)
		if c.Listing.Slug == "" {
			e.Slug = before.Listing.Slug
		}
		if ch.confirmed {
			e.Confirmed = &confirmed{Before: millis(before.Listing.ConfirmedAt), After: millis(c.Listing.ConfirmedAt)}
		}
	}
	b.ref(r, known.ListingID)
	b.note(known.ListingID, r.key, e)
	b.tell(told)
}

// touch notes that a card is to be written, and its company too when firm.
func (b *batch) touch(c *card, firm bool) {
	if !c.dirty {
		b.changed = append(b.changed, c)
	}
	c.dirty = true
	c.firm = c.firm || firm
}

// ref notes what the record says now.
func (b *batch) ref(r *record, id string) {
	b.saveRefs[r.key] = ref{ListingID: id, Hash: r.hash, Run: b.run.ID}
}

func (b *batch) note(id, key string, e effect) {
	b.effects = append(b.effects, storedEffect{
		run: b.run.ID, seq: b.run.effects, listing: id, externalID: key, effect: e,
	})
	b.run.effects++
}

func (b *batch) tell(o Outcome) {
	b.run.count(o.Outcome)
	b.run.Warned += len(o.Warnings)
	b.outcomes = append(b.outcomes, o)
}

// save writes all that the rows changed.
func (b *batch) save() error {
	var whole, cards []listing.Record
	for _, c := range b.changed {
		if c.firm {
			whole = append(whole, c.Record)
		} else {
			cards = append(cards, c.Record)
		}
	}
	for _, part := range []struct {
		records []listing.Record
		save    func(context.Context, *db.Tx, []listing.Record, time.Time) ([]listing.Record, error)
	}{{cards, b.listings.SaveListings}, {whole, b.listings.SaveBatch}} {
		if len(part.records) == 0 {
			continue
		}
		saved, err := part.save(b.ctx, b.tx, part.records, b.now)
		if err != nil {
			return err
		}
		for _, r := range saved {
			b.cards[r.Listing.ID].Record = r
		}
	}
	if err := b.listings.LeaveFolded(b.ctx, b.tx, b.now); err != nil {
		return err
	}
	return b.saveNotes()
}

// saveNotes writes what the importer itself keeps.
func (b *batch) saveNotes() error {
	st, t := b.s.store, b.run.Territory
	if err := b.listings.SaveMergings(b.ctx, b.tx, t, b.mergings, b.run.by()); err != nil {
		return err
	}
	if err := st.saveRefs(b.ctx, b.tx, t, b.run.Source, b.saveRefs); err != nil {
		return err
	}
	if err := st.insertEffects(b.ctx, b.tx, b.effects); err != nil {
		return err
	}
	if err := st.saveSuspects(b.ctx, b.tx, t, b.suspects, b.now); err != nil {
		return err
	}
	for i := range b.outcomes {
		o := &b.outcomes[i]
		o.Slug, o.Into = b.slug(o.listing), b.slug(o.into)
		if len(o.Kept) > 0 {
			o.KeptOn = cmp.Or(o.into, o.listing)
		}
		for j := range o.Doubtful {
			d := &o.Doubtful[j]
			if d.Slug = b.slug(d.listing); d.Slug != "" {
				d.Name = b.cards[d.listing].Listing.Name
			}
		}
	}
	if err := st.insertBatch(b.ctx, b.tx, b.run.ID, b.run.batches, b.outcomes); err != nil {
		return err
	}
	b.run.batches++
	return st.saveRun(b.ctx, b.tx, b.run)
}

func (b *batch) slug(id string) string {
	if c := b.cards[id]; c != nil {
		return c.Listing.Slug
	}
	return ""
}
