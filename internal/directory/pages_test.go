package directory_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

// page is a request and what its answer must be. A selector stands before what the first element that matches says; with
// nothing behind it, it must match.
type page struct {
	lang, path string
	status     int
	holds      [][2]string // selector, text
	lacks      []string    // selectors that match nothing
}

func (h *house) check(t *testing.T, tt page) {
	t.Helper()
	if tt.lang == "" {
		tt.lang = "fr"
	}
	where := tt.lang + " " + tt.path
	got := h.in(t.Context(), t, tt.lang, tt.path)
	if got.status != tt.status {
		t.Fatalf("%s: status %d, want %d\n%.600s", where, got.status, tt.status, got.body)
	}
	for _, fault := range uitest.Faults(t, got.body) {
		t.Errorf("%s: %s", where, fault)
	}
	for _, want := range tt.holds {
		texts := uitest.Texts(t, got.body, want[0])
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, want[1]) }) {
			t.Errorf("%s: no %q says %q, they say %.400q", where, want[0], want[1], texts)
		}
	}
	for _, selector := range tt.lacks {
		if found := uitest.Texts(t, got.body, selector); len(found) > 0 {
			t.Errorf("%s: %q should match nothing, it matches %.400q", where, selector, found)
		}
	}
}

func TestPages(t *testing.T) {
	h := sample(t)
	const nnbsp = "\u202f"
	for _, tt := range []page{
		{path: "/", status: 200, holds: [][2]string{
			{"h1", "Trouvez près de chez vous"},
			{"form[action='/nc/annuaire'] input[name=q][type=search]", ""},
			{"a.door[href='/nc/annuaire?categorie=tiers-lieu']", "Je cherche un lieu"},
			{"a.tag[href='/nc/annuaire?competence=developpement-web']", "Développement web\u00a0 1"},
			{".tile-value", "6"},
			{".tile-label a[href='/nc/annuaire']", "organisations"},
			{"link[rel=canonical][href='https://grappe.example/nc']", ""},
			{"a.door[href='/nc/annuaire/lagon-web']", "Lagon Web"},
		}, lacks: []string{"meta[name=robots]", "a[href*=brouillon]"}},
		{lang: "en", path: "/", status: 200, holds: [][2]string{
			{"h1", "Find the digital companies near you"},
			{"form[action='/nc/en/annuaire']", ""},
			{"a.tag[href='/nc/en/annuaire?competence=developpement-web']", "Web development"},
			{"link[rel=canonical][href='https://grappe.example/nc/en']", ""},
			{"a[hreflang=fr][href='/nc']", ""},
		}},
		{path: "/annuaire", status: 200, holds: [][2]string{
			{"h1", "Annuaire"},
			{"#total", "6 fiches"},
			{"article.result h2 a[href='/nc/annuaire/lagon-web']", "Lagon Web"},
			{"legend", "Compétence"},
			{"legend", "Lieu"},
			{"legend", "Type"},
			{"a.sort[aria-current=true]", "pertinence"},
			{"link[rel=canonical][href='https://grappe.example/nc/annuaire']", ""},
			{"link[rel=alternate][hreflang=fr][href='https://grappe.example/nc/annuaire']", ""},
			{"link[rel=alternate][hreflang=en][href='https://grappe.example/nc/en/annuaire']", ""},
			{"link[rel=alternate][hreflang=x-default][href='https://grappe.example/nc/annuaire']", ""},
		}, lacks: []string{"meta[name=robots]", ".notice", ".chip", "mark", ".pager", ".empty", "a[href*=brouillon]", ".result-why"}},
		{path: "/annuaire?q=site", status: 200, holds: [][2]string{
			{"h1", "«" + nnbsp + "site" + nnbsp + "» dans l’annuaire"},
			{"mark", "site"},
			{"#total", "1 fiche"},
			{"meta[name=robots][content='noindex, follow']", ""},
			{"input[name=q][value=site]", ""},
			{".result-why", "Dans ses mots-clés"},
		}, lacks: []string{".notice"}},
		{path: "/annuaire?q=wordpres", status: 200, holds: [][2]string{{"#total", "3 fiches"}}}, // unfinished
		{path: "/annuaire?q=photografe", status: 200, holds: [][2]string{
			{"#total", "1 fiche"}, {".notice a[href='/nc/annuaire?q=photographe']", "photographe"}, {".result-why", "compris comme"},
		}},
		{path: "/annuaire?q=photographe+zorglub", status: 200, holds: [][2]string{
			{".notice", "sans «" + nnbsp + "zorglub" + nnbsp + "»"}, {"#total", "1 fiche"},
		}},
		{lang: "en", path: "/annuaire?q=photographe+zorglub", status: 200, holds: [][2]string{{".notice", "“zorglub”"}, {"#total", "1 card"}}},
		{path: "/annuaire?competence=developpement-web", status: 200, holds: [][2]string{
			{"h1", "Développement web"},
			{".lead", "Créer ou refaire un site"},
			{"title", "Développement web"},
			{".breadcrumb [aria-current=page]", "Développement web"},
			{".chip[href='/nc/annuaire']", "Développement web"},
			{"input[name=competence][value=developpement-web][checked]", ""},
			{"meta[name=description][content^='Créer']", ""},
			{"link[rel=canonical][href='https://grappe.example/nc/annuaire?competence=developpement-web']", ""},
		}, lacks: []string{"meta[name=robots]", "a[href*=brouillon]"}},
		{lang: "en", path: "/annuaire?competence=developpement-web", status: 200, holds: [][2]string{{"h1", "Web development"}, {".lead", "Creating or rebuilding"}}},
		{path: "/annuaire?competence=web-development", status: 200, holds: [][2]string{{"h1", "Développement web"}}}, // its code does as well
		{path: "/annuaire?zone=lifou", status: 200, holds: [][2]string{
			{"h1", "Lifou"}, {"#total", "3 fiches"}, {".result-why", "D’un autre lieu" + nnbsp + ": se déplace ici."}, {".result-facts", "Intervient partout"},
		}, lacks: []string{"meta[name=robots]"}},
		{path: "/annuaire?zone=province-des-iles-loyaute", status: 200, holds: [][2]string{{"h1", "Province des îles Loyauté"}, {"#total", "3 fiches"}}},
		{path: "/annuaire?zone=noumea&competence=cybersecurite", status: 200, holds: [][2]string{
			{"h1", "Annuaire"},
			{"#total", "1 fiche"},
			{"meta[name=robots][content^=noindex]", ""},
			{".chip[href='/nc/annuaire?competence=cybersecurite']", "Nouméa"},
			{"a.button-quiet[href='/nc/annuaire']", ""},
			{"summary", "Filtrer (2 choix)"},
		}},
		{path: "/annuaire?zone=noumea&zone=lifou", status: 200, holds: [][2]string{{"#total", "3 fiches"}}},
		{path: "/annuaire?zone=lifou&surplace=1", status: 200, holds: [][2]string{{"#total", "1 fiche"}, {"a[href='/nc/annuaire?zone=lifou']", "Avec celles qui s’y déplacent"}}},
		{path: "/annuaire?tag=wordpress", status: 200, holds: [][2]string{{"#total", "3 fiches"}, {".chip", "WordPress"}}},
		{path: "/annuaire?categorie=school&categorie=third-place", status: 200, holds: [][2]string{{"#total", "2 fiches"}}},
		{path: "/annuaire?secteur=tourism", status: 200, holds: [][2]string{{"#total", "1 fiche"}}},
		{path: "/annuaire?tri=nom", status: 200, holds: [][2]string{{"a.sort[aria-current=true]", "nom"}, {"article:first-child h2", "Drehu Photo"}}},
		{path: "/annuaire?pres=-22.2711,166.4416&tri=distance", status: 200, holds: [][2]string{
			{"article:first-child h2", "Lagon Web"}, {".chip", "Autour de vous"}, {"a.sort[aria-current=true]", "distance"},
		}},
		{path: "/annuaire?pres=-22.27,166.44&rayon=5", status: 200, holds: [][2]string{{"#total", "1 fiche"}, {".chip", "À moins de 5\u00a0km"}}},
		{path: "/annuaire?bbox=166,-23,167,-22", status: 200, holds: [][2]string{{"#total", "1 fiche"}, {".chip[href='/nc/annuaire']", "Zone de la carte"}}},
		{path: "/annuaire?zone=atlantide&competence=x&categorie=y&secteur=z&tag=w", status: 200, holds: [][2]string{
			{"#total", "6 fiches"},
			{".notice", "le lieu «" + nnbsp + "atlantide" + nnbsp + "»"},
			{".notice", "la compétence"},
			{".notice", "le type"},
			{".notice", "le secteur"},
			{".notice", "le mot-clé"},
		}, lacks: []string{".chip"}},
		{path: "/annuaire?ou=atlantide", status: 200, holds: [][2]string{{".notice", "atlantide"}, {"input[name=ou][value=atlantide]", ""}, {"#total", "6 fiches"}}},
		{path: "/annuaire?q=" + strings.Repeat("photo+", 2000), status: 200, holds: [][2]string{{".notice", "très longue"}}},
		{path: "/annuaire?q=xyzzyqwv", status: 200, holds: [][2]string{
			{"#total", "0 fiche"}, {".empty-title", "Aucune fiche ne correspond"}, {".empty a[href='/nc/annuaire']", "Voir tout l’annuaire"}, {".empty a[href='/nc/competences']", ""},
		}, lacks: []string{".result", ".pager"}},
		{path: "/annuaire?q=tiers&zone=lifou", status: 200, holds: [][2]string{
			{".empty a[href='/nc/annuaire?q=tiers']", "sans filtre"}, {".empty a[href='/nc/annuaire?q=tiers&zone=kone']", "Koné (1)"}, {".empty", "lieux les plus proches"},
		}},
		{path: "/annuaire?page=2", status: 404, holds: [][2]string{{".empty-title", "Cette page n’existe pas"}, {".empty a[href='/nc/annuaire']", ""}}},
		{path: "/annuaire?page=500", status: 404, holds: [][2]string{{".empty a[href='/nc/annuaire']", "dernière page"}}},
		{path: "/competences", status: 200, holds: [][2]string{
			{"h1", "Les compétences"},
			{"h2", "Infrastructure et sécurité"},
			{"a[href='/nc/annuaire?competence=cybersecurite'] .index-count", "1"},
			{"link[rel=canonical][href='https://grappe.example/nc/competences']", ""},
		}},
		{lang: "en", path: "/competences", status: 200, holds: [][2]string{{"h2", "Infrastructure and security"}, {"a[href='/nc/en/annuaire?competence=cybersecurite'] .index-count", "1"}}},
		{path: "/communes", status: 200, holds: [][2]string{
			{"h2 a[href='/nc/annuaire?zone=province-sud']", "Province Sud"}, {"a[href='/nc/annuaire?zone=lifou&surplace=1'] .index-count", "1"}, {"li:has(a[href='/nc/annuaire?zone=belep']) .index-detail", "et 1 autre s’y déplace"},
		}},
		{lang: "en", path: "/communes", status: 200, holds: [][2]string{{"h2 a", "South Province"}}},
	} {
		t.Run(tt.lang+fmt.Sprintf("%.60s", tt.path), func(t *testing.T) { h.check(t, tt) })
	}
}

func TestTypedPlaceBecomesAZone(t *testing.T) {
	h := sample(t)
	for path, want := range map[string]string{
		"/annuaire?ou=noumea":                         "/nc/annuaire?zone=noumea",
		"/annuaire?q=site&ou=Mont+Dore":               "/nc/annuaire?q=site&zone=le-mont-dore",
		"/annuaire?ou=98820&competence=cybersecurite": "/nc/annuaire?competence=cybersecurite&zone=lifou",
		"/annuaire?ou=ILE+DES+PINS&zone=lifou":        "/nc/annuaire?zone=l-ile-des-pins",
	} {
		if got := h.get(t, path); got.status != http.StatusSeeOther || got.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", path, got.status, got.header.Get("Location"), want)
		}
	}
	if got := h.in(t.Context(), t, "en", "/annuaire?ou=noumea"); got.header.Get("Location") != "/nc/en/annuaire?zone=noumea" {
		t.Errorf("English is lost on the way: %q", got.header.Get("Location"))
	}
}

func TestBadAddresses(t *testing.T) {
	h := sample(t)
	for path, want := range map[string]int{
		"/annuaire?page=0": 400, "/annuaire?page=-1": 400, "/annuaire?page=abc": 400, "/annuaire?page=999999999999": 400,
		"/annuaire?tri=x": 400, "/annuaire?bbox=NaN,0,1,1": 400, "/annuaire?pres=1": 400, "/annuaire?pres=1,1&rayon=-1": 400,
		"/annuaire/nulle-part": 404, "/annuaire/brouillon-secret": 410, "/annuaire/%00": 404, "/annuaire/%ff%fe": 404,
		"/annuaire/" + strings.Repeat("x", 5000): 404, "/annuaire/..%2f..%2fetc": 404, "/nulle-part": 404,
	} {
		if got := h.get(t, path); got.status != want {
			t.Errorf("%.60s: %d, want %d", path, got.status, want)
		}
	}
}

// Every address that a pager, a facet, a chip or an empty page leads to answers.
func TestLinksLead(t *testing.T) {
	h := open(t, dbtest.SQLite(t), many(45)...)
	seen := map[string]bool{}
	for _, lang := range []string{"fr", "en"} {
		for _, start := range []string{"/", "/annuaire", "/annuaire?q=atelier&zone=noumea", "/annuaire?carte=-22.2,166.4,11.5&fiche=atelier-01&vue=carte", "/annuaire?page=9", "/annuaire?q=zzzzqq&zone=lifou&competence=drones", "/competences", "/annuaire/atelier-01"} {
			got := h.in(t.Context(), t, lang, start)
			for _, a := range uitest.Find(t, got.body, "a[href^='/nc']:not([hreflang])") {
				link := strings.TrimPrefix(uitest.Attr(a, "href"), "/nc")
				if link = strings.TrimPrefix(link, map[string]string{"fr": "", "en": "/en"}[lang]); link == "" {
					link = "/"
				}
				link, _, _ = strings.Cut(link, "#")
				if path, _, _ := strings.Cut(link, "?"); seen[lang+link] || slices.Contains(otherRooms(), path) {
					continue
				}
				seen[lang+link] = true
				if to := h.in(t.Context(), t, lang, link); to.status != http.StatusOK {
					t.Errorf("%s of %s %s leads to %d", link, lang, start, to.status)
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d links were followed", len(seen))
	}
}

// otherRooms are the pages that answers lead to and that other rooms make.
func otherRooms() []string {
	return []string{"/annuaire.atom", "/annuaire/imprimer", "/donnees", "/integrer"}
}

func TestPagesOfResultsHoldEachCardOnce(t *testing.T) {
	h := open(t, dbtest.SQLite(t), many(45)...)
	seen := map[string]int{}
	for n, want := range map[int]int{1: 20, 2: 20, 3: 5} {
		got := h.get(t, fmt.Sprintf("/annuaire?page=%d", n))
		links := uitest.Find(t, got.body, ".result-title a")
		if len(links) != want {
			t.Errorf("page %d has %d results, want %d", n, len(links), want)
		}
		for _, a := range links {
			seen[uitest.Attr(a, "href")]++
		}
		if current := uitest.Texts(t, got.body, ".pager a[aria-current=page]"); len(current) != 1 || !strings.HasSuffix(current[0], fmt.Sprint(n)) {
			t.Errorf("page %d calls itself %q", n, current)
		}
	}
	if len(seen) != 45 {
		t.Errorf("the pages hold %d different cards, want 45", len(seen))
	}
	got := h.get(t, "/annuaire?page=4")
	if link := uitest.One(t, got.body, ".empty a"); got.status != 404 || uitest.Attr(link, "href") != "/nc/annuaire?page=3" {
		t.Errorf("the page beyond the last: %d, leads to %q", got.status, uitest.Attr(link, "href"))
	}
}

func TestSuggestions(t *testing.T) {
	h := sample(t)
	suggest := func(lang, path string) []ui.Suggestion {
		got := h.in(t.Context(), t, lang, path)
		var lines []ui.Suggestion
		if err := json.Unmarshal([]byte(got.body), &lines); err != nil || got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
			t.Fatalf("%s: %d %s: %v", path, got.status, got.body, err)
		}
		if lines == nil {
			t.Errorf("%s answers null, not a list", path)
		}
		return lines
	}
	for _, tt := range []struct{ lang, path, value, detail string }{
		{"fr", "/annuaire/suggestions?q=lag", "Lagon Web", "fiche"},
		{"fr", "/annuaire/suggestions?q=ecole", "École du Code du Mont-Dore", "fiche"},
		{"fr", "/annuaire/suggestions?q=cyber", "Cybersécurité", "compétence"},
		{"fr", "/annuaire/suggestions?q=wordp", "WordPress", "mot-clé"},
		{"fr", "/annuaire/suggestions?q=securite", "Rempart Sécurité", "fiche"},
		{"fr", "/annuaire/lieux?q=mont", "Le Mont-Dore", "commune"},
		{"fr", "/annuaire/lieux?q=ile", "L’Île-des-Pins", "commune"},
		{"fr", "/annuaire/lieux?q=98820", "Lifou", "commune"},
		{"en", "/annuaire/lieux?q=loyalty", "Loyalty Islands Province", "province"},
	} {
		if lines := suggest(tt.lang, tt.path); !slices.ContainsFunc(lines, func(s ui.Suggestion) bool { return s.Value == tt.value && s.Detail == tt.detail }) {
			t.Errorf("%s: %v, want %s (%s)", tt.path, lines, tt.value, tt.detail)
		}
	}
	for _, path := range []string{"/annuaire/suggestions", "/annuaire/suggestions?q=zzzz", "/annuaire/suggestions?q=%00", "/annuaire/suggestions?q=brouillon", "/annuaire/lieux?q=zzzz"} {
		if lines := suggest("fr", path); len(lines) != 0 {
			t.Errorf("%s: %v, want none", path, lines)
		}
	}
	if n := len(suggest("fr", "/annuaire/lieux")); n != 8 {
		t.Errorf("nothing typed suggests %d places, want the 8 largest", n)
	}
	suggest("fr", "/annuaire/suggestions?q="+strings.Repeat("a", 10_000))
}
