package app

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/platform/db/dbtest"
)

// A second start reads the index that the first one wrote, and no card but those that changed in between; a copy of the base on
// another machine, without the file, reads all.
func TestSecondStartReadsTheIndexOnDisk(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		var readings atomic.Int32
		url, folder := fresh(), t.TempDir()
		begin := func(data string) (*App, *served) {
			t.Helper()
			j := newJournal()
			a := start(t, Options{Data: data, Database: url, Now: time.Now, Logger: j.logger(), fewestKept: 1, Observe: func(query string) {
				if isReading(query) {
					readings.Add(1)
				}
			}})
			s := serve(t, a, j)
			<-s.ready
			return a, s
		}
		end := func(s *served) {
			t.Helper()
			s.stop()
			if err := <-s.done; err != nil {
				t.Fatal(err)
			}
		}
		other := start(t, Options{Database: url, Now: time.Now})
		if _, err := other.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			add(t, other, "nc", fmt.Sprint("Atelier ", n))
		}
		_, s := begin(folder)
		if readings.Load() == 0 {
			t.Error("the first start reads no card")
		}
		end(s)
		if _, err := os.Stat(filepath.Join(folder, "index", "nc.index")); err != nil {
			t.Fatal(err)
		}
		edited := rename(t, other, "Pirogues et Pixels")
		added := add(t, other, "nc", "Entre Deux Eaux")
		readings.Store(0)
		a, s := begin(folder)
		if n := readings.Load(); n > 0 {
			t.Errorf("the second start reads cards %d times", n)
		}
		later := add(t, a, "nc", "Vahine Studio")
		for query, slug := range map[string]string{"pirogues+pixels": edited.Slug, "entre+eaux": added.Slug, "vahine": later.Slug} {
			eventually(t, s.url+"/nc/annuaire?q="+query, func(got answer) bool { return strings.Contains(got.body, "/nc/annuaire/"+slug+`"`) })
		}
		end(s)
		_, s = begin(t.TempDir())
		if readings.Load() == 0 {
			t.Error("a start without the file reads no card")
		}
		end(s)
	})
}

// A base that was restored from a backup has another history from there on: an index that was kept of the former one is not used for it,
// even where its log has become as long.
func TestIndexOnDiskAfterARestore(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		folder, backup := t.TempDir(), &bytes.Buffer{}
		before := start(t, Options{Database: fresh(), Now: time.Now})
		if _, err := before.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			add(t, before, "nc", fmt.Sprint("Atelier ", n))
		}
		if err := before.DB.Backup(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
		after := fresh()
		if err := Restore(t.Context(), Options{Database: after}, backup); err != nil {
			t.Fatal(err)
		}
		add(t, before, "nc", "Perdu Depuis")
		keepIndexes(t, before, folder)
		restored := start(t, Options{Database: after, Now: time.Now})
		added := add(t, restored, "nc", "Autre Histoire")
		j := newJournal()
		s := serve(t, start(t, Options{Data: folder, Database: after, Now: time.Now, Logger: j.logger(), fewestKept: 1}), j)
		<-s.ready
		got := fetch(t.Context(), t, s.url+"/nc/annuaire?q=autre+histoire")
		mustHold(t, "the directory", got.body, "/nc/annuaire/"+added.Slug+`"`)
		if got := fetch(t.Context(), t, s.url+"/nc/annuaire?q=perdu"); strings.Contains(got.body, "perdu-depuis") {
			t.Error("it knows a card of the former base")
		}
		s.stop()
		if err := <-s.done; err != nil {
			t.Fatal(err)
		}
	})
}

// keepIndexes has the indexes of a base written into a folder.
func keepIndexes(t *testing.T, a *App, folder string) {
	t.Helper()
	j := newJournal()
	d := directory.New(directory.Rooms{
		DB: a.DB, Territories: a.Territories, Taxonomies: a.Taxonomies, Now: time.Now, Log: j.logger(),
		Keeping: Options{Data: folder, fewestKept: 1}.keeping(),
	})
	if _, err := d.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Keep(t.Context())
	if _, err := os.Stat(filepath.Join(folder, "index", "nc.index")); err != nil {
		t.Fatal(err)
	}
}

// Without a folder for the data, as a node beside PostgreSQL may be, nothing is kept on disk, and no folder is made.
func TestNoFolderNoIndex(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, o := range []Options{{Database: "postgres:///grappe", Data: missing}, {Database: "postgres:///grappe"}, {}} {
		if folder := o.keeping().Folder; folder != "" {
			t.Errorf("%+v keeps indexes in %s", o, folder)
		}
	}
	if folder := (Options{Data: missing}).keeping().Folder; folder != filepath.Join(missing, "index") {
		t.Errorf("beside the embedded base indexes are kept in %q", folder)
	}
}

// The program is told from others by what its file holds.
func TestProgram(t *testing.T) {
	here, err := program()
	if err != nil || len(here) != 64 {
		t.Errorf("%q, %v", here, err)
	}
}
