package company

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Store holds the SQL of companies. Its methods run in the caller's transaction.
type Store struct{}

const (
	columns = "id, territory, legal_name, usual_name, identifiers, activities, size_class, founded_year, status, " +
		"establishments, provenance, created_at, updated_at, version"
	columnCount = 14
	rowsAtOnce  = 25 // SQLite's time for a statement grows with the square of its parameters
)

// ByID reads one company; errs.NotFound when there is none.
func (s Store) ByID(ctx context.Context, q db.Querier, id string) (Company, error) {
	found, err := s.ByIDs(ctx, q, []string{id})
	if err != nil {
		return Company{}, err
	}
	if len(found) == 0 {
		return Company{}, errs.New(errs.NotFound, "company.not_found", nil)
	}
	return found[id], nil
}

// ByIDs reads the companies of the ids that exist, by id.
func (Store) ByIDs(ctx context.Context, q db.Querier, ids []string) (map[string]Company, error) {
	out := make(map[string]Company, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM companies WHERE id IN "+InSQL(1, len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, fmt.Errorf("company: by ids: %w", err)
		}
		if err := scanAll(rows, func(c Company) { out[c.ID] = c }); err != nil {
			return nil, fmt.Errorf("company: by ids: %w", err)
		}
	}
	return out, nil
}

// ByIdentifier reads the companies of a territory that have this valid number, oldest first: several where offices
// share one.
func (Store) ByIdentifier(ctx context.Context, q db.Querier, territory, scheme, value string) ([]Company, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+columns+` FROM companies WHERE id IN (
		SELECT company_id FROM company_identifiers WHERE territory = $1 AND scheme = $2 AND value = $3) ORDER BY id`,
		territory, scheme, value)
	if err != nil {
		return nil, fmt.Errorf("company: by identifier: %w", err)
	}
	var out []Company
	err = scanAll(rows, func(c Company) { out = append(out, c) })
	return out, err
}

// SaveBatch inserts companies of Version 0 and updates the others, a statement for every 25, and returns them as stored:
// with an ID where it was empty, the times and the new Version. The ones handed in stay as they are, so that the
// transaction may run again. errs.Conflict when a version is no longer the stored one.
func (s Store) SaveBatch(ctx context.Context, tx *db.Tx, companies []Company, now time.Time) ([]Company, error) {
	now = now.UTC().Truncate(time.Millisecond)
	saved := slices.Clone(companies)
	for i := range saved {
		saved[i].prepare(now)
	}
	for chunk := range slices.Chunk(saved, rowsAtOnce) {
		if err := s.upsert(ctx, tx, chunk); err != nil {
			return nil, err
		}
		if err := s.saveIdentifiers(ctx, tx, chunk); err != nil {
			return nil, err
		}
		for i := range chunk {
			chunk[i].Version++
		}
	}
	return saved, nil
}

// prepare brings the company into the form it will be read back in.
func (c *Company) prepare(now time.Time) {
	if c.ID == "" {
		c.ID = db.NewID()
	}
	if c.Status == "" {
		c.Status = Unknown
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now
	}
	c.UpdatedAt = now
	c.LegalName, c.UsualName, c.SizeClass = Storable(c.LegalName), Storable(c.UsualName), Storable(c.SizeClass)
}

func (Store) upsert(ctx context.Context, tx *db.Tx, chunk []Company) error {
	args := make([]any, 0, len(chunk)*columnCount)
	for i := range chunk {
		c := &chunk[i]
		args = append(args, c.ID, c.Territory, c.LegalName, c.UsualName, List(&c.Identifiers), List(&c.Activities),
			c.SizeClass, c.FoundedYear, string(c.Status), List(&c.Establishments), ProvenanceOf(&c.Provenance),
			db.ToMillis(c.CreatedAt), db.ToMillis(c.UpdatedAt), c.Version+1)
	}
	result, err := tx.ExecContext(ctx, "INSERT INTO companies ("+columns+") VALUES "+ValuesSQL(len(chunk), columnCount)+
		` ON CONFLICT (id) DO UPDATE SET legal_name = excluded.legal_name, usual_name = excluded.usual_name,
		identifiers = excluded.identifiers, activities = excluded.activities, size_class = excluded.size_class,
		founded_year = excluded.founded_year, status = excluded.status, establishments = excluded.establishments,
		provenance = excluded.provenance, updated_at = excluded.updated_at, version = excluded.version
		WHERE companies.version = excluded.version - 1 AND companies.territory = excluded.territory`, args...)
	if err != nil {
		return fmt.Errorf("company: save: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(chunk)) {
		return errs.Wrap(err, errs.Conflict, "company.changed", nil)
	}
	return nil
}

func (Store) saveIdentifiers(ctx context.Context, tx *db.Tx, chunk []Company) error {
	var known []string
	var args []any
	for _, c := range chunk {
		if c.Version > 0 {
			known = append(known, c.ID)
		}
		for _, id := range c.Identifiers {
			if id.Valid {
				args = append(args, c.Territory, id.Scheme, id.Value, c.ID)
			}
		}
	}
	if len(known) > 0 {
		_, err := tx.ExecContext(ctx, "DELETE FROM company_identifiers WHERE company_id IN "+InSQL(1, len(known)), anys(known)...)
		if err != nil {
			return fmt.Errorf("company: identifiers: %w", err)
		}
	}
	for part := range slices.Chunk(args, 4*100) {
		_, err := tx.ExecContext(ctx, "INSERT INTO company_identifiers (territory, scheme, value, company_id) VALUES "+
			ValuesSQL(len(part)/4, 4)+" ON CONFLICT DO NOTHING", part...)
		if err != nil {
			return fmt.Errorf("company: identifiers: %w", err)
		}
	}
	return nil
}

// Delete deletes the companies. A constraint refuses those that something still refers to.
func (Store) Delete(ctx context.Context, tx *db.Tx, ids []string) error {
	for chunk := range slices.Chunk(ids, 500) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM companies WHERE id IN "+InSQL(1, len(chunk)), anys(chunk)...); err != nil {
			return fmt.Errorf("company: delete: %w", err)
		}
	}
	return nil
}

func scanAll(rows *sql.Rows, each func(Company)) error {
	defer rows.Close()
	for rows.Next() {
		var c Company
		err := rows.Scan(&c.ID, &c.Territory, &c.LegalName, &c.UsualName, List(&c.Identifiers), List(&c.Activities),
			&c.SizeClass, &c.FoundedYear, &c.Status, List(&c.Establishments), ProvenanceOf(&c.Provenance),
			db.Millis(&c.CreatedAt), db.Millis(&c.UpdatedAt), &c.Version)
		if err != nil {
			return err
		}
		each(c)
	}
	return rows.Err()
}

func anys(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}

// Named reads the companies of a territory whose usual or legal name holds a text, by name, at most limit of them. Capitals are
// as small letters where the database knows them as such.
func (Store) Named(ctx context.Context, q db.Querier, territory, text string, limit int) ([]Company, error) {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
	rows, err := q.QueryContext(ctx, "SELECT "+columns+` FROM companies WHERE territory = $1
		AND (lower(usual_name) LIKE lower($2) ESCAPE '\' OR lower(legal_name) LIKE lower($2) ESCAPE '\')
		ORDER BY usual_name, legal_name, id LIMIT $3`, territory, "%"+escaped+"%", limit)
	if err != nil {
		return nil, fmt.Errorf("company: named: %w", err)
	}
	var out []Company
	err = scanAll(rows, func(c Company) { out = append(out, c) })
	return out, err
}
