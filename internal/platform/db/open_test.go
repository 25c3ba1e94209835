package db_test

import (
	"context"
	"encoding/json"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestOpenMigratesOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: shows()}
		addShow(t, dbtest.Open(t, o), "a", 1)
		if n := number(t, dbtest.Open(t, o).Read(), "SELECT count(*) FROM show"); n != 1 {
			t.Fatalf("the second opening shows %d rows", n)
		}
	})
}

// Two nodes, or a command beside the server, start on a new database at the same moment.
func TestOpenAtTheSameTime(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: shows()}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				d, err := db.Open(context.Background(), o)
				if err != nil {
					t.Error(err)
					return
				}
				defer d.Close()
				if err := d.Ping(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		newer := shows()
		newer["0009_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE more (id TEXT PRIMARY KEY);\n")}
		url := fresh()
		addShow(t, dbtest.Open(t, db.Options{URL: url, Migrations: newer}), "a", 1)
		_, err := db.Open(context.Background(), db.Options{URL: url, Migrations: shows()})
		wantError(t, err, errs.Conflict, "db.newer")
		if args := errs.As(err).Args; args["version"] != int64(9) || args["known"] != int64(3) {
			t.Errorf("the error names %v", args)
		}
		if n := number(t, dbtest.Open(t, db.Options{URL: url, Migrations: newer}).Read(), "SELECT count(*) FROM show"); n != 1 {
			t.Errorf("%d rows after the refusal", n)
		}
	})
}

func TestFailedStepLeavesTheStepBefore(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		url, broken := fresh(), shows()
		broken["0009_broken.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE more (id TEXT);\nINSERT INTO nowhere VALUES (1);\n")}
		if _, err := db.Open(context.Background(), db.Options{URL: url, Migrations: broken}); err == nil {
			t.Fatal("a step that fails was taken")
		}
		addShow(t, dbtest.Open(t, db.Options{URL: url, Migrations: shows()}), "a", 1)
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is no database.\n", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url  string
		kind errs.Kind
		key  string
	}{
		"no scheme":           {"grappe.db", errs.Usage, "db.url"},
		"other engine":        {"mysql://localhost/grappe", errs.Usage, "db.url"},
		"no URL":              {"postgres://local host:x", errs.Usage, "db.url"},
		"no port":             {"postgres://localhost:99999999/x", errs.Usage, "db.url"},
		"no path":             {"sqlite://", errs.Usage, "db.url"},
		"host for a file":     {"sqlite://grappe.db", errs.Usage, "db.url"},
		"text file":           {db.SQLiteURL(text), errs.Unavailable, "db.corrupt"},
		"folder":              {db.SQLiteURL(dir), errs.Unavailable, "db.open"},
		"folder that is none": {db.SQLiteURL(filepath.Join(text, "grappe.db")), errs.Unavailable, "db.open"},
		"nobody listens":      {"postgres://grappe:secret@" + closedPort(t) + "/grappe", errs.Unavailable, "db.unreachable"},
	} {
		d, err := db.Open(context.Background(), db.Options{URL: c.url, Migrations: shows()})
		if err == nil {
			d.Close()
		}
		if e := errs.As(err); e == nil || e.Kind != c.kind || e.Key != c.key {
			t.Errorf("%s: the error is %v, not %s", name, err, c.key)
		} else if strings.Contains(e.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", name, e)
		}
	}
}

func TestMissingDatabaseOnTheServer(t *testing.T) {
	url := dbtest.PostgresURL(t, shows())
	_, err := db.Open(context.Background(), db.Options{URL: strings.Replace(url, "grappe_test_", "no_test_", 1), Migrations: shows()})
	wantError(t, err, errs.Unavailable, "db.missing")
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestSQLiteFileIsPrivateAndItsNameMayBeAnything(t *testing.T) {
	for _, name := range []string{"plain.db", "données ?#%41&=é.db", filepath.Join("new", "folder", "x.db")} {
		path := filepath.Join(t.TempDir(), name)
		d := dbtest.Open(t, db.Options{URL: db.SQLiteURL(path), Migrations: shows()})
		addShow(t, d, "a", 1)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", name, info.Mode())
		}
	}
	t.Chdir(t.TempDir())
	dbtest.Open(t, db.Options{URL: db.SQLiteURL("grappe-data/grappe.db"), Migrations: shows()})
	if _, err := os.Stat("grappe-data/grappe.db"); err != nil {
		t.Error(err)
	}
}

func TestSQLiteIsSetUpAsPromised(t *testing.T) {
	d := dbtest.SQLite(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "1",
	} {
		var got string
		if err := d.Read().QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("readers: %s is %s, %v; not %s", pragma, got, err, want)
		}
	}
	mustWrite(t, d, func(tx *db.Tx) error {
		for pragma, want := range map[string]int{"foreign_keys": 1, "synchronous": 2} {
			if got := number(t, tx, "PRAGMA "+pragma); got != want {
				t.Errorf("writer: %s is %d, not %d", pragma, got, want)
			}
		}
		return nil
	})
}

// A full disk, played by the largest size that the file may have: what was committed stays, what was not is gone, and
// writing goes on when there is room again.
func TestFullDisk(t *testing.T) {
	d := dbtest.Open(t, db.Options{URL: db.SQLiteURL(filepath.Join(t.TempDir(), "x.db")), Migrations: shows()})
	ctx := context.Background()
	addShow(t, d, "a", 1)
	if err := d.WriterExec(ctx, "PRAGMA max_page_count = 40"); err != nil {
		t.Fatal(err)
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		return run(tx, "INSERT INTO booking (id, show_id, name, data) VALUES ('1', 'a', 'n', $1)", strings.Repeat("x", 1<<20))
	})
	wantError(t, err, errs.Unavailable, "db.full")
	if err := d.WriterExec(ctx, "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	addShow(t, d, "b", 1)
	if n := number(t, d.Read(), "SELECT count(*) FROM show"); n != 2 {
		t.Fatalf("%d shows", n)
	}
	if n := number(t, d.Read(), "SELECT count(*) FROM booking"); n != 0 {
		t.Fatalf("%d bookings", n)
	}
}

// A file damaged in the middle is told, and opens no further.
func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	o := db.Options{URL: db.SQLiteURL(path), Migrations: shows()}
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		addShow(t, d, strings.Repeat("x", 100)+string(rune('a'+i)), 1)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(file); i++ {
		file[i] ^= 0x5a
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = db.Open(context.Background(), o)
	wantError(t, err, errs.Unavailable, "db.corrupt")
}

// Every key that this package gives has its sentence in both languages.
func TestTexts(t *testing.T) {
	var keys [][]string
	for _, language := range []string{"fr", "en"} {
		raw, err := db.Texts.ReadFile("texts/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, slices.Sorted(maps.Keys(texts)))
		for key, text := range texts {
			if strings.ContainsAny(text, "'\"") || len(text) < 20 {
				t.Errorf("%s.json: %s: %q", language, key, text)
			}
		}
	}
	if !slices.Equal(keys[0], keys[1]) {
		t.Error("the languages do not have the same keys")
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := ""
	for _, name := range sources {
		if !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			used += string(text)
		}
	}
	for _, key := range keys[0] {
		if !strings.Contains(used, `"`+key+`"`) {
			t.Errorf("%s is never given", key)
		}
	}
}
