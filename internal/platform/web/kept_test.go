package web

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/pagecache"
)

// kiosk is a small site with a page cache, whose handlers count how often they are asked.
type kiosk struct {
	handler http.Handler
	made    atomic.Int64
	version pagecache.Version
	unknown bool
	now     time.Time
}

const headline = "bonjour "

func newKiosk(t testing.TB, o Options) *kiosk {
	t.Helper()
	k := &kiosk{now: time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)}
	rt := NewRouter()
	page := func(w http.ResponseWriter, r *http.Request) error {
		k.made.Add(1)
		return Write(w, r, http.StatusOK, "text/html; charset=utf-8", []byte(strings.Repeat(headline, 400)))
	}
	with := func(name, value string) Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Add(name, value)
			return page(w, r)
		}
	}
	rt.Handle("GET /page", Kept(page))
	rt.Handle("GET /wide", KeptWide(page))
	rt.Handle("GET /unsaid", page)
	rt.Handle("GET /cookie", Kept(with("Set-Cookie", "a=b")))
	rt.Handle("GET /secret", Kept(with("Cache-Control", "private, no-store")))
	rt.Handle("GET /varies", Kept(with("Vary", "Accept-Encoding, Accept-Language")))
	rt.Handle("GET /minute", Kept(func(w http.ResponseWriter, r *http.Request) error {
		Until(r, k.now.Add(time.Minute))
		Until(r, k.now.Add(time.Hour)) // the earlier one counts
		return page(w, r)
	}))
	rt.Handle("GET /moves", Kept(func(w http.ResponseWriter, r *http.Request) error {
		k.version.Own++ // something changes while the page is made
		return page(w, r)
	}))
	rt.Handle("GET /missing", Kept(func(w http.ResponseWriter, r *http.Request) error {
		k.made.Add(1)
		return Write(w, r, http.StatusNotFound, "text/html", []byte("nothing here"))
	}))
	rt.Handle("GET /error", Kept(func(http.ResponseWriter, *http.Request) error {
		k.made.Add(1)
		return errs.New(errs.Gone, "", nil)
	}))
	rt.Handle("GET /panic", Kept(func(http.ResponseWriter, *http.Request) error { k.made.Add(1); panic("lost") }))
	o.Pages, o.Now = pagecache.New(1<<20), func() time.Time { return k.now }
	o.Version = func(*http.Request) (pagecache.Version, bool) { return k.version, !k.unknown }
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	k.handler = Stack(o, rt)
	return k
}

func (k *kiosk) ask(method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, r)
	return w
}

func TestKept(t *testing.T) {
	for name, tt := range map[string]struct {
		path    string
		headers []string // of the second request
		between func(*kiosk)
		made    int64
	}{
		"kept":                      {path: "/page", made: 1},
		"in another coding":         {path: "/page", headers: []string{"Accept-Encoding", "gzip"}, made: 1},
		"wide":                      {path: "/wide", made: 1},
		"a route that does not say": {path: "/unsaid", made: 2},
		"a cookie is set":           {path: "/cookie", made: 2},
		"no-store":                  {path: "/secret", made: 2},
		"varies by more":            {path: "/varies", made: 2},
		"404":                       {path: "/missing", made: 2},
		"an error":                  {path: "/error", made: 2},
		"a panic":                   {path: "/panic", made: 2},
		"changes meanwhile":         {path: "/moves", made: 2},
		"who has a cookie":          {path: "/page", headers: []string{"Cookie", "session=1"}, made: 2},
		"who has credentials":       {path: "/page", headers: []string{"Authorization", "Bearer x"}, made: 2},
		"who wants a part":          {path: "/page", headers: []string{"Range", "bytes=0-9"}, made: 2},
		"on another host":           {path: "/page", headers: []string{"Host", "other.example"}, made: 2},
		"a change in the scope":     {path: "/page", between: func(k *kiosk) { k.version.Own++ }, made: 2},
		"a change elsewhere":        {path: "/page", between: func(k *kiosk) { k.version.All++ }, made: 1},
		"a change elsewhere, wide":  {path: "/wide", between: func(k *kiosk) { k.version.All++ }, made: 2},
		"the next day":              {path: "/page", between: func(k *kiosk) { k.version.Day++ }, made: 2},
		"no version":                {path: "/page", between: func(k *kiosk) { k.unknown = true }, made: 2},
		"before it ends":            {path: "/minute", between: func(k *kiosk) { k.now = k.now.Add(time.Minute - 1) }, made: 1},
		"when it ends":              {path: "/minute", between: func(k *kiosk) { k.now = k.now.Add(time.Minute) }, made: 2},
		"a clock that was set back": {path: "/page", between: func(k *kiosk) { k.now = k.now.Add(-1) }, made: 2},
	} {
		k := newKiosk(t, Options{})
		first := k.ask("GET", tt.path)
		if tt.between != nil {
			tt.between(k)
		}
		second := k.ask("GET", tt.path, tt.headers...)
		if k.made.Load() != tt.made {
			t.Errorf("%s: made %d times, want %d", name, k.made.Load(), tt.made)
		}
		if tt.made == 1 {
			mustBeAlike(t, name, first, second)
		}
	}
	k := newKiosk(t, Options{})
	k.ask("GET", "/page")
	if k.ask("POST", "/page").Code != http.StatusMethodNotAllowed {
		t.Error("a page answers a POST")
	}
	if w := k.ask("GET", "https://example.com/page"); k.made.Load() != 2 || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("a page by http answers one by https: made %d times", k.made.Load())
	}
}

// mustBeAlike fails unless two answers say the same, but for what belongs to one request and how it was sent.
func mustBeAlike(t *testing.T, name string, a, b *httptest.ResponseRecorder) {
	t.Helper()
	if x, y := plain(t, a), plain(t, b); a.Code != b.Code || x != y {
		t.Errorf("%s: %d %.30q and %d %.30q", name, a.Code, x, b.Code, y)
	}
	for _, h := range []http.Header{a.Header(), b.Header()} {
		if h.Get("X-Request-Id") == "" || h.Get("Vary") != "Accept-Encoding" || h.Get("Etag") == "" || h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: headers %v", name, h)
		}
	}
	if a.Header().Get("X-Request-Id") == b.Header().Get("X-Request-Id") {
		t.Errorf("%s: both requests have the identifier %s", name, a.Header().Get("X-Request-Id"))
	}
	for _, h := range []http.Header{a.Header(), b.Header()} {
		for _, name := range []string{"X-Request-Id", "Content-Length", "Content-Encoding"} {
			h.Del(name)
		}
	}
	if x, y := fmt.Sprint(a.Header()), fmt.Sprint(b.Header()); x != y {
		t.Errorf("%s: headers\n%s\n%s", name, x, y)
	}
}

func plain(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String()
	}
	r, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestKeptAnswersHeadAndConditions(t *testing.T) {
	k := newKiosk(t, Options{})
	for range 2 { // when it is made, and when it is kept
		if w := k.ask("HEAD", "/page"); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Length") != "3200" || w.Header().Get("Etag") == "" {
			t.Errorf("HEAD: %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
		}
	}
	tag := k.ask("GET", "/page").Header().Get("Etag")
	k.version.Own++
	k.made.Store(0)
	for range 2 {
		for sent, want := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
			for _, method := range []string{"GET", "HEAD"} {
				w := k.ask(method, "/page", "If-None-Match", sent, "Accept-Encoding", "gzip")
				if w.Code != want || want == 304 && (w.Body.Len() > 0 || w.Header().Get("Etag") != tag || w.Header().Get("Content-Length") != "" ||
					w.Header().Get("Content-Type") != "" || w.Header().Get("Vary") == "" || w.Header().Get("Content-Security-Policy") == "") {
					t.Errorf("%s If-None-Match %s: %d, %d bytes, %v", method, sent, w.Code, w.Body.Len(), w.Header())
				}
			}
		}
	}
	if k.made.Load() != 1 {
		t.Errorf("made %d times", k.made.Load())
	}
}

// Rate, log and figures are those of any other request.
func TestKeptIsCounted(t *testing.T) {
	var log strings.Builder
	m := NewMetrics()
	k := newKiosk(t, Options{Rate: Rate{PerSecond: 1, Burst: 3}, Metrics: m, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for i, want := range []int{200, 200, 200, 429, 429} {
		w := k.ask("GET", "/page?email=lea@example.nc")
		if w.Code != want || want == 429 && (w.Header().Get("Retry-After") != "1" || strings.Contains(w.Body.String(), headline)) {
			t.Errorf("request %d: %d, Retry-After %q", i, w.Code, w.Header().Get("Retry-After"))
		}
		if id := w.Header().Get("X-Request-Id"); !strings.Contains(log.String(), "request_id="+id) {
			t.Errorf("request %d: no %s in the log", i, id)
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	for i, line := range lines[:3] {
		if !strings.Contains(line, `method=GET path=/page route="GET /page" status=200 bytes=3`) {
			t.Errorf("line %d: %s", i, line)
		}
	}
	if len(lines) != 5 || strings.Contains(log.String(), "lea@") || !strings.Contains(lines[4], "status=429") {
		t.Errorf("the log:\n%s", &log)
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`http_request_duration_seconds_count{method="GET",route="GET /page",status="200"} 3`,
		`http_request_duration_seconds_count{method="GET",route="none",status="429"} 2`, "page_cache_pages 1", "http_requests_in_flight 0",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in\n%s", want, w.Body)
		}
	}
}

// Many who ask at once are served by one answer; one that fails, panics or is left fails nobody else.
func TestKeptIsMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		fails := map[int64]func() error{}
		rt := NewRouter()
		rt.Handle("GET /slow", Kept(func(w http.ResponseWriter, r *http.Request) error {
			n := made.Add(1)
			<-time.After(time.Second)
			if r.Context().Err() != nil {
				return r.Context().Err()
			}
			if fail := fails[n]; fail != nil {
				return fail()
			}
			return Write(w, r, 200, "text/html", []byte("done"))
		}))
		version := pagecache.Version{}
		h := Stack(Options{
			Logger: slog.New(slog.DiscardHandler), Pages: pagecache.New(1 << 20),
			Version: func(*http.Request) (pagecache.Version, bool) { return version, true },
		}, rt)
		at := func(n int) map[int]int {
			statuses, mu := map[int]int{}, sync.Mutex{}
			var asking sync.WaitGroup
			for range n {
				asking.Go(func() {
					w := httptest.NewRecorder()
					h.ServeHTTP(w, httptest.NewRequest("GET", "/slow", nil))
					mu.Lock()
					defer mu.Unlock()
					statuses[w.Code]++
				})
			}
			asking.Wait()
			made.Store(0)
			version.Own++
			return statuses
		}
		if got := at(50); got[200] != 50 {
			t.Errorf("50 at once: %v", got)
		}
		fails[1] = func() error { return errors.New("broken") }
		if got := at(10); got[500] != 1 || got[200] != 9 {
			t.Errorf("the first fails: %v", got)
		}
		fails[1] = func() error { panic("lost") }
		if got := at(10); got[500] != 1 || got[200] != 9 {
			t.Errorf("the first panics: %v", got)
		}
		delete(fails, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var leaving sync.WaitGroup
		leaving.Go(func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/slow", nil)) })
		synctest.Wait() // it makes the page
		cancel()
		if got := at(5); got[200] != 5 {
			t.Errorf("the first leaves: %v", got)
		}
		leaving.Wait()
	})
}

// silent is a connection without one.
type silent struct{ header http.Header }

func (s *silent) Header() http.Header         { return s.header }
func (s *silent) WriteHeader(int)             {}
func (s *silent) Write(b []byte) (int, error) { return len(b), nil }

// A page that is kept costs next to nothing: what a request allocates does not grow unseen.
func TestKeptAllocates(t *testing.T) {
	k := newKiosk(t, Options{Metrics: NewMetrics(), Rate: Rate{PerSecond: 1e9, Burst: 1e9}})
	k.ask("GET", "/page")
	r := httptest.NewRequest("GET", "/page", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := &silent{http.Header{}}
	for tag, most := range map[string]float64{"": 5, k.ask("GET", "/page").Header().Get("Etag"): 5} {
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		n := testing.AllocsPerRun(200, func() {
			clear(w.header)
			k.handler.ServeHTTP(w, r)
		})
		if n > most {
			t.Errorf("If-None-Match %q: %v allocations, want at most %v", tag, n, most)
		}
	}
	if k.made.Load() != 1 {
		t.Errorf("made %d times", k.made.Load())
	}
}

func TestNewID(t *testing.T) {
	now := time.UnixMilli(0x0123456789ab)
	seen := map[string]bool{}
	for range 1000 {
		id := newID(now)
		if len(id) != 36 || id[:15] != "01234567-89ab-7" || !strings.Contains("89ab", id[19:20]) || saneID(id) != id || seen[id] {
			t.Fatalf("identifier %q", id)
		}
		seen[id] = true
	}
}

func TestTrustedProxySchemeIsPartOfTheKey(t *testing.T) {
	k := newKiosk(t, Options{Proxies: Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}})
	k.ask("GET", "/page")
	if w := k.ask("GET", "/page", "X-Forwarded-Proto", "https"); k.made.Load() != 2 || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("made %d times, %v", k.made.Load(), w.Header())
	}
}
