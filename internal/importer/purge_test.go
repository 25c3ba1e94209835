package importer_test

import (
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// kept counts the rows that hold what a run read and changed.
func (b *testBench) kept(table, run string) int {
	b.t.Helper()
	var n int
	if err := b.db.Read().QueryRowContext(b.ctx, "SELECT count(*) FROM "+table+" WHERE run = $1", run).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestOldRunsKeepTheirCountsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(7)
		old := b.load("a", s)
		months := func(n int) { b.clock.Add(int64(n) * 31 * 24 * time.Hour.Milliseconds()) }
		months(12)
		recent := b.load("b", companies(3))
		if b.kept("import_batches", old.ID) == 0 || b.kept("import_effects", old.ID) != 7 {
			t.Fatal("a run of a year ago has lost what it did")
		}
		months(13)
		b.want(b.load("a", s), importer.Counts{Rows: 7, Unchanged: 7})
		if n, m := b.kept("import_batches", old.ID), b.kept("import_effects", old.ID); n+m != 0 {
			t.Errorf("%d batches and %d effects of a run of two years ago are kept", n, m)
		}
		if b.kept("import_batches", recent.ID) == 0 || b.kept("import_effects", recent.ID) == 0 {
			t.Error("a recent run was forgotten too")
		}
		report, err := b.service.Report(t.Context(), old.ID, b.printer, nil)
		if err != nil || report.Counts != old.Counts || report.State != importer.Expired || len(report.Warnings) != 0 {
			t.Errorf("told again: %+v (%v)", report, err)
		}
		_, err = b.service.Undo(t.Context(), old.ID, nil)
		kindOf(t, err, errs.Conflict, "importer.run.expired")
		if n := len(b.records()); n < 7 {
			t.Errorf("%d cards are left", n)
		}
	})
}

func TestUndoForgetsTheNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		run := b.load("a", companies(7))
		b.undo(run.ID)
		if n, m := b.kept("import_batches", run.ID), b.kept("import_effects", run.ID); n+m != 0 {
			t.Errorf("%d batches and %d effects of an undone run are kept", n, m)
		}
		if report, err := b.service.Report(t.Context(), run.ID, b.printer, nil); err != nil || report.Counts != run.Counts {
			t.Errorf("told again: %+v (%v)", report.Counts, err)
		}
	})
}
