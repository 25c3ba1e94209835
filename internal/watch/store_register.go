package watch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// register is the date of the latest file of a register, zero where none was read.
func (store) register(ctx context.Context, q db.Querier, territory, name string) (time.Time, error) {
	var at time.Time
	err := q.QueryRowContext(ctx, "SELECT data_at FROM watch_registers WHERE territory = $1 AND name = $2", territory, name).Scan(db.Millis(&at))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("watch: register: %w", err)
	}
	return at, nil
}

// noteRegister stores that a file of a register was read.
func (store) noteRegister(ctx context.Context, tx *db.Tx, territory, name string, data, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO watch_registers (territory, name, data_at, read_at) VALUES ($1,$2,$3,$4)
		ON CONFLICT (territory, name) DO UPDATE SET data_at = excluded.data_at, read_at = excluded.read_at`, territory, name, db.ToMillis(data), db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("watch: register: %w", err)
	}
	return nil
}

// registers are those of which a territory has read a file, by their names.
func (store) registers(ctx context.Context, q db.Querier, territory string) ([]LastRead, error) {
	rows, err := q.QueryContext(ctx, "SELECT name, data_at, read_at FROM watch_registers WHERE territory = $1 ORDER BY name", territory)
	if err != nil {
		return nil, fmt.Errorf("watch: registers: %w", err)
	}
	defer rows.Close()
	var out []LastRead
	for rows.Next() {
		var r LastRead
		if err := rows.Scan(&r.Register, db.Millis(&r.Data), db.Millis(&r.Read)); err != nil {
			return nil, fmt.Errorf("watch: registers: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// addReading stores a file that was read.
func (store) addReading(ctx context.Context, tx *db.Tx, r Reading) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO watch_readings (id, territory, report, said, at) VALUES ($1,$2,$3,$4,$5)",
		r.ID, r.Territory, db.JSON(&r.Report), db.JSON(&r.said), db.ToMillis(r.At))
	if err != nil {
		return fmt.Errorf("watch: reading: %w", err)
	}
	return nil
}

// readingOf gives one; errs.Gone where it is not kept any more.
func (store) readingOf(ctx context.Context, q db.Querier, territory, id string) (Reading, error) {
	var r Reading
	err := q.QueryRowContext(ctx, "SELECT id, territory, report, said, at FROM watch_readings WHERE id = $1 AND territory = $2", id, territory).
		Scan(&r.ID, &r.Territory, db.JSON(&r.Report), db.JSON(&r.said), db.Millis(&r.At))
	if err = db.Found(err); errs.Is(err, errs.NotFound) {
		return r, noReading()
	}
	return r, err
}

// saveReading stores what became of one.
func (store) saveReading(ctx context.Context, tx *db.Tx, r Reading) error {
	_, err := tx.ExecContext(ctx, "UPDATE watch_readings SET report = $1, said = $2 WHERE id = $3", db.JSON(&r.Report), db.JSON(&r.said), r.ID)
	if err != nil {
		return fmt.Errorf("watch: reading: %w", err)
	}
	return nil
}

// forgetReadings deletes those from before a time.
func (store) forgetReadings(ctx context.Context, tx *db.Tx, before time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM watch_readings WHERE at < $1", db.ToMillis(before)); err != nil {
		return fmt.Errorf("watch: readings: %w", err)
	}
	return nil
}

// numbers reads the valid numbers of a territory's companies in one statement.
func (store) numbers(ctx context.Context, q db.Querier, territory string, each func(scheme, value, company string)) error {
	rows, err := q.QueryContext(ctx, "SELECT scheme, value, company_id FROM company_identifiers WHERE territory = $1 ORDER BY company_id", territory)
	if err != nil {
		return fmt.Errorf("watch: numbers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var scheme, value, id string
		if err := rows.Scan(&scheme, &value, &id); err != nil {
			return fmt.Errorf("watch: numbers: %w", err)
		}
		each(scheme, value, id)
	}
	return rows.Err()
}
