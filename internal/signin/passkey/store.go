package passkey

import (
	"context"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// What transactions serialize on.
const (
	lockPerson = "passkey.person"
	lockKey    = "passkey.key"
)

// record is a passkey with what it is verified by.
type record struct {
	Key
	credential webauthn.Credential
}

// store is all SQL of the package.
type store struct{}

const columns = `id, person_id, rp_id, credential, name, synced, created_at, used_at, suspect_at`

func (store) scan(row interface{ Scan(...any) error }) (record, error) {
	var r record
	err := row.Scan(&r.ID, &r.Person, &r.Host, db.JSON(&r.credential), &r.Name, &r.Synced,
		db.Millis(&r.CreatedAt), db.Millis(&r.UsedAt), db.Millis(&r.SuspectAt))
	return r, err
}

func (s store) ofPerson(ctx context.Context, q db.Querier, person string) ([]record, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM passkeys WHERE person_id = $1 ORDER BY created_at DESC, id DESC`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []record
	for rows.Next() {
		r, err := s.scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// byCredential returns errs.NotFound for an identifier that nobody has on that host.
func (s store) byCredential(ctx context.Context, q db.Querier, host, credentialID string) (record, error) {
	r, err := s.scan(q.QueryRowContext(ctx, `SELECT `+columns+` FROM passkeys WHERE rp_id = $1 AND credential_id = $2`, host, credentialID))
	return r, db.Found(err)
}

// insert reports false where the host has the credential already.
func (store) insert(ctx context.Context, tx *db.Tx, r record) (bool, error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO passkeys
		(id, person_id, rp_id, credential_id, credential, name, synced, created_at, used_at, suspect_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (rp_id, credential_id) DO NOTHING`,
		r.ID, r.Person, r.Host, encode(r.credential.ID), db.JSON(r.credential), r.Name, r.Synced,
		db.Millis(&r.CreatedAt), db.Millis(&r.UsedAt), db.Millis(&r.SuspectAt))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// used notes that a passkey served, and what its authenticator said.
func (store) used(ctx context.Context, tx *db.Tx, r record) error {
	_, err := tx.ExecContext(ctx, `UPDATE passkeys SET credential = $2, synced = $3, used_at = $4 WHERE id = $1`,
		r.ID, db.JSON(r.credential), r.Synced, db.Millis(&r.UsedAt))
	return err
}

func (store) suspect(ctx context.Context, tx *db.Tx, r record) error {
	_, err := tx.ExecContext(ctx, `UPDATE passkeys SET suspect_at = $2 WHERE id = $1`, r.ID, db.Millis(&r.SuspectAt))
	return err
}

func (store) rename(ctx context.Context, tx *db.Tx, person, id, name string) error {
	result, err := tx.ExecContext(ctx, `UPDATE passkeys SET name = $3 WHERE id = $1 AND person_id = $2`, id, person, name)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errs.New(errs.NotFound, "passkey.not_found", nil)
}

func (store) remove(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM passkeys WHERE id = $1`, id)
	return err
}

func (store) erase(ctx context.Context, tx *db.Tx, person string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM passkeys WHERE person_id = $1`, person); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM passkey_ceremonies WHERE person_id = $1`, person)
	return err
}

func (store) begin(ctx context.Context, tx *db.Tx, browser string, c ceremony) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO passkey_ceremonies (id, browser_hash, purpose, person_id, data, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		hash(c.Session.Challenge), hash(browser), string(c.purpose), c.person, db.JSON(c), db.Millis(&c.expires))
	return err
}

// take gives a ceremony and forgets it; errs.NotFound where there is none of that browser, purpose and person.
func (store) take(ctx context.Context, tx *db.Tx, browser, challenge string, p purpose, person string) (ceremony, error) {
	c := ceremony{purpose: p, person: person}
	err := tx.QueryRowContext(ctx, `DELETE FROM passkey_ceremonies WHERE id = $1 AND browser_hash = $2 AND purpose = $3 AND person_id = $4
		RETURNING data, expires_at`, hash(challenge), hash(browser), string(p), person).Scan(db.JSON(&c), db.Millis(&c.expires))
	return c, db.Found(err)
}

func (store) purge(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM passkey_ceremonies WHERE expires_at <= $1`, db.ToMillis(now))
	return err
}
