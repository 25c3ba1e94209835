package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/errs"
)

// openRoom answers programs and other sites.
func openRoom(o Options) http.Handler {
	rt := NewRouter()
	rt.Public("/data", func(w http.ResponseWriter, r *http.Request) error {
		if Unchanged(w, r, "", time.Date(2026, 2, 3, 9, 0, 0, 999, time.UTC), time.Date(2026, 2, 3, 10, 0, 0, 0, time.UTC)) {
			return nil
		}
		return JSON(w, r, http.StatusOK, "data")
	})
	rt.Public("/bulk", Cost(func(w http.ResponseWriter, r *http.Request) error { return JSON(w, r, http.StatusOK, "bulk") }, 20))
	rt.Public("/none", func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "", nil) })
	rt.Handle("GET /frame", func(w http.ResponseWriter, r *http.Request) error {
		Framable(w)
		return Write(w, r, http.StatusOK, "text/html", []byte("frame"))
	})
	rt.Handle("GET /map", func(w http.ResponseWriter, r *http.Request) error {
		if err := AllowImages(w, r.URL.Query().Get("from")); err != nil {
			return errs.Wrap(err, errs.Usage, "", nil)
		}
		return Write(w, r, http.StatusOK, "text/html", []byte("map"))
	})
	rt.Handle("GET /page", func(w http.ResponseWriter, r *http.Request) error {
		return Write(w, r, http.StatusOK, "text/html", []byte("page"))
	})
	o.Logger = slog.New(slog.DiscardHandler)
	return Stack(o, rt)
}

func askOpen(h http.Handler, method, target string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPublicRead(t *testing.T) {
	h := openRoom(Options{})
	for _, tt := range []struct {
		method, target string
		status         int
		open           bool
	}{
		{"GET", "/data", 200, true},
		{"HEAD", "/data", 200, true},
		{"OPTIONS", "/data", 204, true},
		{"GET", "/none", 404, true},
		{"POST", "/data", 403, false},
		{"GET", "/page", 200, false},
		{"GET", "/nc/en/api/v1/absent", 404, true},
		{"OPTIONS", "/page", 405, false},
	} {
		w := askOpen(h, tt.method, tt.target, "Origin", "https://other.example")
		got := w.Header()
		open := got.Get("Access-Control-Allow-Origin") == "*" && got.Get("Cross-Origin-Resource-Policy") == "cross-origin" &&
			strings.Contains(got.Get("Access-Control-Expose-Headers"), "RateLimit-Policy")
		if w.Code != tt.status || open != tt.open {
			t.Errorf("%s %s: %d, open to other sites: %v, want %d, %v", tt.method, tt.target, w.Code, open, tt.status, tt.open)
		}
		if got.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s %s: cookies would go along", tt.method, tt.target)
		}
	}
	w := askOpen(h, "OPTIONS", "/data", "Origin", "https://other.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
	for name, want := range map[string]string{
		"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "*", "Access-Control-Max-Age": "86400", "Allow": "GET, HEAD, OPTIONS",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("preflight: %s is %q, want %q", name, got, want)
		}
	}
	if w.Body.Len() > 0 {
		t.Errorf("preflight: a body %q", w.Body)
	}
}

func TestRateHeaders(t *testing.T) {
	now := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
	h := openRoom(Options{Rate: Rate{PerSecond: 2, Burst: 5}, Heavy: Rate{PerSecond: 0.5, Burst: 30}, Now: func() time.Time { return now }})
	for i, step := range []struct {
		wait         time.Duration
		target       string
		status       int
		policy, left string
		retry        string
	}{
		{0, "/data", 200, `"requests";q=5;w=3`, `"requests";r=4;t=1`, ""},
		{0, "/page", 200, "", "", ""},
		{0, "/bulk", 200, `"requests";q=5;w=3, "heavy";q=30;w=60`, `"requests";r=2;t=2, "heavy";r=10;t=40`, ""},
		{0, "/bulk", 429, `"requests";q=5;w=3, "heavy";q=30;w=60`, `"requests";r=1;t=2, "heavy";r=10;t=40`, "20"},
		{0, "/data", 200, `"requests";q=5;w=3`, `"requests";r=0;t=3`, ""},
		{0, "/data", 429, `"requests";q=5;w=3`, `"requests";r=0;t=3`, "1"},
		{20 * time.Second, "/bulk", 200, `"requests";q=5;w=3, "heavy";q=30;w=60`, `"requests";r=4;t=1, "heavy";r=0;t=60`, ""},
	} {
		now = now.Add(step.wait)
		w := askOpen(h, "GET", step.target, "Accept", "application/json")
		got := w.Header()
		if w.Code != step.status || got.Get("RateLimit-Policy") != step.policy || got.Get("RateLimit") != step.left || got.Get("Retry-After") != step.retry {
			t.Errorf("step %d, %s: %d, policy %s, left %s, Retry-After %q, want %+v", i, step.target, w.Code,
				got.Get("RateLimit-Policy"), got.Get("RateLimit"), got.Get("Retry-After"), step)
		}
		if step.status == 429 && (got.Get("Access-Control-Allow-Origin") != "*" || got.Get("Content-Type") != "application/problem+json") {
			t.Errorf("step %d: a program of another site cannot read the refusal: %v", i, got)
		}
	}
}

func TestCostIsNeverMoreThanTheBurst(t *testing.T) {
	h := openRoom(Options{Heavy: Rate{PerSecond: 1, Burst: 3}})
	if w := askOpen(h, "GET", "/bulk"); w.Code != 200 || !strings.Contains(w.Header().Get("RateLimit"), `"heavy";r=0;`) {
		t.Errorf("%d, %s: a route that costs more than the burst would never answer", w.Code, w.Header().Get("RateLimit"))
	}
	h = openRoom(Options{Rate: Rate{PerSecond: -1}, Heavy: Rate{PerSecond: -1}})
	for range 100 {
		if w := askOpen(h, "GET", "/bulk"); w.Code != 200 || w.Header().Get("RateLimit") != "" {
			t.Fatalf("%d, %s: no limit was asked for", w.Code, w.Header().Get("RateLimit"))
		}
	}
}

func TestUnchangedByDate(t *testing.T) {
	h := openRoom(Options{})
	for _, tt := range []struct {
		name, method string
		header       []string
		status       int
	}{
		{"no date", "GET", nil, 200},
		{"the same second", "GET", []string{"If-Modified-Since", "Tue, 03 Feb 2026 09:00:00 GMT"}, 304},
		{"later", "HEAD", []string{"If-Modified-Since", "Wed, 04 Feb 2026 09:00:00 GMT"}, 304},
		{"earlier", "GET", []string{"If-Modified-Since", "Tue, 03 Feb 2026 08:59:59 GMT"}, 200},
		{"no date at all", "GET", []string{"If-Modified-Since", "yesterday"}, 200},
		{"a tag counts more", "GET", []string{"If-Modified-Since", "Wed, 04 Feb 2026 09:00:00 GMT", "If-None-Match", `"other"`}, 200},
	} {
		w := askOpen(h, tt.method, "/data", tt.header...)
		if w.Code != tt.status || w.Header().Get("Last-Modified") != "Tue, 03 Feb 2026 09:00:00 GMT" || tt.status == 304 && w.Body.Len() > 0 {
			t.Errorf("%s: %d, Last-Modified %q, %d bytes, want %d", tt.name, w.Code, w.Header().Get("Last-Modified"), w.Body.Len(), tt.status)
		}
	}
}

// What changed in this very second may change again in it: its date is told as the second before.
func TestUnchangedInTheSameSecond(t *testing.T) {
	changed := time.Date(2026, 2, 3, 9, 0, 0, 200_000_000, time.UTC)
	ask := func(changed, now time.Time, since string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("If-Modified-Since", since)
		w := httptest.NewRecorder()
		w.Header().Set("Content-Disposition", "attachment")
		if !Unchanged(w, r, `W/"t"`, changed, now) {
			w.WriteHeader(http.StatusOK)
		}
		return w
	}
	first := ask(changed, changed.Add(300*time.Millisecond), "").Header().Get("Last-Modified")
	if first != "Tue, 03 Feb 2026 08:59:59 GMT" {
		t.Fatalf("Last-Modified %q while the second is not over", first)
	}
	if w := ask(changed.Add(500*time.Millisecond), changed.Add(time.Minute), first); w.Code != http.StatusOK {
		t.Errorf("the second change of one second: %d", w.Code)
	}
	settled := ask(changed, changed.Add(2*time.Second), "").Header().Get("Last-Modified")
	w := ask(changed, changed.Add(time.Minute), settled)
	if w.Code != http.StatusNotModified || w.Header().Get("Etag") != `W/"t"` || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("nothing changed since %q: %d %v", settled, w.Code, w.Header())
	}
	if w := ask(time.Time{}, changed, settled); w.Code != http.StatusOK || w.Header().Get("Last-Modified") != "" {
		t.Errorf("nobody knows when it changed: %d %v", w.Code, w.Header())
	}
}

// curl -o annuaire.csv must not keep a web page: who does not name HTML is told by a problem.
func TestErrorsOfFiles(t *testing.T) {
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	h := openRoom(Options{})
	for _, tt := range []struct{ target, accept, kind string }{
		{"/none", "*/*", "application/problem+json"},
		{"/none", "", "application/problem+json"},
		{"/none", browser, "text/html; charset=utf-8"},
		{"/donnees/annuaire.csv", "*/*", "application/problem+json"},
		{"/annuaire.atom", "application/atom+xml", "application/problem+json"},
		{"/annuaire.pdf", browser, "text/html; charset=utf-8"},
		{"/annuaire", "*/*", "text/html; charset=utf-8"},
	} {
		if got := askOpen(h, "GET", tt.target, "Accept", tt.accept).Header().Get("Content-Type"); got != tt.kind {
			t.Errorf("%s with Accept %q: %s, want %s", tt.target, tt.accept, got, tt.kind)
		}
	}
}

// Who cannot be served now learns when to come back, program or person, unless the handler knew better.
func TestUnavailableSaysWhenToComeBack(t *testing.T) {
	for accept, want := range map[string]string{"application/json": "5", "text/html": "5", "": "60"} {
		h := Stack(Options{Logger: slog.New(slog.DiscardHandler)}, Handler(func(w http.ResponseWriter, _ *http.Request) error {
			if want == "60" {
				w.Header().Set("Retry-After", want)
			}
			return errs.New(errs.Unavailable, "", nil)
		}))
		if w := askOpen(h, "GET", "/", "Accept", accept); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != want {
			t.Errorf("%q: %d, Retry-After %q, want %q", accept, w.Code, w.Header().Get("Retry-After"), want)
		}
	}
}

func TestProgram(t *testing.T) {
	if a, b := Program(), Program(); a == "" || a != b {
		t.Errorf("%q, then %q", a, b)
	}
}

func TestFramable(t *testing.T) {
	h := openRoom(Options{})
	page, frame := askOpen(h, "GET", "/page").Header(), askOpen(h, "GET", "/frame").Header()
	if !strings.Contains(page.Get("Content-Security-Policy"), "frame-ancestors 'none';") || page.Get("X-Frame-Options") != "DENY" {
		t.Errorf("a page may be framed: %v", page)
	}
	policy := frame.Get("Content-Security-Policy")
	if !strings.Contains(policy, "; frame-ancestors *;") || frame.Get("X-Frame-Options") != "" {
		t.Errorf("the frame may not be framed: %v", frame)
	}
	if strings.Replace(policy, "frame-ancestors *", "frame-ancestors 'none'", 1) != page.Get("Content-Security-Policy") {
		t.Errorf("more than the frame's ancestors changed: %s", policy)
	}
}

func TestAllowImages(t *testing.T) {
	h := openRoom(Options{})
	for origin, ok := range map[string]bool{
		"https://tiles.example": true, "https://tiles.example:8443": true, "https://*.tiles.example": false, "http://127.0.0.1:9000": false, "http://tiles.example": false,
		"": false, "*": false, "https://": false, "https://tiles.example/path": false, "https://a.example; script-src *": false,
		"https://a.example https://b.example": false, "javascript://x": false, "data:": false, "https://a.example\nX: y": false,
		"https://user@a.example": false, "https://*": false, "'unsafe-inline'": false, "https://é.example": false, "https://-a": false,
	} {
		r := httptest.NewRequest("GET", "/map", nil)
		q := r.URL.Query()
		q.Set("from", origin)
		r.URL.RawQuery = q.Encode()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		policy := w.Header().Get("Content-Security-Policy")
		if allowed := strings.Contains(policy, "; img-src 'self' data: "+origin+"; font-src 'self'"); (w.Code == 200) != ok || allowed != ok {
			t.Errorf("%q: %d, %s", origin, w.Code, policy)
		}
		if !ok && strings.Contains(policy, "*") {
			t.Errorf("%q: the policy is open: %s", origin, policy)
		}
	}
	none := openRoom(Options{Headers: map[string]string{"Content-Security-Policy": ""}})
	if policy, sent := askOpen(none, "GET", "/map?from=https://tiles.example").Header()["Content-Security-Policy"]; sent {
		t.Errorf("a policy appears where none was wanted: %q", policy)
	}
}

func TestIsAPI(t *testing.T) {
	for path, want := range map[string]bool{
		"/api": true, "/api/": true, "/api/v1/listings": true, "/api/v1": true, "/api/none": true, "/api/openapi.json": true,
		"/nc/api/v1/listings/x": true, "/nc/en/api/v1/clusters": true, "/en/api/openapi.json": true, "/nc/en/api/openapi.json": true, "/nc/api/v12": true,
		"/api/docs": false, "/nc/api/docs": false, "/nc/en/api/docs": false, "/annuaire/api": false, "/nc/annuaire/api": false,
		"/annuaire/api/vieux": false, "/annuaire/apiv1": false, "/": false, "/nc/api/v": false,
	} {
		if got := isAPI(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
