package site_test

import (
	"context"
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

// shown is the text of a page of New Caledonia, changed.
func shown(t *testing.T, pages *site.Pages, lang, path string, change func(*territory.Territory)) string {
	t.Helper()
	router := web.NewRouter()
	pages.Routes(router)
	nc, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	change(nc)
	r := uitest.Request(t, uitest.Frame(t, lang, site.Texts, web.Texts), path)
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r.WithContext(territory.With(r.Context(), nc)))
	uitest.CheckPage(t, w.Body.String())
	return uitest.Text(uitest.One(t, w.Body.String(), "div.prose"))
}

// What these pages promise is true of a cluster that has its own tile server, and of one that has none.
func TestPagesNameTheTileServer(t *testing.T) {
	pages, err := site.NewPages()
	if err != nil {
		t.Fatal(err)
	}
	tiles := territory.Tiles{URL: "https://tuiles.exemple.nc/{z}/{x}/{y}.png", Attribution: "© Gouvernement [de la Calédonie](https://x.nc)"}
	nobody := map[string][]string{
		"/mentions-legales": {"Aucune ressource n’est chargée", "Nothing is loaded from another site"}, "/donnees-personnelles": {"Il n’appelle aucun autre site. ", "It calls no other site. "},
	}
	for i, lang := range []string{"fr", "en"} {
		for path, promise := range nobody {
			text := shown(t, pages, lang, path, func(*territory.Territory) {})
			if !strings.Contains(text, promise[i]) || strings.Contains(text, "tuiles") {
				t.Errorf("%s %s, without tiles: %s", lang, path, text)
			}
			text = shown(t, pages, lang, path, func(nc *territory.Territory) { nc.Tiles = tiles })
			if strings.Contains(text, promise[i]) || strings.Count(text, "tuiles.exemple.nc") < 2 && path == "/mentions-legales" || !strings.Contains(text, "tuiles.exemple.nc") {
				t.Errorf("%s %s, with tiles: %s", lang, path, text)
			}
			if strings.Contains(text, tiles.Attribution) != (path == "/mentions-legales") {
				t.Errorf("%s %s: the credit of the tiles: %s", lang, path, text)
			}
		}
	}
}

// The legal notice names the licence of the data and whose the maps are.
func TestLegalNamesLicenceAndCredits(t *testing.T) {
	pages, err := site.NewPages()
	if err != nil {
		t.Fatal(err)
	}
	text := shown(t, pages, "fr", "/mentions-legales", func(*territory.Territory) {})
	if !strings.Contains(text, "sous Licence Ouverte 2.0 .") || !strings.Contains(text, "Natural Earth") || strings.Contains(text, "contours") {
		t.Error(text)
	}
	for want, credit := range map[string]territory.OutlineCredit{
		"\u202f: DITTT *NC*, sous Creative Commons Attribution 4.0 .": {Source: "DITTT *NC*", Licence: territory.Licence{ID: "CC-BY-4.0"}.Completed()},
		"\u202f: DITTT.": {Source: "DITTT"},
	} {
		if text = shown(t, pages, "fr", "/mentions-legales", func(nc *territory.Territory) { nc.OutlineCredit = credit }); !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
	// The terms of a copy are its original's, or unknown.
	terms := territory.Licence{ID: "ODbL-1.0"}.Completed()
	pages.Licence = func(context.Context, *territory.Territory) territory.Licence { return terms }
	if text = shown(t, pages, "en", "/mentions-legales", func(*territory.Territory) {}); !strings.Contains(text, "under Open Database License 1.0 .") {
		t.Error(text)
	}
	terms = territory.Licence{}
	if text = shown(t, pages, "en", "/mentions-legales", func(*territory.Territory) {}); !strings.Contains(text, "does not say on what terms") || strings.Contains(text, "Ouverte") {
		t.Error(text)
	}
}
