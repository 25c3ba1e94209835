package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/mirror"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/schema"
	"grappe/internal/territory"
)

// twoInstances are one that is stocked and serves, and one that copies it.
type twoInstances struct {
	source, copy *App
	url          string
	front        *front           // of the source
	page         string           // how many cards a page of the feed holds, whatever is asked for; "" for as asked
	outage       http.HandlerFunc // answers in place of the source where given
}

// newTwo makes them over a stocked base and an empty one.
func newTwo(t *testing.T, source, empty string) *twoInstances {
	t.Helper()
	two := &twoInstances{source: stocked(t, Options{Database: source})}
	two.front = newFront(t, two.source)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if two.outage != nil {
			two.outage(w, r)
			return
		}
		if query := r.URL.Query(); two.page != "" && query.Has("limit") {
			query.Set("limit", two.page)
			r.URL.RawQuery = query.Encode()
		}
		two.front.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	two.url = server.URL
	two.copy = start(t, Options{
		Database: empty, PrivateNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, MirrorEvery: time.Minute,
	})
	return two
}

// register makes the second instance's territory a mirror of the first one's.
func (two *twoInstances) register(t *testing.T) {
	t.Helper()
	found, err := Probe(t.Context(), two.copy.options, two.url, demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := two.copy.Ensure(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := two.copy.Mirrors.Add(t.Context(), found); err != nil {
		t.Fatal(err)
	}
}

func (two *twoInstances) sync(t *testing.T) mirror.Report {
	t.Helper()
	report, err := two.copy.Mirrors.Sync(t.Context(), demoTerritory, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.LeftOut) > 0 || len(report.Mended) > 0 {
		t.Errorf("left out %v, mended %v", report.LeftOut, report.Mended)
	}
	return report
}

// shown is what an instance shows of the territory, by slug, apart from what belongs to the instance: the identifier, the
// date of writing, the address of the page, and the name of the source that it has it from.
func shown(t *testing.T, a *App) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := a.Listings.EachRecord(t.Context(), a.DB.Read(), demoTerritory, func(r listing.Record) error {
		if r.Listing.State != listing.Published {
			return nil
		}
		p := listing.PublicOf(r, "")
		p.ID, p.UpdatedAt, p.Sources = "", time.Time{}, nil
		text, err := json.Marshal(p)
		out[p.Slug] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (two *twoInstances) equal(t *testing.T) {
	t.Helper()
	want, got := shown(t, two.source), shown(t, two.copy)
	for slug, text := range want {
		if got[slug] != text {
			t.Fatalf("the copy shows\n%s\nnot\n%s", got[slug], text)
		}
	}
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("the copy shows %d cards of %d", len(got), len(want))
	}
}

// A mirror shows, over HTTP and on either engine, what its source shows, and follows whatever is done to a card there.
func TestMirrorOfAnotherInstance(t *testing.T) {
	base, page := demoBase, "100"
	if raced { // more cards race no more
		base, page = fewBase, "20"
	}
	for name, urls := range map[string]func(t *testing.T) (source, empty string){
		"sqlite to postgres": func(t *testing.T) (source, empty string) { return base.SQLite(t), dbtest.PostgresURL(t, schema.FS) },
		"postgres to sqlite": func(t *testing.T) (source, empty string) { return base.Postgres(t), "" },
	} {
		t.Run(name, func(t *testing.T) {
			source, empty := urls(t)
			two := newTwo(t, source, empty)
			two.register(t)

			// Cut off after the first page, then taken up again.
			two.page = page
			ctx, cancel := context.WithCancel(t.Context())
			first, err := two.copy.Mirrors.Sync(ctx, demoTerritory, func(int) { cancel() })
			if !errors.Is(err, context.Canceled) || first.Created == 0 {
				t.Fatalf("%+v %v", first, err)
			}
			rest := two.sync(t)
			if rest.Created == 0 || rest.Updated != 0 || rest.Unchanged != 0 || first.Created+rest.Created != len(shown(t, two.source)) {
				t.Errorf("%d cards, then %+v", first.Created, rest)
			}
			two.equal(t)

			edits := workOn(t, two.source)
			r := two.sync(t)
			if r.Updated != edits.updated || r.Removed != edits.removed || r.Created != 0 {
				t.Errorf("updated %d, removed %d, created %d; not %+v", r.Updated, r.Removed, r.Created, edits)
			}
			two.equal(t)

			if r := two.sync(t); r.Created+r.Updated+r.Removed+r.Unchanged != 0 {
				t.Errorf("nothing changed, but %+v", r)
			}
			// A restored source does not know the cursor: all is compared, and nothing changes.
			two.restoreSource(t)
			if r := two.sync(t); !r.Restarted || r.Created+r.Updated+r.Removed != 0 || r.Unchanged != len(shown(t, two.source)) {
				t.Errorf("after a restore %+v", r)
			}
			two.equal(t)
		})
	}
}

// restoreSource moves the source to another base by way of a backup.
func (two *twoInstances) restoreSource(t *testing.T) {
	t.Helper()
	var backup bytes.Buffer
	if err := two.source.DB.Backup(t.Context(), &backup); err != nil {
		t.Fatal(err)
	}
	o := Options{Data: t.TempDir()}
	if err := Restore(t.Context(), o, &backup); err != nil {
		t.Fatal(err)
	}
	two.source = start(t, o)
	two.front = newFront(t, two.source)
}

type edits struct{ updated, removed int }

// workOn does to cards of an instance what people do: change, rename, hide, publish again, merge, split, delete.
func workOn(t *testing.T, a *App) edits {
	t.Helper()
	ctx, service, staff := t.Context(), listing.NewService(a.DB, today), company.Source{Kind: company.FromStaff, Name: "test"}
	var cards []listing.Listing
	err := a.Listings.Each(ctx, a.DB.Read(), demoTerritory, func(l listing.Listing) error {
		if l.State == listing.Published {
			cards = append(cards, l)
		}
		return nil
	})
	if err != nil || len(cards) < 20 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	must := func(l listing.Listing, err error) listing.Listing {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	one := func(l listing.Listing, _ []string, err error) listing.Listing { return must(l, err) }
	owner := company.Source{Kind: company.FromOwner}
	one(service.Edit(ctx, listing.Author{Source: owner}, cards[0].ID, cards[0].Version, listing.Content{Headline: "Du nouveau"}, []string{"headline", "phones"}))
	one(service.Edit(ctx, listing.Author{Source: owner}, cards[1].ID, cards[1].Version, listing.Content{Name: "Un tout autre nom"}, []string{"name"}))
	must(service.Confirm(ctx, listing.Author{}, cards[2].ID, cards[2].Version))
	must(service.Hide(ctx, listing.Author{}, cards[3].ID, cards[3].Version))
	hidden := must(service.Hide(ctx, listing.Author{}, cards[4].ID, cards[4].Version))
	must(service.Publish(ctx, listing.Author{}, hidden.ID, hidden.Version))
	must(service.Merge(ctx, listing.Author{Source: staff}, cards[5].ID, cards[6].ID))
	must(service.Merge(ctx, listing.Author{Source: staff}, cards[7].ID, cards[8].ID))
	must(service.Split(ctx, listing.Author{}, cards[8].ID))
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		return listing.Store{}.Delete(ctx, tx, []string{cards[9].ID, cards[10].ID}, today())
	})
	if err != nil {
		t.Fatal(err)
	}
	joined := listing.PublicOf(record(t, a, cards[5].ID), "")
	before := listing.PublicOf(listing.Record{Listing: cards[5]}, "")
	joined.LegalName, joined.Identifiers, joined.FoundedYear, joined.SizeClass = "", nil, 0, ""
	joined.UpdatedAt, joined.Sources, before.Sources = before.UpdatedAt, nil, nil
	e := edits{updated: 3, removed: 4}
	if fmt.Sprintf("%+v", joined) != fmt.Sprintf("%+v", before) {
		e.updated++ // it took something over
	}
	return e
}

func record(t *testing.T, a *App, id string) listing.Record {
	t.Helper()
	records, err := a.Listings.Records(t.Context(), a.DB.Read(), []string{id})
	if err != nil || len(records) != 1 {
		t.Fatal(err)
	}
	return records[0]
}

// The pages of a copy say whose it is, lead there, keep search engines away, and tell when the source does not answer.
func TestPagesOfAMirror(t *testing.T) {
	two := newTwo(t, fewBase.SQLite(t), "")
	now := today()
	two.copy.now = func() time.Time { return now }
	two.copy.openMirrors()
	two.register(t)
	f := newFront(t, two.copy)
	mustHold(t, "a copy that has not begun", f.get(t, "/nc").body, "Copie de l’annuaire de 127.0.0.1", "il manque encore des fiches")
	two.sync(t)
	if _, err := two.copy.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	var l listing.Listing
	err := two.copy.Listings.Each(t.Context(), two.copy.DB.Read(), demoTerritory, func(each listing.Listing) error { l = each; return nil })
	if err != nil {
		t.Fatal(err)
	}
	original := two.url + "/nc/annuaire/" + l.Slug
	page := f.get(t, "/nc/annuaire/"+l.Slug)
	mustHold(t, "a copied card", page.body, `<link rel="canonical" href="`+original+`">`, `<meta name="robots" content="noindex">`, `href="`+original+`"`,
		"tenue à jour", "Source")
	mustHold(t, "in English", f.get(t, "/nc/en/annuaire").body, "kept up to date; last update", `content="noindex`)
	mustHold(t, "the open data of a copy", f.get(t, "/nc/donnees/datapackage.json").body, two.url+`/nc/annuaire"`)
	if robots := f.get(t, "/robots.txt"); strings.Contains(robots.body, "/nc/sitemap.xml") {
		t.Errorf("search engines are sent to a copy: %s", robots.body)
	}

	two.outage = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	}
	if _, err := two.copy.Mirrors.Sync(t.Context(), demoTerritory, nil); !errs.Is(err, errs.Forbidden) {
		t.Errorf("%v", err)
	}
	now = now.Add(25 * time.Hour)
	page = f.get(t, "/nc/annuaire/"+l.Slug)
	mustHold(t, "a card of a source that does not answer", page.body, "ne répond pas comme il faut depuis le", html.EscapeString(l.Name))
	if page.status != http.StatusOK || strings.Contains(page.body, "169.254") {
		t.Errorf("status %d", page.status)
	}
	two.outage = nil
	two.equal(t)

	if _, err := two.copy.Mirrors.Remove(t.Context(), demoTerritory, true); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	page = f.get(t, "/nc/annuaire/"+l.Slug)
	if strings.Contains(page.body, "noindex") || strings.Contains(page.body, "Copie de l’annuaire") || strings.Contains(page.body, original) {
		t.Error("a card that became our own is still told as a copy")
	}
}

// A copy is published under the terms of its original while it is one, whatever the territory's own are, which stay.
func TestMirrorKeepsTheLicence(t *testing.T) {
	two := newTwo(t, fewBase.SQLite(t), "")
	setLicence := func(a *App, id string) {
		t.Helper()
		if err := a.Territories.SetLicence(t.Context(), demoTerritory, territory.Licence{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	now := today()
	two.copy.now = func() time.Time { return now }
	two.copy.openMirrors()
	setLicence(two.source, "ODbL-1.0")
	two.front = newFront(t, two.source)
	two.register(t)
	setLicence(two.copy, "CC0-1.0")
	two.sync(t)
	if _, err := two.copy.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	published := func(want string) {
		t.Helper()
		now = now.Add(time.Minute)
		place, err := two.copy.Territories.Get(t.Context(), demoTerritory)
		if err != nil || place.DataLicence().ID != "CC0-1.0" {
			t.Errorf("the territory's own licence is %+v, %v", place.DataLicence(), err)
		}
		if got := two.copy.licenceOf(t.Context(), place).ID; got != want {
			t.Errorf("the cards are under %q, not %q", got, want)
		}
		f := newFront(t, two.copy)
		for _, path := range []string{"/nc/api/v1/territories", "/nc/donnees/datapackage.json", "/nc/donnees/catalogue.jsonld"} {
			got := f.get(t, path)
			known := territory.Licence{ID: want}.Completed()
			if got.status != http.StatusOK || want != "" && !strings.Contains(got.body, known.ID) && !strings.Contains(got.body, known.URL) {
				t.Errorf("%s: %d, without %s", path, got.status, want)
			}
			for _, other := range territory.Licences() {
				if other.ID != want && (strings.Contains(got.body, `"`+other.ID+`"`) || strings.Contains(got.body, `"`+other.URL+`"`)) {
					t.Errorf("%s grants %s", path, other.ID)
				}
			}
		}
	}
	published("ODbL-1.0")

	setLicence(two.source, "CC-BY-4.0")
	two.front = newFront(t, two.source)
	now = now.Add(25 * time.Hour)
	two.sync(t)
	published("CC-BY-4.0")

	// A source that says no terms grants none.
	err := two.copy.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE mirrors SET terms = '', licence = ''")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	published("")

	if _, err := two.copy.Mirrors.Remove(t.Context(), demoTerritory, false); err != nil {
		t.Fatal(err)
	}
	published("CC0-1.0")
}

// Serve follows the mirrors by itself, and stops with the rest.
func TestServeFollowsMirrors(t *testing.T) {
	two := newTwo(t, fewBase.SQLite(t), "")
	two.register(t)
	j := newJournal()
	two.copy.log = slog.New(j)
	s := serve(t, two.copy, j)
	whenCopied(t, two.copy)
	eventually(t, s.url+"/nc/api/v1/listings?limit=1", func(a answer) bool { return a.status == http.StatusOK })
	two.equal(t)
	s.stop()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

// whenCopied waits until the first copy is whole.
func whenCopied(t *testing.T, a *App) {
	t.Helper()
	again, patience := time.NewTicker(100*time.Millisecond), time.After(2*time.Minute) // the race detector takes its time
	defer again.Stop()
	for {
		m, err := a.Mirrors.Get(t.Context(), demoTerritory)
		if err != nil || m.Failures > 0 {
			t.Fatalf("%+v, %v", m, err)
		}
		if m.Complete && !m.LastOKAt.IsZero() {
			return
		}
		select {
		case <-again.C:
		case <-patience:
			t.Fatalf("never copied: %+v", m)
		}
	}
}

// While the base does not answer, pages go by what was known of the mirrors.
func TestCopiesAreRemembered(t *testing.T) {
	now, asked := today(), 0
	var failure error
	c := &copies{now: func() time.Time { return now }, list: func(context.Context) ([]mirror.Mirror, error) {
		asked++
		return []mirror.Mirror{{Territory: "pf"}}, failure
	}}
	is := func(code string, want bool, times int) {
		t.Helper()
		if _, ok := c.of(t.Context(), code); ok != want || asked != times {
			t.Errorf("%s: %v, asked %d times", code, ok, asked)
		}
	}
	failure = errors.New("away")
	is("pf", false, 1)
	failure = nil
	is("pf", true, 2)
	is("nc", false, 2)
	now, failure = now.Add(rememberCopies), errors.New("away")
	is("pf", true, 3)
	is("pf", true, 3)
	now, failure = now.Add(rememberCopies), nil
	c.reading.Store(true) // another request asks already
	is("pf", true, 3)
	c.reading.Store(false)
	is("pf", true, 4)
}
