package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/db"
)

const invitationColumns = `id, territory, company_id, role, mail, lang, invited_by, created_at, expires_at, reminded_at, ended_at, outcome, person_id`

func (i *Invitation) columns() []any {
	return []any{
		&i.ID, &i.Territory, &i.Company, &i.Role, &i.Mail, &i.Lang, &i.InvitedBy, db.Millis(&i.CreatedAt), db.Millis(&i.ExpiresAt),
		db.Millis(&i.RemindedAt), db.Millis(&i.EndedAt), &i.Outcome, &i.Person,
	}
}

func (store) addInvitation(ctx context.Context, tx *db.Tx, i Invitation, hash string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO invitations
		(id, territory, company_id, role, mail, lang, token_hash, invited_by, created_at, expires_at, reminded_at, ended_at, outcome, person_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '', '')`,
		i.ID, i.Territory, i.Company, i.Role, i.Mail, i.Lang, hash, i.InvitedBy, db.Millis(&i.CreatedAt), db.Millis(&i.ExpiresAt))
	return err
}

// invitation reads one by its token or its identifier.
func (store) invitation(ctx context.Context, q db.Querier, token string) (Invitation, error) {
	var i Invitation
	err := db.Found(q.QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE token_hash = $1 OR id = $2`, hashToken(token), token).
		Scan(i.columns()...))
	return i, err
}

// invitations reads those of a condition, the last first.
func (store) invitations(ctx context.Context, q db.Querier, condition string, args ...any) ([]Invitation, error) {
	var list []Invitation
	rows, err := q.QueryContext(ctx, `SELECT `+invitationColumns+` FROM invitations WHERE `+condition+` ORDER BY created_at DESC, id DESC`, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var i Invitation
		err := rows.Scan(i.columns()...)
		list = append(list, i)
		return err
	})
	return list, err
}

// endInvitations ends the open invitations of a condition, whose arguments begin at $4, and gives how many these were.
func (store) endInvitations(ctx context.Context, tx *db.Tx, o Outcome, person string, at time.Time, condition string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, `UPDATE invitations SET outcome = $1, person_id = $2, ended_at = $3 WHERE outcome = '' AND `+condition,
		append([]any{o, person, db.ToMillis(at)}, args...)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// renew gives an open invitation another link and another end.
func (store) renew(ctx context.Context, tx *db.Tx, id, hash string, until time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE invitations SET token_hash = $1, expires_at = $2, reminded_at = 0 WHERE id = $3 AND outcome = ''`,
		hash, db.ToMillis(until), id)
	return err
}

// reminded notes that an open invitation has been recalled; false where it was before, or is not open.
func (store) reminded(ctx context.Context, tx *db.Tx, id string, at time.Time) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE invitations SET reminded_at = $1 WHERE id = $2 AND outcome = '' AND reminded_at = 0`, db.ToMillis(at), id)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
