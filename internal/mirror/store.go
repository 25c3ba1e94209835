package mirror

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// store holds the SQL of mirrors.
type store struct{}

const columns = "territory, source, title, attribution, licence, place, generation, complete, cards, added_at, last_try_at, " +
	"last_ok_at, failing_at, failures, fault, next_at, terms, described_at"

// mirrors reads the mirrors that the rest of a query asks for.
func (store) mirrors(ctx context.Context, q db.Querier, rest string, args ...any) ([]Mirror, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM mirrors "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("mirror: read: %w", err)
	}
	defer rows.Close()
	var out []Mirror
	for rows.Next() {
		var m Mirror
		err := rows.Scan(&m.Territory, &m.Source, &m.Title, &m.Attribution, &m.Licence, &m.place, &m.generation, &m.Complete, &m.Cards,
			db.Millis(&m.AddedAt), db.Millis(&m.LastTryAt), db.Millis(&m.LastOKAt), db.Millis(&m.FailingSince), &m.Failures,
			db.JSON(&m.Fault), db.Millis(&m.NextAt), db.JSON(&m.Terms), db.Millis(&m.described))
		if err != nil {
			return nil, fmt.Errorf("mirror: read: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func (s store) mirror(ctx context.Context, q db.Querier, code string) (Mirror, error) {
	found, err := s.mirrors(ctx, q, "WHERE territory = $1", code)
	if err != nil {
		return Mirror{}, err
	}
	if len(found) == 0 {
		return Mirror{}, errs.New(errs.NotFound, "mirror.none", errs.Args{"territory": code})
	}
	return found[0], nil
}

// add makes a mirror, or writes what a source that is one already says of itself now, if it says anything.
func (store) add(ctx context.Context, q db.Querier, s Source, now time.Time) error {
	onConflict, described := "NOTHING", time.Time{}
	if s.described {
		onConflict = "UPDATE SET title = excluded.title, attribution = excluded.attribution, licence = excluded.licence, " +
			"terms = excluded.terms, described_at = excluded.described_at"
		described = now
	}
	_, err := q.ExecContext(ctx, "INSERT INTO mirrors ("+columns+`) VALUES ($1,$2,$3,$4,$5,'',1,$6,0,$7,0,0,0,0,'',0,$8,$9)
		ON CONFLICT (territory) DO `+onConflict,
		s.Territory, s.Address, s.Title, s.Attribution, s.Licence, false, db.ToMillis(now), termsColumn(s.Terms), db.ToMillis(described))
	if err != nil {
		return fmt.Errorf("mirror: add: %w", err)
	}
	return nil
}

// save writes how far the copy is.
func (store) save(ctx context.Context, q db.Querier, m Mirror) error {
	_, err := q.ExecContext(ctx, "UPDATE mirrors SET place = $2, generation = $3, complete = $4, cards = $5 WHERE territory = $1",
		m.Territory, m.place, m.generation, m.Complete, m.Cards)
	if err != nil {
		return fmt.Errorf("mirror: save: %w", err)
	}
	return nil
}

// note writes how the last synchronisation went, and what the source says of itself.
func (store) note(ctx context.Context, q db.Querier, m Mirror) error {
	fault := any("")
	if m.Fault != nil {
		fault = db.JSON(m.Fault)
	}
	_, err := q.ExecContext(ctx, `UPDATE mirrors SET last_try_at = $2, last_ok_at = $3, failing_at = $4, failures = $5, fault = $6,
		next_at = $7, title = $8, attribution = $9, licence = $10, terms = $11, described_at = $12 WHERE territory = $1`,
		m.Territory, db.ToMillis(m.LastTryAt), db.ToMillis(m.LastOKAt), db.ToMillis(m.FailingSince), m.Failures, fault,
		db.ToMillis(m.NextAt), m.Title, m.Attribution, m.Licence, termsColumn(m.Terms), db.ToMillis(m.described))
	if err != nil {
		return fmt.Errorf("mirror: note: %w", err)
	}
	return nil
}

// termsColumn is a licence as JSON, empty for none.
func termsColumn(l territory.Licence) any {
	if l.IsZero() {
		return ""
	}
	return db.JSON(l)
}

func (store) delete(ctx context.Context, q db.Querier, code string) error {
	for _, table := range []string{"mirror_cards", "mirror_leases", "mirrors"} {
		if _, err := q.ExecContext(ctx, "DELETE FROM "+table+" WHERE territory = $1", code); err != nil {
			return fmt.Errorf("mirror: delete from %s: %w", table, err)
		}
	}
	return nil
}

// ref is what is known of a copied card.
type ref struct {
	remote, listing, slug, url, hash string
}

// refs reads what is known of the source's cards, by their identifiers there.
func (store) refs(ctx context.Context, q db.Querier, code string, remote []string) (map[string]ref, error) {
	out := make(map[string]ref, len(remote))
	for chunk := range slices.Chunk(remote, 400) {
		rows, err := q.QueryContext(ctx, `SELECT remote_id, listing_id, slug, url, hash FROM mirror_cards
			WHERE territory = $1 AND remote_id IN `+company.InSQL(2, len(chunk)), append([]any{code}, anys(chunk)...)...)
		if err != nil {
			return nil, fmt.Errorf("mirror: cards: %w", err)
		}
		found, err := scanRefs(rows)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			out[r.remote] = r
		}
	}
	return out, nil
}

// someRefs reads a few cards of the territory that no reading since a generation has met.
func (store) someRefs(ctx context.Context, q db.Querier, code string, before int64, limit int) ([]ref, error) {
	rows, err := q.QueryContext(ctx, `SELECT remote_id, listing_id, slug, url, hash FROM mirror_cards
		WHERE territory = $1 AND generation < $2 ORDER BY remote_id LIMIT $3`, code, before, limit)
	if err != nil {
		return nil, fmt.Errorf("mirror: cards: %w", err)
	}
	return scanRefs(rows)
}

func scanRefs(rows *sql.Rows) ([]ref, error) {
	defer rows.Close()
	var out []ref
	for rows.Next() {
		var r ref
		if err := rows.Scan(&r.remote, &r.listing, &r.slug, &r.url, &r.hash); err != nil {
			return nil, fmt.Errorf("mirror: cards: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// met counts the cards that the reading of a generation has met.
func (store) met(ctx context.Context, q db.Querier, code string, generation int64) (int, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM mirror_cards WHERE territory = $1 AND generation >= $2", code, generation).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("mirror: count: %w", err)
	}
	return n, nil
}

func (store) saveRefs(ctx context.Context, q db.Querier, code string, generation int64, refs []ref) error {
	for chunk := range slices.Chunk(refs, 50) {
		args := make([]any, 0, 7*len(chunk))
		for _, r := range chunk {
			args = append(args, code, r.remote, r.listing, r.slug, r.url, r.hash, generation)
		}
		_, err := q.ExecContext(ctx, "INSERT INTO mirror_cards (territory, remote_id, listing_id, slug, url, hash, generation) VALUES "+
			company.ValuesSQL(len(chunk), 7)+` ON CONFLICT (territory, remote_id) DO UPDATE SET slug = excluded.slug, url = excluded.url,
			hash = excluded.hash, generation = excluded.generation`, args...)
		if err != nil {
			return fmt.Errorf("mirror: save cards: %w", err)
		}
	}
	return nil
}

func (store) deleteRefs(ctx context.Context, q db.Querier, code string, remote []string) error {
	for chunk := range slices.Chunk(remote, 400) {
		_, err := q.ExecContext(ctx, "DELETE FROM mirror_cards WHERE territory = $1 AND remote_id IN "+company.InSQL(2, len(chunk)),
			append([]any{code}, anys(chunk)...)...)
		if err != nil {
			return fmt.Errorf("mirror: delete cards: %w", err)
		}
	}
	return nil
}

func (store) original(ctx context.Context, q db.Querier, listingID string) (string, error) {
	var address string
	err := q.QueryRowContext(ctx, "SELECT url FROM mirror_cards WHERE listing_id = $1", listingID).Scan(&address)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("mirror: original: %w", err)
	}
	return address, nil
}

func anys(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}
