package browser

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
	"grappe/presets"
)

func rooms() []fs.FS {
	return []fs.FS{Texts, importer.Texts, tabular.Texts, listing.Texts, company.Texts, account.Texts, web.Texts, geo.Texts}
}

// bench is the pages over a real base, with New Caledonia.
type bench struct {
	*web.Router
	t        *testing.T
	db       *db.DB
	now      time.Time
	queue    *queue.Queue
	accounts *account.Service
	service  *Service
	place    *territory.Territory
	by       account.Actor // who asks
	lang     string
	frames   map[string]ui.Frame // by language
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Router: web.NewRouter(), t: t, db: d, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), place: place, lang: "fr", frames: map[string]ui.Frame{}}
	for _, lang := range []string{"fr", "en"} {
		f := uitest.Frame(t, lang, rooms()...)
		f.Languages = locale.Languages()
		b.frames[lang] = f
	}
	b.service, b.queue, b.accounts = newService(d, place, func() time.Time { return b.now }, func(_ context.Context, lang string) *locale.Printer { return b.frames[lang].P })
	pages, err := NewPages(b.service)
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(b.Router)
	b.by = b.person("jules@example.nc", "Jules Wamytan", account.ProjectManager)
	return b
}

// newService is the service over its own queue, as app makes it.
func newService(d *db.DB, place *territory.Territory, now func() time.Time, printer func(context.Context, string) *locale.Printer) (*Service, *queue.Queue, *account.Service) {
	q := queue.New(queue.Options{DB: d, Now: now, Poll: 20 * time.Millisecond, Lease: time.Second})
	accounts := account.NewService(account.Rooms{DB: d, Now: now})
	return New(Rooms{
		DB: d, Importer: importer.New(importer.Rooms{DB: d, Now: now}), Accounts: accounts, Queue: q, Presets: presets.FS,
		Territory: func(context.Context, string) (*territory.Territory, error) { return place, nil },
		Cards:     func(*territory.Territory, *locale.Printer) Words { return words{} }, Sectors: sectors{}, Printer: printer,
		Card: func(id string) string { return "/gestion/fiches/" + id }, Doubtful: "/gestion/moderation", Review: func(run string) string { return "/gestion/moderation/import/" + run }, Now: now,
	}), q, accounts
}

// words says what cards hold by the values themselves.
type words struct{}

func (words) Said(c listing.Content, field string) []string {
	switch field {
	case "phones":
		return c.Phones
	case "emails":
		return c.Emails
	case "websites":
		return c.Websites
	case "tags":
		return c.Tags
	case "description":
		return nonEmpty(c.Description)
	case "city":
		return nonEmpty(c.City)
	case "address":
		return nonEmpty(c.Address)
	case "category":
		return nonEmpty(string(c.Category))
	}
	return nil
}

func (w words) Differences(before, after listing.Content, fields []string) []ui.Difference {
	var out []ui.Difference
	for _, f := range fields {
		d := ui.Difference{Label: f}
		d.Before, d.After = ui.CompareLists(w.Said(before, f), w.Said(after, f))
		out = append(out, d)
	}
	return out
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// sectors are two.
type sectors struct{}

func (sectors) All(string) []Code {
	return []Code{{"tourisme", "Tourisme"}, {"mines", "Mines et industrie"}}
}

func (sectors) Match(text string) (string, bool) {
	if strings.EqualFold(text, "tourisme") {
		return "tourisme", true
	}
	return "", false
}

func (b *bench) write(f func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), func(tx *db.Tx) error { return f(b.t.Context(), tx) }); err != nil {
		b.t.Fatal(err)
	}
}

// person is somebody in a role of the team.
func (b *bench) person(mail, name string, role account.Role) account.Actor {
	b.t.Helper()
	var p account.Person
	b.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if p, _, err = b.accounts.Arrive(ctx, tx, mail, "nc", "fr"); err != nil || name == "" {
			return err
		}
		return b.accounts.Name(ctx, tx, p.ID, name)
	})
	a := account.Actor{Person: p.ID, Mail: mail, Name: name, Territory: "nc", Lang: "fr"}
	if role != "" {
		a.Roles = []account.Role{role}
	}
	return a
}

// as is the bench for somebody else.
func (b *bench) as(by account.Actor) *bench {
	other := *b
	other.by = by
	return &other
}

// answer is what a request was answered.
type answer struct {
	status         int
	body, location string
	header         http.Header
}

func (b *bench) send(r *http.Request) answer {
	b.t.Helper()
	f := b.frames[b.lang]
	r = r.WithContext(account.With(territory.With(ui.With(r.Context(), f), b.place), b.by))
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.NewTextHandler(b.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Rate: web.Rate{PerSecond: -1},
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return f.P }},
	}, b.Router).ServeHTTP(w, r)
	return answer{w.Code, w.Body.String(), strings.TrimPrefix(strings.TrimPrefix(w.Header().Get("Location"), "/nc"), "/en"), w.Header()}
}

func (b *bench) ask(method, path string, form url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.send(r)
}

var loneKey = regexp.MustCompile(`>[^<]*\b(imports|importer|tabular|listing)\.[a-z_.-]+[^<]*<`)

// checked fails the test unless an answer has the status, and its page keeps the rules of the house.
func (b *bench) checked(path string, a answer, status int) string {
	b.t.Helper()
	if a.status != status {
		b.t.Fatalf("%s: %d to %q, want %d\n%s", path, a.status, a.location, status, a.body)
	}
	if !strings.Contains(a.body, "<main") {
		return a.body
	}
	for _, fault := range uitest.Faults(b.t, a.body) {
		b.t.Errorf("%s in %s: %s", path, b.lang, fault)
	}
	if key := loneKey.FindString(a.body); key != "" {
		b.t.Errorf("%s in %s shows the key %s", path, b.lang, key)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		b.t.Errorf("%s: Cache-Control %q", path, got)
	}
	return a.body
}

// see gives a page in both languages' rules, and its body in the bench's.
func (b *bench) see(path string, status int) string {
	b.t.Helper()
	english := *b
	english.lang = "en"
	english.checked(path, english.ask(http.MethodGet, path, nil), status)
	return b.checked(path, b.ask(http.MethodGet, path, nil), status)
}

// post sends a form and gives where it leads.
func (b *bench) post(path string, form url.Values) string {
	b.t.Helper()
	a := b.ask(http.MethodPost, path, form)
	if a.status != http.StatusSeeOther {
		b.t.Fatalf("%s: %d\n%s", path, a.status, strings.Join(uitest.Texts(b.t, a.body, "main"), " "))
	}
	return a.location
}

// upload sends a file as a browser does.
func (b *bench) upload(name string, content []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(fileField, name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		b.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, newPath, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.send(r)
}

// given uploads a file and gives the path of its pages.
func (b *bench) given(name, content string) string {
	b.t.Helper()
	a := b.upload(name, []byte(content))
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, filesPath+"/") {
		b.t.Fatalf("%s: %d to %q: %v", name, a.status, a.location, uitest.Texts(b.t, a.body, ".errors"))
	}
	return a.location
}

// work has the queue do what is due.
func (b *bench) work() {
	b.t.Helper()
	if _, err := b.queue.RunDue(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// held is the upload behind a path.
func (b *bench) held(path string) Upload {
	b.t.Helper()
	u, err := b.service.Upload(b.t.Context(), b.by, strings.TrimPrefix(path, filesPath+"/"))
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// count counts rows.
func (b *bench) count(table string) (n int) {
	b.t.Helper()
	if err := b.db.Read().QueryRowContext(b.t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// form is what a browser would send of the form with an id, or of the first one that posts to the page itself.
func form(t testing.TB, body, selector string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, n := range uitest.Find(t, body, selector+" input, "+selector+" select, "+selector+" textarea") {
		name := uitest.Attr(n, "name")
		switch kind := uitest.Attr(n, "type"); {
		case name == "" || kind == "file":
		case n.Data == "select":
			v.Add(name, chosenOption(t, n))
		case kind == "checkbox" || kind == "radio":
			if has(n, "checked") {
				v.Add(name, uitest.Attr(n, "value"))
			}
		case n.Data == "textarea":
			v.Add(name, uitest.Text(n))
		default:
			v.Add(name, uitest.Attr(n, "value"))
		}
	}
	return v
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func chosenOption(t testing.TB, n *html.Node) string {
	t.Helper()
	first, some := "", false
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.Data != "option" {
			continue
		}
		if has(d, "selected") {
			return uitest.Attr(d, "value")
		}
		if !some {
			first, some = uitest.Attr(d, "value"), true
		}
	}
	return first
}

// composed is the form that leads columns to fields, as it stands at a path.
func (b *bench) composed(path string) url.Values {
	b.t.Helper()
	a := b.ask(http.MethodGet, path, nil)
	if a.status != http.StatusOK {
		b.t.Fatalf("%s: %d to %q", path, a.status, a.location)
	}
	return form(b.t, a.body, "#composer")
}

// tried takes a file to the end of its trial.
func (b *bench) tried(path string) {
	b.t.Helper()
	v := b.composed(path)
	if v.Get(titleName) == "" { // whether it is the source of those columns is asked
		v.Set(titleName, titleFrom(b.held(path).File))
	}
	v.Set(stepName, "essai")
	if to := b.post(path, v); to != path+"/essai" {
		b.t.Fatalf("the trial leads to %s", to)
	}
	b.work()
	if u := b.held(path); u.State != Tried || !u.tried() {
		b.t.Fatalf("the trial ended as %s: %+v", u.State, u.Fault)
	}
}

// imported takes a file to the end of its import, and gives the path of its run.
func (b *bench) imported(path string) string {
	b.t.Helper()
	b.tried(path)
	b.post(path+"/import", nil)
	b.work()
	a := b.ask(http.MethodGet, path+"/import", nil)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, runsPath+"/") {
		b.t.Fatalf("the import leads to %d %s: %+v", a.status, a.location, b.held(path).Fault)
	}
	return a.location
}

// shared is a file of real data; the test is skipped where they are not on this machine.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", name))
	if err != nil {
		t.Skipf("the real data is not on this machine: %v", err)
	}
	return data
}

func sqlite(t *testing.T) *bench {
	t.Helper()
	return newBench(t, dbtest.SQLite(t))
}

const someFile = "nom;ville;tel;mel;texte\nAtelier du Lagon;Nouméa;26 12 34;contact@lagon.example.org;Des sites.\nÉcole des Îles;Lifou;45 12 34;ecole@iles.example.org;Des cours.\nGarage Koné;Koné;47 12 34;garage@kone.example.org;Des pannes.\n"
