package listing

import (
	"context"
	"fmt"
	"slices"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// Stamp tells one state of a card from every other: what was read of a card under a stamp is what stands under it now.
type Stamp struct {
	Version, Created, Updated int64 // in milliseconds; a card that was deleted and made again begins its versions anew
}

// StampOf is the stamp of a card as it was read.
func StampOf(l Listing) Stamp {
	return Stamp{l.Version, db.ToMillis(l.CreatedAt), db.ToMillis(l.UpdatedAt)}
}

// Stamps reads the stamps of the cards that exist, in one statement for a page of results.
func (Reader) Stamps(ctx context.Context, q db.Querier, ids []string) (map[string]Stamp, error) {
	found := make(map[string]Stamp, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := q.QueryContext(ctx, "SELECT id, version, created_at, updated_at FROM listings WHERE id IN "+company.InSQL(1, len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("listing: stamps: %w", err)
		}
		for rows.Next() {
			var id string
			var s Stamp
			if err := rows.Scan(&id, &s.Version, &s.Created, &s.Updated); err != nil {
				_ = rows.Close()
				return nil, fmt.Errorf("listing: stamps: %w", err)
			}
			found[id] = s
		}
		_ = rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("listing: stamps: %w", err)
		}
	}
	return found, nil
}
