package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/db"
)

// each scans every row by scan and closes the rows.
func each(rows *sql.Rows, err error, scan func(rows *sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (store) team(ctx context.Context, q db.Querier, territory string) ([]Member, error) {
	var list []Member
	rows, err := q.QueryContext(ctx, `SELECT t.role, t.granted_by, t.granted_at, `+personColumns+`
		FROM team t JOIN persons p ON p.id = t.person_id WHERE t.territory = $1
		ORDER BY CASE t.role WHEN 'administrator' THEN 1 WHEN 'project_manager' THEN 2 ELSE 3 END, lower(p.name), p.mail`, territory)
	err = each(rows, err, func(rows *sql.Rows) error {
		var m Member
		err := rows.Scan(append([]any{&m.Role, &m.GrantedBy, db.Millis(&m.GrantedAt)}, m.columns()...)...)
		list = append(list, m)
		return err
	})
	return list, err
}

func (store) grant(ctx context.Context, tx *db.Tx, territory, person string, role Role, by string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO team (territory, person_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (territory, person_id) DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at`,
		territory, person, role, by, db.ToMillis(at))
	return err
}

func (store) dismiss(ctx context.Context, tx *db.Tx, territory, person string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM team WHERE territory = $1 AND person_id = $2`, territory, person)
	return err
}

func (store) people(ctx context.Context, q db.Querier, company string) ([]Colleague, error) {
	var list []Colleague
	rows, err := q.QueryContext(ctx, `SELECT c.role, c.since, `+personColumns+`
		FROM company_people c JOIN persons p ON p.id = c.person_id WHERE c.company_id = $1
		ORDER BY CASE c.role WHEN 'company_manager' THEN 1 ELSE 2 END, c.since, p.id`, company)
	err = each(rows, err, func(rows *sql.Rows) error {
		var c Colleague
		err := rows.Scan(append([]any{&c.Role, db.Millis(&c.Since)}, c.columns()...)...)
		list = append(list, c)
		return err
	})
	return list, err
}

// belongings reads the companies of a person in all territories, without their names.
func (store) belongings(ctx context.Context, q db.Querier, person string) ([]Belonging, error) {
	var list []Belonging
	rows, err := q.QueryContext(ctx, `SELECT company_id, territory, role, since FROM company_people WHERE person_id = $1 ORDER BY since, company_id`, person)
	err = each(rows, err, func(rows *sql.Rows) error {
		var b Belonging
		err := rows.Scan(&b.Company, &b.Territory, &b.Role, db.Millis(&b.Since))
		list = append(list, b)
		return err
	})
	return list, err
}

// roles reads the territories to whose teams a person belongs.
func (store) roles(ctx context.Context, q db.Querier, person string) ([]granted, error) {
	var list []granted
	rows, err := q.QueryContext(ctx, `SELECT territory, role, granted_at FROM team WHERE person_id = $1 ORDER BY territory`, person)
	err = each(rows, err, func(rows *sql.Rows) error {
		var g granted
		err := rows.Scan(&g.Territory, &g.Role, db.Millis(&g.At))
		list = append(list, g)
		return err
	})
	return list, err
}

// granted is a person's role in the team of a territory.
type granted struct {
	Territory string
	Role      Role
	At        time.Time
}

func (store) attach(ctx context.Context, tx *db.Tx, company, person, territory string, role Role, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO company_people (company_id, person_id, territory, role, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (company_id, person_id) DO UPDATE SET role = excluded.role`, company, person, territory, role, db.ToMillis(at))
	return err
}

func (store) detach(ctx context.Context, tx *db.Tx, company, person string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM company_people WHERE company_id = $1 AND person_id = $2`, company, person)
	return err
}

func (store) countOf(ctx context.Context, q db.Querier, column, value string) (n int, err error) {
	err = db.Found(q.QueryRowContext(ctx, `SELECT count(*) FROM company_people WHERE `+column+` = $1`, value).Scan(&n))
	return n, err
}

// counts reads how many people act for each company of a territory that has any.
func (store) counts(ctx context.Context, q db.Querier, territory string) (map[string]int, error) {
	all := map[string]int{}
	rows, err := q.QueryContext(ctx, `SELECT company_id, count(*) FROM company_people WHERE territory = $1 GROUP BY company_id`, territory)
	err = each(rows, err, func(rows *sql.Rows) error {
		var company string
		var n int
		err := rows.Scan(&company, &n)
		all[company] = n
		return err
	})
	return all, err
}
