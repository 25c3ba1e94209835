package directory_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// lines is a log that tests read.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// say is what was logged since it was asked last.
func (l *lines) say() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// keeping is a directory over the base of a house that keeps its indexes in a folder.
type keeping struct {
	*house
	rooms directory.Rooms
	log   *lines
	now   time.Time
}

func newKeeping(t *testing.T, h *house) *keeping {
	t.Helper()
	k := &keeping{house: h, log: &lines{}, now: now()}
	k.rooms = directory.Rooms{
		DB: h.db, Territories: h.territories, Taxonomies: taxonomies(t), Synonyms: vocabulary(t), Now: func() time.Time { return k.now }, Log: slog.New(slog.NewTextHandler(k.log, nil)),
		Keeping: directory.Keeping{Folder: filepath.Join(t.TempDir(), "index"), Program: func() (string, error) { return "this", nil }, Fewest: 1},
	}
	return k
}

// start begins anew, as after a restart, and tells the statements that loading took.
func (k *keeping) start(t *testing.T) int64 {
	t.Helper()
	k.directory = directory.New(k.rooms)
	ctx, counter := db.CountStatements(t.Context())
	after, err := k.directory.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	k.followed = after
	return counter.N()
}

func (k *keeping) file() string { return filepath.Join(k.rooms.Keeping.Folder, "nc.index") }

// mustReadDisk fails unless a start reads the index from disk.
func (k *keeping) mustReadDisk(t *testing.T, when string) {
	t.Helper()
	k.log.say()
	k.start(t)
	if said := k.log.say(); !strings.Contains(said, "was read from disk") {
		t.Errorf("%s the log says %q", when, said)
	}
	sameAsAnew(t, k)
}

// mustReadAll fails unless a start reads all cards, says why, and removes the file.
func (k *keeping) mustReadAll(t *testing.T, when, reason string) {
	t.Helper()
	k.log.say()
	k.start(t)
	if said := k.log.say(); !strings.Contains(said, "all cards are read") || !strings.Contains(said, reason) || strings.Contains(said, "level=ERROR") {
		t.Errorf("%s: the log says %q", when, said)
	}
	if _, err := os.Stat(k.file()); err == nil {
		t.Errorf("%s: the file is still there", when)
	}
	sameAsAnew(t, k)
}

// sameAsAnew fails unless the directory answers as one that keeps nothing and reads all cards.
func sameAsAnew(t *testing.T, k *keeping) {
	t.Helper()
	rooms := k.rooms
	rooms.Keeping = directory.Keeping{}
	anew := directory.New(rooms)
	if _, err := anew.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	mine := k.directory
	got := told(t, k.house)
	k.directory = anew
	want := told(t, k.house)
	k.directory = mine
	if !slices.Equal(got, want) {
		t.Errorf("it says\n%.3000s\none that read all cards says\n%.3000s", got, want)
	}
}

// told is what a directory says, from its index and from its notes.
func told(t *testing.T, h *house) []string {
	t.Helper()
	var all []string
	for _, text := range []string{"", "atelier", "site", "refait", "neuf", "numéro", "atellier"} {
		for _, tag := range []string{"", "atelier", "mot-3"} {
			q := directory.Query{Text: text, Page: 1}
			if tag != "" {
				q.Choices = map[string][]string{directory.FacetTag: {tag}}
			}
			found, err := h.directory.Search(t.Context(), "nc", q, directory.Options{Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, hit := range found.Hits {
				all = append(all, fmt.Sprint(hit.Slug, hit.Hit.Score))
			}
			all = append(all, fmt.Sprint(found.Total, found.Facets, found.Unknown))
		}
	}
	err := h.directory.Addresses("nc", func(slug string, updated time.Time) { all = append(all, fmt.Sprint(slug, updated)) })
	if err != nil {
		t.Fatal(err)
	}
	return append(all, h.directory.Updated("nc").String())
}

// A start reads what was kept, and then what changed since; it answers as one that read all cards.
func TestStartFromDisk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newKeeping(t, early(t, d, many(300)...))
		anew := k.start(t)
		k.directory.Keep(t.Context())
		if info, err := os.Stat(k.file()); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the file: %v, %v; the log says %q", info, err, k.log.say())
		}
		if fromDisk := k.start(t); fromDisk > anew+1 {
			t.Errorf("%d statements, %d when all cards are read", fromDisk, anew)
		}
		k.mustReadDisk(t, "again,")
		for n := range 60 {
			if err := k.scribble(t, n%3, n); err != nil {
				t.Fatal(err)
			}
		}
		k.mustReadDisk(t, "after edits")
		for n := range 20 {
			if err := k.scribble(t, 1, n+60); err != nil {
				t.Fatal(err)
			}
		}
		k.follow(t)
		sameAsAnew(t, k)
		k.directory.Keep(t.Context())
		if said := k.log.say(); !strings.Contains(said, "was written to disk") {
			t.Errorf("after many edits the log says %q", said)
		}
		k.directory.Keep(t.Context())
		if said := k.log.say(); said != "" {
			t.Errorf("without an edit the log says %q", said)
		}
		k.mustReadDisk(t, "of what was written after edits")
	})
}

// What is kept while cards are edited is right, whatever it caught of the edits.
func TestKeepingWhileCardsAreEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newKeeping(t, early(t, d, many(200)...))
		k.start(t)
		for round := range 5 {
			var writing sync.WaitGroup
			writing.Go(func() {
				for n := range 40 {
					if err := k.scribble(t, round, n); err != nil {
						t.Error(err)
						return
					}
					k.follow(t)
				}
			})
			for range 10 {
				if err := os.RemoveAll(k.rooms.Keeping.Folder); err != nil {
					t.Error(err)
				}
				k.directory.Keep(t.Context())
			}
			writing.Wait()
			k.mustReadDisk(t, fmt.Sprint("round ", round, ":"))
		}
	})
}

// An index of something else than what is asked for is not used, and goes.
func TestIndexesOfSomethingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newKeeping(t, early(t, d, many(30)...))
		k.start(t)
		keep := func() {
			t.Helper()
			k.directory.Keep(t.Context())
			if _, err := os.Stat(k.file()); err != nil {
				t.Fatal(err, k.log.say())
			}
		}
		keep()
		k.rooms.Keeping.Program = func() (string, error) { return "another", nil }
		k.mustReadAll(t, "another program", "another program wrote it")
		keep()
		k.save(t, many(10)...)
		k.mustReadAll(t, "much changed", "quicker")
		keep()
		k.now = k.now.Add(36 * 24 * time.Hour)
		k.mustReadAll(t, "an old one", "too old")
		keep()
		source, err := k.territories.Source(t.Context(), "nc")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.territories.AddYAML(t.Context(), []byte(strings.Replace(string(source), "name: Nouméa", "name: Ville Haute", 1))); err != nil {
			t.Fatal(err)
		}
		k.mustReadAll(t, "another name of a place", "the territory changed")
		keep()
		execute := func(query string) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), query)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		execute("UPDATE changes SET at = at + 1 WHERE seq = (SELECT max(seq) FROM changes)")
		k.mustReadAll(t, "another base with as many changes", "has another change")
		keep()
		k.save(t, card("Bien Après"))
		execute("DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)")
		k.mustReadAll(t, "a log that begins later", "or none")
	})
}

// Whatever befalls the file, a start reads all cards instead; nothing panics, and the file goes.
func TestDamagedIndexes(t *testing.T) {
	k := newKeeping(t, early(t, dbtest.SQLite(t), many(30)...))
	k.start(t)
	k.directory.Keep(t.Context())
	whole, err := os.ReadFile(k.file())
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, bytes []byte) {
		t.Helper()
		if err := os.WriteFile(k.file(), bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		k.start(t)
		if said := k.log.say(); !strings.Contains(said, "all cards are read") {
			t.Errorf("%s: the log says %q", what, said)
		}
		if _, err := os.Stat(k.file()); err == nil {
			t.Errorf("%s: the file is still there", what)
		}
	}
	for i := 0; i < len(whole); i += len(whole)/40 + 1 {
		bytes := slices.Clone(whole)
		bytes[i] ^= 0x10
		try(fmt.Sprint("a bit at ", i), bytes)
		try(fmt.Sprint("the end at ", i), whole[:i])
	}
	try("nothing", nil)
	sameAsAnew(t, k)
}

// What a killed process left behind, and indexes of territories that are gone, are cleared away; other files are left alone.
func TestWhatIsLeftBehind(t *testing.T) {
	k := newKeeping(t, early(t, dbtest.SQLite(t), many(30)...))
	k.start(t)
	k.directory.Keep(t.Context())
	for _, name := range []string{"nc.index.123.tmp", "gone.index", "note.txt"} {
		if err := os.WriteFile(filepath.Join(k.rooms.Keeping.Folder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.mustReadDisk(t, "beside a half-written file,")
	k.directory.Keep(t.Context())
	entries, err := os.ReadDir(k.rooms.Keeping.Folder)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || !slices.Equal(names, []string{"nc.index", "note.txt"}) {
		t.Errorf("left are %v, %v", names, err)
	}
}

// A small territory is not kept: its cards are read as quickly.
func TestFewCardsAreNotKept(t *testing.T) {
	k := newKeeping(t, early(t, dbtest.SQLite(t), many(30)...))
	k.rooms.Keeping.Fewest = 0
	k.start(t)
	k.directory.Keep(t.Context())
	if _, err := os.Stat(k.rooms.Keeping.Folder); err == nil || k.log.say() != "" {
		t.Error("30 cards are kept on disk")
	}
}

// A folder that cannot be written to is told, and does no harm; nor is anything written once the process was told to stop.
func TestNowhereToKeep(t *testing.T) {
	k := newKeeping(t, early(t, dbtest.SQLite(t), many(3)...))
	if err := os.WriteFile(k.rooms.Keeping.Folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	k.start(t)
	k.directory.Keep(t.Context())
	if said := k.log.say(); !strings.Contains(said, "cannot be kept on disk") || strings.Contains(said, "level=ERROR") {
		t.Errorf("the log says %q", said)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	k.directory.Keep(ctx)
	if said := k.log.say(); said != "" {
		t.Errorf("the log says %q", said)
	}
	sameAsAnew(t, k)
}

// A card that cannot be read is told at each start, and is found once it can be.
func TestFaultyCardsOfAnIndexOnDisk(t *testing.T) {
	d := dbtest.SQLite(t)
	k := newKeeping(t, early(t, d, samples()...))
	write := func(tags string) {
		t.Helper()
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), "UPDATE listings SET tags = $1 WHERE slug = 'drehu-photo'", tags)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write("no JSON")
	k.start(t)
	k.directory.Keep(t.Context())
	k.mustReadFaulty(t, true)
	write(`["photographe"]`)
	k.mustReadFaulty(t, false)
	if got := k.ask(t, "photographe"); !slices.Contains(got, "drehu-photo") {
		t.Errorf("mended, it is not found: %v", got)
	}
}

func (k *keeping) mustReadFaulty(t *testing.T, faulty bool) {
	t.Helper()
	k.log.say()
	k.start(t)
	if said := k.log.say(); !strings.Contains(said, "was read from disk") || strings.Contains(said, "a card cannot be read") != faulty {
		t.Errorf("the log says %q", said)
	}
}
