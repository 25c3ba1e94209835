package importer_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// deadProcess is the number of a process that has ended.
func deadProcess(t *testing.T) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

// hold makes the interrupted run of the source look as if another process had it.
func (b *testBench) hold(t *testing.T, run string, change string, args ...any) {
	t.Helper()
	err := b.db.Write(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.ExecContext(t.Context(), "UPDATE import_runs SET state = 'running' WHERE id = $1", run); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO import_leases (territory, source, run, holder, host, pid, beat_at)
			SELECT territory, source, id, 'another', 'elsewhere', 1, $1 FROM import_runs WHERE id = $2
			ON CONFLICT (territory, source) DO UPDATE SET beat_at = excluded.beat_at, holder = 'another'`,
			b.clock.Load(), run)
		if err != nil || change == "" {
			return err
		}
		_, err = tx.ExecContext(t.Context(), "UPDATE import_leases SET "+change, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stopped imports ten of twenty rows and is interrupted; the lease as it then stood is kept by keep.
func (b *testBench) stopped(t *testing.T) (run string, s sheet) {
	t.Helper()
	s = companies(20)
	ctx, cancel := context.WithCancel(t.Context())
	o := b.options("a", s)
	o.Progress = func(done, _ int) {
		if done == 10 {
			cancel()
		}
	}
	report, err := b.service.Import(ctx, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("not interrupted: %v", err)
	}
	return report.ID, s
}

func TestLeaseOfALivingHolderIsRespected(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		run, s := b.stopped(t)
		b.hold(t, run, "")
		_, err := b.service.Import(t.Context(), b.options("a", s))
		kindOf(t, err, errs.Conflict, "importer.run.busy")
		_, err = b.service.Undo(t.Context(), run, nil)
		kindOf(t, err, errs.Conflict, "importer.run.busy")
		if runs := runsOf(t, b); runs[0].State != importer.Running {
			t.Errorf("a run elsewhere is told as %s", runs[0].State)
		}
		b.clock.Add((16 * time.Second).Milliseconds())
		if runs := runsOf(t, b); runs[0].State != importer.Interrupted {
			t.Errorf("a run that is not heard of is told as %s", runs[0].State)
		}
		if report := b.load("a", s); report.ID != run || report.Created != 20 {
			t.Errorf("taken up: %+v", report.Counts)
		}
	})
}

func TestDeadProcessBlocksNobody(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	run, s := b.stopped(t)
	o := b.options("b", companies(6))
	var host string
	o.Progress = func(int, int) { // this machine's name, as leases have it
		if err := d.Read().QueryRowContext(t.Context(), "SELECT host FROM import_leases WHERE source = 'b'").Scan(&host); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.service.Import(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	b.hold(t, run, "host = $1, pid = $2", host, deadProcess(t))
	if report := b.load("a", s); report.ID != run || report.Created != 20 {
		t.Errorf("taken up: %+v", report.Counts)
	}
}

// A process that was slow, and whose lease another took, writes nothing more.
func TestLostLeaseStopsTheImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		o := b.options("a", companies(20))
		o.Progress = func(done, _ int) {
			if done == 10 {
				b.hold(t, runsOf(t, b)[0].ID, "")
			}
		}
		report, err := b.service.Import(t.Context(), o)
		kindOf(t, err, errs.Conflict, "importer.run.lease_lost")
		if n := len(b.records()); report.Rows != 10 || n != 10 {
			t.Errorf("%d rows told, %d cards written", report.Rows, n)
		}
	})
}
