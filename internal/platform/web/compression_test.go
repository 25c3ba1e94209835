package web

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

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
