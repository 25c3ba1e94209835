package watch

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// store holds all of the room's SQL.
type store struct{}

const (
	siteColumns     = "id, territory, listing_id, url, host, status, fault, failures, failing_since, checked_at, next_at"
	siteColumnCount = 11
	rowsAtOnce      = 35
)

func sitesOf(rows *sql.Rows, err error) ([]Site, error) {
	if err != nil {
		return nil, fmt.Errorf("watch: sites: %w", err)
	}
	defer rows.Close()
	var out []Site
	for rows.Next() {
		var s Site
		err := rows.Scan(&s.ID, &s.Territory, &s.Listing, &s.URL, &s.Host, &s.Status, &s.Fault, &s.Failures,
			db.Millis(&s.FailingSince), db.Millis(&s.CheckedAt), db.Millis(&s.NextAt))
		if err != nil {
			return nil, fmt.Errorf("watch: sites: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// sites are all those of a territory.
func (store) sites(ctx context.Context, q db.Querier, territory string) ([]Site, error) {
	return sitesOf(q.QueryContext(ctx, "SELECT "+siteColumns+" FROM watch_sites WHERE territory = $1", territory))
}

// failing are the sites of a territory that failed often enough to be dead.
func (store) failing(ctx context.Context, q db.Querier, territory string) ([]Site, error) {
	return sitesOf(q.QueryContext(ctx, "SELECT "+siteColumns+" FROM watch_sites WHERE territory = $1 AND failures >= $2 ORDER BY listing_id, url",
		territory, failures))
}

// due are the sites to be looked at, those that wait longest first: so many at most, and so many of one host.
func (store) due(ctx context.Context, q db.Querier, now time.Time, most, perHost int) ([]Site, error) {
	return sitesOf(q.QueryContext(ctx, "SELECT "+siteColumns+" FROM (SELECT "+siteColumns+`, row_number() OVER (PARTITION BY host ORDER BY next_at, id)
		AS place FROM watch_sites WHERE next_at <= $1) AS waiting WHERE place <= $2 ORDER BY next_at, id LIMIT $3`, db.ToMillis(now), perHost, most))
}

// well are some sites that answered last time, the latest first.
func (store) well(ctx context.Context, q db.Querier, limit int) ([]Site, error) {
	return sitesOf(q.QueryContext(ctx, "SELECT "+siteColumns+` FROM watch_sites WHERE failures = 0 AND checked_at > 0
		ORDER BY checked_at DESC, id LIMIT $1`, limit))
}

// add stores sites that were not there.
func (store) add(ctx context.Context, tx *db.Tx, sites []Site) error {
	for chunk := range slices.Chunk(sites, rowsAtOnce) {
		args := make([]any, 0, len(chunk)*siteColumnCount)
		for _, s := range chunk {
			args = append(args, s.ID, s.Territory, s.Listing, s.URL, s.Host, s.Status, string(s.Fault), s.Failures,
				db.ToMillis(s.FailingSince), db.ToMillis(s.CheckedAt), db.ToMillis(s.NextAt))
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO watch_sites ("+siteColumns+") VALUES "+company.ValuesSQL(len(chunk), siteColumnCount)+
			" ON CONFLICT DO NOTHING", args...)
		if err != nil {
			return fmt.Errorf("watch: add sites: %w", err)
		}
	}
	return nil
}

// update stores what a look made of a site, where it is still there.
func (store) update(ctx context.Context, tx *db.Tx, s Site) error {
	_, err := tx.ExecContext(ctx, `UPDATE watch_sites SET status = $1, fault = $2, failures = $3, failing_since = $4, checked_at = $5, next_at = $6
		WHERE id = $7`, s.Status, string(s.Fault), s.Failures, db.ToMillis(s.FailingSince), db.ToMillis(s.CheckedAt), db.ToMillis(s.NextAt), s.ID)
	if err != nil {
		return fmt.Errorf("watch: update a site: %w", err)
	}
	return nil
}

// put has sites wait until a time.
func (store) put(ctx context.Context, tx *db.Tx, ids []string, until time.Time) error {
	return inChunks(ids, func(in string, args []any) error {
		_, err := tx.ExecContext(ctx, "UPDATE watch_sites SET next_at = $1 WHERE id IN "+in, append([]any{db.ToMillis(until)}, args...)...)
		return err
	}, 2)
}

// remove deletes sites.
func (store) remove(ctx context.Context, tx *db.Tx, ids []string) error {
	return inChunks(ids, func(in string, args []any) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM watch_sites WHERE id IN "+in, args...)
		return err
	}, 1)
}

func inChunks(ids []string, do func(in string, args []any) error, first int) error {
	for chunk := range slices.Chunk(ids, 400) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		if err := do(company.InSQL(first, len(chunk)), args); err != nil {
			return fmt.Errorf("watch: sites: %w", err)
		}
	}
	return nil
}

// findings are what was found of a kind in a territory, by the card.
func (store) findings(ctx context.Context, q db.Querier, territory string, kind listing.FlagKind) (map[string]known, error) {
	rows, err := q.QueryContext(ctx, "SELECT listing_id, subject, raised_at FROM watch_findings WHERE territory = $1 AND kind = $2", territory, string(kind))
	if err != nil {
		return nil, fmt.Errorf("watch: findings: %w", err)
	}
	defer rows.Close()
	out := map[string]known{}
	for rows.Next() {
		var id string
		var k known
		if err := rows.Scan(&id, &k.subject, db.Millis(&k.raisedAt)); err != nil {
			return nil, fmt.Errorf("watch: findings: %w", err)
		}
		out[id] = k
	}
	return out, rows.Err()
}

// find stores that something was found and raised: its subject, by the card.
func (store) find(ctx context.Context, tx *db.Tx, territory string, kind listing.FlagKind, subjects map[string]string, at time.Time) error {
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(subjects)), 2*rowsAtOnce) {
		args := make([]any, 0, 5*len(chunk))
		for _, card := range chunk {
			args = append(args, card, string(kind), territory, company.Storable(subjects[card]), db.ToMillis(at))
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO watch_findings (listing_id, kind, territory, subject, raised_at) VALUES "+company.ValuesSQL(len(chunk), 5)+
			" ON CONFLICT (listing_id, kind) DO UPDATE SET subject = excluded.subject, raised_at = excluded.raised_at", args...)
		if err != nil {
			return fmt.Errorf("watch: find: %w", err)
		}
	}
	return nil
}

// forget deletes a finding.
func (store) forget(ctx context.Context, tx *db.Tx, card string, kind listing.FlagKind) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM watch_findings WHERE listing_id = $1 AND kind = $2", card, string(kind)); err != nil {
		return fmt.Errorf("watch: forget: %w", err)
	}
	return nil
}

// sweep deletes what was found about cards that are no more.
func (store) sweep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM watch_findings WHERE NOT EXISTS (SELECT 1 FROM listings WHERE listings.id = watch_findings.listing_id)")
	if err != nil {
		return fmt.Errorf("watch: sweep: %w", err)
	}
	return nil
}
