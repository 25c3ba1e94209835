package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"grappe/internal/platform/errs"
)

// room is a small site that fails in every way.
func room(o Options) http.Handler {
	rt := NewRouter()
	rt.Handle("GET /page", func(w http.ResponseWriter, r *http.Request) error {
		return Write(w, r, http.StatusOK, "text/html; charset=utf-8", []byte("<p>"+strings.Repeat("bonjour ", 400)+"</p>"))
	})
	rt.Handle("POST /form", func(_ http.ResponseWriter, r *http.Request) error { return r.ParseForm() })
	rt.Handle("POST /upload", func(w http.ResponseWriter, r *http.Request) error {
		LimitBody(w, r, 100)
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return errs.Wrap(err, errs.Invalid, "shop.unreadable", nil)
		}
		return JSON(w, r, http.StatusOK, n)
	})
	rt.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("secret in the panic") })
	rt.Handle("GET /broken", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Disposition", "attachment")
		return errors.New("secret in the error")
	})
	rt.Handle("GET /gone", func(http.ResponseWriter, *http.Request) error { return errs.New(errs.Gone, "", nil) })
	rt.Handle("GET /slow", func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	})
	rt.Handle("GET /api/v1/broken", func(http.ResponseWriter, *http.Request) error {
		return &errs.E{Kind: errs.Invalid, Key: "web.invalid", Fields: []errs.Field{{Name: "q", Key: "web.too_large_any"}}}
	})
	return Stack(o, rt)
}

type exchange struct {
	name, method, target, body string
	header                     map[string]string
	status                     int
	has, hasNot                []string // in headers and body
	options                    Options
}

func (x exchange) run(t *testing.T) {
	t.Helper()
	r := httptest.NewRequest(x.method, x.target, strings.NewReader(x.body))
	for name, value := range x.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	x.options.Logger = slog.New(slog.DiscardHandler)
	room(x.options).ServeHTTP(w, r)
	var said strings.Builder
	if err := w.Header().Write(&said); err != nil {
		t.Fatal(err)
	}
	said.WriteString("\n" + w.Body.String())
	if w.Code != x.status {
		t.Errorf("%s: status %d, want %d", x.name, w.Code, x.status)
	}
	for _, want := range x.has {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%s: no %q in\n%s", x.name, want, said.String())
		}
	}
	for _, secret := range x.hasNot {
		if strings.Contains(said.String(), secret) {
			t.Errorf("%s: %q in\n%s", x.name, secret, said.String())
		}
	}
}

func TestStack(t *testing.T) {
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	pageFails := Options{Errors: Errors{Page: func(http.ResponseWriter, *http.Request, error) error { return errors.New("no template") }}}
	pagePanics := Options{Errors: Errors{Page: func(http.ResponseWriter, *http.Request, error) error { panic("no template") }}}
	ownPage := Options{Errors: Errors{Page: func(w http.ResponseWriter, r *http.Request, err error) error {
		f := FailureOf(r.Context(), err)
		return Write(w, r, f.Status, "text/html", []byte("own page "+f.Key+" "+f.RequestID))
	}}}
	tests := []exchange{
		{name: "page", method: "GET", target: "/page", status: 200, has: []string{"bonjour", "Etag: W/", "no-cache"}},
		{name: "HEAD", method: "HEAD", target: "/page", status: 200, has: []string{"Content-Length: 3207"}, hasNot: []string{"bonjour"}},
		{name: "not found", method: "GET", target: "/none?q=x", status: 404, has: []string{"Cette page n’existe pas", `lang="fr"`, "no-store", "Référence"}},
		{name: "English", method: "GET", target: "/none", status: 404, header: map[string]string{"Accept-Language": "de, en-GB;q=0.8, fr;q=0.2"}, has: []string{"does not exist", `lang="en"`}},
		{name: "wrong method", method: "POST", target: "/page", status: 405, has: []string{"Allow: GET, HEAD", "ne répond pas"}},
		{name: "clean path", method: "GET", target: "//page", status: 307, has: []string{"Location: /page"}},
		{name: "panic", method: "GET", target: "/panic", status: 500, has: []string{"de notre côté", "Référence"}, hasNot: []string{"secret", "goroutine"}},
		{name: "error", method: "GET", target: "/broken", status: 500, has: []string{"de notre côté"}, hasNot: []string{"secret", "attachment"}},
		{name: "no key", method: "GET", target: "/gone", status: 410, has: []string{"a été retirée"}},
		{name: "own page", method: "GET", target: "/panic", status: 500, options: ownPage, has: []string{"own page web.internal "}},
		{name: "page fails", method: "GET", target: "/none", status: 404, options: pageFails, has: []string{"Cette page n’existe pas"}},
		{name: "page panics", method: "GET", target: "/none", status: 404, options: pagePanics, has: []string{"Cette page n’existe pas"}},
		{name: "body of a form", method: "POST", target: "/form", body: "a=" + strings.Repeat("x", 2000), header: form, options: Options{MaxBody: 2000}, status: 413, has: []string{"limite est de 2\u00a0ko"}},
		{name: "body fits", method: "POST", target: "/form", body: "a=" + strings.Repeat("x", 1998), header: form, options: Options{MaxBody: 2000}, status: 200},
		{name: "default body", method: "POST", target: "/form", body: "a=" + strings.Repeat("x", 1_000_000), header: form, status: 413, has: []string{"1\u00a0Mo"}},
		{name: "upload fits", method: "POST", target: "/upload", body: strings.Repeat("x", 100), options: Options{MaxBody: 10}, status: 200, has: []string{"\n100"}},
		{name: "upload too large", method: "POST", target: "/upload", body: strings.Repeat("x", 101), options: Options{MaxBody: 10}, status: 413, has: []string{"100\u00a0octets"}},
		{name: "cross-origin", method: "POST", target: "/form", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403, has: []string{"d’un autre site"}},
		{name: "cross-origin by Origin", method: "POST", target: "/form", header: map[string]string{"Origin": "https://evil.example"}, status: 403},
		{name: "same origin", method: "POST", target: "/form", header: map[string]string{"Origin": "http://example.com"}, status: 200},
		{name: "trusted origin", method: "POST", target: "/form", header: map[string]string{"Origin": "https://friend.example"}, options: Options{TrustedOrigins: []string{"https://friend.example"}}, status: 200},
		{name: "cross-origin reading", method: "GET", target: "/page", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 200},
		{name: "API path", method: "GET", target: "/api/v1/broken", status: 422, has: []string{"application/problem+json", `"status":422`, `"title":"Unprocessable Entity"`, `"code":"web.invalid"`, `"instance":"`, `"errors":[{"name":"q","code":"web.too_large_any","detail":"C’est trop volumineux`}},
		{name: "API not found", method: "GET", target: "/nc/api/v1/none", status: 404, has: []string{"application/problem+json"}},
		{name: "JSON preferred", method: "GET", target: "/panic", header: map[string]string{"Accept": "application/json, text/html;q=0.9"}, status: 500, has: []string{"application/problem+json"}, hasNot: []string{"secret"}},
		{name: "browser", method: "GET", target: "/none", header: map[string]string{"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, status: 404, has: []string{"text/html"}},
		{name: "anything", method: "GET", target: "/none", header: map[string]string{"Accept": "*/*"}, status: 404, has: []string{"text/html"}},
		{name: "JSON refused", method: "GET", target: "/none", header: map[string]string{"Accept": "application/json;q=0"}, status: 404, has: []string{"text/html"}},
		{name: "slug named api", method: "GET", target: "/annuaire/api", status: 404, has: []string{"text/html"}},
		{name: "headers", method: "GET", target: "/page", status: 200, has: []string{
			"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;", "frame-ancestors 'none'",
			"base-uri 'self'; form-action 'self'", "Referrer-Policy: strict-origin-when-cross-origin", "X-Content-Type-Options: nosniff",
			"Permissions-Policy: camera=(self)", "Cross-Origin-Opener-Policy: same-origin",
		}, hasNot: []string{"Strict-Transport-Security", "unsafe-"}},
		{name: "headers of errors", method: "GET", target: "/panic", status: 500, has: []string{"default-src 'self'"}},
		{name: "headers changed", method: "GET", target: "/page", status: 200, options: Options{Headers: map[string]string{"x-frame-options": "", "referrer-policy": "no-referrer"}}, has: []string{"Referrer-Policy: no-referrer"}, hasNot: []string{"X-Frame-Options"}},
		{name: "HSTS", method: "GET", target: "https://example.com/page", status: 200, has: []string{"Strict-Transport-Security: max-age=63072000"}},
	}
	for _, x := range tests {
		x.run(t)
	}
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exchange{name: "slow", method: "GET", target: "/slow", status: 503, has: []string{"pris trop de temps"}}.run(t)
	})
}

func TestClientGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	room(Options{Logger: slog.New(slog.DiscardHandler)}).ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/slow", nil))
	if w.Code != statusClientGone || w.Body.Len() > 0 {
		t.Errorf("status %d, body %q", w.Code, w.Body)
	}
}

func TestLogKeepsSecrets(t *testing.T) {
	var log bytes.Buffer
	h := room(Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))})
	r := httptest.NewRequest("GET", "/panic?email=lea@example.nc", nil)
	r.RemoteAddr = "203.0.113.9:1234"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	id := w.Header().Get("X-Request-Id")
	if id == "" || strings.Count(log.String(), id) != 2 || !strings.Contains(w.Body.String(), id) {
		t.Errorf("the identifier %q must stand in both log lines and on the page:\n%s\n%s", id, &log, w.Body)
	}
	for _, want := range []string{`"route":"GET /panic"`, `"path":"/panic"`, `"status":500`, `"duration":`, `"bytes":`, "secret in the panic", "stack_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in the log:\n%s", want, &log)
		}
	}
	for _, secret := range []string{"203.0.113.9", "lea@example.nc"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q in the log:\n%s", secret, &log)
		}
	}
}

// An address that opens something by itself is logged by its pattern.
func TestLogKeepsTokens(t *testing.T) {
	var log bytes.Buffer
	rt := NewRouter()
	rt.Handle("GET /invitations/{token}", func(http.ResponseWriter, *http.Request) error { return nil })
	h := Stack(Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))}, rt)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/invitations/s3cr3t", nil))
	if strings.Contains(log.String(), "s3cr3t") || !strings.Contains(log.String(), `"path":"/invitations/{token}"`) {
		t.Errorf("the log:\n%s", &log)
	}
	const token = "I3JrEstB71o08nOw5C-TztjNWcku3E7j08IUIxJ2Ri0"
	for _, r := range []*http.Request{
		httptest.NewRequest("GET", "/invitations/"+token+"/", nil), httptest.NewRequest("POST", "/invitations/"+token, nil),
		httptest.NewRequest("GET", "/invitations/"+token+"/more", nil),
	} {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if strings.Contains(log.String(), token) || !strings.Contains(log.String(), `"path":"/invitations/…/more"`) {
		t.Errorf("addresses that nothing answers are logged as they are:\n%s", &log)
	}
}

// What was typed stands in the arguments of a sentence, and in the errors of whoever tried to read it: no level logs it.
func TestLogKeepsWhatWasTyped(t *testing.T) {
	typed := errs.Args{"value": "Jean Dupont"}
	inner := errors.New(`parsing "Jean Dupont"`)
	for name, tt := range map[string]struct {
		err  error
		want []string
	}{
		"a wrong call": {errs.Wrap(inner, errs.Usage, "shop.bad_name", typed), []string{`"error":"shop.bad_name"`, `"status":400`}},
		"a wrong form": {
			&errs.E{Kind: errs.Invalid, Key: "shop.invalid", Args: typed, Fields: []errs.Field{{Name: "name", Key: "shop.too_long", Args: typed}}, Err: inner},
			[]string{`"error":"shop.invalid [name: shop.too_long]"`},
		},
		"not found":     {fmt.Errorf("reading: %w", errs.New(errs.NotFound, "shop.no_person", typed)), []string{`"error":"shop.no_person"`}},
		"a sick base":   {errs.Wrap(errors.New("connection refused"), errs.Unavailable, "db.unreachable", typed), []string{"db.unreachable: connection refused"}},
		"a fault of us": {fmt.Errorf("saving: %w", errs.Wrap(errs.New(errs.Usage, "shop.bad_name", typed), errs.Internal, "", typed)), []string{"saving: ", "shop.bad_name"}},
	} {
		var log bytes.Buffer
		h := Stack(Options{Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
			Handler(func(http.ResponseWriter, *http.Request) error { return tt.err }))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if strings.Contains(log.String(), "Dupont") {
			t.Errorf("%s: the log says what was typed:\n%s", name, &log)
		}
		for _, want := range tt.want {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: no %q in the log:\n%s", name, want, &log)
			}
		}
	}
}

func TestHalfSentAnswerIsCutOff(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("too late") },
		"panic": func() error { panic("too late") },
	} {
		h := Handler(func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, strings.Repeat("half ", 1000))
			return fail()
		})
		server := httptest.NewServer(Stack(Options{Logger: slog.New(slog.DiscardHandler)}, h))
		resp, err := server.Client().Get(server.URL)
		if err == nil {
			var body []byte
			body, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err == nil {
				t.Errorf("%s: the client believes that %d bytes are the whole answer", name, len(body))
			}
		}
		server.Close()
	}
}

func TestExtend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := Stack(Options{Timeout: time.Second, Logger: slog.New(slog.DiscardHandler)}, Handler(func(w http.ResponseWriter, r *http.Request) error {
			start := time.Now()
			// A recorder has no connection: only the context is extended.
			if err := Extend(w, r, time.Minute); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("Extend: %v", err)
			}
			<-r.Context().Done()
			if took := time.Since(start); took != time.Minute {
				t.Errorf("cut off after %v", took)
			}
			return r.Context().Err()
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("status %d", w.Code)
		}
	})
}
