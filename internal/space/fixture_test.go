package space_test

import (
	"context"
	"html/template"
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
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/space"
	"grappe/internal/territory"
)

func today() time.Time { return time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC) }

func rooms() []fs.FS { return []fs.FS{space.Texts, account.Texts, web.Texts, mail.Texts} }

// bench is the pages over a real base.
type bench struct {
	*web.Router
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	outbox   *mail.Outbox
	now      time.Time
	frame    func(ui.Frame) ui.Frame // what a screenshot needs; nil in tests
	resumed  url.Values
	card     string // path of the published card of any company
	waiting  []office.Waiting
	ongoing  []office.Waiting
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{Router: web.NewRouter(), t: t, db: dbtest.SQLite(t), now: today()}
	now := func() time.Time { return b.now }
	b.outbox = mail.NewOutbox(mail.Options{DB: b.db, Now: now, Keep: true, Hostname: "grappe.example"})
	b.accounts = account.NewService(account.Rooms{DB: b.db, Outbox: b.outbox, Sites: sites{t}, Companies: company.Store{}, Now: now})
	pages, err := space.NewPages(space.Rooms{
		Accounts: b.accounts, Passkeys: panel{}, Identities: identities{}, Entries: space.Entries, Topics: topics, Now: now,
		Waiters: func() []office.Waiter { return []office.Waiter{waiter(b.waiting)} },
		Ongoing: func() []office.Waiter { return []office.Waiter{waiter(b.ongoing)} },
		Natural: func(_ context.Context, company string) (bool, error) { return company == "atelier", nil },
		Card:    func(context.Context, string) (string, error) { return b.card, nil },
		Action:  func(*locale.Printer, string) string { return "Une action" },
		Place:   func(context.Context, string, string) string { return "Wallis-et-Futuna" },
	})
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(b.Router)
	b.company("atelier", "nc", "Léa Kanak, photographe")
	b.company("lagon", "nc", "Les Ateliers du Lagon")
	b.company("uvea", "wf", "Uvea Numérique")
	return b
}

type sites struct{ t *testing.T }

func (s sites) Site(_ context.Context, _, lang string) (account.Site, error) {
	return account.Site{P: localetest.Printer(s.t, lang, rooms()...), Cluster: "Grappe d’essai", Base: "https://grappe.example/nc", Accent: "#0A5A78"}, nil
}

type panel struct{}

func (panel) Panel(*http.Request) (template.HTML, error) {
	return `<section class="stack" id="cles"><h2>Clés d’accès</h2></section>`, nil
}

type identities struct{}

func (identities) Identities(context.Context, string) ([]space.Identity, error) {
	return []space.Identity{{Provider: "Province Sud", LinkedAt: today(), UsedAt: today()}}, nil
}

func topics() []office.Topic {
	return []office.Topic{
		{Name: "reminders", Label: "space.sessions", Detail: "space.sessions_text"}, {Name: "news", Label: "space.mails", Detail: "space.always_text"},
	}
}

type waiter []office.Waiting

func (w waiter) Waiting(context.Context, account.Actor, string) ([]office.Waiting, error) {
	return w, nil
}

func (b *bench) write(f func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) company(id, place, name string) {
	b.t.Helper()
	b.write(func(tx *db.Tx) error {
		_, err := tx.ExecContext(b.t.Context(), `INSERT INTO companies (id, territory, legal_name, usual_name, identifiers, activities, size_class,
			founded_year, status, establishments, provenance, created_at, updated_at, version)
			VALUES ($1, $2, $3, $3, '[]', '[]', '', 0, '', '[]', '{}', 0, 0, 1)`, id, place, name)
		return err
	})
}

// someone is a browser in which a person is signed in.
type someone struct {
	*bench
	person account.Person
	token  string
	lang   string
}

// enter signs a person in by a code.
func (b *bench) enter(address string) *someone {
	b.t.Helper()
	s := &someone{bench: b, lang: "fr"}
	b.write(func(tx *db.Tx) (err error) {
		if s.person, _, err = b.accounts.Arrive(b.t.Context(), tx, address, "nc", "fr"); err != nil {
			return err
		}
		s.token, err = b.accounts.Enter(b.t.Context(), tx, s.person, account.Proof{Method: account.ByCode, Territory: "nc", Agent: "Firefox, Android"}, "")
		return err
	})
	return s
}

// visitor is a browser in which nobody is.
func (b *bench) visitor() *someone { return &someone{bench: b, lang: "fr"} }

// acts lets the person act for a company.
func (s *someone) acts(company, place string, role account.Role) *someone {
	s.t.Helper()
	s.write(func(tx *db.Tx) error { return s.accounts.Attach(s.t.Context(), tx, s.person.ID, company, place, role) })
	return s
}

func (s *someone) actor() account.Actor {
	s.t.Helper()
	a, err := s.accounts.Actor(s.t.Context(), s.token, "nc")
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *someone) ask(method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	path = strings.TrimPrefix(strings.TrimPrefix(path, "/nc"), "/en")
	f := uitest.Frame(s.t, s.lang, rooms()...)
	f.Languages = locale.Languages()
	if s.frame != nil {
		f = s.frame(f)
	}
	r := httptest.NewRequestWithContext(ui.With(s.t.Context(), f), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	ctx := account.With(territory.With(r.Context(), &territory.Territory{Code: "nc"}), s.actor())
	if s.resumed != nil {
		ctx = web.WithResumed(ctx, s.resumed)
	}
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Rate: web.Rate{PerSecond: -1}, Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return f.P }},
	}, s.Router).ServeHTTP(w, r.WithContext(ctx))
	return w
}

// see gives a page, and fails the test unless it has that status and keeps the rules of the house.
func (s *someone) see(path string, status int) string {
	s.t.Helper()
	return s.checked(path, s.ask(http.MethodGet, path, nil), status)
}

func (s *someone) checked(path string, w *httptest.ResponseRecorder, status int) string {
	s.t.Helper()
	if w.Code != status {
		s.t.Fatalf("%s: %d, want %d: %s", path, w.Code, status, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		s.t.Errorf("%s: Cache-Control %q", path, got)
	}
	body := w.Body.String()
	if strings.Contains(body, "<!doctype html>") { // the bare page of an error
		return body
	}
	for _, fault := range uitest.Faults(s.t, body) {
		s.t.Errorf("%s in %s: %s", path, s.lang, fault)
	}
	if key := loneKey.FindString(body); key != "" {
		s.t.Errorf("%s in %s shows the key %s", path, s.lang, key)
	}
	uitest.One(s.t, body, "html[lang="+s.lang+"]")
	uitest.One(s.t, body, "meta[name=robots][content*=noindex]")
	return body
}

var loneKey = regexp.MustCompile(`>[^<]*\b(space|account)\.[a-z_.]+[^<]*<`)

// send sends a form, and gives the page that shows it again with that status.
func (s *someone) send(path string, status int, fields ...string) string {
	s.t.Helper()
	return s.checked(path, s.ask(http.MethodPost, path, values(fields)), status)
}

// goes sends a form, and gives the page to which that leads.
func (s *someone) goes(path, to string, fields ...string) string {
	s.t.Helper()
	w := s.ask(http.MethodPost, path, values(fields))
	next := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(strings.TrimPrefix(strings.TrimPrefix(next, "/nc"), "/en"), to) {
		s.t.Fatalf("%s: %d to %q, want %q: %s", path, w.Code, next, to, w.Body)
	}
	body := s.see(next, http.StatusOK)
	uitest.One(s.t, body, ".notice.tone-ok")
	return body
}

func values(fields []string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return v
}

// invited is the path of the link in the last letter to an address.
func (b *bench) invited(address string) string {
	b.t.Helper()
	list, err := b.outbox.List(b.t.Context(), mail.Filter{To: address, Limit: 1})
	if err != nil || len(list) != 1 {
		b.t.Fatal(len(list), err)
	}
	m, err := b.outbox.Get(b.t.Context(), list[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	link := regexp.MustCompile(`https://grappe\.example/nc(/invitations?/\S+)`).FindStringSubmatch(m.Text)
	if link == nil {
		b.t.Fatalf("no link in %s", m.Text)
	}
	return link[1]
}
