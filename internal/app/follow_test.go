package app

import (
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// execute runs a statement on a base by a connection of its own, like another program: nothing wakes who follows the log.
func execute(t *testing.T, url, query string, args ...any) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A change that cannot be applied is tried again until it can, though nothing else is written.
func TestFailedChangeIsTriedAgain(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		url, j := fresh(), newJournal()
		a := start(t, Options{Database: url, Now: time.Now, Logger: j.logger()})
		if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		if err := write(t.Context(), a, rand.New(rand.NewPCG(1853, 0)), 0, 0); err != nil {
			t.Fatal(err)
		}
		card, s := rename(t, a, "Voiles et Vannes"), serve(t, a, j)
		<-s.ready
		execute(t, url, `ALTER TABLE listings RENAME TO listings_away`)
		execute(t, url, `INSERT INTO changes (territory, kind, id, deleted, at) VALUES ('nc', 'listing', $1, false, 0)`, card.ID)
		line := <-j.errors
		for strings.Contains(line, "queue: ") { // the day's work misses the table as well
			line = <-j.errors
		}
		mustHold(t, "the log", line, "following the change log", "listings")
		execute(t, url, `UPDATE listings_away SET name = 'Pirogues et Pixels' WHERE id = $1`, card.ID)
		execute(t, url, `ALTER TABLE listings_away RENAME TO listings`)
		eventually(t, s.url+"/nc/annuaire?q=pirogues+pixels", func(got answer) bool { return strings.Contains(got.body, "/nc/annuaire/"+card.Slug+`"`) })
	})
}

// A base that fails at the start is told and tried again: the process does not stay unready for good.
func TestFailedStartIsTriedAgain(t *testing.T) {
	url, j := db.SQLiteURL(t.TempDir()+"/grappe.db"), newJournal()
	a := start(t, Options{Database: url, Now: time.Now, Logger: j.logger()})
	if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	execute(t, url, `ALTER TABLE listings RENAME TO listings_away`)
	s := serve(t, a, j)
	if line := <-j.errors; !strings.Contains(line, "reading the listings") || !strings.Contains(line, "no such table: listings") {
		t.Errorf("the log says %q", line)
	}
	if got := fetch(t.Context(), t, s.url+"/readyz"); got.status != 503 {
		t.Errorf("/readyz: %d", got.status)
	}
	execute(t, url, `ALTER TABLE listings_away RENAME TO listings`)
	<-s.ready
	if got := fetch(t.Context(), t, s.url+"/nc/annuaire"); got.status != 200 {
		t.Errorf("the directory: %d", got.status)
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Errorf("it stops with %v", err)
	}
}

// One that is stopped while it tries again stops at once.
func TestStopsWhileItTriesAgain(t *testing.T) {
	url, j := db.SQLiteURL(t.TempDir()+"/grappe.db"), newJournal()
	a := start(t, Options{Database: url, Now: time.Now, Logger: j.logger()})
	if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	execute(t, url, `ALTER TABLE listings RENAME TO listings_away`)
	s := serve(t, a, j)
	<-j.errors
	s.stop()
	select {
	case err := <-s.done:
		if err != nil {
			t.Errorf("it stops with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not stop")
	}
	if len(s.ready) > 0 {
		t.Error("it said that it was ready")
	}
}

// A territory that cannot be read does not keep the others from being served, at the start or later; the log says which.
func TestFaultyTerritoryIsLeftOut(t *testing.T) {
	url, j := db.SQLiteURL(t.TempDir()+"/grappe.db"), newJournal()
	a := start(t, Options{Database: url, Now: time.Now, Logger: j.logger()})
	for _, code := range []string{"nc", "pf", "wf"} {
		if _, err := a.Territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, url, `UPDATE territories SET source = 'code: [', version = 7 WHERE code = 'pf'`)
	s := serve(t, a, j)
	<-s.ready
	mustHold(t, "the log", <-j.errors, "a territory cannot be read", "territory=pf")
	if got := fetch(t.Context(), t, s.url+"/pf"); got.status != 404 {
		t.Errorf("the faulty one: %d", got.status)
	}
	execute(t, url, `UPDATE territories SET source = 'code: [', version = 8 WHERE code = 'wf'`)
	execute(t, url, `INSERT INTO changes (territory, kind, id, deleted, at) VALUES ('wf', 'territory', 'wf', false, 0)`)
	eventually(t, s.url+"/wf", func(got answer) bool { return got.status == 404 })
	if got := fetch(t.Context(), t, s.url+"/nc/annuaire"); got.status != 200 {
		t.Errorf("the good one: %d", got.status)
	}
	if _, err := a.Territories.Add(t.Context(), "wf"); err != nil {
		t.Fatal(err)
	}
	eventually(t, s.url+"/wf/annuaire", func(got answer) bool { return got.status == 200 })
}

// However many changes of one territory come at once, its cards are read once.
func TestTerritoryIsReadOncePerBatch(t *testing.T) {
	var reads atomic.Int32
	a := start(t, Options{Observe: func(query string) {
		if strings.Contains(query, "FROM listings WHERE territory = $1 AND id >") {
			reads.Add(1)
		}
	}})
	after, err := a.Directory.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	if err := a.Territories.SetHosts(t.Context(), "nc", []string{"open.example"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Territories.SetContact(t.Context(), "nc", "equipe@example.org"); err != nil {
		t.Fatal(err)
	}
	changed, err := a.catchUp(t.Context(), &registry{}, after, a.Directory.Load)
	if err != nil || changed < after+3 || reads.Load() != 1 {
		t.Errorf("%d changes were followed by %d reads, %v", changed-after, reads.Load(), err)
	}
	if found, err := a.Directory.Search(t.Context(), "nc", directory.Query{Page: 1}, directory.Options{}); err != nil || found.Total != 0 {
		t.Errorf("the territory is not there: %v", err)
	}
}
