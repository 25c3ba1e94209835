package importer

import (
	"context"
	"fmt"

	"grappe/internal/listing"
)

// Made is a card that a run made. One that was joined to another says which.
type Made struct {
	ID, Name       string
	Into, IntoName string
}

// Created are the first cards that the run made and that stand for themselves, at most so many.
func (f Findings) Created(ctx context.Context, limit int) ([]Made, error) {
	return f.made(ctx, "c.state <> $2", limit)
}

// Joined are the first cards that the run made and that are merged into another, at most so many.
func (f Findings) Joined(ctx context.Context, limit int) ([]Made, error) {
	return f.made(ctx, "c.state = $2", limit)
}

// made reads cards by the beginning of what is kept of them: effect writes its kind first.
func (f Findings) made(ctx context.Context, where string, limit int) ([]Made, error) {
	rows, err := f.q.QueryContext(ctx, `SELECT c.id, c.name, c.merged_into, coalesce(o.name, '') FROM import_effects e
		JOIN listings c ON c.id = e.listing_id LEFT JOIN listings o ON o.id = c.merged_into
		WHERE e.run = $1 AND e.effect LIKE '{"kind":"created"%' AND `+where+" ORDER BY e.seq LIMIT $3",
		f.Run.ID, string(listing.Merged), limit)
	if err != nil {
		return nil, fmt.Errorf("importer: made: %w", err)
	}
	defer rows.Close()
	var out []Made
	for rows.Next() {
		var m Made
		if err := rows.Scan(&m.ID, &m.Name, &m.Into, &m.IntoName); err != nil {
			return nil, fmt.Errorf("importer: made: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}
