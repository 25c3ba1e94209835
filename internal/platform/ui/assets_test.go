package ui_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/ui"
)

func dist(t *testing.T) fstest.MapFS {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("body{}"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"manifest.json":  {Data: []byte(`{"app.css":"app.1.css","favicon.svg":"favicon.2.svg"}`)},
		"icons.json":     {Data: []byte(`{"map-pin":"<path d=\"M0 0\"/>"}`)},
		"app.1.css":      {Data: []byte("body{}")},
		"app.1.css.gz":   {Data: packed.Bytes()},
		"favicon.2.svg":  {Data: []byte("<svg/>")},
		"unlisted.3.css": {Data: []byte("x")},
	}
}

func TestAssets(t *testing.T) {
	a, err := ui.LoadAssets(dist(t), ui.Accent{Code: "nc", Light: "#0A5A78", Dark: "#6CC7E6"})
	if err != nil {
		t.Fatal(err)
	}
	if u, err := a.URL("app.css"); err != nil || u != "/assets/app.1.css" {
		t.Errorf("%q %v", u, err)
	}
	if _, err := a.URL("other.css"); err == nil {
		t.Error("an unknown asset must be an error")
	}
	if icon, err := a.Icon("map-pin"); err != nil || !strings.Contains(string(icon), `aria-hidden="true"`) || !strings.Contains(string(icon), `<path d="M0 0"/></svg>`) {
		t.Errorf("%s %v", icon, err)
	}
	if _, err := a.Icon("other"); err == nil {
		t.Error("an unknown icon must be an error")
	}
	accents, err := a.URL("accents.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, accept string
		status               int
		encoding, body       string
	}{
		{"GET", "/assets/app.1.css", "br, gzip", 200, "gzip", "body{}"},
		{"GET", "/assets/app.1.css", "", 200, "", "body{}"},
		{"GET", "/assets/app.1.css", "gzip;q=0", 200, "", "body{}"},
		{"GET", "/assets/app.1.css", "*;q=0.5", 200, "gzip", "body{}"},
		{"HEAD", "/assets/app.1.css", "", 200, "", ""},
		{"POST", "/assets/app.1.css", "", 405, "", "method not allowed\n"},
		{"GET", "/assets/favicon.2.svg", "gzip", 200, "", "<svg/>"},
		{"GET", accents, "", 200, "", `[data-territory="nc"]{--accent-light:#0a5a78;--accent-dark:#6cc7e6}` + "\n"},
		{"GET", "/assets/unlisted.3.css", "", 404, "", "404 page not found\n"},
		{"GET", "/assets/../go.mod", "", 404, "", "404 page not found\n"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, nil)
		r.Header.Set("Accept-Encoding", tt.accept)
		a.Handler().ServeHTTP(w, r)
		body := w.Body.String()
		if w.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			plain, _ := io.ReadAll(z)
			body = string(plain)
		}
		if w.Code != tt.status || w.Header().Get("Content-Encoding") != tt.encoding || body != tt.body {
			t.Errorf("%s %s (%s): %d %q %q", tt.method, tt.path, tt.accept, w.Code, w.Header().Get("Content-Encoding"), body)
		}
		if w.Code == 200 && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %v", tt.path, w.Header())
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/assets/app.1.css", nil)
	r.Header.Set("If-None-Match", `"app.1.css"`)
	if a.Handler().ServeHTTP(w, r); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestLoadAssetsRefuses(t *testing.T) {
	broken, absent, empty := dist(t), dist(t), dist(t)
	broken["manifest.json"] = &fstest.MapFile{Data: []byte("{")}
	delete(absent, "app.1.css")
	delete(empty, "manifest.json")
	for want, files := range map[string]fstest.MapFS{"manifest.json": broken, "app.css of the manifest": absent, "run make": empty} {
		if _, err := ui.LoadAssets(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := ui.LoadAssets(dist(t), ui.Accent{Code: "nc", Light: "red", Dark: "#fff"}); err == nil {
		t.Error("an accent that is no hexadecimal colour must be refused")
	}
}

func TestAccentCSS(t *testing.T) {
	for _, tt := range []struct{ code, light, dark string }{
		{`nc"]{}`, "#fff", "#000"}, {"", "#fff", "#000"}, {"nc", "#ff", "#000"}, {"nc", "#fff", "#00000g"}, {"nc", "#fff;}body{}", "#000"}, {"nc", "", ""},
	} {
		if css := ui.AccentCSS(tt.code, tt.light, tt.dark); css != "" {
			t.Errorf("%+v gives %q", tt, css)
		}
	}
}
