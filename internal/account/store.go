package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// store is the SQL of persons and sessions.
type store struct{}

const personColumns = `p.id, p.mail, p.name, p.lang, p.territory, p.refused, p.created_at, p.seen_at, p.warned_at, p.erase_at, p.erased_at`

func (p *Person) columns() []any {
	return []any{
		&p.ID, &p.Mail, &p.Name, &p.Lang, &p.Territory, db.JSON(&p.Refused), db.Millis(&p.CreatedAt), db.Millis(&p.SeenAt),
		db.Millis(&p.WarnedAt), db.Millis(&p.EraseAt), db.Millis(&p.ErasedAt),
	}
}

// person reads a person by the column id or mail.
func (store) person(ctx context.Context, q db.Querier, column, value string) (Person, error) {
	var p Person
	err := db.Found(q.QueryRowContext(ctx, `SELECT `+personColumns+` FROM persons p WHERE `+column+` = $1`, value).Scan(p.columns()...))
	if err == nil && !p.ErasedAt.IsZero() {
		err = errs.New(errs.NotFound, "account.no_person", nil)
	}
	return p, err
}

func (store) addPerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO persons (id, mail, name, lang, territory, refused, created_at, seen_at, warned_at, erase_at, erased_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0)`,
		p.ID, p.Mail, p.Name, p.Lang, p.Territory, db.JSON(p.Refused), db.Millis(&p.CreatedAt), db.Millis(&p.SeenAt))
	return err
}

func (store) setProfile(ctx context.Context, tx *db.Tx, id string, p Profile) error {
	_, err := tx.ExecContext(ctx, `UPDATE persons SET name = $1, lang = $2 WHERE id = $3`, p.Name, p.Lang, id)
	return err
}

func (store) setRefused(ctx context.Context, tx *db.Tx, id string, topics []string) error {
	_, err := tx.ExecContext(ctx, `UPDATE persons SET refused = $1 WHERE id = $2`, db.JSON(topics), id)
	return err
}

// seen notes that a person was here; the warning that the account is unused is over with it.
func (store) seen(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE persons SET seen_at = $1, warned_at = 0 WHERE id = $2 AND erased_at = 0`, db.ToMillis(at), id)
	return err
}

const sessionColumns = `s.id, s.person_id, s.territory, s.method, s.agent, s.created_at, s.seen_at, s.proved_at, s.strong_at, s.strong_in, s.ends_at, s.ended_at`

func (s *Session) columns() []any {
	return []any{
		&s.ID, &s.Person, &s.Territory, &s.Method, &s.Agent, db.Millis(&s.CreatedAt), db.Millis(&s.SeenAt), db.Millis(&s.ProvedAt),
		db.Millis(&s.StrongAt), &s.StrongIn, db.Millis(&s.EndsAt), db.Millis(&s.EndedAt),
	}
}

func (store) addSession(ctx context.Context, tx *db.Tx, hash string, s Session) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO sessions
		(hash, id, person_id, territory, method, agent, created_at, seen_at, proved_at, strong_at, strong_in, ends_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)`,
		hash, s.ID, s.Person, s.Territory, s.Method, s.Agent, db.Millis(&s.CreatedAt), db.Millis(&s.SeenAt), db.Millis(&s.ProvedAt),
		db.Millis(&s.StrongAt), s.StrongIn, db.Millis(&s.EndsAt))
	return err
}

// session reads a session by the hash of its token, with its person.
func (store) session(ctx context.Context, q db.Querier, hash string) (Session, Person, error) {
	var s Session
	var p Person
	err := db.Found(q.QueryRowContext(ctx, `SELECT `+sessionColumns+`, `+personColumns+`
		FROM sessions s JOIN persons p ON p.id = s.person_id WHERE s.hash = $1`, hash).Scan(append(s.columns(), p.columns()...)...))
	return s, p, err
}

func (store) sessions(ctx context.Context, q db.Querier, person string) ([]Session, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+sessionColumns+` FROM sessions s WHERE s.person_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT 1000`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Session
	for rows.Next() {
		var s Session
		if err := rows.Scan(s.columns()...); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// endSession ends the open session of which a column has the value, if there is one.
func (st store) endSession(ctx context.Context, tx *db.Tx, column, value string, at time.Time) error {
	_, err := st.endSessions(ctx, tx, column+" = $2", at, value)
	return err
}

// endSessions ends the open sessions of a condition, whose arguments begin at $2, and gives how many these were.
func (store) endSessions(ctx context.Context, tx *db.Tx, condition string, at time.Time, args ...any) (int, error) {
	result, err := tx.ExecContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE ended_at = 0 AND `+condition, append([]any{db.ToMillis(at)}, args...)...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (st store) touch(ctx context.Context, tx *db.Tx, session, person string, at time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE sessions SET seen_at = $1 WHERE id = $2 AND ended_at = 0`, db.ToMillis(at), session); err != nil {
		return err
	}
	return st.seen(ctx, tx, person, at)
}

// prove notes a proof within an open session, which another token opens from now on; n is 0 where it is not open.
func (store) prove(ctx context.Context, tx *db.Tx, id, hash string, at time.Time, strong bool, in string) (n int64, err error) {
	result, err := tx.ExecContext(ctx, `UPDATE sessions SET hash = $1, proved_at = $2,
		strong_at = CASE WHEN $3 THEN $2 ELSE strong_at END, strong_in = CASE WHEN $3 THEN $4 ELSE strong_in END
		WHERE id = $5 AND ended_at = 0`, hash, db.ToMillis(at), strong, in, id)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// may reads what the actor may do in the territory: all companies, whether they are of another team, and the role in this one, ""
// for none.
func (store) may(ctx context.Context, q db.Querier, a *Actor) (role Role, err error) {
	rows, err := q.QueryContext(ctx, `SELECT territory, '', role FROM team WHERE person_id = $1
		UNION ALL SELECT territory, company_id, role FROM company_people WHERE person_id = $1 AND territory = $2`, a.Person, a.Territory)
	a.Companies = map[string]Role{}
	err = each(rows, err, func(rows *sql.Rows) error {
		var territory, company string
		var held Role
		err := rows.Scan(&territory, &company, &held)
		switch {
		case company != "":
			a.Companies[company] = held
		case territory == a.Territory:
			role = held
		default:
			a.Elsewhere = true
		}
		return err
	})
	return role, err
}

// meet notes a browser of a person; known is true for one that was met before, and for the person's first.
func (store) meet(ctx context.Context, tx *db.Tx, person, hash, agent string, at time.Time) (known bool, err error) {
	var all, same int
	err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(CASE WHEN hash = $2 THEN 1 ELSE 0 END), 0) FROM devices WHERE person_id = $1`,
		person, hash).Scan(&all, &same)
	if err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO devices (person_id, hash, agent, first_at, last_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (person_id, hash) DO UPDATE SET agent = excluded.agent, last_at = excluded.last_at`, person, hash, agent, db.ToMillis(at))
	return all == 0 || same > 0, err
}
