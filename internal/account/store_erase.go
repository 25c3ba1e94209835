package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/db"
)

// personsOf reads the persons of a condition who are not erased.
func (store) personsOf(ctx context.Context, q db.Querier, condition string, args ...any) ([]Person, error) {
	var list []Person
	rows, err := q.QueryContext(ctx, `SELECT `+personColumns+` FROM persons p WHERE p.erased_at = 0 AND `+condition+` ORDER BY p.id`, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var p Person
		err := rows.Scan(p.columns()...)
		list = append(list, p)
		return err
	})
	return list, err
}

func (store) eraseAt(ctx context.Context, tx *db.Tx, person string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE persons SET erase_at = $1 WHERE id = $2`, db.ToMillis(at), person)
	return err
}

func (store) warned(ctx context.Context, tx *db.Tx, person string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE persons SET warned_at = $1 WHERE id = $2`, db.ToMillis(at), person)
	return err
}

// erase takes all out that names a person, but the identifier and what is kept for its proof.
func (store) erase(ctx context.Context, tx *db.Tx, p Person, at time.Time) error {
	for _, s := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM sessions WHERE person_id = $1`, []any{p.ID}},
		{`DELETE FROM devices WHERE person_id = $1`, []any{p.ID}},
		{`DELETE FROM identities WHERE person_id = $1`, []any{p.ID}},
		{`DELETE FROM team WHERE person_id = $1`, []any{p.ID}},
		{`DELETE FROM company_people WHERE person_id = $1`, []any{p.ID}},
		{`UPDATE invitations SET outcome = 'declined', person_id = $1, ended_at = $2 WHERE mail = $3 AND outcome = ''`, []any{p.ID, db.ToMillis(at), p.Mail}},
		{`UPDATE invitations SET mail = '' WHERE mail = $1 OR person_id = $2`, []any{p.Mail, p.ID}},
		{
			`UPDATE persons SET mail = $1, name = '', lang = '', territory = '', refused = '[]', created_at = 0, seen_at = 0, warned_at = 0, erase_at = 0,
			erased_at = $2 WHERE id = $3`, []any{"erased:" + p.ID, db.ToMillis(at), p.ID},
		},
	} {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// run runs a statement of the purge and gives how many rows it changed.
func (store) run(ctx context.Context, tx *db.Tx, query string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
