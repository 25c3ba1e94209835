package app

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/ui/uitest"
)

func TestInstancePage(t *testing.T) {
	a := start(t, Options{})
	f := newFront(t, a)
	got := f.get(t, "/")
	uitest.CheckPage(t, got.body)
	mustHold(t, "an empty instance", got.body, "Grappe est installée", "grappe territory add nc", `content="noindex"`)
	mustHold(t, "an empty instance in English", f.get(t, "/", "Accept-Language", "en-GB").body, `lang="en"`, "grappe territory add nc")

	if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	f = newFront(t, a)
	if got := f.get(t, "/"); got.status != http.StatusFound || got.header.Get("Location") != "/nc" {
		t.Errorf("one territory: %d to %q", got.status, got.header.Get("Location"))
	}

	if _, err := a.Territories.Add(t.Context(), "pf"); err != nil {
		t.Fatal(err)
	}
	f = newFront(t, a)
	got = f.get(t, "/")
	uitest.CheckPage(t, got.body)
	for _, want := range []struct{ link, name string }{{"/nc", "Nouvelle-Calédonie"}, {"/pf", "Polynésie française"}} {
		if found := uitest.Texts(t, got.body, "a.door[href='"+want.link+"']"); got.status != 200 || len(found) != 1 || found[0] != want.name {
			t.Errorf("two territories: %d, %s is called %q", got.status, want.link, found)
		}
	}
}

func TestRobots(t *testing.T) {
	for _, fictional := range []bool{true, false} {
		a := start(t, Options{Fictional: fictional})
		if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		if err := a.Territories.SetHosts(t.Context(), "nc", []string{"open.example"}); err != nil {
			t.Fatal(err)
		}
		f := newFront(t, a)
		for host, sitemap := range map[string]string{"open.example": "http://open.example/sitemap.xml", "localhost:8080": "http://open.example/sitemap.xml"} {
			got := f.get(t, "/robots.txt", "Host", host)
			if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
				t.Fatalf("%d %v", got.status, got.header)
			}
			lines := strings.Split(strings.TrimSpace(got.body), "\n")
			if fictional {
				if strings.Join(lines, "|") != "User-agent: *|Disallow: /" {
					t.Errorf("fictional: %q", lines)
				}
				continue
			}
			if lines[0] != "User-agent: *" || strings.Contains(got.body, "Disallow: /\n") || lines[len(lines)-1] != "Sitemap: "+sitemap {
				t.Errorf("real, on %s: %q", host, lines)
			}
		}
	}
}

func TestErrorPages(t *testing.T) {
	f := newFront(t, empty(t))
	secret := errors.New("dial tcp 10.0.0.7: the secret inside")
	f.inside.Handle("GET /panne", func(http.ResponseWriter, *http.Request) error { return secret })
	f.inside.Handle("GET /chute", func(http.ResponseWriter, *http.Request) error { panic(secret) })
	for _, tt := range []struct {
		method, path string
		status       int
		holds        map[string]string // by language
	}{
		{"GET", "/nulle-part", 404, map[string]string{"fr": "n’existe pas", "en": "not"}},
		{"GET", "/annuaire/nulle-part", 404, map[string]string{"fr": "Cette fiche n’existe pas", "en": "does not exist"}},
		{"GET", "/annuaire?page=abc", 400, map[string]string{"fr": "Le numéro de page", "en": "page number"}},
		{"POST", "/annuaire", 405, map[string]string{"fr": "", "en": ""}},
		{"DELETE", "/annuaire/x", 405, map[string]string{"fr": "", "en": ""}},
		{"GET", "/panne", 500, map[string]string{"fr": "", "en": ""}},
		{"GET", "/chute", 500, map[string]string{"fr": "", "en": ""}},
	} {
		for lang, prefix := range map[string]string{"fr": "/nc", "en": "/nc/en"} {
			where := tt.method + " " + prefix + tt.path
			got := f.ask(t, tt.method, prefix+tt.path)
			if got.status != tt.status {
				t.Errorf("%s: %d, want %d", where, got.status, tt.status)
			}
			for _, fault := range uitest.Faults(t, got.body) {
				t.Errorf("%s: %s", where, fault)
			}
			id := got.header.Get("X-Request-Id")
			mustHold(t, where, got.body, `lang="`+lang+`"`, id, tt.holds[lang], `href="`+prefix+`/annuaire"`)
			if id == "" || strings.Contains(got.body, "secret") || strings.Contains(got.body, "10.0.0.7") {
				t.Errorf("%s: request %q, or the inside is shown", where, id)
			}
			if tt.status == 405 && !strings.Contains(got.header.Get("Allow"), "GET") {
				t.Errorf("%s: allows %q", where, got.header.Get("Allow"))
			}
			if got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: Cache-Control %q", where, got.header.Get("Cache-Control"))
			}
			if tt.method == "GET" {
				problem := f.get(t, prefix+tt.path, "Accept", "application/json")
				var body struct {
					Status int    `json:"status"`
					Detail string `json:"detail"`
				}
				if err := json.Unmarshal([]byte(problem.body), &body); err != nil || problem.status != tt.status || body.Status != tt.status ||
					problem.header.Get("Content-Type") != "application/problem+json" || strings.Contains(problem.body, "secret") {
					t.Errorf("%s as JSON: %d %s: %v", where, problem.status, problem.body, err)
				}
			}
		}
	}
	got := f.get(t, "/nulle-part")
	uitest.CheckPage(t, got.body)
	if got.status != 404 || !strings.Contains(f.get(t, "/nulle-part", "Accept-Language", "en").body, `lang="en"`) {
		t.Errorf("outside of all territories: %d", got.status)
	}
}

func TestNotReadyIsSaid(t *testing.T) {
	a := start(t, Options{})
	if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	for prefix, words := range map[string]string{"/nc": "se prépare", "/nc/en": "getting ready"} {
		for _, path := range []string{"/sitemap.xml", "/annuaire.atom", "/api/v1/listings"} {
			got := f.get(t, prefix+path)
			if got.status != 503 || got.header.Get("Retry-After") == "" {
				t.Errorf("%s%s: %d, Retry-After %q", prefix, path, got.status, got.header.Get("Retry-After"))
			}
			mustHold(t, prefix+path, got.body, words)
		}
		for _, path := range []string{"", "/annuaire", "/annuaire?q=web", "/competences", "/communes"} {
			got := f.get(t, prefix+path)
			if got.status != 200 || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s%s: %d, Cache-Control %q", prefix, path, got.status, got.header.Get("Cache-Control"))
			}
			uitest.CheckPage(t, got.body)
			mustHold(t, prefix+path, got.body, words)
		}
	}
	if got := f.get(t, "/nc/mentions-legales"); got.status != 200 {
		t.Errorf("a page that needs no index: %d", got.status)
	}
}

func TestAddressesOfTheFront(t *testing.T) {
	f := newFront(t, empty(t))
	for path, want := range map[string]string{
		"/nc/": "/nc", "/nc/en/": "/nc/en", "/nc/?q=a": "/nc?q=a", "/nc//annuaire": "/nc/annuaire", "/nc/annuaire/": "/nc/annuaire",
		"/nc/en//annuaire?page=2": "/nc/en/annuaire?page=2", "/nc/./annuaire": "/nc/annuaire", "/": "/nc",
	} {
		got := f.get(t, path)
		if location := got.header.Get("Location"); got.status/100 != 3 || location != want {
			t.Errorf("%s: %d to %q, want %q", path, got.status, location, want)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodOptions, http.MethodPut} {
		if got := f.ask(t, method, "/nc//annuaire?q=a"); got.status != http.StatusPermanentRedirect || got.header.Get("Location") != "/nc/annuaire?q=a" {
			t.Errorf("%s: %d to %q", method, got.status, got.header.Get("Location"))
		}
	}
	for _, path := range []string{"//evil.example/", "//evil.example", "/nc//evil.example/", "/%2F%2Fevil.example/", "/nc/%5Cevil.example/"} {
		if location := f.get(t, path).header.Get("Location"); strings.HasPrefix(location, "//") || strings.Contains(location, "://") || strings.HasPrefix(location, "/\\") {
			t.Errorf("%s leads away, to %q", path, location)
		}
	}
	got := f.get(t, "/nc")
	for _, header := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id"} {
		if got.header.Get(header) == "" {
			t.Errorf("no %s", header)
		}
	}
	for _, n := range uitest.Find(t, got.body, "link[rel=stylesheet], script[src]") {
		address := uitest.Attr(n, "href") + uitest.Attr(n, "src")
		if asset := f.get(t, address); asset.status != 200 {
			t.Errorf("%s: %d", address, asset.status)
		}
	}
	if got := f.ask(t, http.MethodHead, "/nc/annuaire"); got.status != 200 || got.body != "" {
		t.Errorf("HEAD: %d and %d bytes", got.status, len(got.body))
	}
	for path, want := range map[string]int{"/assets/nothing.js": 404, "/metrics": 404, "/idf": 404, "/nc/fr/annuaire": 404} {
		if got := f.get(t, path); got.status != want {
			t.Errorf("%s: %d, want %d", path, got.status, want)
		}
	}
}

// On its own host the territory has no prefix, and no page leads to one.
func TestTerritoryOnItsOwnHost(t *testing.T) {
	a := empty(t)
	if err := a.Territories.SetHosts(t.Context(), "nc", []string{"open.example"}); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	for _, path := range []string{"/", "/annuaire", "/en", "/en/annuaire", "/competences", "/mentions-legales", "/nulle-part"} {
		got := f.get(t, path, "Host", "open.example:8443")
		if path != "/nulle-part" && got.status != 200 {
			t.Errorf("%s: %d", path, got.status)
		}
		if found := uitest.Find(t, got.body, "a[href^='/nc'], form[action^='/nc']"); len(found) > 0 {
			t.Errorf("%s: %d links keep the prefix", path, len(found))
		}
		for _, n := range uitest.Find(t, got.body, "link[rel=canonical]") {
			if !strings.HasPrefix(uitest.Attr(n, "href"), "http://open.example/") {
				t.Errorf("%s: canonical %q", path, uitest.Attr(n, "href"))
			}
		}
	}
}
