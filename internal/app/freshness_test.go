package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// keptBy is a card that was confirmed so many months ago.
func keptBy(t *testing.T, a *App, name string, months int, mails ...string) listing.Listing {
	t.Helper()
	var saved []listing.Record
	err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.SaveBatch(t.Context(), tx, []listing.Record{{
			Company: company.Company{Territory: demoTerritory, UsualName: name},
			Listing: listing.Listing{
				Territory: demoTerritory, State: listing.Published, ConfirmedAt: a.now().AddDate(0, -months, -1),
				Content: listing.Content{Name: name, Category: listing.Company, Headline: "Agence web", Emails: mails},
			},
		}}, a.now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved[0].Listing
}

// place is the territory of the tests.
func (f *front) place(t *testing.T) (by account.Actor, p freshness.Policy) {
	t.Helper()
	by = account.Operator(demoTerritory)
	p, err := f.app.Freshness.Policy(t.Context(), by, f.registry.all()[0])
	if err != nil {
		t.Fatal(err)
	}
	return by, p
}

// After its months a card says that it is unconfirmed, on its page, among the results and in the API, and stands behind its equals; by
// other months it does not. A page that was kept is none of the day or of the months before.
func TestUnconfirmedCardsSayItAndSink(t *testing.T) {
	c := newClock()
	a := start(t, Options{Now: c.now, PageCache: 1 << 20})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	old, young := keptBy(t, a, "Agence Niaouli", 19), keptBy(t, a, "Agence Banian", 17)
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	order := func() (names []string) {
		t.Helper()
		return uitest.Texts(t, f.get(t, "/nc/annuaire?q=agence").body, ".result-title")
	}
	age := func(l listing.Listing) (age string) {
		t.Helper()
		for _, path := range []string{"/nc/api/v1/listings/" + l.ID, "/nc/api/v1/listings?q=" + url.QueryEscape(l.Name)} {
			var body struct {
				Age      string
				Listings []struct{ Age, ID string }
			}
			if err := json.Unmarshal([]byte(f.get(t, path).body), &body); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(body.Listings, func(c struct{ Age, ID string }) bool { return c.ID == l.ID })
			if i >= 0 {
				body.Age = body.Listings[i].Age
			}
			if age != "" && age != body.Age {
				t.Errorf("%s by one way, %s by another", age, body.Age)
			}
			age = body.Age
		}
		return age
	}
	for day := range 5 { // whatever the turn of the day
		if got := order(); len(got) != 2 || got[0] != young.Name || got[1] != old.Name {
			t.Errorf("day %d: %q", day, got)
		}
		c.pass(24 * time.Hour)
	}
	says := "pas confirmée depuis"
	for path, want := range map[string]bool{"/nc/annuaire/" + old.Slug: true, "/nc/annuaire/" + young.Slug: false} {
		if got := f.get(t, path).body; strings.Contains(got, says) != want {
			t.Errorf("%s says that it is unconfirmed: %v", path, !want)
		}
	}
	if n := strings.Count(f.get(t, "/nc/annuaire?q=agence").body, says); n != 1 {
		t.Errorf("%d results say that they are unconfirmed", n)
	}
	if age(old) != "stale" || age(young) != "ageing" {
		t.Errorf("ages %s and %s", age(old), age(young))
	}
	updated := f.get(t, "/nc/api/v1/listings/"+young.ID).header.Get("Last-Modified")
	c.pass(30 * 24 * time.Hour) // the younger one is old now, too
	if got := f.get(t, "/nc/api/v1/listings/"+young.ID, "If-Modified-Since", updated); got.status != http.StatusOK || age(young) != "stale" {
		t.Errorf("a month later: %d, %s", got.status, age(young))
	}

	by, p := f.place(t)
	p.Unconfirmed, p.Lapse = 30, 40
	if _, err := a.Freshness.SetPolicy(t.Context(), by, f.registry.all()[0], p); err != nil {
		t.Fatal(err)
	}
	if age(old) != "ageing" || strings.Contains(f.get(t, "/nc/annuaire/"+old.Slug).body, says) {
		t.Errorf("by other months: %s", age(old))
	}
	first := map[string]bool{}
	for range 12 { // they are equals, which take turns
		first[order()[0]] = true
		c.pass(24 * time.Hour)
	}
	if len(first) != 2 {
		t.Errorf("always first: %v", first)
	}
}

// Another process learns of other months by the change log.
func TestMonthsAreFollowed(t *testing.T) {
	a := start(t, Options{})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	other := start(t, Options{Database: a.options.url()})
	by, p := f.place(t)
	p.Reminders, p.Unconfirmed = []int{2, 3}, 5
	if _, err := other.Freshness.SetPolicy(t.Context(), by, f.registry.all()[0], p); err != nil {
		t.Fatal(err)
	}
	changes, err := a.DB.Changes(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.followed(t.Context(), f.registry, changes); err != nil {
		t.Fatal(err)
	}
	if got := a.ages(demoTerritory); got.Ageing != 2 || got.Stale != 5 {
		t.Errorf("%+v", got)
	}
	if again := start(t, Options{Database: a.options.url()}); again.ages(demoTerritory).Stale != 5 {
		t.Error("a process that starts does not know them")
	}
}

// Who reads the published address of a card stops the letters by their link, and takes that back.
func TestLettersToAddressesStop(t *testing.T) {
	c := newClock()
	a := start(t, Options{Now: c.now, Fictional: true, PublicURL: "http://localhost:8080"})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	keptBy(t, a, "Agence Niaouli", 0, "bonjour@niaouli.example")
	f := newFront(t, a)
	by, p := f.place(t)
	p.Active = true
	if _, err := a.Freshness.SetPolicy(t.Context(), by, f.registry.all()[0], p); err != nil {
		t.Fatal(err)
	}
	letters := func() (list []string) {
		t.Helper()
		if err := a.Freshness.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows, err := a.DB.Read().QueryContext(t.Context(), "SELECT body_text FROM mails WHERE to_mail = 'bonjour@niaouli.example' ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			list = append(list, text)
		}
		return list
	}
	if got := letters(); len(got) != 0 {
		t.Errorf("%d letters on the first day", len(got))
	}
	c.pass(183 * 24 * time.Hour)
	first := letters()
	if len(first) != 1 {
		t.Fatalf("%d letters", len(first))
	}
	stop := regexp.MustCompile(`/nc/desabonnement/[\w.-]+`).FindString(first[0])
	v := f.visitor(t)
	uitest.One(t, v.get(stop).body, "main form[method=post]")
	back := v.send(http.MethodPost, stop, url.Values{})
	if back.status != http.StatusSeeOther {
		t.Fatalf("%d", back.status)
	}
	pass := uitest.Attr(uitest.One(t, v.get(back.header.Get("Location")).body, "input[name=retour]"), "value")
	c.pass(92 * 24 * time.Hour)
	if got := letters(); len(got) != 1 {
		t.Errorf("%d letters after the address has refused", len(got))
	}
	c.pass(-92 * 24 * time.Hour)
	if got := v.send(http.MethodPost, stop+"/retour", url.Values{"retour": {pass}}); got.status != http.StatusSeeOther {
		t.Errorf("taken back: %d", got.status)
	}
	uitest.One(t, v.get(stop).body, "main form[method=post]")
	c.pass(184 * 24 * time.Hour)
	if got := letters(); len(got) != 2 {
		t.Errorf("%d letters once that is taken back", len(got))
	}
}

// What the health of the directory counts is what the list that it leads to shows, also where somebody acts who wants no letters.
func TestHealthCountsWhatItsListsShow(t *testing.T) {
	q := newQueued(t, 2)
	p, err := q.a.Accounts.Known(t.Context(), q.a.DB.Read(), "owner0@example.nc")
	if err == nil {
		err = q.a.Accounts.Refuse(t.Context(), p.ID, freshness.Topic)
	}
	if err != nil {
		t.Fatal(err)
	}
	page := q.get("/nc" + freshness.HealthPath).body
	values, links := uitest.Texts(t, page, ".tile-value"), uitest.Find(t, page, ".tile-label a")
	if len(values) != 6 || len(links) != len(values) || !strings.Contains(words(t, page), "une autre a quelqu’un, que nos courriels n’atteignent pas") {
		t.Fatal(values, words(t, page))
	}
	for i, a := range links {
		rows := uitest.Find(t, q.get(uitest.Attr(a, "href")).body, "tbody[data-rows] tr")
		if values[i] != strconv.Itoa(len(rows)) {
			t.Errorf("%s: %s are counted, %d listed", uitest.Attr(a, "href"), values[i], len(rows))
		}
	}
}

// The demonstration has begun its reminders, asks one of its owners at once, and shows how its directory was kept.
func TestFreshnessOfTheDemonstration(t *testing.T) {
	a := stocked(t, Options{PublicURL: "http://localhost:8080"})
	a.askInDemo(t.Context())
	var n int
	if err := a.DB.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM mails WHERE kind = 'freshness.reminder' AND to_mail = 'paul.lefevre@example.org'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d letters to Paul, %v", n, err)
	}
	f := newFront(t, a)
	by, p := f.place(t)
	h, err := a.Freshness.Health(t.Context(), by, f.registry.all()[0])
	if err != nil || !p.Runs() || len(h.Days) < weeksInDemo || h.All.Cards < 300 {
		t.Errorf("%d days, %+v, %v", len(h.Days), h.All, err)
	}
}
