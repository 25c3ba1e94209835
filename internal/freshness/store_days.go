package freshness

import (
	"context"
	"fmt"

	"grappe/internal/platform/db"
)

// Counts are numbers of public cards.
type Counts struct {
	Cards, Fresh, Ageing, Unconfirmed int
	Orphaned                          int // nobody acts for them
	Incomplete                        int
	Flagged                           int
}

// Work is what was done on a day.
type Work struct {
	Letters, Confirmed, Lapsed int
}

// Day is a territory's directory on a day.
type Day struct {
	Day string // 2026-02-03, there
	Counts
	Work
}

const dayColumns = "day, cards, fresh, ageing, unconfirmed, orphaned, incomplete, flagged, letters, confirmed, lapsed"

// done adds to what was done on a day.
func (store) done(ctx context.Context, tx *db.Tx, territory, day string, d Work) error {
	if d == (Work{}) {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO freshness_days (territory, "+dayColumns+`) VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0, $3, $4, $5)
		ON CONFLICT (territory, day) DO UPDATE SET letters = freshness_days.letters + excluded.letters,
		confirmed = freshness_days.confirmed + excluded.confirmed, lapsed = freshness_days.lapsed + excluded.lapsed`,
		territory, day, d.Letters, d.Confirmed, d.Lapsed)
	if err != nil {
		return fmt.Errorf("freshness: days: %w", err)
	}
	return nil
}

// counted writes how many cards stand how on a day.
func (store) counted(ctx context.Context, tx *db.Tx, territory, day string, c Counts) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO freshness_days (territory, "+dayColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0)
		ON CONFLICT (territory, day) DO UPDATE SET cards = excluded.cards, fresh = excluded.fresh, ageing = excluded.ageing,
		unconfirmed = excluded.unconfirmed, orphaned = excluded.orphaned, incomplete = excluded.incomplete, flagged = excluded.flagged`,
		territory, day, c.Cards, c.Fresh, c.Ageing, c.Unconfirmed, c.Orphaned, c.Incomplete, c.Flagged)
	if err != nil {
		return fmt.Errorf("freshness: days: %w", err)
	}
	return nil
}

// days reads those from one on, in their order.
func (store) days(ctx context.Context, q db.Querier, territory, from string) ([]Day, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+dayColumns+" FROM freshness_days WHERE territory = $1 AND day >= $2 ORDER BY day", territory, from)
	if err != nil {
		return nil, fmt.Errorf("freshness: days: %w", err)
	}
	defer rows.Close()
	var list []Day
	for rows.Next() {
		var d Day
		err := rows.Scan(&d.Day, &d.Cards, &d.Fresh, &d.Ageing, &d.Unconfirmed, &d.Orphaned, &d.Incomplete, &d.Flagged, &d.Letters, &d.Confirmed, &d.Lapsed)
		if err != nil {
			return nil, fmt.Errorf("freshness: days: %w", err)
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// forget deletes the days before one.
func (store) forget(ctx context.Context, tx *db.Tx, territory, before string) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM freshness_days WHERE territory = $1 AND day < $2", territory, before)
	return err
}
