package signin

import (
	"context"
	"net/url"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// store is the SQL of sign-ins.
type store struct{}

const attemptColumns = `id, browser_hash, territory, mail, lang, next, person_id, identity, code_mac, link_hash, tries, created_at, expires_at, ended_at, outcome`

func (a *attempt) columns() []any {
	return []any{
		&a.ID, &a.Browser, &a.Territory, &a.Mail, &a.Lang, &a.Next, &a.Person, db.JSON(&a.Identity), &a.CodeMAC, &a.LinkHash, &a.Tries,
		db.Millis(&a.CreatedAt), db.Millis(&a.ExpiresAt), db.Millis(&a.EndedAt), &a.Outcome,
	}
}

func (store) add(ctx context.Context, tx *db.Tx, a attempt) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO signin_attempts (`+attemptColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, a.Browser, a.Territory, a.Mail, a.Lang, a.Next, a.Person, db.JSON(a.Identity), a.CodeMAC, a.LinkHash, a.Tries,
		db.Millis(&a.CreatedAt), db.Millis(&a.ExpiresAt), db.Millis(&a.EndedAt), a.Outcome)
	return err
}

// replace ends the open attempts of a browser, which another one follows.
func (store) replace(ctx context.Context, tx *db.Tx, browser string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE signin_attempts SET outcome = $1, ended_at = $2 WHERE browser_hash = $3 AND outcome = ''`,
		replaced, db.ToMillis(at), browser)
	return err
}

// latest is the last attempt of a browser, the zero value for none.
func (store) latest(ctx context.Context, q db.Querier, browser string) (attempt, error) {
	return scanAttempt(ctx, q, `browser_hash = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, browser)
}

// ofLink is the attempt of a link, the zero value for none.
func (store) ofLink(ctx context.Context, q db.Querier, hash string) (attempt, error) {
	return scanAttempt(ctx, q, `link_hash = $1`, hash)
}

func scanAttempt(ctx context.Context, q db.Querier, condition, value string) (attempt, error) {
	var a attempt
	err := db.Found(q.QueryRowContext(ctx, `SELECT `+attemptColumns+` FROM signin_attempts WHERE `+condition, value).Scan(a.columns()...))
	if errs.Is(err, errs.NotFound) {
		return attempt{}, nil
	}
	return a, err
}

// end notes how an open attempt went on; false where another request has ended it meanwhile.
func (store) end(ctx context.Context, tx *db.Tx, a attempt) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE signin_attempts SET tries = $1, ended_at = $2, outcome = $3 WHERE id = $4 AND outcome = ''`,
		a.Tries, db.Millis(&a.EndedAt), a.Outcome, a.ID)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// parked is what somebody sent too late.
type parked struct {
	Person string
	Path   string
	Form   url.Values
}

func (store) park(ctx context.Context, tx *db.Tx, hash string, p parked, until time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO parked_forms (token_hash, person_id, path, form, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		hash, p.Person, p.Path, db.JSON(p.Form), db.ToMillis(until))
	return err
}

func (store) parked(ctx context.Context, q db.Querier, hash string, now time.Time) (parked, error) {
	var p parked
	err := db.Found(q.QueryRowContext(ctx, `SELECT person_id, path, form FROM parked_forms WHERE token_hash = $1 AND expires_at > $2`,
		hash, db.ToMillis(now)).Scan(&p.Person, &p.Path, db.JSON(&p.Form)))
	return p, err
}

// parkedOf lists what was parked for a person.
func (store) parkedOf(ctx context.Context, q db.Querier, person string) ([]parked, error) {
	rows, err := q.QueryContext(ctx, `SELECT person_id, path, form FROM parked_forms WHERE person_id = $1 ORDER BY expires_at, token_hash`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []parked
	for rows.Next() {
		var p parked
		if err := rows.Scan(&p.Person, &p.Path, db.JSON(&p.Form)); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// purge deletes what is over.
func (store) purge(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM parked_forms WHERE expires_at <= $1`, db.ToMillis(now)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM signin_attempts WHERE expires_at <= $1`, db.ToMillis(now.Add(-keptFor)))
	return err
}

// erase deletes all that is about a person here.
func (store) erase(ctx context.Context, tx *db.Tx, person, address string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM parked_forms WHERE person_id = $1`, person); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM signin_attempts WHERE person_id = $1 OR mail = $2`, person, address)
	return err
}

// attempts lists the attempts of an address or person, the last first.
func (store) attempts(ctx context.Context, q db.Querier, person, address string) ([]attempt, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+attemptColumns+` FROM signin_attempts WHERE person_id = $1 OR mail = $2 ORDER BY created_at DESC, id DESC`, person, address)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []attempt
	for rows.Next() {
		var a attempt
		if err := rows.Scan(a.columns()...); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}
