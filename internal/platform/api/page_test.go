package api_test

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/ui/uitest"
)

func TestPage(t *testing.T) {
	for lang, said := range map[string][]string{
		"fr": {"Pour commencer", "Nombre entier de 1 à 500. Par défaut\u202f: 20.", "Une valeur parmi\u202f: new, old. Peut être répété, 3 fois au plus.", "1\u202f000\u202f000 demandes", "qui en contient 1\u202f000\u202f000 et se remplit en ", "Prend 5 jetons"},
		"en": {"To begin with", "Whole number from 1 to 500. Default: 20.", "One of: new, old. May be repeated, at most 3 times.", "1,000,000 requests", "which holds 1,000,000 and fills up in ", "Takes 5 tokens"},
	} {
		a, h := serve(t, lang)
		page := string(read(t, h, api.PagePath))
		uitest.CheckPage(t, page)
		if len(page) > 40_000 {
			t.Errorf("%s: %d bytes", lang, len(page))
		}
		words := uitest.Text(uitest.One(t, page, "main"))
		for _, want := range said {
			if !strings.Contains(words, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, words)
			}
		}
		uitest.Count(t, page, "article", len(a.Operations()))
		uitest.Count(t, page, "main script, main img", 0)
		checkExamples(t, a, h, page)
		checkRefusal(t, h, page)
		for _, link := range uitest.Find(t, page, `a[href^="#type-"]`) {
			uitest.One(t, page, uitest.Attr(link, "href"))
		}
		if uitest.Attr(uitest.One(t, page, "a[rel=license]"), "href") != "https://opendatacommons.org/licenses/odbl/" {
			t.Errorf("%s: the licence leads elsewhere", lang)
		}
		if alternates := uitest.Find(t, page, "link[rel=alternate][hreflang=en]"); len(alternates) != 1 || uitest.Attr(alternates[0], "href") != "https://grappe.example/nc/en/api/docs" {
			t.Errorf("%s: %d alternates in English", lang, len(alternates))
		}
	}
}

// checkExamples opens every example that the page shows.
func checkExamples(t *testing.T, a *api.API, h http.Handler, page string) {
	t.Helper()
	want := 0
	for _, op := range a.Operations() {
		want += len(op.Examples)
	}
	links := uitest.Find(t, page, ".reference-examples a")
	if len(links) != want {
		t.Errorf("%d examples on the page, want %d", len(links), want)
	}
	for _, link := range links {
		address := uitest.Attr(link, "href")
		path, ours := strings.CutPrefix(address, "https://grappe.example/nc")
		if w := get(h, "GET", base+path); !ours || w.Code != http.StatusOK || uitest.Text(link) != address {
			t.Errorf("the example %s (%s): %d", uitest.Text(link), address, w.Code)
		}
	}
}

// checkRefusal makes the request that the page says is refused, and compares the answer with the page's.
func checkRefusal(t *testing.T, h http.Handler, page string) {
	t.Helper()
	address := uitest.Attr(uitest.One(t, page, ".prose a.whole"), "href")
	w := get(h, "GET", base+strings.TrimPrefix(address, "https://grappe.example/nc"))
	shown := uitest.Text(uitest.One(t, page, "pre"))
	for _, part := range []string{`"status": 400`, `"code": "api.bad_integer"`, `"name": "limit"`} {
		if !strings.Contains(shown, part) || !strings.Contains(w.Body.String(), strings.ReplaceAll(part, ": ", ":")) {
			t.Errorf("%s: %q is not both on the page and in the answer:\n%s\n%s", address, part, shown, w.Body)
		}
	}
}
