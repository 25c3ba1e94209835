package curation

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// store holds the SQL of this room.
type store struct{}

const (
	columns = "id, territory, listing_id, company_id, kind, state, base, fields, held, wanted, about, number, is_natural, person_id, mail, name, " +
		"lang, message, signs, created_at, confirmed_at, decided_at, decided_by, taken, passed, reason, created_id, next_id, by_owner, undo"
	columnCount = 30
)

// stored is a change as its row holds it.
type stored struct {
	Change
	undo *undo // nil where the decision cannot be taken back
}

func (c *stored) values() []any {
	return []any{
		c.ID, c.Territory, c.Listing, c.Company, string(c.Kind), string(c.State), c.Base, company.List(&c.Fields), db.JSON(&c.Before),
		db.JSON(&c.After), c.About, db.JSON(&c.Number), c.Natural, c.Person, c.Mail, c.Name, c.Lang, c.Message, company.List(&c.Signs),
		db.Millis(&c.CreatedAt), db.Millis(&c.ConfirmedAt), db.Millis(&c.DecidedAt), c.DecidedBy, company.List(&c.Taken),
		company.List(&c.Passed), c.Reason, c.Created, c.Next, c.ByOwner,
		undoColumn{&c.undo},
	}
}

func (c *stored) scan(rows *sql.Rows) error {
	return rows.Scan(&c.ID, &c.Territory, &c.Listing, &c.Company, &c.Kind, &c.State, &c.Base, company.List(&c.Fields), db.JSON(&c.Before),
		db.JSON(&c.After), &c.About, db.JSON(&c.Number), &c.Natural, &c.Person, &c.Mail, &c.Name, &c.Lang, &c.Message, company.List(&c.Signs),
		db.Millis(&c.CreatedAt), db.Millis(&c.ConfirmedAt), db.Millis(&c.DecidedAt), &c.DecidedBy, company.List(&c.Taken),
		company.List(&c.Passed), &c.Reason, &c.Created, &c.Next, &c.ByOwner, undoColumn{&c.undo})
}

// add stores a new change.
func (store) add(ctx context.Context, tx *db.Tx, c stored) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO curation_changes ("+columns+") VALUES "+company.ValuesSQL(1, columnCount), c.values()...)
	if err != nil {
		return fmt.Errorf("curation: add: %w", err)
	}
	return tx.Record(db.Change{Territory: c.Territory, Kind: ChangeKind, ID: c.ID})
}

// put stores what has become of a change: never who proposed it, nor what they said, which an erasure may have taken out of it since it
// was read. errs.NotFound for one that is gone.
func (store) put(ctx context.Context, tx *db.Tx, c stored) error {
	result, err := tx.ExecContext(ctx, `UPDATE curation_changes SET kind = $2, listing_id = $3, company_id = $4, state = $5, base = $6, held = $7,
		confirmed_at = $8, decided_at = $9, decided_by = $10, taken = $11, passed = $12, reason = $13, created_id = $14, next_id = $15, undo = $16 WHERE id = $1`,
		c.ID, string(c.Kind), c.Listing, c.Company, string(c.State), c.Base, db.JSON(&c.Before), db.Millis(&c.ConfirmedAt), db.Millis(&c.DecidedAt),
		c.DecidedBy, company.List(&c.Taken), company.List(&c.Passed), c.Reason, c.Created, c.Next, undoColumn{&c.undo})
	if err != nil {
		return fmt.Errorf("curation: put: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(err, error(errs.New(errs.NotFound, "curation.not_found", nil)))
	}
	return tx.Record(db.Change{Territory: c.Territory, Kind: ChangeKind, ID: c.ID})
}

// own gives a change to the account of who proposed it.
func (store) own(ctx context.Context, tx *db.Tx, id, person string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE curation_changes SET person_id = $2 WHERE id = $1", id, person); err != nil {
		return fmt.Errorf("curation: own: %w", err)
	}
	return nil
}

// nameless is what is set in a change so that it names nobody: neither its author, nor the natural person whom it presents.
func nameless() string {
	set := "person_id = '', mail = '', name = '', message = '', reason = ''"
	for _, one := range [][2]string{{"held", "{}"}, {"wanted", "{}"}, {"number", "{}"}, {"undo", ""}} {
		set += fmt.Sprintf(", %[1]s = CASE WHEN is_natural THEN '%[2]s' ELSE %[1]s END", one[0], one[1])
	}
	return set
}

// forget takes out of the changes of a condition whom they name, and tells how many these were.
func (store) forget(ctx context.Context, tx *db.Tx, where string, args ...any) (int, error) {
	result, err := tx.ExecContext(ctx, "UPDATE curation_changes SET "+nameless()+" WHERE "+where, args...)
	if err != nil {
		return 0, fmt.Errorf("curation: forget: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// drop deletes the changes of a condition, and tells how many these were.
func (store) drop(ctx context.Context, tx *db.Tx, where string, args ...any) (int, error) {
	result, err := tx.ExecContext(ctx, "DELETE FROM curation_changes WHERE "+where, args...)
	if err != nil {
		return 0, fmt.Errorf("curation: drop: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// find reads the changes of a condition, with what orders and limits them.
func (store) find(ctx context.Context, q db.Querier, rest string, args ...any) ([]stored, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM curation_changes WHERE "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("curation: find: %w", err)
	}
	defer rows.Close()
	var out []stored
	for rows.Next() {
		var c stored
		if err := c.scan(rows); err != nil {
			return nil, fmt.Errorf("curation: find: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// byID reads one change; errs.NotFound.
func (s store) byID(ctx context.Context, q db.Querier, id string) (stored, error) {
	found, err := s.find(ctx, q, "id = $1", id)
	if err != nil {
		return stored{}, err
	}
	if len(found) == 0 {
		return stored{}, errs.New(errs.NotFound, "curation.not_found", nil)
	}
	return found[0], nil
}

// usualLimit is how many changes a list holds where nobody says.
const usualLimit = 50

func (s store) waiting(ctx context.Context, q db.Querier, territory string, f Filter) ([]stored, error) {
	where, args := "territory = $1 AND state = $2", []any{territory, string(Waiting)}
	add := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	if f.Kind != "" {
		add("kind =", string(f.Kind))
	}
	if f.Suspicious != nil && *f.Suspicious {
		where += " AND signs <> ''"
	}
	if f.Suspicious != nil && !*f.Suspicious {
		where += " AND signs = ''"
	}
	if f.After != "" {
		add("id >", f.After)
	}
	if f.Limit <= 0 {
		f.Limit = usualLimit
	}
	order := "id"
	if f.Suspicious == nil && f.After == "" { // none of those that are not is left out for one that is
		args = append(args, AboutOffence)
		order = "CASE WHEN signs = '' THEN 0 ELSE 1 END, CASE WHEN about = $" + strconv.Itoa(len(args)) + " THEN 0 ELSE 1 END, confirmed_at, id"
	}
	return s.find(ctx, q, where+" ORDER BY "+order+" LIMIT "+strconv.Itoa(f.Limit), args...)
}

func (store) tally(ctx context.Context, q db.Querier, territory string) (map[Kind]Tally, error) {
	rows, err := q.QueryContext(ctx, `SELECT kind, sum(CASE WHEN signs = '' THEN 1 ELSE 0 END), coalesce(min(CASE WHEN signs = '' THEN confirmed_at END), 0),
		sum(CASE WHEN signs = '' THEN 0 ELSE 1 END) FROM curation_changes WHERE territory = $1 AND state = $2 GROUP BY kind`, territory, string(Waiting))
	if err != nil {
		return nil, fmt.Errorf("curation: tally: %w", err)
	}
	defer rows.Close()
	tallies := map[Kind]Tally{}
	for rows.Next() {
		var kind Kind
		var t Tally
		if err := rows.Scan(&kind, &t.N, db.Millis(&t.Oldest), &t.Doubtful); err != nil {
			return nil, fmt.Errorf("curation: tally: %w", err)
		}
		tallies[kind] = t
	}
	return tallies, rows.Err()
}

func (store) trust(ctx context.Context, q db.Querier, companyID string) (Trust, error) {
	var t Trust
	err := q.QueryRowContext(ctx, "SELECT trust FROM curation_trust WHERE company_id = $1", companyID).Scan(&t)
	if errors.Is(err, sql.ErrNoRows) {
		return Trusted, nil
	}
	if err != nil {
		return "", fmt.Errorf("curation: trust: %w", err)
	}
	return t, nil
}

// trustedSQL is the condition of the changes of companies that are trusted, apart from what is disputed.
const trustedSQL = "NOT EXISTS (SELECT 1 FROM curation_trust t WHERE t.company_id = curation_changes.company_id)"

func (store) setTrust(ctx context.Context, tx *db.Tx, companyID string, t Trust) error {
	query, args := "DELETE FROM curation_trust WHERE company_id = $1", []any{companyID}
	if t != Trusted {
		query = `INSERT INTO curation_trust (company_id, trust) VALUES ($1, $2)
			ON CONFLICT (company_id) DO UPDATE SET trust = excluded.trust`
		args = append(args, string(t))
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("curation: trust: %w", err)
	}
	return nil
}

// claimed is setTrust for a company that is not watched.
func (store) claimed(ctx context.Context, tx *db.Tx, companyID string, t Trust) error {
	query, args := "DELETE FROM curation_trust WHERE company_id = $1 AND trust <> $2", []any{companyID, string(Watched)}
	if t != Trusted {
		query = `INSERT INTO curation_trust (company_id, trust) VALUES ($1, $3)
			ON CONFLICT (company_id) DO UPDATE SET trust = excluded.trust WHERE curation_trust.trust <> $2`
		args = append(args, string(t))
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("curation: trust: %w", err)
	}
	return nil
}

// graduate makes a newcomer trusted, and reports whether the company was one.
func (store) graduate(ctx context.Context, tx *db.Tx, companyID string) (bool, error) {
	result, err := tx.ExecContext(ctx, "DELETE FROM curation_trust WHERE company_id = $1 AND trust = $2", companyID, string(Newcomer))
	if err != nil {
		return false, fmt.Errorf("curation: trust: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// tryAgain makes a newcomer of a company of whose trust nobody has said anything since.
func (store) tryAgain(ctx context.Context, tx *db.Tx, companyID string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO curation_trust (company_id, trust) VALUES ($1, $2) ON CONFLICT (company_id) DO NOTHING", companyID, string(Newcomer))
	if err != nil {
		return fmt.Errorf("curation: trust: %w", err)
	}
	return nil
}

// cards reads cards with their companies by identifier.
func cards(ctx context.Context, q db.Querier, ids ...string) (map[string]listing.Record, error) {
	records, err := listing.Reader{}.Records(ctx, q, ids)
	found := make(map[string]listing.Record, len(records))
	for _, r := range records {
		found[r.Listing.ID] = r
	}
	return found, err
}
