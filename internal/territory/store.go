package territory

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
)

// record is a row of territories with the hosts of territory_hosts.
type record struct {
	code    string
	source  string // empty for a built-in preset
	contact string // beside that of the YAML, as tiles and licence
	tiles   Tiles
	licence Licence
	outline OutlineCredit
	version int64 // grows with every write, also of hosts and outlines
	hosts   []string
}

// records reads all territories of the instance, in the order of their codes.
func records(ctx context.Context, q db.Querier) ([]record, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT t.code, t.source, t.contact, t.tiles, t.licence, t.outline_credit, t.version, COALESCE(h.host, '')
		FROM territories t LEFT JOIN territory_hosts h ON h.territory = t.code
		ORDER BY t.code, h.host`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []record
	for rows.Next() {
		var r record
		var host string
		if err := rows.Scan(&r.code, &r.source, &r.contact, db.JSON(&r.tiles), db.JSON(&r.licence), db.JSON(&r.outline), &r.version, &host); err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1].code != r.code {
			out = append(out, r)
		}
		if host != "" {
			last := &out[len(out)-1]
			last.hosts = append(last.hosts, host)
		}
	}
	return out, rows.Err()
}

// saveTerritory adds a territory or replaces its source, and records the change.
func saveTerritory(ctx context.Context, tx *db.Tx, code, source string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO territories (code, source, created_at, updated_at, version) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (code) DO UPDATE SET source = excluded.source, updated_at = excluded.updated_at,
			version = territories.version + 1`, code, source, db.ToMillis(now), db.ToMillis(now))
	if err != nil {
		return err
	}
	return tx.Record(changed(code))
}

// touch raises the version of a territory, records the change, and reports whether there is such a territory.
func touch(ctx context.Context, tx *db.Tx, code string, now time.Time) (bool, error) {
	res, err := tx.ExecContext(ctx, `UPDATE territories SET updated_at = $1, version = version + 1 WHERE code = $2`,
		db.ToMillis(now), code)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.Record(changed(code))
}

// ChangeKind is the kind under which the change log tells of territories.
const ChangeKind = "territory"

func changed(code string) db.Change { return db.Change{Territory: code, Kind: ChangeKind, ID: code} }

// replaceHosts sets the hosts that a territory claims beside those of its YAML. A host that another one claims is
// errs.Conflict.
func replaceHosts(ctx context.Context, tx *db.Tx, code string, hosts []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM territory_hosts WHERE territory = $1`, code); err != nil {
		return err
	}
	for _, h := range hosts {
		if _, err := tx.ExecContext(ctx, `INSERT INTO territory_hosts (host, territory) VALUES ($1, $2)`, h, code); err != nil {
			return err
		}
	}
	return nil
}

// replaceOutlines sets the outlines of a territory's zones, by zone code, and whose they are.
func replaceOutlines(ctx context.Context, tx *db.Tx, code string, outlines map[string]geo.Outline, credit OutlineCredit) error {
	if _, err := tx.ExecContext(ctx, `UPDATE territories SET outline_credit = $1 WHERE code = $2`, orEmpty(credit, credit.IsZero()), code); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM territory_outlines WHERE territory = $1`, code); err != nil {
		return err
	}
	for zone, o := range outlines {
		_, err := tx.ExecContext(ctx, `INSERT INTO territory_outlines (territory, zone, geometry) VALUES ($1, $2, $3)`,
			code, zone, db.JSON(o))
		if err != nil {
			return err
		}
	}
	return nil
}

// outlines reads the outlines of a territory's zones, by zone code.
func outlines(ctx context.Context, q db.Querier, code string) (map[string]geo.Outline, error) {
	rows, err := q.QueryContext(ctx, `SELECT zone, geometry FROM territory_outlines WHERE territory = $1`, code)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]geo.Outline{}
	for rows.Next() {
		var zone string
		var o geo.Outline
		if err := rows.Scan(&zone, db.JSON(&o)); err != nil {
			return nil, err
		}
		out[zone] = o
	}
	return out, rows.Err()
}
