package db_test

import (
	"context"
	"database/sql"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// shows is a schema with every column type, foreign keys that point forwards and at their own table, and a constraint
// of each sort.
func shows() fstest.MapFS {
	return fstest.MapFS{
		"0002_show.sql": {Data: []byte(`-- +goose Up
CREATE TABLE show (
	id TEXT PRIMARY KEY,
	parent TEXT REFERENCES show (id),
	capacity INTEGER NOT NULL CHECK (capacity >= 0),
	price DOUBLE PRECISION,
	open BOOLEAN NOT NULL DEFAULT TRUE,
	at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE booking (
	id TEXT PRIMARY KEY,
	show_id TEXT NOT NULL REFERENCES show (id),
	name TEXT NOT NULL,
	data TEXT
);
CREATE UNIQUE INDEX booking_name ON booking (show_id, name);
`)},
		"0003_nothing.sql": {Data: []byte("-- +goose Up\nCREATE INDEX show_at ON show (at);\n")},
	}
}

// eachShows runs the test on both engines with that schema.
func eachShows(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.EachWith(t, shows(), test)
}

func mustWrite(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func run(tx *db.Tx, query string, args ...any) error {
	_, err := tx.ExecContext(context.Background(), query, args...)
	return err
}

func addShow(t testing.TB, d *db.DB, id string, capacity int) {
	t.Helper()
	mustWrite(t, d, func(tx *db.Tx) error {
		return run(tx, "INSERT INTO show (id, capacity) VALUES ($1, $2)", id, capacity)
	})
}

func number(t testing.TB, q db.Querier, query string, args ...any) int {
	t.Helper()
	var n int
	if err := q.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// wantError fails the test unless err is of the kind and key.
func wantError(t testing.TB, err error, kind errs.Kind, key string) {
	t.Helper()
	e := errs.As(err)
	if e == nil || e.Kind != kind || e.Key != key {
		t.Fatalf("the error is %v (kind %d), not one of kind %d with key %s", err, errs.KindOf(err), kind, key)
	}
}

// scanAll gives the rows of a query as values.
func scanAll(t testing.TB, q db.Querier, query string) [][]any {
	t.Helper()
	rows, err := q.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]any
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		for i, column := range columns {
			if n, ok := values[i].(int64); ok && column.DatabaseTypeName() == "BOOLEAN" {
				values[i] = n != 0 // as SQLite holds them
			}
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

var _ db.Querier = (*sql.DB)(nil)
