// Package dbtest gives tests fresh databases on both engines: SQLite in a temporary folder, and PostgreSQL on a server
// that the tests start themselves in a temporary folder on a free port. It must not know what a test does with
// its database, and no package but a test imports it.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path/filepath"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/schema"
)

// Names of the environment variables that the tests heed.
const (
	// EnvServer is the URL of a PostgreSQL server that is running already, with the right to make databases.
	EnvServer = "GRAPPE_TEST_POSTGRES"
	// EnvNone set to 1 skips what needs PostgreSQL, where it cannot be installed.
	EnvNone = "GRAPPE_TEST_NO_POSTGRES"
)

// Each runs the test on SQLite and on PostgreSQL, each time on an empty database with the schema of Grappe.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachWith(t, schema.FS, test)
}

// EachWith is Each with the schema of these migrations.
func EachWith(t *testing.T, migrations fs.FS, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	engines(t, func(t *testing.T, e engine) {
		test(t, Open(t, db.Options{URL: e.migrated(t, migrations), Migrations: migrations}))
	})
}

// EachURL runs the test on SQLite and on PostgreSQL, each time with the URL of a database that has nothing in it. For
// several databases of the same engine the test asks fresh.
func EachURL(t *testing.T, test func(t *testing.T, fresh func() string)) {
	t.Helper()
	engines(t, func(t *testing.T, e engine) {
		test(t, func() string { return e.empty(t) })
	})
}

// Open opens a database that is closed when the test ends.
func Open(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("opening the test's database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the test's database: %v", err)
		}
	})
	return d
}

// SQLiteURL gives the URL of an empty SQLite database with the schema of Grappe.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	return bare.SQLite(t)
}

// SQLite opens an empty SQLite database with the schema of Grappe, for a test or benchmark that concerns no engine.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, db.Options{URL: sqliteEngine{}.migrated(t, schema.FS), Migrations: schema.FS})
}

// Postgres opens an empty PostgreSQL database with the schema of Grappe.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, db.Options{URL: postgresEngine{}.migrated(t, schema.FS), Migrations: schema.FS})
}

// engine makes databases, which are gone when the test ends.
type engine interface {
	// empty gives the URL of a database with nothing in it.
	empty(t testing.TB) string
	// migrated gives the URL of a database with the schema of the migrations.
	migrated(t testing.TB, migrations fs.FS) string
}

func engines(t *testing.T, test func(t *testing.T, e engine)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqliteEngine{}) })
	t.Run("postgres", func(t *testing.T) { test(t, postgresEngine{}) })
}

type sqliteEngine struct{}

func (sqliteEngine) empty(t testing.TB) string {
	return db.SQLiteURL(filepath.Join(t.TempDir(), "grappe.db"))
}

// bare is a base with the schema of Grappe, migrated once in each process: its steps are many and take longer than most tests.
var bare = NewTemplate(func(url string) error {
	d, err := db.Open(context.Background(), db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		return err
	}
	return d.Close()
})

// migrated copies a template of Grappe's schema, and leaves the few steps of another to db.Open.
func (e sqliteEngine) migrated(t testing.TB, migrations fs.FS) string {
	t.Helper()
	if migrations != fs.FS(schema.FS) {
		return e.empty(t)
	}
	return bare.SQLite(t)
}

// fingerprint tells one set of migrations from another.
func fingerprint(t testing.TB, migrations fs.FS) string {
	t.Helper()
	h := sha256.New()
	err := fs.WalkDir(migrations, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations, path)
		if err != nil {
			return err
		}
		h.Write([]byte(path))
		h.Write([]byte{0})
		h.Write(text)
		h.Write([]byte{0})
		return nil
	})
	if err != nil {
		t.Fatalf("reading the migrations: %v", err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// PostgresURL gives the URL of an empty PostgreSQL database with the schema of the migrations.
func PostgresURL(t testing.TB, migrations fs.FS) string {
	t.Helper()
	return postgresEngine{}.migrated(t, migrations)
}
