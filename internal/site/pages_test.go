package site_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/site"
	"grappe/internal/territory"
	"grappe/presets"
)

func routes(t *testing.T) *web.Router {
	t.Helper()
	pages, err := site.NewPages()
	if err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter()
	pages.Routes(router)
	return router
}

func TestTextPages(t *testing.T) {
	router := routes(t)
	nc, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ lang, path, heading, section string }{
		{"fr", "/mentions-legales", "Mentions légales", "Éditeur"},
		{"fr", "/donnees-personnelles", "Données personnelles", "Vos droits"},
		{"fr", "/accessibilite", "Accessibilité", "Signaler une difficulté"},
		{"en", "/mentions-legales", "Legal notice", "Publisher"},
		{"en", "/donnees-personnelles", "Personal data", "Your rights"},
		{"en", "/accessibilite", "Accessibility", "State"},
	} {
		where := tt.lang + " " + tt.path
		f := uitest.Frame(t, tt.lang, site.Texts, web.Texts)
		f.Languages = nc.Languages
		r := uitest.Request(t, f, tt.path)
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r.WithContext(territory.With(r.Context(), nc)))
		body := w.Body.String()
		if w.Code != 200 {
			t.Fatalf("%s: %d", where, w.Code)
		}
		uitest.CheckPage(t, body)
		if got := uitest.Text(uitest.One(t, body, "h1")); got != tt.heading {
			t.Errorf("%s is called %q", where, got)
		}
		if got := uitest.Texts(t, body, ".prose h2"); len(got) == 0 || !strings.Contains(strings.Join(got, "|"), tt.section) {
			t.Errorf("%s has the sections %q, want %q among them", where, got, tt.section)
		}
		prefix := map[string]string{"fr": "/nc", "en": "/nc/en"}[tt.lang]
		if got := uitest.Attr(uitest.One(t, body, "link[rel=canonical]"), "href"); got != "https://grappe.example"+prefix+tt.path {
			t.Errorf("%s: canonical %q", where, got)
		}
		uitest.Count(t, body, "link[rel=alternate][hreflang]", 3)
		if uitest.Attr(uitest.One(t, body, "meta[name=description]"), "content") == "" || !strings.Contains(body, "OPEN NC") {
			t.Errorf("%s has no description, or does not name the cluster", where)
		}
		for _, left := range []string{"{cluster}", "{place}", "**", "## "} {
			if strings.Contains(body, left) {
				t.Errorf("%s shows %q", where, left)
			}
		}
	}
}

func TestInstance(t *testing.T) {
	pages, err := site.NewPages()
	if err != nil {
		t.Fatal(err)
	}
	all, err := territory.LoadAll(presets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		for n, want := range map[int]int{0: 0, 2: 2, len(all): len(all)} {
			f := uitest.Frame(t, lang, site.Texts, web.Texts)
			f.Base, f.LangPrefix = "", ""
			w := httptest.NewRecorder()
			if err := pages.Instance(w, uitest.Request(t, ui.Frame{}, "/"), f, all[:n]); err != nil {
				t.Fatal(err)
			}
			uitest.CheckPage(t, w.Body.String())
			uitest.Count(t, w.Body.String(), "a.door", want)
			if n == 0 && !strings.Contains(w.Body.String(), "grappe territory add") {
				t.Errorf("%s: an empty instance does not say what to do", lang)
			}
		}
	}
}

// A cluster that has its own tile server says so where the site promises to ask nobody else.
func TestPrivacyNamesTheTileServer(t *testing.T) {
	router := routes(t)
	nc, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		for _, tiles := range []territory.Tiles{{}, {URL: "https://tuiles.exemple.nc/{z}/{x}/{y}.png", Attribution: "x"}} {
			mine := *nc
			mine.Tiles = tiles
			r := uitest.Request(t, uitest.Frame(t, lang, site.Texts, web.Texts), "/donnees-personnelles")
			w := httptest.NewRecorder()
			router.ServeHTTP(w, r.WithContext(territory.With(r.Context(), &mine)))
			uitest.CheckPage(t, w.Body.String())
			if got := strings.Contains(w.Body.String(), "tuiles.exemple.nc"); got != (tiles.URL != "") {
				t.Errorf("%s: with the tiles of %q, the page names the server: %v", lang, tiles.URL, got)
			}
		}
	}
}
