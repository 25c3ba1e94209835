package registers

import (
	"bytes"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
	"grappe/internal/watch"
	"grappe/presets"
)

// desk is the pages over a real base, with New Caledonia.
type desk struct {
	*web.Router
	t      *testing.T
	db     *db.DB
	now    time.Time
	watch  *watch.Service
	place  *territory.Territory
	by     account.Actor // who asks
	lang   string
	frames map[string]ui.Frame // by language
	temp   string              // the temporary folder
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		Router: web.NewRouter(), t: t, db: dbtest.SQLite(t), now: time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC), lang: "fr", frames: map[string]ui.Frame{}, temp: t.TempDir(),
		by: account.Actor{Person: "jules", Name: "Jules Wamytan", Territory: "nc", Roles: []account.Role{account.ProjectManager}},
	}
	t.Setenv("TMPDIR", d.temp)
	territories := territory.NewService(d.db, presets.FS)
	var err error
	if d.place, err = territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		f := uitest.Frame(t, lang, []fs.FS{Texts, watch.Texts, tabular.Texts, company.Texts, account.Texts, listing.Texts, web.Texts}...)
		f.Languages = locale.Languages()
		d.frames[lang] = f
	}
	now := func() time.Time { return d.now }
	d.watch = watch.New(watch.Rooms{DB: d.db, Accounts: account.NewService(account.Rooms{DB: d.db, Now: now}), Territories: territories, Now: now})
	pages, err := NewPages(Rooms{Watch: d.watch, Flags: "/gestion/moderation?sorte=alerte", Card: func(id string) string { return "/gestion/fiches/" + id }, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(d.Router)
	return d
}

// card is a published card of a company with a RID.
func (d *desk) card(name, rid string) listing.Listing {
	d.t.Helper()
	id := company.ParseIdentifier(company.SchemeRID, rid)
	if !id.Valid {
		d.t.Fatalf("%s is no RID", rid)
	}
	at := d.now.AddDate(0, -3, 0)
	l, _ := listing.Merge(listing.Listing{Territory: "nc", State: listing.Published}, listing.Content{Name: name, Category: listing.Company}, nil, company.Source{Kind: company.FromImport, Name: "test", At: at})
	var saved listing.Record
	err := d.db.Write(d.t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.Save(d.t.Context(), tx, listing.Record{Listing: l, Company: company.Company{UsualName: name, Identifiers: []company.Identifier{id}}}, at)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return saved.Listing
}

// flags counts the flagged cards.
func (d *desk) flags() int {
	d.t.Helper()
	all, err := listing.Reader{}.Flagged(d.t.Context(), d.db.Read(), "nc", 100)
	if err != nil {
		d.t.Fatal(err)
	}
	return len(all)
}

// answer is what a request was answered.
type answer struct {
	status         int
	body, location string
}

func (d *desk) send(method, path, kind string, body io.Reader) answer {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, body)
	r.Header.Set("Content-Type", kind)
	f := d.frames[d.lang]
	ctx := account.With(territory.With(ui.With(r.Context(), f), d.place), d.by)
	w := httptest.NewRecorder()
	web.Stack(web.Options{
		Logger: slog.New(slog.NewTextHandler(d.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Rate: web.Rate{PerSecond: -1},
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return f.P }},
	}, d.Router).ServeHTTP(w, r.WithContext(ctx))
	a := answer{w.Code, w.Body.String(), strings.TrimPrefix(strings.TrimPrefix(w.Header().Get("Location"), "/nc"), "/en")}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		d.t.Errorf("%s %s: Cache-Control %q", method, path, got)
	}
	if strings.Contains(a.body, `id="main"`) {
		if len(uitest.Find(d.t, a.body, ".banner")) > 0 { // the frame of these tests has none
			d.t.Errorf("%s %s: a field of the page hides one of its frame", method, path)
		}
		for _, fault := range uitest.Faults(d.t, a.body) {
			d.t.Errorf("%s %s in %s: %s", method, path, d.lang, fault)
		}
	}
	left, err := filepath.Glob(d.temp + "/grappe-register-*")
	if err != nil || len(left) > 0 {
		d.t.Errorf("%s %s leaves %v %v", method, path, left, err)
	}
	return a
}

func (d *desk) get(path string) answer { return d.send(http.MethodGet, path, "", nil) }

// see gives a page in both languages, and its body in the desk's.
func (d *desk) see(path string, status int) string {
	d.t.Helper()
	other := *d
	other.lang = "en"
	for _, one := range []*desk{&other, d} {
		if a := one.get(path); a.status != status {
			d.t.Fatalf("%s in %s: %d, want %d\n%s", path, one.lang, a.status, status, a.body)
		} else if one == d {
			return a.body
		}
	}
	return ""
}

// sent is a form with a file as a browser sends it; fields are names and values.
func sent(t testing.TB, name string, content []byte, fields ...string) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile(fileField, name)
	if err == nil {
		_, err = part.Write(content)
	}
	for i := 0; i+1 < len(fields) && err == nil; i += 2 {
		err = form.WriteField(fields[i], fields[i+1])
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return form.FormDataContentType(), b.Bytes()
}

func (d *desk) upload(name string, content []byte, fields ...string) answer {
	d.t.Helper()
	kind, body := sent(d.t, name, content, fields...)
	return d.send(http.MethodPost, Path, kind, bytes.NewReader(body))
}

// read uploads a file that is read, and gives the path of what came of it.
func (d *desk) read(content string, fields ...string) string {
	d.t.Helper()
	a := d.upload("registre.csv", []byte(content), fields...)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, Path+"/") {
		d.t.Fatalf("%d to %q: %v", a.status, a.location, uitest.Texts(d.t, a.body, ".errors"))
	}
	return a.location
}

// says fails the test unless what stands at a selector holds some texts.
func (d *desk) says(body, selector string, wanted ...string) {
	d.t.Helper()
	text := strings.Join(strings.Fields(strings.Join(uitest.Texts(d.t, body, selector), " ")), " ")
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			d.t.Errorf("%s says %q, want %q", selector, text, w)
		}
	}
}
