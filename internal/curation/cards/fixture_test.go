package cards_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/curation/cards"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// house is the room with those that it stands on, and a clock that only the test moves.
type house struct {
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	listings *listing.Service
	changes  *curation.Service
	s        *cards.Service
	router   *web.Router
	place    *territory.Territory
	settled  []string

	mu    sync.Mutex
	clock time.Time

	lise account.Actor // a project manager
	lea  account.Actor // a reader
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// Settle implements cards.Twins.
func (h *house) Settle(_ context.Context, _ *db.Tx, _, a, b string, one bool) error {
	word := "two"
	if one {
		word = "one"
	}
	h.settled = append(h.settled, word+" "+min(a, b)+" "+max(a, b))
	return nil
}

type sites struct{ p *locale.Printer }

func (s sites) Site(context.Context, string, string) (account.Site, error) {
	return account.Site{P: s.p, Cluster: "OPEN NC", Base: "https://grappe.example"}, nil
}

// each runs a test on both engines.
func each(t *testing.T, f func(h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(newHouse(t, d)) })
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: time.Date(2026, 11, 30, 2, 30, 0, 0, time.UTC), router: web.NewRouter()}
	rooms := territory.NewService(d, presets.FS)
	var err error
	h.place, err = rooms.Add(t.Context(), "nc")
	h.must(err)
	q := queue.New(queue.Options{DB: d, Now: h.now})
	out := mail.NewOutbox(mail.Options{DB: d, Queue: q, Now: h.now, From: "x@grappe.example", Hostname: "grappe.example", Keep: true})
	site := sites{localetest.Printer(t, "fr", account.Texts, curation.Texts, listing.Texts)}
	h.accounts = account.NewService(account.Rooms{DB: d, Outbox: out, Sites: site, Companies: company.Store{}, Now: h.now})
	h.listings = listing.NewService(d, h.now)
	var tax curation.Taxonomies
	for name, to := range map[string]**taxonomy.Taxonomy{taxonomy.Competences: &tax.Competences, taxonomy.Sectors: &tax.Sectors} {
		*to, err = taxonomy.Load(presets.FS, name)
		h.must(err)
	}
	h.changes = curation.NewService(curation.Rooms{
		DB: d, Accounts: h.accounts, Listings: h.listings, Territories: rooms, Taxonomies: tax, Sites: site, Queue: q, Now: h.now,
	})
	h.s = cards.NewService(cards.Rooms{
		DB: d, Accounts: h.accounts, Listings: h.listings, Changes: h.changes, Territories: rooms, Taxonomies: tax, Twins: h, Now: h.now,
		Source: func(_ context.Context, name, _ string) (string, error) {
			return map[string]string{"annuaire": "Annuaire 2025"}[name], nil
		},
		Cluster: func(context.Context, string, string) (string, error) { return "OPEN NC", nil },
		Found:   func(_ *locale.Printer, f listing.Flag) string { return "Constaté : " + f.Detail },
	})
	pages, err := cards.NewPages(h.s)
	h.must(err)
	pages.Routes(h.router)
	h.lise, h.lea = h.appoint("lise@grappe.example", "Lise", account.ProjectManager), h.appoint("lea@grappe.example", "Léa", account.Reader)
	return h
}

func (h *house) appoint(address, name string, role account.Role) account.Actor {
	h.t.Helper()
	p, err := h.accounts.Appoint(h.t.Context(), account.Operator("nc"), address, role)
	h.must(err)
	actor := account.Actor{Person: p.ID, Mail: p.Mail, Name: name, Territory: "nc", Lang: "fr", Roles: []account.Role{role}, ProvedAt: h.now(), StrongAt: h.now()}
	h.must(h.accounts.SetProfile(h.t.Context(), actor, account.Profile{Name: name, Lang: "fr"}))
	return actor
}

// owner is a person who acts for the company of a card.
func (h *house) owner(address, name string, l listing.Listing) account.Actor {
	h.t.Helper()
	actor := account.Actor{Mail: address, Name: name, Territory: "nc", Lang: "fr", ProvedAt: h.now(), Companies: map[string]account.Role{l.CompanyID: account.CompanyManager}}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, _, err := h.accounts.Arrive(ctx, tx, address, "nc", "fr")
		if err != nil {
			return err
		}
		actor.Person = p.ID
		if err := h.accounts.Name(ctx, tx, p.ID, name); err != nil {
			return err
		}
		return h.accounts.Attach(ctx, tx, p.ID, l.CompanyID, "nc", account.CompanyManager)
	})
	return actor
}

// content is what an imported card says.
func content(name string) listing.Content {
	return listing.Content{
		Name: name, Category: listing.Company, Headline: "Sites et applications", Phones: []string{"+687251010"}, Emails: []string{"contact@atelier.example"},
		Address: "12 rue de l’Alma", Postcode: "98800", City: "Nouméa", Zone: "98818",
	}
}

// imported is a published card as an import leaves it.
func (h *house) imported(c listing.Content) listing.Listing {
	h.t.Helper()
	var l listing.Listing
	source := company.Source{Kind: company.FromImport, Name: "annuaire", At: h.now().AddDate(0, -2, 0)}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		card, _ := listing.Merge(listing.Listing{Territory: "nc", State: listing.Published}, c, nil, source)
		saved, err := listing.Store{}.Save(ctx, tx, listing.Record{Listing: card, Company: company.Company{Territory: "nc", UsualName: c.Name, Status: company.Active}}, h.now())
		l = saved.Listing
		return err
	})
	return l
}

func (h *house) card(id string) listing.Listing {
	h.t.Helper()
	l, err := listing.Reader{}.ByID(h.t.Context(), h.db.Read(), id)
	h.must(err)
	return l
}

// edit has somebody write to a card, an hour after what was before.
func (h *house) edit(by account.Actor, id string, c listing.Content, fields ...string) listing.Listing {
	h.t.Helper()
	h.pass(time.Hour)
	out, err := h.changes.Submit(h.t.Context(), by, id, h.card(id).Version, c, fields)
	h.must(err)
	return out.Listing
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(do func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error { return do(h.t.Context(), tx) }))
}

// answer is what a request was answered.
type answer struct {
	status         int
	body, location string
}

// ask sends a request as somebody, and checks the page that comes.
func (h *house) ask(by account.Actor, lang, method, path string, form url.Values) answer {
	h.t.Helper()
	f := uitest.Frame(h.t, lang, cards.Texts, curation.Texts, listing.Texts, company.Texts, account.Texts, web.Texts)
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.router.ServeHTTP(w, r.WithContext(territory.With(account.With(ui.With(r.Context(), f), by), h.place)))
	a := answer{w.Code, w.Body.String(), w.Header().Get("Location")}
	if strings.Contains(a.body, `id="main"`) { // errors are put into words by app
		uitest.CheckPage(h.t, a.body)
		if w.Header().Get("Cache-Control") != "no-store" {
			h.t.Errorf("%s %s may be kept", method, path)
		}
	}
	return a
}

func (h *house) get(by account.Actor, path string) answer {
	h.t.Helper()
	return h.ask(by, "fr", http.MethodGet, path, nil)
}

func (h *house) send(by account.Actor, path string, form url.Values) answer {
	h.t.Helper()
	return h.ask(by, "fr", http.MethodPost, path, form)
}
