package listing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Pair is one merging to be done: From goes into Into, noted as done at At.
type Pair struct {
	Into, From string
	At         time.Time
}

// JoinCards merges the card from into the card into, both stored and of one territory, and keeps what PartCard needs.
// errs.Conflict when one of them is merged already.
func (s Store) JoinCards(ctx context.Context, tx *db.Tx, into, from string, by company.Source, now time.Time) (Listing, error) {
	stored, err := s.JoinAll(ctx, tx, []Pair{{Into: into, From: from, At: now}}, by, now)
	if err != nil {
		return Listing{}, err
	}
	return stored[into], nil
}

// JoinAll is JoinCards for many pairs, one after the other, in a few statements. It returns the cards as stored, by id.
func (s Store) JoinAll(ctx context.Context, tx *db.Tx, pairs []Pair, by company.Source, now time.Time) (map[string]Listing, error) {
	var ids []string
	for _, p := range pairs {
		ids = append(ids, p.Into, p.From)
	}
	cards, err := s.cards(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	mergings, other := make([]Dated, len(pairs)), map[string]string{}
	for i, p := range pairs {
		other[p.Into], other[p.From] = p.From, p.Into
		into, from := cards.at[p.Into], cards.at[p.From]
		switch {
		case into == nil || from == nil || p.Into == p.From || into.Listing.Territory != from.Listing.Territory:
			return nil, errs.New(errs.NotFound, "listing.not_found", nil)
		case into.Listing.State == Merged || from.Listing.State == Merged:
			return nil, errs.New(errs.Conflict, "listing.merged_already", nil)
		}
		*into, *from, mergings[i].Merging = JoinRecords(*into, *from)
		mergings[i].At = p.At
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	if err := s.SaveMergings(ctx, tx, cards.records[0].Listing.Territory, mergings, by); err != nil {
		return nil, err
	}
	return s.doing(Joined, by, other).saveCards(ctx, tx, cards, now)
}

// PartCard undoes the merging of the card from: both are stored as they were, but for what people have changed
// since. errs.Conflict when it is not merged.
func (s Store) PartCard(ctx context.Context, tx *db.Tx, from string, now time.Time) (Listing, error) {
	stored, err := s.PartAll(ctx, tx, []string{from}, now)
	if err != nil {
		return Listing{}, err
	}
	return stored[from], nil
}

// PartAll is PartCard for many cards, one after the other, in a few statements. It returns the cards as stored, by id.
func (s Store) PartAll(ctx context.Context, tx *db.Tx, froms []string, now time.Time) (map[string]Listing, error) {
	found, err := s.mergings(ctx, tx, "from_id", froms)
	if err != nil {
		return nil, err
	}
	var ids, intos []string
	for _, m := range found {
		ids = append(ids, m.Into, m.From)
		intos = append(intos, m.Into)
	}
	family, err := s.mergings(ctx, tx, "into_id", distinct(intos))
	if err != nil {
		return nil, err
	}
	cards, err := s.cards(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	dates, other := map[string]Merging{}, map[string]string{}
	for _, from := range froms {
		at := slices.IndexFunc(family, func(m Merging) bool { return m.From == from })
		if at < 0 {
			return nil, errs.New(errs.Conflict, "listing.not_merged", nil)
		}
		m := family[at]
		other[m.Into], other[m.From] = m.From, m.Into
		into, parted := cards.at[m.Into], cards.at[m.From]
		if into == nil || parted == nil {
			return nil, errs.New(errs.NotFound, "listing.not_found", nil)
		}
		into.Listing, parted.Listing = Part(into.Listing, parted.Listing, m)
		family = slices.Delete(family, at, at+1)
		into.Listing.KinNatural = stillNatural(m.Into, family)
		delete(dates, from)
		for _, moved := range withoutDate(family, m) {
			dates[moved.From] = moved
		}
	}
	if err := deleteIn(ctx, tx, "listing_mergings", "from_id", froms); err != nil {
		return nil, err
	}
	if err := s.saveDates(ctx, tx, dates); err != nil {
		return nil, err
	}
	return s.doing(Parted, company.Source{}, other).saveCards(ctx, tx, cards, now)
}

// loaded are some cards, each once.
type loaded struct {
	records []Record
	at      map[string]*Record
}

func (s Store) cards(ctx context.Context, q db.Querier, ids []string) (loaded, error) {
	records, err := s.Records(ctx, q, distinct(ids))
	l := loaded{records: records, at: make(map[string]*Record, len(records))}
	for i := range records {
		l.at[records[i].Listing.ID] = &records[i]
	}
	return l, err
}

func (s Store) saveCards(ctx context.Context, tx *db.Tx, cards loaded, now time.Time) (map[string]Listing, error) {
	if len(cards.records) == 0 {
		return nil, nil
	}
	saved, err := s.SaveListings(ctx, tx, cards.records, now)
	if err != nil {
		return nil, err
	}
	stored := make(map[string]Listing, len(saved))
	for _, r := range saved {
		stored[r.Listing.ID] = r.Listing
	}
	return stored, nil
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// saveDates rewrites mergings whose date was moved by one that is parted.
func (Store) saveDates(ctx context.Context, tx *db.Tx, changed map[string]Merging) error {
	for from, m := range changed {
		_, err := tx.ExecContext(ctx, "UPDATE listing_mergings SET merging = $1 WHERE from_id = $2", db.JSON(&m), from)
		if err != nil {
			return fmt.Errorf("listing: keep mergings: %w", err)
		}
	}
	return nil
}

// Dated is a merging with the time at which it is noted as done.
type Dated struct {
	Merging
	At time.Time
}

// SaveMergings keeps what was joined with Join, for a caller that stores the cards itself in a batch.
func (Store) SaveMergings(ctx context.Context, tx *db.Tx, territory string, mergings []Dated, by company.Source) error {
	for chunk := range slices.Chunk(mergings, 60) {
		args := make([]any, 0, 6*len(chunk))
		for i := range chunk {
			m := &chunk[i]
			args = append(args, m.From, m.Into, territory, db.JSON(&m.Merging), db.JSON(&by), db.ToMillis(m.At))
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO listing_mergings (from_id, into_id, territory, merging, source, merged_at) VALUES "+
			company.ValuesSQL(len(chunk), 6), args...)
		if err != nil {
			return fmt.Errorf("listing: keep mergings: %w", err)
		}
	}
	return nil
}

// mergings reads what was joined, by "from_id" or "into_id", oldest first.
func (Reader) mergings(ctx context.Context, q db.Querier, column string, ids []string) ([]Merging, error) {
	var out []Merging
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := q.QueryContext(ctx, "SELECT merging FROM listing_mergings WHERE "+column+" IN "+
			company.InSQL(1, len(chunk))+" ORDER BY merged_at, from_id", anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: mergings: %w", err)
		}
		for rows.Next() {
			var m Merging
			if err := rows.Scan(db.JSON(&m)); err != nil {
				rows.Close()
				return nil, fmt.Errorf("listing: mergings: %w", err)
			}
			out = append(out, m)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("listing: mergings: %w", err)
		}
	}
	return out, nil
}

// MergedInto reads what was merged into the cards, the oldest merging of each first, for the page that can part it again.
func (r Reader) MergedInto(ctx context.Context, q db.Querier, into ...string) ([]Merging, error) {
	return r.mergings(ctx, q, "into_id", into)
}

// partFromDoomed parts the cards that will stay from those that will be deleted: what was merged into a doomed card
// stands on its own again, and what took something over from a doomed one gives it back.
func (s Store) partFromDoomed(ctx context.Context, tx *db.Tx, doomed []string, now time.Time) error {
	gone := make(map[string]bool, len(doomed))
	for _, id := range doomed {
		gone[id] = true
	}
	in, err := s.mergings(ctx, tx, "into_id", doomed)
	if err != nil {
		return err
	}
	out, err := s.mergings(ctx, tx, "from_id", doomed)
	if err != nil {
		return err
	}
	var open []Merging
	var touched, froms []string
	for _, m := range append(in, out...) {
		if gone[m.Into] != gone[m.From] {
			open = append(open, m)
			touched = append(touched, m.Into, m.From)
			froms = append(froms, m.From)
		}
	}
	if len(open) == 0 {
		return nil
	}
	cards, err := s.cards(ctx, tx, touched)
	if err != nil {
		return err
	}
	family, err := s.mergings(ctx, tx, "into_id", distinct(touched))
	if err != nil {
		return err
	}
	family = slices.DeleteFunc(family, func(m Merging) bool { return slices.Contains(froms, m.From) })
	dates := map[string]Merging{}
	for _, m := range slices.Backward(open) {
		if into, from := cards.at[m.Into], cards.at[m.From]; into != nil && from != nil {
			into.Listing, from.Listing = Part(into.Listing, from.Listing, m)
			into.Listing.KinNatural = stillNatural(m.Into, family)
		}
		for _, moved := range withoutDate(family, m) {
			dates[moved.From] = moved
		}
	}
	if err := deleteIn(ctx, tx, "listing_mergings", "from_id", froms); err != nil {
		return err
	}
	if err := s.saveDates(ctx, tx, dates); err != nil {
		return err
	}
	staying := slices.DeleteFunc(cards.records, func(r Record) bool { return gone[r.Listing.ID] })
	if len(staying) == 0 {
		return nil
	}
	_, err = s.doing(Parted, company.Source{}, nil).SaveListings(ctx, tx, staying, now)
	return err
}
