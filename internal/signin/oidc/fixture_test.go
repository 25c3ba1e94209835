package oidc

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
}

// clock is the moment of the tests; it moves when they say so.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// door remembers what it was told.
type door struct {
	mu     sync.Mutex
	proofs []Proof
	known  map[string]bool // subjects
}

func (d *door) Knows(_ context.Context, _, _, subject string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[subject], nil
}

func (d *door) Prove(w http.ResponseWriter, r *http.Request, p Proof) error {
	d.mu.Lock()
	d.proofs = append(d.proofs, p)
	d.mu.Unlock()
	next := p.Next
	if next == "" {
		next = ui.Of(r).Path("/espace")
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// last is the proof that the door was told last, and how many there were.
func (d *door) last() (Proof, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.proofs) == 0 {
		return Proof{}, 0
	}
	return d.proofs[len(d.proofs)-1], len(d.proofs)
}

// world is an instance with one territory below /nc, as app would show it.
type world struct {
	*clock
	service *Service
	door    *door
	url     string // of the territory
	log     *logged
}

// logged is what the log says.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func testKey() []byte { return []byte("a key of the tests, of 32 bytes!") }

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{clock: &clock{}, door: &door{known: map[string]bool{}}, log: &logged{}}
	w.service = newService(t, dbtest.SQLite(t), w)
	router := web.NewRouter()
	w.service.Routes(router)
	router.Handle("GET /espace", func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "welcome "+ui.Of(r).Lang)
		return err
	})
	texts := localetest.Load(t, Texts, web.Texts)
	inside := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		f := ui.Frame{Lang: "fr", Base: "/nc", Origin: web.Origin(r), Languages: []string{"fr", "en"}}
		path := strings.TrimPrefix(r.URL.Path, "/nc")
		if rest, ok := strings.CutPrefix(path, "/en/"); ok {
			f.Lang, f.LangPrefix, path = "en", "/en", "/"+rest
		}
		f.P = texts.Printer(f.Lang, nil, "")
		inner := r.WithContext(ui.With(territory.With(r.Context(), &territory.Territory{Code: "nc"}), f))
		inner.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
		router.ServeHTTP(rw, inner)
	})
	server := httptest.NewServer(web.Stack(web.Options{
		Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Errors: web.Errors{Page: errorPage},
		Rate: web.Rate{PerSecond: -1},
	}, inside))
	t.Cleanup(server.Close)
	w.url = server.URL + "/nc"
	return w
}

func newService(t testing.TB, d *db.DB, w *world) *Service {
	t.Helper()
	s, err := New(Options{
		DB: d, Door: w.door, Key: testKey(), Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, UserAgent: "grappe-test", Now: w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// errorPage says in a header which error it was.
func errorPage(w http.ResponseWriter, r *http.Request, err error) error {
	f := web.FailureOf(r.Context(), err)
	p := ui.Of(r).P
	if p == nil {
		p = &locale.Printer{}
	}
	w.Header().Set("X-Key", f.Key)
	w.WriteHeader(f.Status)
	args := []any{}
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	_, err = io.WriteString(w, p.T(f.Key, args...))
	return err
}

// save writes a service down.
func (w *world) save(t testing.TB, p Provider) {
	t.Helper()
	p.Territory = "nc"
	if _, err := w.service.Save(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

// browser follows redirects and keeps cookies, as people's do.
func (w *world) browser(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, client: &http.Client{Jar: jar}, jar: jar}
}

type browser struct {
	t      testing.TB
	client *http.Client
	jar    *cookiejar.Jar
}

// page is what a browser shows in the end.
type page struct {
	status int
	key    string // of the error
	body   string
	url    *url.URL
	header http.Header
}

func (b *browser) do(r *http.Request) page {
	b.t.Helper()
	response, err := b.client.Do(r.WithContext(b.t.Context()))
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{response.StatusCode, response.Header.Get("X-Key"), string(body), response.Request.URL, response.Header}
}

func (b *browser) get(address string) page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

// stop makes the browser show redirects and follow none while f runs.
func (b *browser) stop(f func()) {
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.client.CheckRedirect = nil }()
	f()
}

// returned goes to the service and gives the address by which it sends the browser back, which is not asked yet. The service must
// ask nothing.
func (b *browser) returned(start string) string {
	b.t.Helper()
	var back string
	b.stop(func() {
		away := b.get(start).header.Get("Location")
		back = b.get(away).header.Get("Location")
	})
	if back == "" {
		b.t.Fatalf("%s leads nowhere", start)
	}
	return back
}

// mustFail checks that a page is an error, and says nothing that the service wrote.
func (w *world) mustFail(t testing.TB, got page, kind errs.Kind, key string) {
	t.Helper()
	if got.key != key || got.status != kind.Status() || strings.Contains(got.body, "secret") || strings.Contains(got.body, "{") {
		t.Errorf("%d %s %q at %s, not %s\n%s", got.status, got.key, got.body, got.url.Path, key, w.log)
	}
	if p, n := w.door.last(); n > 0 {
		t.Errorf("the door was opened for %+v", p)
	}
}
