package audit_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func write(t testing.TB, d *db.DB, entries ...audit.Entry) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		for _, e := range entries {
			if err := audit.Write(context.Background(), tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, d *db.DB, f audit.Filter) []audit.Entry {
	t.Helper()
	all, err := audit.Read(context.Background(), d.Read(), f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// objects gives what was read in short.
func objects(all []audit.Entry) string {
	var short []string
	for _, e := range all {
		short = append(short, e.Object)
	}
	return strings.Join(short, " ")
}

func TestAnEntryIsReadAsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		e := audit.Entry{
			ID: db.NewID(), At: noon(), Territory: "nc", Actor: "p1", ActorName: "Jeanne « J. » Dupont", OnBehalf: "c1", Action: "account.role_granted",
			Kind: "person", Object: "p2", Detail: map[string]string{"role": "reader", "before": ""}, Request: "r1",
		}
		write(t, d, e, audit.Entry{Action: "queue.job_discarded"})
		all := read(t, d, audit.Filter{})
		if len(all) != 2 || !reflect.DeepEqual(all[1], e) {
			t.Fatalf("%+v", all)
		}
		if bare := all[0]; bare.ID <= e.ID || time.Since(bare.At) > time.Minute || bare.Action != "queue.job_discarded" || len(bare.Detail) != 0 {
			t.Errorf("%+v", bare)
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error { return audit.Write(t.Context(), tx, audit.Entry{}) })
		if err == nil {
			t.Error("an entry without an action was written")
		}
		// An entry is never written over.
		e.Actor = "somebody else"
		err = d.Write(t.Context(), func(tx *db.Tx) error { return audit.Write(t.Context(), tx, e) })
		if err == nil || read(t, d, audit.Filter{})[1].Actor != "p1" {
			t.Errorf("written over: %v", err)
		}
		no := errors.New("no")
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			if err := audit.Write(t.Context(), tx, audit.Entry{Action: "x.y"}); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) || len(read(t, d, audit.Filter{})) != 2 {
			t.Errorf("rolled back, and there: %v", err)
		}
	})
}

func TestFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 10 {
			write(t, d, audit.Entry{
				At: noon().Add(time.Duration(i) * time.Hour), Territory: []string{"nc", "pf"}[i%2], Actor: fmt.Sprint("p", i%3),
				Action: []string{"a.x", "a.y"}[i/5], Kind: []string{"person", "company"}[i%2], Object: fmt.Sprint(i),
			})
		}
		for want, f := range map[string]audit.Filter{
			"9 8 7 6 5 4 3 2 1 0": {},
			"8 6 4 2 0":           {Territory: "nc"},
			"9 6 3 0":             {Actor: "p0"},
			"9 3":                 {Actor: "p0", Kind: "company"},
			"4 2 0":               {Territory: "nc", Action: "a.x"},
			"7":                   {Kind: "company", Object: "7"},
			"6 5 4":               {From: noon().Add(4 * time.Hour), To: noon().Add(7 * time.Hour)},
			"9 8 7":               {Limit: 3},
			"":                    {Territory: "wf"},
		} {
			if got := objects(read(t, d, f)); got != want {
				t.Errorf("%+v gives %s, not %s", f, got, want)
			}
		}
		var pages []string
		f := audit.Filter{Territory: "nc", Limit: 2}
		for {
			all := read(t, d, f)
			if len(all) == 0 {
				break
			}
			pages = append(pages, objects(all))
			f.After = all[len(all)-1].ID
		}
		if got := strings.Join(pages, ", "); got != "8 6, 4 2, 0" {
			t.Errorf("the pages are %s", got)
		}
	})
}

func TestPurgeAndAnonymise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i, actor := range []string{"p1", "p2", "p1", ""} {
			write(t, d, audit.Entry{At: noon().Add(time.Duration(i) * time.Hour), Actor: actor, ActorName: "Nom " + actor, Action: "a.x", Object: fmt.Sprint(i)})
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(audit.Anonymise(t.Context(), tx, "p1"), audit.Anonymise(t.Context(), tx, ""), audit.Purge(t.Context(), tx, noon().Add(time.Hour)))
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range read(t, d, audit.Filter{}) {
			got = append(got, e.Object+e.Actor+":"+e.ActorName)
		}
		if want := []string{"3:Nom ", "2p1:", "1p2:Nom p2"}; !slices.Equal(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
	})
}

// The pages of a territory and of an object are read from an index, in its order.
func TestReadingUsesIndexes(t *testing.T) {
	var last string
	d := dbtest.Open(t, db.Options{URL: db.SQLiteURL(t.TempDir() + "/a.db"), Migrations: schema.FS, Observe: func(query string) { last = query }})
	for index, f := range map[string]audit.Filter{
		"audit_entries_territory": {Territory: "nc", After: "x"},
		"audit_entries_object":    {Kind: "person", Object: "x"},
		"audit_entries_actor":     {Actor: "x"},
	} {
		read(t, d, f)
		rows, err := d.Read().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+last, "a", "b", "c")
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var id, parent, unused int
			var line string
			if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
				t.Fatal(err)
			}
			plan.WriteString(line + "\n")
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan.String(), index+" ") || strings.Contains(plan.String(), "TEMP B-TREE") {
			t.Errorf("%+v: %s", f, plan.String())
		}
	}
}

// Rule: no other room names the table of the entries, and no step of the schema changes or deletes them; this room has one UPDATE and one
// DELETE.
// Reason: what can be changed proves nothing.
func TestNobodyElseWritesEntries(t *testing.T) {
	const home = "internal/platform/audit"
	table := "audit" + "_entries"
	changes := regexp.MustCompile(`(?i)\b(UPDATE|DELETE\s+FROM|TRUNCATE(\s+TABLE)?|DROP\s+TABLE|REPLACE\s+INTO|OR\s+REPLACE)\s+"?` + table)
	root := os.DirFS("../../..")
	files, own := 0, map[string]int{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		kind := path.Ext(name)
		switch {
		case entry.IsDir() && (name == ".git" || name == "bin" || name == "web/dist" || path.Base(name) == "node_modules"):
			return fs.SkipDir
		case entry.IsDir(), kind != ".go" && kind != ".sql":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files++
		switch found := changes.FindAllString(string(text), -1); {
		case strings.HasSuffix(name, "_test.go") && (path.Dir(name) == home || len(found) == 0): // tests may look
		case path.Dir(name) == home:
			for _, f := range found {
				own[strings.ToUpper(strings.Fields(f)[0])]++
			}
		case kind == ".sql" && len(found) > 0:
			t.Errorf("%s: %v", name, found)
		case kind == ".go" && strings.Contains(string(text), table):
			t.Errorf("%s names the table of the audit trail: read it by audit.Read", name)
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatal(files, err)
	}
	if want := map[string]int{"UPDATE": 1, "DELETE": 1}; !reflect.DeepEqual(own, want) {
		t.Errorf("the room itself has %v, not %v", own, want)
	}
}
