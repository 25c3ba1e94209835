package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/schema"
	"grappe/internal/territory"
	"grappe/presets"
)

// envChildURL tells the process that is killed which base to work on.
const envChildURL = "GRAPPE_TEST_IMPORTS_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(envChildURL); url != "" {
		if err := worker(context.Background(), url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

// worker does the jobs of a base until it is killed.
func worker(ctx context.Context, url string) error {
	d, err := db.Open(ctx, db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		return err
	}
	_, q, _ := newService(d, place, time.Now, func(context.Context, string) *locale.Printer { return nil })
	return q.Run(ctx)
}

// until has a process work until something is so, and kills it.
func (b *bench) until(url, what string, so func() bool) {
	b.t.Helper()
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	cmd := exec.CommandContext(b.t.Context(), self)
	cmd.Env, cmd.Stderr = append(os.Environ(), envChildURL+"="+url), b.t.Output()
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}()
	patience := time.After(2 * time.Minute)
	for !so() {
		select {
		case <-patience:
			b.t.Fatalf("never came: %s", what)
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// number reads one number.
func (b *bench) number(query string, args ...any) (n int) {
	b.t.Helper()
	if err := b.db.Read().QueryRowContext(b.t.Context(), query, args...).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// A process that is killed in the middle of an import, and one in the middle of undoing it, loses nothing: another goes on where it was,
// and each row is there once.
func TestAKilledImport(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		base := fresh()
		b := newBench(t, dbtest.Open(t, db.Options{URL: base, Migrations: schema.FS}))
		b.now = time.Now() // as the other process has it
		const rows = 1000
		var text strings.Builder
		text.WriteString("numéro;nom;ville;texte\n")
		for i := range rows {
			fmt.Fprintf(&text, "%d;Atelier %s;Nouméa;Texte %d\n", i, letters(i), i)
		}
		path := b.given("grand.csv", text.String())
		b.tried(path)
		b.post(path+"/import", nil)
		kills := 0
		for kills < 2 {
			before := b.number("SELECT count(*) FROM listings")
			b.until(base, "rows", func() bool {
				return b.number("SELECT count(*) FROM listings") > before || b.held(path).State == Imported
			})
			if b.held(path).State == Imported {
				break
			}
			kills++
		}
		if kills == 0 {
			t.Fatal("the import ended before it was killed")
		}
		b.until(base, "the end of the import", func() bool { return b.held(path).State != Importing })
		u := b.held(path)
		if u.State != Imported {
			t.Fatalf("%s %+v", u.State, u.Fault)
		}
		run, err := b.service.Importer.Run(t.Context(), "nc", u.Run)
		if err != nil {
			t.Fatal(err)
		}
		if n := b.number("SELECT count(*) FROM listings"); n != rows || run.Created != rows || run.State != importer.Done {
			t.Errorf("after %d kills: %d cards, the run says %+v", kills, n, run)
		}
		if n := b.count("import_runs"); n != 1 {
			t.Errorf("%d runs", n)
		}

		undo := runsPath + "/" + run.ID + "/annulation"
		b.post(undo, url.Values{stepName: {"compter"}})
		b.until(base, "the counts", func() bool { return b.number("SELECT count(*) FROM import_undo_plans WHERE state = 'counted'") == 1 })
		b.post(undo, url.Values{stepName: {"annuler"}})
		left := func() int { return b.number("SELECT count(*) FROM listings") }
		b.until(base, "cards less", func() bool { return left() < rows })
		if left() == 0 {
			t.Log("the undo ended before it was killed")
		}
		b.until(base, "the end of the undo", func() bool { return b.number("SELECT count(*) FROM import_undo_plans WHERE state = 'undone'") == 1 })
		if left() != 0 {
			t.Errorf("%d cards are left", left())
		}
		state, err := b.service.Importer.UndoOf(t.Context(), run.ID)
		if err != nil || state.Deleted != rows || state.Person != b.by.Person {
			t.Errorf("%+v %v", state, err)
		}
	})
}

// letters are a name of their own for each number.
func letters(n int) string {
	var out []byte
	for ; n > 0 || len(out) < 4; n /= 20 {
		out = append(out, "bcdfghjklmnpqrstvwxz"[n%20], "aeiou"[(n*7+len(out))%5])
	}
	return string(out)
}
