package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
)

func TestCompression(t *testing.T) {
	plain := "<p>" + strings.Repeat("bonjour ", 400) + "</p>"
	decoders := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "zstd;q=0, gzip": "gzip", "br": "", "gzip;q=0": "",
	} {
		r := httptest.NewRequest("GET", "/page", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		room(Options{Logger: slog.New(slog.DiscardHandler)}).ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", accept, got, want)
			continue
		}
		if want != "" && w.Body.Len() > 300 || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%q: %d bytes, Vary %q", accept, w.Body.Len(), w.Header().Get("Vary"))
		}
		decoded, err := decoders[want](w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(decoded); err != nil || string(body) != plain {
			t.Errorf("%q: the body is not the page (%v)", accept, err)
		}
	}
}

func TestNotModified(t *testing.T) {
	h := room(Options{Logger: slog.New(slog.DiscardHandler)})
	ask := func(method, tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/page", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	tag := ask("GET", "").Header().Get("Etag")
	if !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("entity tag %q", tag)
	}
	for sent, want := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
		for _, method := range []string{"GET", "HEAD"} {
			w := ask(method, sent)
			if w.Code != want || want == 304 && (w.Body.Len() > 0 || w.Header().Get("Etag") != tag) {
				t.Errorf("%s If-None-Match %s: %d with %d bytes, want %d", method, sent, w.Code, w.Body.Len(), want)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	files := fstest.MapFS{
		"manifest.json":       {Data: []byte(`{"app.css": "app.3f2a.css", "js/map.js": "js/map.11aa.js"}`)},
		"app.3f2a.css":        {Data: []byte("plain css")},
		"app.3f2a.css.gz":     {Data: []byte("gz css")},
		"app.3f2a.css.zst":    {Data: []byte("zst css")},
		"js/map.11aa.js":      {Data: []byte("plain js")},
		"favicon.svg":         {Data: []byte("<svg/>")},
		"unknown.thing-never": {Data: []byte("?")},
	}
	h := Stack(Options{Logger: slog.New(slog.DiscardHandler)}, http.StripPrefix("/assets/", Assets(files)))
	tests := []struct {
		method, path, accept string
		status               int
		body, encoding       string
		contentType, cache   string
	}{
		{"GET", "/assets/app.3f2a.css", "", 200, "plain css", "", "text/css; charset=utf-8", "immutable"},
		{"GET", "/assets/app.3f2a.css", "gzip", 200, "gz css", "gzip", "text/css; charset=utf-8", "immutable"},
		{"GET", "/assets/app.3f2a.css", "gzip, br, zstd", 200, "zst css", "zstd", "text/css; charset=utf-8", "immutable"},
		{"GET", "/assets/app.3f2a.css", "gzip, zstd; q=0.0", 200, "gz css", "gzip", "text/css; charset=utf-8", "immutable"},
		{"GET", "/assets/js/map.11aa.js", "gzip", 200, "plain js", "", "text/javascript; charset=utf-8", "immutable"},
		{"HEAD", "/assets/js/map.11aa.js", "", 200, "", "", "text/javascript; charset=utf-8", "immutable"},
		{"GET", "/assets/favicon.svg", "", 200, "<svg/>", "", "image/svg+xml", "no-cache"},
		{"GET", "/assets/unknown.thing-never", "", 200, "?", "", "application/octet-stream", "no-cache"},
		{"GET", "/assets/none.css", "", 404, "", "", "text/html; charset=utf-8", "no-store"},
		{"GET", "/assets/js", "", 404, "", "", "text/html; charset=utf-8", "no-store"},
		{"GET", "/assets/../web.go", "", 404, "", "", "text/html; charset=utf-8", "no-store"},
		{"POST", "/assets/app.3f2a.css", "", 405, "", "", "text/html; charset=utf-8", "no-store"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, tt.path, nil)
		r.Header.Set("Accept-Encoding", tt.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Content-Encoding") != tt.encoding || w.Header().Get("Content-Type") != tt.contentType ||
			!strings.Contains(w.Header().Get("Cache-Control"), tt.cache) {
			t.Errorf("%s %s (%s): %d %v", tt.method, tt.path, tt.accept, w.Code, w.Header())
		}
		if tt.status == 200 && !bytes.Equal(w.Body.Bytes(), []byte(tt.body)) {
			t.Errorf("%s %s (%s): body %q, want %q", tt.method, tt.path, tt.accept, w.Body, tt.body)
		}
	}
	if _, err := Manifest(fstest.MapFS{"manifest.json": {Data: []byte("[]")}}); err == nil {
		t.Error("a wrong manifest is accepted")
	}
	if names, err := Manifest(fstest.MapFS{}); err != nil || len(names) != 0 {
		t.Errorf("without a manifest: %v, %v", names, err)
	}
}
