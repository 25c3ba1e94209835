package edit

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// store is the SQL of drafts.
type store struct{}

const draftColumns = `person_id, listing_id, territory, base, was, typed, resumed, saved_at, typed_in`

func (d *Draft) columns() []any {
	return []any{&d.Person, &d.Listing, &d.Territory, &d.Base, db.JSON(&d.Was), db.JSON(&d.Typed), &d.Resumed, db.Millis(&d.SavedAt), &d.Window}
}

// draft reads the draft of a person about a card; ok is false for none.
func (store) draft(ctx context.Context, q db.Querier, person, listing string) (d Draft, ok bool, err error) {
	err = db.Found(q.QueryRowContext(ctx, `SELECT `+draftColumns+` FROM curation_drafts WHERE person_id = $1 AND listing_id = $2`, person, listing).Scan(d.columns()...))
	if errs.Is(err, errs.NotFound) {
		return Draft{}, false, nil
	}
	if d.Typed == nil {
		d.Typed = map[string]url.Values{}
	}
	return d, err == nil, err
}

// draftsOf reads all drafts of a person, the latest first.
func (store) draftsOf(ctx context.Context, q db.Querier, person string) ([]Draft, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+draftColumns+` FROM curation_drafts WHERE person_id = $1 ORDER BY saved_at DESC, listing_id`, person)
	if err != nil {
		return nil, fmt.Errorf("edit: drafts: %w", err)
	}
	defer rows.Close()
	var out []Draft
	for rows.Next() {
		var d Draft
		if err := rows.Scan(d.columns()...); err != nil {
			return nil, fmt.Errorf("edit: drafts: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// keep stores a draft.
func (store) keep(ctx context.Context, tx *db.Tx, d Draft) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO curation_drafts (`+draftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (person_id, listing_id) DO UPDATE SET base = excluded.base, was = excluded.was, typed = excluded.typed, resumed = excluded.resumed,
			saved_at = excluded.saved_at, typed_in = excluded.typed_in`,
		d.columns()...)
	if err != nil {
		return fmt.Errorf("edit: keep a draft: %w", err)
	}
	return nil
}

func (store) drop(ctx context.Context, tx *db.Tx, person, listing string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM curation_drafts WHERE person_id = $1 AND listing_id = $2`, person, listing); err != nil {
		return fmt.Errorf("edit: drop a draft: %w", err)
	}
	return nil
}

func (store) erase(ctx context.Context, tx *db.Tx, person string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM curation_drafts WHERE person_id = $1`, person); err != nil {
		return fmt.Errorf("edit: erase drafts: %w", err)
	}
	return nil
}

func (store) purge(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM curation_drafts WHERE saved_at < $1`, db.ToMillis(before)); err != nil {
		return fmt.Errorf("edit: purge drafts: %w", err)
	}
	return nil
}
