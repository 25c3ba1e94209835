package printed_test

import (
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/directory/printed"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, printed.Texts))
}

// The page holds what the PDF holds: every card once in full, and links that lead somewhere on it.
func TestPageHoldsTheSame(t *testing.T) {
	if raced {
		t.Skip("pages are asked for one after the other and read here: run it without -race")
	}
	s := open(t, nil, cards(t, 60)...)
	for _, lang := range []string{"fr", "en"} {
		w := s.get(t.Context(), lang, "/annuaire/imprimer", nil)
		body := w.Body.String()
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, body)
		}
		uitest.CheckPage(t, body)
		if n := len(uitest.Find(t, body, "article.result")); n != 60 {
			t.Errorf("%s: %d cards, want 60", lang, n)
		}
		for _, a := range uitest.Find(t, body, "main a[href^='#']") {
			uitest.One(t, body, "[id='"+strings.TrimPrefix(uitest.Attr(a, "href"), "#")+"']")
		}
		if n := len(uitest.Find(t, body, "nav[aria-labelledby=index] a")); n != 60 {
			t.Errorf("%s: the index has %d names", lang, n)
		}
	}
	body := s.get(t.Context(), "fr", "/annuaire/imprimer?q=numerique&competence=cybersecurite", nil).Body.String()
	pdf := uitest.Attr(uitest.One(t, body, "a.button-main"), "href")
	if pdf != "/nc/annuaire.pdf?competence=cybersecurite&q=numerique" {
		t.Errorf("the PDF of the same search is said to stand at %s", pdf)
	}
	if label := uitest.Texts(t, body, "a.button-main")[0]; !strings.Contains(label, "environ 4 pages, ") {
		t.Errorf("before it was made, the PDF is %q", label)
	}
	s.document(t, "fr", "/annuaire.pdf?competence=cybersecurite&q=numerique")
	body = s.get(t.Context(), "fr", "/annuaire/imprimer?q=numerique&competence=cybersecurite", nil).Body.String()
	if label := uitest.Texts(t, body, "a.button-main")[0]; strings.Contains(label, "environ") || !strings.Contains(label, "pages, ") {
		t.Errorf("once it was made, the PDF is %q", label)
	}
}

// More cards than a light page holds stand on pages of their section, and every link of every page leads to its card.
func TestLongDirectoriesAreSplitBySection(t *testing.T) {
	if raced {
		t.Skip("pages are asked for one after the other and read here: run it without -race")
	}
	s := open(t, nil, cards(t, 310)...)
	contents := s.get(t.Context(), "fr", "/annuaire/imprimer", nil).Body.String()
	if n := len(uitest.Find(t, contents, "article")); n != 0 {
		t.Errorf("the contents hold %d cards", n)
	}
	seen := map[string]int{}
	follow := func(href string) string {
		t.Helper()
		path, fragment, _ := strings.Cut(strings.TrimPrefix(href, "/nc"), "#")
		w := s.get(t.Context(), "fr", path, nil)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", href, w.Code)
		}
		if fragment != "" {
			uitest.One(t, w.Body.String(), "article[id='"+fragment+"']")
		}
		return w.Body.String()
	}
	alsos, names := 0, 0
	for _, a := range uitest.Find(t, contents, "nav[aria-labelledby=sommaire] a") {
		body := follow(uitest.Attr(a, "href"))
		uitest.CheckPage(t, body)
		for _, card := range uitest.Find(t, body, "article.result") {
			seen[uitest.Attr(card, "id")]++
		}
		for _, name := range uitest.Find(t, body, "nav[aria-labelledby=index] a") {
			if names++; names%60 == 1 {
				follow(uitest.Attr(name, "href"))
			}
		}
		for i, also := range uitest.Find(t, body, "section.section ul.cluster a") {
			if alsos++; i == 0 {
				follow(uitest.Attr(also, "href"))
			}
		}
	}
	if len(seen) != 310 || alsos < 100 || names != 310 {
		t.Errorf("the sections hold %d cards and %d links to others, the index %d names", len(seen), alsos, names)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
}

// What the page says of a document that was not made yet is near what it will be.
func TestSizeIsNearlyRight(t *testing.T) {
	if raced {
		t.Skip("two pages and a document are asked for one after the other and read here: run it without -race")
	}
	s := open(t, nil, cards(t, 310)...)
	size := regexp.MustCompile(`(\d+) pages, (\d+) ko`)
	said := func() (pages, weight float64) {
		t.Helper()
		label := uitest.Texts(t, s.get(t.Context(), "fr", "/annuaire/imprimer", nil).Body.String(), "a.button-main")[0]
		m := size.FindStringSubmatch(strings.ReplaceAll(label, "\u00a0", " "))
		if m == nil {
			t.Fatalf("the button says %q", label)
		}
		pages, _ = strconv.ParseFloat(m[1], 64)
		weight, _ = strconv.ParseFloat(m[2], 64)
		return pages, weight
	}
	pages, bytes := said()
	s.document(t, "fr", "/annuaire.pdf")
	realPages, realBytes := said()
	if math.Abs(pages/realPages-1) > 0.25 || math.Abs(bytes/realBytes-1) > 0.25 {
		t.Errorf("about %.0f pages and %.0f ko, which became %.0f and %.0f", pages, bytes, realPages, realBytes)
	}
}

func TestUnchangedDocumentsAreNotSentAgain(t *testing.T) {
	s := open(t, nil, cards(t, 5)...)
	first := s.get(t.Context(), "fr", "/annuaire.pdf", nil)
	tag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
	if _, err := http.ParseTime(modified); tag == "" || err != nil {
		t.Fatalf("Etag %q, Last-Modified %q", tag, modified)
	}
	if link := first.Header().Get("Link"); link != `<https://grappe.example/nc/annuaire>; rel="canonical"` {
		t.Errorf("Link: %s", link)
	}
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	for name, tt := range map[string]struct {
		header http.Header
		path   string
		want   int
	}{
		"the same tag":        {http.Header{"If-None-Match": {tag}}, "/annuaire.pdf", 304},
		"the same date":       {http.Header{"If-Modified-Since": {modified}}, "/annuaire.pdf", 304},
		"another tag":         {http.Header{"If-None-Match": {`W/"other"`}, "If-Modified-Since": {modified}}, "/annuaire.pdf", 200},
		"an older date":       {http.Header{"If-Modified-Since": {old}}, "/annuaire.pdf", 200},
		"another search":      {http.Header{"If-None-Match": {tag}}, "/annuaire.pdf?q=x", 200},
		"what changes naught": {http.Header{"If-None-Match": {tag}}, "/annuaire.pdf?page=3&tri=recents", 304},
	} {
		w := s.get(t.Context(), "fr", tt.path, tt.header)
		if w.Code != tt.want || tt.want == 304 && w.Body.Len() > 0 {
			t.Errorf("%s: %d with %d bytes, want %d", name, w.Code, w.Body.Len(), tt.want)
		}
	}
	if again := s.get(t.Context(), "fr", "/annuaire.pdf", nil); again.Body.String() != first.Body.String() {
		t.Error("the same directory makes another file")
	}
}

// A filter that names nothing is refused: paper cannot tell what was left out.
func TestUnknownFiltersAreRefused(t *testing.T) {
	s := open(t, nil, cards(t, 5)...)
	for _, path := range []string{"/annuaire.pdf", "/annuaire/imprimer"} {
		for _, query := range []string{"competence=zzz", "zone=zorglub", "ou=zorglub", "zzz=1"} {
			if w := s.get(t.Context(), "fr", path+"?"+query, nil); w.Code != http.StatusBadRequest {
				t.Errorf("%s?%s: %d", path, query, w.Code)
			}
		}
	}
	w := s.get(t.Context(), "fr", "/annuaire/imprimer?tag=nobodys&section=", nil)
	if w.Code != http.StatusOK || len(uitest.Find(t, w.Body.String(), "article")) != 0 {
		t.Errorf("a tag that nobody uses: %d, %d cards", w.Code, len(uitest.Find(t, w.Body.String(), "article")))
	}
}

// What tells where somebody stands is kept nowhere.
func TestPositionsAreNotKept(t *testing.T) {
	s := open(t, nil, cards(t, 5)...)
	for range 2 {
		for _, path := range []string{"/annuaire.pdf", "/annuaire/imprimer"} {
			w := s.get(t.Context(), "fr", path+"?pres=-22.2711,166.4416", nil)
			if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Etag") != "" || w.Header().Get("Last-Modified") != "" {
				t.Errorf("%s: %d %v", path, w.Code, w.Header())
			}
		}
	}
	label := uitest.Texts(t, s.get(t.Context(), "fr", "/annuaire/imprimer?pres=-22.2711,166.4416", nil).Body.String(), "a.button-main")[0]
	if !strings.Contains(label, "environ") {
		t.Errorf("the press kept the document: %q", label)
	}
}

// The preset writes the identifier of its licence alone; paper names it in full.
func TestLicenceIsNamed(t *testing.T) {
	s := open(t, nil, cards(t, 5)...)
	const want = "Licence Ouverte 2.0"
	if body := s.get(t.Context(), "fr", "/annuaire/imprimer", nil).Body.String(); !strings.Contains(body, "Fiches publiées sous "+want) {
		t.Error("the page names no licence")
	}
	cover := strings.Join(s.document(t, "fr", "/annuaire.pdf").pages[0].texts, "\n")
	if !strings.Contains(cover, "Fiches publiées sous "+want) {
		t.Errorf("the cover names no licence:\n%s", cover)
	}
}

// /annuaire/imprimer is the page, whatever /annuaire/{slug} says.
func TestThePageWinsOverACard(t *testing.T) {
	s := open(t, nil, card(1, "Seule"))
	pages, err := directory.NewPages(s.Directory.(*directory.Service))
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(s.router)
	w := s.get(t.Context(), "fr", "/annuaire/imprimer?"+url.Values{"q": {""}}.Encode(), nil)
	if w.Code != http.StatusOK || len(uitest.Find(t, w.Body.String(), "#fiche-seule")) != 1 {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
}
