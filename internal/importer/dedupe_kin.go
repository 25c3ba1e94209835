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

// kinOf finds the families of cards, with one statement for each step of the ways up and down.
func (s *Service) kinOf(ctx context.Context, tx *db.Tx, cards []listing.Listing) (kin, error) {
	heads, err := s.headsOf(ctx, tx, cards)
	if err != nil {
		return nil, err
	}
	below := map[string][]string{} // what was merged into a card, the oldest merging first
	level := heads
	for depth := 0; len(level) > 0 && depth < maxChain; depth++ {
		mergings, err := s.listings.MergedInto(ctx, tx, level...)
		if err != nil {
			return nil, err
		}
		level = nil
		for _, m := range mergings {
			below[m.Into] = append(below[m.Into], m.From)
			level = append(level, m.From)
		}
	}
	var all kin
	for _, head := range heads {
		all = all.under(head, below)
	}
	return all, nil
}

// headsOf are the cards that stand for others, or for themselves, each once.
func (s *Service) headsOf(ctx context.Context, q db.Querier, cards []listing.Listing) ([]string, error) {
	var heads []string
	for range maxChain {
		var up []string
		for _, l := range cards {
			if l.State == listing.Merged {
				up = append(up, l.MergedInto)
			} else {
				heads = append(heads, l.ID)
			}
		}
		if len(up) == 0 {
			break
		}
		slices.Sort(up)
		var err error
		if cards, err = s.listings.ByIDs(ctx, q, slices.Compact(up)); err != nil {
			return nil, err
		}
	}
	slices.Sort(heads)
	return slices.Compact(heads), nil
}

// maxChain bounds how many times a card that stands for others may itself have been merged.
const maxChain = 8

// under adds the mergings into a card, each after those into the card that it took away.
func (k kin) under(into string, below map[string][]string) kin {
	for _, from := range below[into] {
		k = append(k.under(from, below), joined{into: into, from: from})
	}
	return k
}

// part takes the families apart, the outermost and latest mergings first.
func (k kin) part(ctx context.Context, tx *db.Tx, s *Service, cards listing.Store) error {
	var froms []string
	for _, j := range slices.Backward(k) {
		froms = append(froms, j.from)
	}
	_, err := cards.PartAll(ctx, tx, froms, s.now())
	return err
}

// join puts the families together again, but for cards that are gone.
func (k kin) join(
	ctx context.Context, tx *db.Tx, s *Service, cards listing.Store, by company.Source, gone map[string]bool,
) error {
	now := s.now()
	var pairs []listing.Pair
	for i, j := range k {
		if !gone[j.into] && !gone[j.from] {
			pairs = append(pairs, listing.Pair{Into: j.into, From: j.from, At: k.at(i, now)})
		}
	}
	_, err := cards.JoinAll(ctx, tx, pairs, by, now)
	return err
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
	if err := b.kin.part(b.ctx, b.tx, b.s, b.listings); err != nil {
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
		b.cards[j.from].parted, b.cards[j.into].head = j.into, true
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
