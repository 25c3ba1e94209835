package directory_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"grappe/internal/directory"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

const notice = "L’annuaire se prépare\u202f: la recherche est simplifiée pendant quelques secondes."

// slugsOn are the cards that a page of results links to, in their order.
func slugsOn(page string) []string {
	var slugs []string
	for _, m := range regexp.MustCompile(`data-slug="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		slugs = append(slugs, m[1])
	}
	return slugs
}

// Before there is an index, the pages that matter answer from the base, and say that they do.
func TestPagesAnswerBeforeTheIndexIsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := early(t, d, samples()...)
		for _, c := range []struct {
			query url.Values
			want  []string
		}{
			{nil, []string{"tiers-lieu-de-kone", "ecole-du-code-du-mont-dore", "rempart-securite", "drehu-photo", "point-nul", "lagon-web"}},
			{url.Values{"q": {"ÉCOLE code"}}, []string{"ecole-du-code-du-mont-dore"}},
			{url.Values{"q": {"cybersécurité"}}, []string{"rempart-securite"}}, // a competence by its name
			{url.Values{"q": {"brouillon"}}, nil},
			{url.Values{"zone": {"lifou"}}, []string{"drehu-photo"}},
			{url.Values{"zone": {"sud"}, "categorie": {"ecole"}}, []string{"ecole-du-code-du-mont-dore"}},
			{url.Values{"tag": {"wordpress"}, "q": {"lagon"}}, []string{"lagon-web"}},
			{url.Values{"competence": {"web"}, "q": {"point"}}, []string{"point-nul"}}, // an unknown choice is told and left out
			{url.Values{"page": {"1"}, "tri": {"nom"}, "pres": {"-22.2,166.4"}, "q": {"photo"}}, []string{"drehu-photo"}},
		} {
			got := h.get(t, "/annuaire?"+c.query.Encode())
			if got.status != 200 || !strings.Contains(got.body, notice) || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%v: %d, %v, it says so: %v", c.query, got.status, got.header, strings.Contains(got.body, notice))
			}
			if slugs := slugsOn(got.body); !slices.Equal(slugs, c.want) {
				t.Errorf("%v shows %v, want %v", c.query, slugs, c.want)
			}
		}
		for path, want := range map[string]int{
			"/": 200, "/competences": 200, "/communes": 200, "/annuaire/lagon-web": 200, "/annuaire/brouillon-secret": 410, "/annuaire/rien": 404, "/annuaire?page=3": 404, "/annuaire/lieux?q=no": 200,
		} {
			if got := h.get(t, path); got.status != want {
				t.Errorf("%s: %d, want %d", path, got.status, want)
			}
		}
		mustHold(t, "the first page", h.get(t, "/").body, notice, "/annuaire/tiers-lieu-de-kone")
		if got := h.get(t, "/annuaire/suggestions?q=lag"); strings.TrimSpace(got.body) != "[]" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("suggestions: %s %v", got.body, got.header)
		}
		if _, err := h.directory.Search(t.Context(), "nc", directory.Query{Page: 1}, directory.Options{}); !errs.Is(err, errs.Unavailable) {
			t.Errorf("a program that counts on the order of the index: %v", err)
		}
		if _, err := h.directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := h.get(t, "/annuaire"); strings.Contains(got.body, notice) || len(slugsOn(got.body)) != 6 {
			t.Error("once the index is there, the page still says that it is being made")
		}
	})
}

// What is not counted is not told as if it were.
func TestEarlyCounts(t *testing.T) {
	h := early(t, dbtest.SQLite(t), many(45)...)
	for path, want := range map[string]string{
		"/annuaire": "Plus de 20 fiches", "/annuaire?page=2": "Plus de 40 fiches", "/annuaire?page=3": "45 fiches", "/annuaire?q=%22atelier+03%22": "1 fiche",
	} {
		if got := h.get(t, path); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d, and does not say %q", path, got.status, want)
		}
	}
}

// However many cards there are, an early page takes few statements.
func TestStatementsOfEarlyPages(t *testing.T) {
	h := early(t, dbtest.SQLite(t), many(120)...)
	for path, most := range map[string]int64{"/": 3, "/annuaire": 3, "/annuaire?q=atelier": 3, "/annuaire?q=zzzz": 2, "/annuaire/atelier-03": 5} {
		ctx, counter := db.CountStatements(t.Context())
		if got := h.in(ctx, t, "en", path); got.status != 200 {
			t.Fatalf("%s answers %d", path, got.status)
		}
		if counter.N() > most {
			t.Errorf("%s: %d statements, want at most %d", path, counter.N(), most)
		}
	}
}
