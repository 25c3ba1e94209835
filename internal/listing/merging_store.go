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

// JoinCards merges the card from into the card into, both stored and of one territory, and keeps what PartCard needs.
// errs.Conflict when one of them is merged already.
func (s Store) JoinCards(ctx context.Context, tx *db.Tx, into, from string, by company.Source, now time.Time) (Listing, error) {
	records, err := s.Records(ctx, tx, []string{into, from})
	if err != nil {
		return Listing{}, err
	}
	if len(records) != 2 || records[0].Listing.Territory != records[1].Listing.Territory {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	target, source := records[0].Listing, records[1].Listing
	if target.State == Merged || source.State == Merged {
		return Listing{}, errs.New(errs.Conflict, "listing.merged_already", nil)
	}
	joined, left, merging := Join(target, source)
	records[0].Listing, records[1].Listing = joined, left
	if err := s.saveMergings(ctx, tx, target.Territory, []Merging{merging}, by, now); err != nil {
		return Listing{}, err
	}
	saved, err := s.SaveListings(ctx, tx, records, now)
	if err != nil {
		return Listing{}, err
	}
	return saved[0].Listing, nil
}

// PartCard undoes the merging of the card from: both are stored as they were, but for what people have changed
// since. errs.Conflict when it is not merged.
func (s Store) PartCard(ctx context.Context, tx *db.Tx, from string, now time.Time) (Listing, error) {
	mergings, err := s.mergings(ctx, tx, "from_id", []string{from})
	if err != nil {
		return Listing{}, err
	}
	if len(mergings) == 0 {
		return Listing{}, errs.New(errs.Conflict, "listing.not_merged", nil)
	}
	records, err := s.Records(ctx, tx, []string{mergings[0].Into, from})
	if err != nil {
		return Listing{}, err
	}
	if len(records) != 2 {
		return Listing{}, errs.New(errs.NotFound, "listing.not_found", nil)
	}
	records[0].Listing, records[1].Listing = Part(records[0].Listing, records[1].Listing, mergings[0])
	if err := deleteIn(ctx, tx, "listing_mergings", "from_id", []string{from}); err != nil {
		return Listing{}, err
	}
	saved, err := s.SaveListings(ctx, tx, records, now)
	if err != nil {
		return Listing{}, err
	}
	return saved[1].Listing, nil
}

// SaveMergings keeps what was joined with Join, for a caller that stores the cards itself in a batch.
func (s Store) SaveMergings(ctx context.Context, tx *db.Tx, territory string, mergings []Merging, by company.Source, now time.Time) error {
	return s.saveMergings(ctx, tx, territory, mergings, by, now)
}

func (Store) saveMergings(
	ctx context.Context, tx *db.Tx, territory string, mergings []Merging, by company.Source, now time.Time,
) error {
	for chunk := range slices.Chunk(mergings, 60) {
		args := make([]any, 0, 6*len(chunk))
		for i := range chunk {
			args = append(args, chunk[i].From, chunk[i].Into, territory, db.JSON(&chunk[i]), db.JSON(&by), db.ToMillis(now))
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
func (Store) mergings(ctx context.Context, q db.Querier, column string, ids []string) ([]Merging, error) {
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

// MergedInto reads what was merged into the card, for the page that can part it again.
func (s Store) MergedInto(ctx context.Context, q db.Querier, into string) ([]Merging, error) {
	return s.mergings(ctx, q, "into_id", []string{into})
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
	records, err := s.Records(ctx, tx, touched)
	if err != nil {
		return err
	}
	at := make(map[string]*Record, len(records))
	for i := range records {
		at[records[i].Listing.ID] = &records[i]
	}
	for _, m := range slices.Backward(open) {
		if into, from := at[m.Into], at[m.From]; into != nil && from != nil {
			into.Listing, from.Listing = Part(into.Listing, from.Listing, m)
		}
	}
	if err := deleteIn(ctx, tx, "listing_mergings", "from_id", froms); err != nil {
		return err
	}
	staying := slices.DeleteFunc(records, func(r Record) bool { return gone[r.Listing.ID] })
	if len(staying) == 0 {
		return nil
	}
	_, err = s.SaveListings(ctx, tx, staying, now)
	return err
}
