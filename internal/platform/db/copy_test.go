package db_test

import (
	"context"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// A copy holds the tables that are named, and nothing of the others; the original is as it was.
func TestCopyOfSomeTables(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		fill(t, d, 30)
		want := content(t, d.Read())
		o := db.Options{URL: db.SQLiteURL(t.TempDir() + "/copy.db"), Migrations: shows()}
		if err := d.Copy(context.Background(), o, "show"); err != nil {
			t.Fatal(err)
		}
		copied := dbtest.Open(t, o)
		got := content(t, copied.Read())
		if got["show"] != want["show"] {
			t.Error("the rows of the named table differ")
		}
		for table, rows := range got {
			if table != "show" && table != "changes" && rows == want[table] && rows != "" {
				t.Errorf("%s was copied as well", table)
			}
		}
		var n int
		if err := copied.Read().QueryRowContext(context.Background(), "SELECT count(*) FROM booking").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d bookings (%v)", n, err)
		}
		for table, rows := range content(t, d.Read()) {
			if rows != want[table] {
				t.Errorf("the original’s %s changed", table)
			}
		}
		if err := d.Copy(context.Background(), o, "show"); !errs.Is(err, errs.Conflict) {
			t.Errorf("over another: %v", err)
		}
	})
}
