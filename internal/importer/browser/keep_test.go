package browser

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// A person's acts are in their export, and after an erasure nobody is named while all that was done stays.
func TestWhoImportedAndTheirErasure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		run := b.imported(b.given("annuaire.csv", someFile))
		waiting := b.given("autre.csv", someFile)
		b.post(run+"/annulation", url.Values{stepName: {"compter"}})
		b.work()
		b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
		b.work()
		sections, err := b.service.PersonalData(t.Context(), d.Read(), b.by.Person)
		if err != nil || len(sections) != 1 {
			t.Fatalf("%d sections, %v", len(sections), err)
		}
		acts := map[any]int{}
		for _, row := range sections[0].Rows {
			acts[row[0].Value]++
		}
		for _, act := range []string{"imported", "undone", "counted", "mapping"} {
			if acts[act] != 1 {
				t.Errorf("%s is told %d times", act, acts[act])
			}
		}
		if acts["given"] != 2 {
			t.Errorf("given is told %d times", acts["given"])
		}
		other := b.person("lea@example.nc", "Léa Kaouma", account.ProjectManager)
		if sections, err := b.service.PersonalData(t.Context(), d.Read(), other.Person); err != nil || len(sections[0].Rows) != 0 {
			t.Errorf("another person did %+v (%v)", sections, err)
		}
		b.write(func(ctx context.Context, tx *db.Tx) error { return b.service.Erase(ctx, tx, b.by.Person) })
		if sections, err := b.service.PersonalData(t.Context(), d.Read(), b.by.Person); err != nil || len(sections[0].Rows) != 0 {
			t.Errorf("after the erasure: %+v (%v)", sections, err)
		}
		seen := b.as(other)
		for _, page := range []string{Path, run, waiting, mappingsPath} {
			if body := seen.see(page, http.StatusOK); strings.Contains(body, "Jules") {
				t.Errorf("%s names the person", page)
			}
		}
		seen.says(seen.see(run, http.StatusOK), "main", "Import annulé")
	})
}

// Files that nobody goes on with leave after thirty days, those of ended imports and broken uploads after one; one of which the import goes on
// stays.
func TestFilesLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		state := func(path string, s State) {
			t.Helper()
			b.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.ExecContext(ctx, "UPDATE import_uploads SET state = $2 WHERE id = $1", strings.TrimPrefix(path, filesPath+"/"), string(s))
				return err
			})
		}
		left := func(days int, want ...string) {
			t.Helper()
			b.now = b.now.Add(time.Duration(days) * 24 * time.Hour)
			if err := b.service.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range []string{"attend", "importe", "fini", "casse", "essai"} {
				if b.number("SELECT count(*) FROM import_uploads WHERE file = $1", p+".csv") > 0 {
					got = append(got, p)
				}
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("after %d days more there are %v, want %v", days, got, want)
			}
			if n := b.number("SELECT count(*) FROM import_upload_parts WHERE upload NOT IN (SELECT id FROM import_uploads)"); n != 0 {
				t.Errorf("%d parts of files that are gone", n)
			}
			if n := b.number("SELECT count(*) FROM import_trial_batches WHERE upload NOT IN (SELECT id FROM import_uploads)"); n != 0 {
				t.Errorf("%d batches of files that are gone", n)
			}
		}
		b.given("attend.csv", someFile)
		importing, broken := b.given("importe.csv", someFile), b.given("casse.csv", someFile)
		b.imported(b.given("fini.csv", someFile))
		b.tried(b.given("essai.csv", someFile))
		state(importing, Importing)
		state(broken, Receiving)
		left(0, "attend", "importe", "fini", "casse", "essai")
		left(2, "attend", "importe", "essai")
		left(27, "attend", "importe", "essai")
		b.write(func(ctx context.Context, tx *db.Tx) error {
			return b.service.store.progress(ctx, tx, strings.TrimPrefix(importing, filesPath+"/"), Importing, 1, 2, b.now)
		})
		left(2, "importe")
		left(31)
	})
}

// After two years nothing names who imported and undid, and what was told of the runs is gone; their counts stay.
func TestOldRunsNameNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		undone := b.imported(b.given("annuaire.csv", someFile))
		l := b.cards()["Garage Koné"]
		by := listing.Author{Source: company.Source{Kind: company.FromOwner, Name: "owner"}}
		if _, _, err := listing.NewService(d, func() time.Time { return b.now }).Edit(t.Context(), by, l.ID, l.Version, listing.Content{Headline: "Ici"}, []string{"headline"}); err != nil {
			t.Fatal(err)
		}
		for _, step := range []string{"compter", "annuler"} {
			b.post(undone+"/annulation", url.Values{stepName: {step}})
			b.work()
		}
		kept := b.imported(b.given("autre.csv", someFile))
		b.now = b.now.AddDate(0, 23, 0)
		if err := b.service.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.says(b.see(undone, http.StatusOK), "main", "Jules Wamytan", "Garage Koné")
		b.now = b.now.AddDate(0, 2, 0)
		if err := b.service.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, page := range []string{Path, undone, kept, mappingsPath} {
			if body := b.see(page, http.StatusOK); strings.Contains(wordsOf(t, body, "main"), "Jules") {
				t.Errorf("%s names the person", page)
			}
		}
		if n := b.count("import_stays") + b.count("import_undo_plans") + b.count("import_batches"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		b.says(b.see(kept, http.StatusOK), "main", "plus de 24 mois")
		if a := b.ask(http.MethodPost, kept+"/annulation", url.Values{stepName: {"compter"}}); a.status == http.StatusSeeOther && a.location != kept {
			t.Errorf("an expired run is counted: %s", a.location)
		}
	})
}

// What nobody hears of any more can be pressed on by a person.
func TestWhatSeemsStuck(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	v := b.composed(path)
	v.Set(stepName, "essai")
	b.post(path, v)
	uitest.Count(t, b.see(path+"/essai", http.StatusOK), "main form", 0)
	b.now = b.now.Add(10 * time.Minute)
	uitest.One(t, b.see(path+"/essai", http.StatusOK), "main form button")
	if to := b.post(path+"/essai", nil); to != path+"/essai" {
		t.Errorf("leads to %s", to)
	}
	b.work()
	b.post(path+"/import", nil)
	uitest.Count(t, b.see(path+"/import", http.StatusOK), "main form", 0)
	b.now = b.now.Add(10 * time.Minute)
	uitest.One(t, b.see(path+"/import", http.StatusOK), "main form button")
	if to := b.post(path+"/import", nil); to != path+"/import" {
		t.Errorf("leads to %s", to)
	}
	b.work()
	run := b.ask(http.MethodGet, path+"/import", nil).location
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.now = b.now.Add(10 * time.Minute)
	uitest.One(t, b.see(run+"/annulation", http.StatusOK), "main form button")
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
	uitest.Count(t, b.see(run, http.StatusOK), "main form", 0)
	b.now = b.now.Add(10 * time.Minute)
	uitest.One(t, b.see(run, http.StatusOK), "main form button")
	b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
	b.work()
	b.says(b.see(run, http.StatusOK), "main", "Import annulé")
	if n := b.count("import_runs"); n != 1 {
		t.Errorf("%d runs", n)
	}
}

// A file is taken away by whoever says so, but not while it is imported.
func TestDiscarding(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	b.tried(path)
	b.says(b.see(path+"/abandon", http.StatusOK), "main", "a.csv")
	b.post(path+"/import", nil)
	b.says(b.checked(path, b.ask(http.MethodPost, path+"/abandon", nil), http.StatusConflict), ".errors", "en cours")
	b.work()
	other := b.given("b.csv", someFile)
	b.tried(other)
	b.post(other+"/abandon", nil)
	if n := b.count("import_uploads"); n != 1 {
		t.Errorf("%d files", n)
	}
	if n := b.count("import_upload_parts") + b.count("import_trial_batches"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if a := b.ask(http.MethodGet, other, nil); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}
