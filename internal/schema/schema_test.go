package schema_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// Columns have only the types that mean the same on both engines and that a backup carries from one to the other.
func TestColumnTypesArePortable(t *testing.T) {
	portable := []string{"TEXT", "BIGINT", "INTEGER", "DOUBLE PRECISION", "BOOLEAN"}
	queries := map[string]string{
		"sqlite": `SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
			WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version'`,
		"postgres": `SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name <> 'goose_db_version'`,
	}
	counts := map[string]int{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rows, err := d.Read().QueryContext(context.Background(), queries[d.Engine()])
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var table, column, kind string
			if err := rows.Scan(&table, &column, &kind); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(portable, strings.ToUpper(kind)) {
				t.Errorf("%s.%s has the type %s, not one of %v", table, column, kind, portable)
			}
			counts[d.Engine()]++
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if counts[d.Engine()] == 0 {
			t.Error("no columns were found")
		}
	})
	if n, ok := counts["postgres"]; ok && n != counts["sqlite"] {
		t.Errorf("%d columns on SQLite, %d on PostgreSQL", counts["sqlite"], n)
	}
}

// A step that inserts rows would keep a backup from being restored into a new database.
func TestStepsInsertNoRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var archive strings.Builder
		if err := d.Backup(context.Background(), &archive); err != nil {
			t.Fatal(err)
		}
		o := db.Options{URL: db.SQLiteURL(t.TempDir() + "/restored.db"), Migrations: schema.FS}
		if err := db.Restore(context.Background(), o, strings.NewReader(archive.String())); err != nil {
			t.Fatal(err)
		}
	})
}

// The way back from a newer schema is the backup taken before it (docs/operations.md): a step down that nobody ever runs
// would only be believed in.
func TestStepsOnlyLeadUp(t *testing.T) {
	steps, err := fs.Glob(schema.FS, "*.sql")
	if err != nil || len(steps) == 0 {
		t.Fatal(steps, err)
	}
	for _, name := range steps {
		text, err := fs.ReadFile(schema.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "+goose Down") {
			t.Errorf("%s: begins otherwise than by Up, or leads down", name)
		}
	}
}
