package suggest_test

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/curation/suggest"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

func today() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

func rooms() []fs.FS {
	return []fs.FS{suggest.Texts, curation.Texts, account.Texts, listing.Texts, company.Texts, web.Texts, mail.Texts}
}

// bench is the pages over a real base, in New Caledonia.
type bench struct {
	*web.Router
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	changes  *curation.Service
	cards    *listing.Service
	outbox   *mail.Outbox
	nc       *territory.Territory
	now      time.Time
	named    []string // what the search by name finds
	original string
	address  string // "" where nobody vouches for the host
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	b := &bench{Router: web.NewRouter(), t: t, db: d, now: today(), address: "https://grappe.example/nc"}
	now := func() time.Time { return b.now }
	territories := territory.NewService(d, presets.FS)
	var err error
	if b.nc, err = territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		t.Fatal(err)
	}
	b.outbox = mail.NewOutbox(mail.Options{DB: d, Now: now, Keep: true, Hostname: "grappe.example"})
	b.cards = listing.NewService(d, now)
	b.accounts = account.NewService(account.Rooms{DB: d, Outbox: b.outbox, Sites: sites{t}, Now: now})
	b.changes = curation.NewService(curation.Rooms{
		DB: d, Accounts: b.accounts, Listings: b.cards, Territories: territories, Sites: sites{t}, Now: now,
		Taxonomies: curation.Taxonomies{Competences: competences, Sectors: sectors},
	})
	pages, err := suggest.NewPages(suggest.New(suggest.Rooms{
		DB: d, Changes: b.changes, Outbox: b.outbox, Sites: sites{t}, Competences: competences, Now: now,
		Key:      func(context.Context, string) ([]byte, error) { return []byte("a key for the tests of this room"), nil },
		Address:  func(_ *http.Request, path string) string { return b.at(path) },
		Named:    func(context.Context, string, string, int) ([]string, error) { return b.named, nil },
		Original: func(context.Context, string, string) (string, error) { return b.original, nil },
		Places:   "/annuaire/lieux",
		Claim:    func(slug string) string { return "/annuaire/" + slug + "/revendiquer" },
	}))
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(b.Router)
	return b
}

func (b *bench) at(path string) string {
	if b.address == "" {
		return ""
	}
	return b.address + path
}

type sites struct{ t *testing.T }

func (s sites) Site(_ context.Context, _, lang string) (account.Site, error) {
	return account.Site{P: localetest.Printer(s.t, lang, rooms()...), Cluster: "Grappe d’essai", Base: "https://grappe.example/nc", Accent: "#0A5A78"}, nil
}

func (b *bench) write(f func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

// card stores a published card.
func (b *bench) card(name string, c listing.Content) listing.Listing {
	b.t.Helper()
	c.Name, c.Category = name, listing.Company
	r := listing.Record{Company: company.Company{UsualName: name, Territory: "nc"}, Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: c}}
	b.write(func(tx *db.Tx) error {
		saved, err := listing.Store{}.SaveBatch(b.t.Context(), tx, []listing.Record{r}, b.now)
		if err == nil {
			r = saved[0]
		}
		return err
	})
	return r.Listing
}

func (b *bench) lagon() listing.Listing {
	return b.card("Atelier du Lagon", listing.Content{
		Phones: []string{"+687281234", "+687281235"}, Emails: []string{"contact@lagon.example"}, Websites: []string{"https://lagon.example"},
		Address: "12 rue de l’Alma", City: "Nouméa", Zone: "98818", Headline: "Sites pour artisans",
	})
}

// visitor is a browser.
type visitor struct {
	*bench
	by   account.Actor
	lang string
	from string
}

func (b *bench) visitor() *visitor { return &visitor{bench: b, lang: "fr", from: "192.0.2.1:4711"} }

// enter signs a person in.
func (b *bench) enter(address string) *visitor {
	b.t.Helper()
	v := b.visitor()
	var token string
	b.write(func(tx *db.Tx) error {
		p, _, err := b.accounts.Arrive(b.t.Context(), tx, address, "nc", "fr")
		if err == nil {
			token, err = b.accounts.Enter(b.t.Context(), tx, p, account.Proof{Method: account.ByCode, Territory: "nc"}, "")
		}
		return err
	})
	var err error
	if v.by, err = b.accounts.Actor(b.t.Context(), token, "nc"); err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (v *visitor) ask(method, path, body string) *httptest.ResponseRecorder {
	v.t.Helper()
	f := uitest.Frame(v.t, v.lang, rooms()...)
	f.Languages = locale.Languages()
	path = strings.TrimPrefix(strings.TrimPrefix(path, "/nc"), "/en")
	r := httptest.NewRequestWithContext(ui.With(v.t.Context(), f), method, path, strings.NewReader(body))
	r.RemoteAddr = v.from
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.NewTextHandler(v.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Rate: web.Rate{PerSecond: -1},
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return f.P }},
	}, v.Router).ServeHTTP(w, r.WithContext(account.With(territory.With(r.Context(), v.nc), v.by)))
	return w
}

var loneKey = regexp.MustCompile(`>[^<]*\b(suggest|curation|account|listing)\.[a-z_.]+[^<]*<`)

func (v *visitor) checked(path string, w *httptest.ResponseRecorder, status int) string {
	v.t.Helper()
	if w.Code != status {
		v.t.Fatalf("%s: %d, want %d: %s", path, w.Code, status, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		v.t.Errorf("%s: Cache-Control %q", path, got)
	}
	body := w.Body.String()
	if !strings.Contains(body, `<main class="`) && !strings.Contains(body, "id=\"main\"") { // the bare page of an error
		return body
	}
	for _, fault := range uitest.Faults(v.t, body) {
		v.t.Errorf("%s in %s: %s", path, v.lang, fault)
	}
	if key := loneKey.FindString(body); key != "" {
		v.t.Errorf("%s in %s shows the key %s", path, v.lang, key)
	}
	return body
}

// see gives a page, and fails the test unless it has that status and keeps the rules of the house.
func (v *visitor) see(path string, status int) string {
	v.t.Helper()
	return v.checked(path, v.ask(http.MethodGet, path, ""), status)
}

// form is the form of a page as a browser would send it, with some fields changed; values come in pairs.
func (v *visitor) form(page string, fields ...string) url.Values {
	v.t.Helper()
	form := url.Values{}
	for _, n := range uitest.Find(v.t, page, "main form[method=post] input, main form[method=post] textarea") {
		name, kind := uitest.Attr(n, "name"), uitest.Attr(n, "type")
		_, ticked := attr(n, "checked")
		switch {
		case (kind == "radio" || kind == "checkbox") && !ticked:
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			form.Add(name, strings.ReplaceAll(text, "\n", "\r\n")) // as browsers send it
		default:
			form.Add(name, uitest.Attr(n, "value"))
		}
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

// send fills in the form of a page and sends it.
func (v *visitor) send(path string, fields ...string) *httptest.ResponseRecorder {
	v.t.Helper()
	form := v.form(v.see(path, http.StatusOK), fields...)
	v.now = v.now.Add(20 * time.Second)
	return v.post(path, form)
}

func (v *visitor) post(path string, form url.Values) *httptest.ResponseRecorder {
	v.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	return v.ask(http.MethodPost, path, form.Encode())
}

// sent sends a form that is taken, and gives where it is followed.
func (v *visitor) sent(path string, fields ...string) string {
	v.t.Helper()
	w := v.send(path, fields...)
	if next := w.Header().Get("Location"); w.Code == http.StatusSeeOther && strings.HasPrefix(next, "/nc/signalements/") {
		return next
	}
	v.t.Fatalf("%s: %d: %s", path, w.Code, w.Body)
	return ""
}

// confirms presses the button of the last letter to an address, and gives the page of the link.
func (b *bench) confirms(address string) string {
	b.t.Helper()
	link := b.link(address)
	v := b.visitor()
	if w := v.ask(http.MethodPost, link, url.Values{"faire": {"confirmer"}}.Encode()); w.Code != http.StatusSeeOther {
		b.t.Fatalf("confirming: %d: %s", w.Code, w.Body)
	}
	return link
}

// link is the path of the last letter to an address.
func (b *bench) link(address string) string {
	b.t.Helper()
	link := regexp.MustCompile(`https://grappe\.example/nc(/signalements/\S+)`).FindStringSubmatch(b.letter(address))
	if link == nil {
		b.t.Fatalf("no link in %s", b.letter(address))
	}
	return link[1]
}

// letter is the text of the last letter to an address, "" for none.
func (b *bench) letter(address string) string {
	b.t.Helper()
	list, err := b.outbox.List(b.t.Context(), mail.Filter{To: address, Limit: 1})
	if err != nil || len(list) == 0 {
		return ""
	}
	m, err := b.outbox.Get(b.t.Context(), list[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return m.Text
}

// staff is a project manager.
func (b *bench) staff() account.Actor {
	return account.Actor{Person: "staff", Territory: "nc", Roles: []account.Role{account.ProjectManager}, Lang: "fr"}
}

// waiting are the changes that wait.
func (b *bench) waiting() []curation.Change {
	b.t.Helper()
	list, err := b.changes.Waiting(b.t.Context(), b.staff(), curation.Filter{})
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

func onEach(t *testing.T, f func(t *testing.T, b *bench)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newBench(t, d)) })
}

func (b *bench) exec(statement string) {
	b.t.Helper()
	b.write(func(tx *db.Tx) error {
		_, err := tx.ExecContext(b.t.Context(), statement)
		return err
	})
}
