package importer

import (
	"cmp"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// suspectsPerCard bounds how many doubtful pairs one row may bring: a chain that copies one number everywhere would
// otherwise fill the list by itself.
const suspectsPerCard = 20

// findCandidates reads the cards of the base that new rows may be duplicates of.
func (b *batch) findCandidates(rows []record) error {
	var keys []listing.Key
	for i := range rows {
		if _, known := b.refs[rows[i].key]; rows[i].rejection == nil && !known {
			keys = append(keys, listing.SearchKeys(candidateOf(rows[i].draft))...)
		}
	}
	matches, err := b.s.listings.Candidates(b.ctx, b.tx, b.run.Territory, keys)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(matches))
	for _, m := range matches {
		b.found[m.Key] = append(b.found[m.Key], m.ListingID)
		ids = append(ids, m.ListingID)
	}
	if err := b.loadStanding(ids); err != nil {
		return err
	}
	return b.findOwn(rows)
}

// loadStanding reads cards, and where they are merged those that stand for them.
func (b *batch) loadStanding(ids []string) error {
	for range maxChain {
		if err := b.load(ids); err != nil {
			return err
		}
		var up []string
		for _, id := range ids {
			if c := b.cards[id]; c != nil && c.Listing.State == listing.Merged {
				up = append(up, c.Listing.MergedInto)
			}
		}
		if ids = up; len(ids) == 0 {
			break
		}
	}
	return nil
}

// standing is the card that stands for one, itself when it is not merged; nil when that is not known.
func (b *batch) standing(c *card) *card {
	for range 2 * maxChain {
		switch {
		case c == nil:
			return nil
		case c.parted != "":
			c = b.cards[c.parted]
		case c.Listing.State == listing.Merged:
			c = b.cards[c.Listing.MergedInto]
		default:
			return c
		}
	}
	return nil
}

func candidateOf(d Draft) listing.Candidate {
	return listing.CandidateOf(listing.Listing{Content: d.Content}, d.Company)
}

// verdict is what the comparison with one card gave.
type verdict struct {
	card    *card
	reasons []string
}

// compare judges the draft against every card that has a key in common with it. A merged card is compared by what it
// says itself, and the verdict is on the card that stands for it. The oldest card comes first; each is told once, by
// its surest sign.
func (b *batch) compare(d Draft) (sure, doubtful []verdict) {
	mine := candidateOf(d)
	var ids []string
	for _, k := range listing.SearchKeys(mine) {
		key := company.Storable(k.String())
		ids = append(append(ids, b.found[key]...), b.keys[key]...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		c := b.cards[id]
		head := b.standing(c)
		if head == nil || d.Distinct && b.own[head.Listing.ID] {
			continue
		}
		v := listing.Judge(mine, listing.CandidateOf(c.Listing, c.Company))
		switch v.Judgement {
		case listing.Sure:
			sure = append(sure, verdict{head, reasonsOf(v)})
		case listing.Doubtful:
			doubtful = append(doubtful, verdict{head, reasonsOf(v)})
		case listing.Distinct:
		}
	}
	return oncePerCard(sure), oncePerCard(doubtful)
}

func oncePerCard(verdicts []verdict) []verdict {
	slices.SortStableFunc(verdicts, func(a, b verdict) int { return cmp.Compare(a.card.Listing.ID, b.card.Listing.ID) })
	return slices.CompactFunc(verdicts, func(a, b verdict) bool { return a.card == b.card })
}

func reasonsOf(v listing.Verdict) []string {
	out := make([]string, len(v.Reasons))
	for i, r := range v.Reasons {
		out[i] = string(r)
	}
	return out
}

// create makes a card of a new record. When it is surely one that is there already, the new card is merged into that
// one at once, so that nothing it says is lost and the two can be parted again.
func (b *batch) create(r *record) {
	sure, doubtful := b.compare(r.draft)
	c := b.newCard(r.draft)
	b.own[c.Listing.ID] = true
	b.note(c.Listing.ID, r.key, effect{
		Kind: effectCreated, Ref: &beforeRef{}, Confirmed: confirmedAt(c.Listing),
	})
	b.ref(r, c.Listing.ID)
	told := Outcome{Row: r.row, ID: r.key, Outcome: RowCreated, listing: c.Listing.ID, Warnings: remarks(r.draft.Warnings)}
	if len(sure) > 0 {
		into := sure[0]
		told.Kept = b.stays(into.card.Record, r.draft)
		if into.card.head {
			b.later = append(b.later, joined{into: into.card.Listing.ID, from: c.Listing.ID})
			c.parted = into.card.Listing.ID
		} else {
			b.join(into.card, c, b.now)
		}
		b.index(c)
		b.own[into.card.Listing.ID] = true
		told.Outcome, told.into, told.Reasons = RowMerged, into.card.Listing.ID, into.reasons
		b.tell(told)
		return
	}
	for _, v := range doubtful[:min(len(doubtful), suspectsPerCard)] {
		pair := pairOf(v.card.Listing.ID, c.Listing.ID)
		pair.reasons, pair.state = v.reasons, suspectOpen
		b.suspects = append(b.suspects, pair)
		b.run.Doubtful++
		told.Doubtful = append(told.Doubtful, Doubt{listing: v.card.Listing.ID, Reasons: v.reasons})
	}
	b.index(c)
	b.tell(told)
}

// confirmedAt is the date that a new card begins with, nil for none.
func confirmedAt(l listing.Listing) *confirmed {
	if l.ConfirmedAt.IsZero() {
		return nil
	}
	return &confirmed{After: millis(l.ConfirmedAt)}
}

func (b *batch) newCard(d Draft) *card {
	c := &card{}
	c.Listing = listing.Listing{
		ID: db.NewID(), Territory: b.run.Territory, State: listing.Published, ConfirmedAt: toMilli(d.Confirmed),
	}
	if d.Company.NaturalPerson {
		c.Listing.State, c.Listing.Withheld = listing.Draft, true
	}
	c.Company = company.Company{ID: db.NewID(), Territory: b.run.Territory}
	source := b.source(d)
	c.Listing, _ = listing.Merge(c.Listing, d.Content, nil, source)
	c.Company, _ = company.Merge(c.Company, d.Company, nil, source)
	b.cards[c.Listing.ID] = c
	b.touch(c, true)
	return c
}

// join merges the card from into the card into.
func (b *batch) join(into, from *card, at time.Time) {
	m := listing.Dated{At: at}
	into.Record, from.Record, m.Merging = listing.JoinRecords(into.Record, from.Record)
	from.parted = ""
	b.mergings = append(b.mergings, m)
	b.touch(into, false)
	b.touch(from, false)
	b.index(into)
}

// index makes a card of this batch known to the rows after it.
func (b *batch) index(c *card) {
	for _, k := range listing.Keys(listing.CandidateOf(c.Listing, c.Company)) {
		key := company.Storable(k.String())
		if !slices.Contains(b.keys[key], c.Listing.ID) {
			b.keys[key] = append(b.keys[key], c.Listing.ID)
		}
	}
}
