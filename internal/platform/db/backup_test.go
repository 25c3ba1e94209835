package db_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// fill writes what is awkward to carry: every type, NULL, extreme numbers, rows that name later rows, more rows than a
// statement takes.
func fill(t testing.TB, d *db.DB, shows int) {
	t.Helper()
	mustWrite(t, d, func(tx *db.Tx) error {
		for i := shows; i >= 0; i-- {
			if err := run(tx, "INSERT INTO show (id, capacity) VALUES ($1, $2)", fmt.Sprintf("s%04d", i), i); err != nil {
				return err
			}
		}
		// Each names the one after it in the order of the rows.
		if err := run(tx, "UPDATE show SET parent = 's0000' WHERE id > 's0000'"); err != nil {
			return err
		}
		for i, price := range []any{nil, 0.0, -0.5, 1e300, math.SmallestNonzeroFloat64, 0.1, 1640.0, 123456789.123456789, math.Inf(1)} {
			err := run(tx, "UPDATE show SET price = $1, open = $2, at = $3 WHERE id = $4", price, i%2 == 0, int64(math.MaxInt64)-int64(i), fmt.Sprintf("s%04d", i))
			if err != nil {
				return err
			}
		}
		for i, text := range []any{nil, "", "Nouméa « d’été »\u202f!", "a\nb\r\n\t\\\"'<>&", "\u2028\U0001F334", strings.Repeat("é", shows<<10), `{"k":[1,null]}`} {
			if err := run(tx, "INSERT INTO booking (id, show_id, name, data) VALUES ($1, 's0001', $1, $2)", fmt.Sprint(i), text); err != nil {
				return err
			}
		}
		return tx.Record(db.Change{Territory: "nc", Kind: "show", ID: "s1"}, db.Change{Kind: "show", ID: "s2", Deleted: true})
	})
}

// content gives all rows of all tables, as text that tells types apart.
func content(t testing.TB, q db.Querier) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range []string{"show", "booking", "changes"} {
		rows := scanAll(t, q, "SELECT * FROM "+table)
		lines := make([]string, len(rows))
		for i, row := range rows {
			lines[i] = fmt.Sprintf("%#v", row)
		}
		slices.Sort(lines)
		all[table] = strings.Join(lines, "\n")
	}
	return all
}

func backup(t testing.TB, d *db.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Backup(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A backup of either engine restores on either, value for value, and writing goes on behind it.
func TestBackupRestoresOnEitherEngine(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		from := dbtest.Open(t, db.Options{URL: fresh(), Migrations: shows()})
		fill(t, from, 550)
		want, archive := content(t, from.Read()), backup(t, from)
		if !slices.ContainsFunc(unpack(t, archive), func(e entry) bool { return e.name == "tables/booking/000001.jsonl" && len(e.body) > 1<<20 }) {
			t.Fatal("no part of the backup is as large as parts get")
		}
		dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
			o := db.Options{URL: fresh(), Migrations: shows()}
			if err := db.Restore(context.Background(), o, bytes.NewReader(archive)); err != nil {
				t.Fatal(err)
			}
			d := dbtest.Open(t, o)
			got := content(t, d.Read())
			for table, rows := range want {
				if got[table] != rows {
					t.Errorf("the rows of %s differ after %s → %s", table, from.Engine(), d.Engine())
				}
			}
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				return run(tx, "INSERT INTO booking (id, show_id, name) VALUES ('x', 'none', 'n')")
			})
			wantError(t, err, errs.Conflict, "db.conflict") // foreign keys hold again
			mustWrite(t, d, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: "s3"}) })
			if changes := changesAfter(t, d, 2); len(changes) != 1 || changes[0].Seq != 3 {
				t.Errorf("the log goes on with %+v", changes)
			}
		})
	})
}

// While transactions that keep the number of seats are committed, each backup holds exactly that number.
func TestBackupWhileWriting(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		schemaOfShows := shows()
		const shows, seats = 50, 5000
		for i := range shows {
			addShow(t, d, fmt.Sprint(i), seats/shows)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var writing sync.WaitGroup
		defer func() { cancel(); writing.Wait() }()
		moved := make(chan struct{}, 1)
		writing.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					err := run(tx, "UPDATE show SET capacity = capacity - 1 WHERE id = $1 AND capacity > 0", fmt.Sprint(n%shows))
					if err != nil {
						return err
					}
					return run(tx, "UPDATE show SET capacity = $1 - (SELECT sum(capacity) FROM show WHERE id <> $2) WHERE id = $2",
						seats, fmt.Sprint((n+7)%shows))
				})
				if err != nil {
					t.Error(err)
				}
				select {
				case moved <- struct{}{}:
				default:
				}
			}
		})
		for range 5 {
			<-moved
			archive := backup(t, d)
			to := db.SQLiteURL(t.TempDir() + "/restored.db")
			o := db.Options{URL: to, Migrations: schemaOfShows}
			if err := db.Restore(context.Background(), o, bytes.NewReader(archive)); err != nil {
				t.Fatal(err)
			}
			if n := number(t, dbtest.Open(t, o).Read(), "SELECT sum(capacity) FROM show"); n != seats {
				t.Fatalf("the backup holds %d seats, not %d", n, seats)
			}
		}
	})
}

// A backup of an older version is restored as it was, and then migrated.
func TestRestoreMigratesAnOlderBackup(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		from := dbtest.Open(t, db.Options{URL: fresh(), Migrations: shows()})
		addShow(t, from, "a", 7)
		archive := backup(t, from)
		newer := shows()
		newer["0009_double.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nALTER TABLE show ADD COLUMN twice INTEGER;\nUPDATE show SET twice = 2 * capacity;\n")}
		o := db.Options{URL: fresh(), Migrations: newer}
		if err := db.Restore(context.Background(), o, bytes.NewReader(archive)); err != nil {
			t.Fatal(err)
		}
		d := dbtest.Open(t, o)
		if n := number(t, d.Read(), "SELECT twice FROM show"); n != 14 {
			t.Fatalf("the step after the backup gave %d", n)
		}
		// And the other way round it is refused.
		err := db.Restore(context.Background(), db.Options{URL: fresh(), Migrations: shows()}, bytes.NewReader(backup(t, d)))
		wantError(t, err, errs.Conflict, "db.newer_backup")
		// A database that is empty but further on would miss what the steps do to rows.
		ahead := db.Options{URL: fresh(), Migrations: newer}
		dbtest.Open(t, ahead)
		wantError(t, db.Restore(context.Background(), ahead, bytes.NewReader(archive)), errs.Conflict, "db.not_fresh")
	})
}

func TestRestoreRefusesADatabaseWithRows(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: shows()}
		d := dbtest.Open(t, o)
		addShow(t, d, "a", 1)
		wantError(t, db.Restore(context.Background(), o, bytes.NewReader(backup(t, d))), errs.Conflict, "db.not_empty")
		if n := number(t, d.Read(), "SELECT count(*) FROM show"); n != 1 {
			t.Fatalf("%d rows after the refusal", n)
		}
	})
}

// entry is one entry of an archive.
type entry struct {
	name string
	body []byte
}

func unpack(t testing.TB, archive []byte) []entry {
	t.Helper()
	zr, err := zstd.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	var all []entry
	for tr := tar.NewReader(zr); ; {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{header.Name, body})
	}
}

func pack(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	zw, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	tw := tar.NewWriter(zw)
	for _, e := range entries {
		if err := tw.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.body)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever befalls an archive, Restore says so and leaves the database empty.
func TestDamagedBackups(t *testing.T) {
	source := dbtest.Open(t, db.Options{URL: db.SQLiteURL(t.TempDir() + "/from.db"), Migrations: shows()})
	fill(t, source, 100)
	archive := backup(t, source)
	change := func(f func([]entry) []entry) []byte { return pack(t, f(unpack(t, archive))) }
	replace := func(name, old, text string) []byte {
		return change(func(all []entry) []entry {
			found := false
			for i, e := range all {
				if strings.HasPrefix(e.name, name) && bytes.Contains(e.body, []byte(old)) {
					all[i].body, found = bytes.Replace(e.body, []byte(old), []byte(text), 1), true
				}
			}
			if !found {
				t.Fatalf("%s holds no %s", name, old)
			}
			return all
		})
	}
	flipped := bytes.Clone(archive)
	flipped[len(flipped)/2] ^= 0x10
	cases := map[string]struct {
		archive []byte
		key     string
	}{
		"empty":                {nil, "db.not_backup"},
		"text":                 {[]byte("bonjour"), "db.not_backup"},
		"another tar":          {pack(t, []entry{{"readme.txt", []byte("bonjour")}}), "db.not_backup"},
		"half":                 {archive[:len(archive)/2], "db.damaged_backup"},
		"last byte missing":    {archive[:len(archive)-1], "db.damaged_backup"},
		"one bit":              {flipped, "db.damaged_backup"},
		"a value changed":      {replace("tables/booking", "Nouméa", "Noumea"), "db.damaged_backup"},
		"a row too short":      {replace("tables/show", `["s0100",`, `[`), "db.damaged_backup"},
		"a line that is none":  {replace("tables/show", `["s0100",`, `"s0100",`), "db.damaged_backup"},
		"a key of nothing":     {replace("tables/show", `"s0000",99`, `"s9999",99`), "db.damaged_backup"},
		"a text for a number":  {replace("tables/show", `"s0000",99`, `"s0000","many"`), "db.damaged_backup"},
		"other count":          {replace("summary.json", `"rows": 101`, `"rows": 102`), "db.damaged_backup"},
		"unknown table":        {replace("manifest.json", `"name": "show"`, `"name": "show; DROP TABLE booking"`), "db.damaged_backup"},
		"unknown column":       {replace("manifest.json", `"capacity"`, `"capacity) VALUES (1); --"`), "db.damaged_backup"},
		"no schema":            {replace("manifest.json", `"schema": 3`, `"schema": 0`), "db.damaged_backup"},
		"newer format":         {replace("manifest.json", `"format": 1`, `"format": 2`), "db.newer_backup"},
		"a part missing":       {change(func(all []entry) []entry { return slices.Delete(all, 1, 2) }), "db.damaged_backup"},
		"a part too many":      {change(func(all []entry) []entry { return append(all, all[1]) }), "db.damaged_backup"},
		"no summary":           {change(func(all []entry) []entry { return all[:len(all)-1] }), "db.damaged_backup"},
		"an entry of no table": {change(func(all []entry) []entry { return slices.Insert(all, 1, entry{"tables/x/1", nil}) }), "db.damaged_backup"},
	}
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: shows()}
		for name, c := range cases {
			err := db.Restore(context.Background(), o, bytes.NewReader(c.archive))
			if e := errs.As(err); e == nil || e.Key != c.key {
				t.Errorf("%s: the error is %v, not %s", name, err, c.key)
			}
		}
		// It is still empty: the sound archive restores.
		if err := db.Restore(context.Background(), o, bytes.NewReader(archive)); err != nil {
			t.Error(err)
		}
	})
}

func TestManifestSaysWhatIsInside(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		entries := unpack(t, backup(t, d))
		var m db.Manifest
		if err := json.Unmarshal(entries[0].body, &m); err != nil {
			t.Fatal(err)
		}
		if m.Format != 1 || m.Engine != d.Engine() || m.Schema != 3 || m.At.IsZero() || len(m.Tables) != 3 {
			t.Fatalf("the manifest is %+v", m)
		}
		if want := []string{"id", "parent", "capacity", "price", "open", "at"}; !slices.Equal(m.Tables[2].Columns, want) {
			t.Fatalf("the columns of %s are %v", m.Tables[2].Name, m.Tables[2].Columns)
		}
	})
}

type brokenPipe struct{ left int }

func (w *brokenPipe) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestBackupTellsThatItsWriterFailed(t *testing.T) {
	d := dbtest.Open(t, db.Options{URL: db.SQLiteURL(t.TempDir() + "/x.db"), Migrations: shows()})
	fill(t, d, 100)
	if err := d.Backup(context.Background(), &brokenPipe{left: 100}); !errors.Is(err, io.ErrClosedPipe) {
		t.Fatalf("the error is %v", err)
	}
}
