package importer

import (
	"context"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// joined says that the card from was merged into the card into.
type joined struct{ into, from string }

// kin are all mergings that a change of some cards may concern: those of the families of cards that were merged, in the
// order in which they can be done again. A card that stands for others says what they say where it is silent itself, so
// the family is parted before one of its cards changes and joined again, in the same order, after.
type kin []joined

// kinOf finds the families of cards.
func (s *Service) kinOf(ctx context.Context, tx *db.Tx, cards []listing.Listing) (kin, error) {
	var heads []string
	for _, l := range cards {
		for range maxChain {
			if l.State != listing.Merged {
				break
			}
			var err error
			if l, err = s.listings.ByID(ctx, tx, l.MergedInto); err != nil {
				return nil, err
			}
		}
		heads = append(heads, l.ID)
	}
	slices.Sort(heads)
	var all kin
	for _, head := range slices.Compact(heads) {
		var err error
		if all, err = s.mergedBelow(ctx, tx, all, head, maxChain); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// maxChain bounds how many times a card that stands for others may itself have been merged.
const maxChain = 8

func (s *Service) mergedBelow(ctx context.Context, tx *db.Tx, found kin, into string, depth int) (kin, error) {
	if depth == 0 {
		return found, nil
	}
	mergings, err := s.listings.MergedInto(ctx, tx, into)
	if err != nil {
		return nil, err
	}
	for _, m := range mergings {
		if found, err = s.mergedBelow(ctx, tx, found, m.From, depth-1); err != nil {
			return nil, err
		}
		found = append(found, joined{into: into, from: m.From})
	}
	return found, nil
}

// part takes the families apart, the outermost and latest mergings first.
func (k kin) part(ctx context.Context, tx *db.Tx, s *Service) error {
	for _, j := range slices.Backward(k) {
		if _, err := s.listings.PartCard(ctx, tx, j.from, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// join puts the families together again, but for cards that are gone.
func (k kin) join(ctx context.Context, tx *db.Tx, s *Service, by company.Source, gone map[string]bool) error {
	now := s.now()
	for i, j := range k {
		if gone[j.into] || gone[j.from] {
			continue
		}
		if _, err := s.listings.JoinCards(ctx, tx, j.into, j.from, by, k.at(i, now)); err != nil {
			return err
		}
	}
	return nil
}

// at is when the merging of that rank is said to have been done again: one after the other, and before any new one.
func (k kin) at(rank int, now time.Time) time.Time {
	return now.Add(time.Duration(rank-len(k)) * time.Millisecond)
}

// ids are all cards of the families.
func (k kin) ids() []string {
	var out []string
	for _, j := range k {
		out = append(out, j.into, j.from)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// part takes the families of cards apart that the rows change. They are joined again when all rows are written.
func (b *batch) part(rows []record) error {
	var changing []listing.Listing
	for i := range rows {
		r, known := b.refs[rows[i].key]
		if !known || rows[i].rejection != nil || r.Hash == rows[i].hash {
			continue
		}
		c := b.cards[r.ListingID]
		if _, ch := b.merge(c, rows[i].draft); ch.any() {
			changing = append(changing, c.Listing)
		}
	}
	var err error
	if b.kin, err = b.s.kinOf(b.ctx, b.tx, changing); err != nil || len(b.kin) == 0 {
		return err
	}
	if err := b.kin.part(b.ctx, b.tx, b.s); err != nil {
		return err
	}
	ids := b.kin.ids()
	for _, id := range ids {
		delete(b.cards, id)
	}
	if err := b.load(ids); err != nil {
		return err
	}
	for _, j := range b.kin {
		b.cards[j.from].parted, b.cards[j.into].head = true, true
	}
	return nil
}

// rejoin puts the families together again, and then adds the cards that the rows merged into them.
func (b *batch) rejoin() {
	for i, j := range b.kin {
		b.join(b.cards[j.into], b.cards[j.from], b.kin.at(i, b.now))
	}
	for _, j := range b.later {
		b.join(b.cards[j.into], b.cards[j.from], b.now)
	}
}
