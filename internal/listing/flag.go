package listing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// FlagKind is what speaks against a card.
type FlagKind string

// The kinds of flag.
const (
	DeadSite    FlagKind = "dead-site"    // its web site no longer answers
	MailBounced FlagKind = "mail-bounced" // what was mailed to its address came back
	StruckOff   FlagKind = "struck-off"   // the register says that the company has ended
)

// FlagKinds lists the kinds in the order shown.
func FlagKinds() []FlagKind { return []FlagKind{StruckOff, MailBounced, DeadSite} }

// Key is the key of the flag's words: "listing.flag.dead-site".
func (k FlagKind) Key() string { return "listing.flag." + string(k) }

// Flag is one thing that speaks against a card. It says nothing in public.
type Flag struct {
	Listing   string
	Territory string
	Kind      FlagKind
	Detail    string    // the address, or the register's words
	Since     time.Time // found first
	Seen      time.Time // found last
}

// Raise notes a flag, or that it is still so: since stays what it was, and added is false.
func (Store) Raise(ctx context.Context, tx *db.Tx, f Flag) (added bool, err error) {
	done, err := tx.ExecContext(ctx, `INSERT INTO listing_flags (listing_id, kind, territory, detail, since, seen) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (listing_id, kind) DO NOTHING`, f.Listing, string(f.Kind), f.Territory, company.Storable(f.Detail), db.ToMillis(f.Since), db.ToMillis(f.Seen))
	if err != nil {
		return false, fmt.Errorf("listing: raise a flag: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return n > 0, err
	}
	return false, Store{}.StillFlagged(ctx, tx, f)
}

// StillFlagged notes that a flag is still so, where the card bears it: one that was settled stays so.
func (Store) StillFlagged(ctx context.Context, tx *db.Tx, f Flag) error {
	_, err := tx.ExecContext(ctx, "UPDATE listing_flags SET detail = $1, seen = $2 WHERE listing_id = $3 AND kind = $4",
		company.Storable(f.Detail), db.ToMillis(f.Seen), f.Listing, string(f.Kind))
	if err != nil {
		return fmt.Errorf("listing: raise a flag: %w", err)
	}
	return nil
}

// ClearFlag takes a flag away, where there is one.
func (Store) ClearFlag(ctx context.Context, tx *db.Tx, listing string, k FlagKind) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM listing_flags WHERE listing_id = $1 AND kind = $2", listing, string(k)); err != nil {
		return fmt.Errorf("listing: clear a flag: %w", err)
	}
	return nil
}

// Flags reads what speaks against some cards, by the card, in the order of FlagKinds.
func (Reader) Flags(ctx context.Context, q db.Querier, listings []string) (map[string][]Flag, error) {
	out := map[string][]Flag{}
	for chunk := range slices.Chunk(listings, 500) {
		found, err := flags(ctx, q, "WHERE listing_id IN "+company.InSQL(1, len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			out[f.Listing] = append(out[f.Listing], f)
		}
	}
	for _, all := range out {
		slices.SortFunc(all, func(a, b Flag) int { return slices.Index(FlagKinds(), a.Kind) - slices.Index(FlagKinds(), b.Kind) })
	}
	return out, nil
}

// Flagged reads the flags of the published cards of a territory: companies that were struck off first, then those that stand longest.
func (Reader) Flagged(ctx context.Context, q db.Querier, territory string, limit int) ([]Flag, error) {
	return flags(ctx, q, `WHERE territory = $1 AND EXISTS (SELECT 1 FROM listings l WHERE l.id = listing_id AND l.state = $2)
		ORDER BY CASE WHEN kind = $3 THEN 0 ELSE 1 END, since, listing_id, kind LIMIT $4`, territory, string(Published), string(StruckOff), limit)
}

func flags(ctx context.Context, q db.Querier, rest string, args ...any) ([]Flag, error) {
	rows, err := q.QueryContext(ctx, "SELECT listing_id, kind, territory, detail, since, seen FROM listing_flags "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("listing: flags: %w", err)
	}
	defer rows.Close()
	var out []Flag
	for rows.Next() {
		var f Flag
		if err := rows.Scan(&f.Listing, &f.Kind, &f.Territory, &f.Detail, db.Millis(&f.Since), db.Millis(&f.Seen)); err != nil {
			return nil, fmt.Errorf("listing: flags: %w", err)
		}
		out = append(out, f)
	}
	return out, rows.Err()
}
