package directory_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
	"grappe/presets"
)

// Where no script draws the map, its place holds the places that have cards, the fullest first, under the same filters.
func TestPlacesInPlaceOfTheMap(t *testing.T) {
	h := sample(t)
	for _, tt := range []page{
		{path: "/annuaire", status: 200, holds: [][2]string{
			{"[data-map] li:first-child a[href='/nc/annuaire?surplace=1&zone=noumea']", "Nouméa 2"},
			{"[data-map] a[href='/nc/annuaire?surplace=1&zone=lifou']", "Lifou 1"},
			{"[data-map] a[href='/nc/communes']", "Tous les lieux"},
			{".pane[aria-current=page][href='/nc/annuaire#vues']", "Liste"},
			{".pane[href='/nc/annuaire?vue=carte#vues']", "Carte"},
		}, lacks: []string{"[data-pane]", "[data-map] a[href*=belep]"}},
		{path: "/annuaire?tag=wordpress&tri=nom", status: 200, holds: [][2]string{
			{"[data-map] a[href='/nc/annuaire?surplace=1&tag=wordpress&tri=nom&zone=le-mont-dore']", "Le Mont-Dore 1"},
		}},
		{lang: "en", path: "/annuaire?vue=carte&zone=lifou", status: 200, holds: [][2]string{
			{".finder[data-pane=carte] .pane[aria-current=page]", "Map"},
			{"[data-map][data-clusters='/nc/en/api/v1/clusters'][data-box='163.3,-23,168.4,-19.3']", "See the cards of a place"},
		}},
	} {
		t.Run(tt.lang+tt.path, func(t *testing.T) { h.check(t, tt) })
	}
}

func TestNoMapOfNothing(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.check(t, page{path: "/annuaire", status: 200, lacks: []string{"[data-map]", ".panes", "[data-near]"}})
}

// Every link and form of the page keeps what the reader looks at; the canonical address does not know of it.
func TestTheViewIsKept(t *testing.T) {
	h := open(t, dbtest.SQLite(t), many(45)...)
	got := h.get(t, "/annuaire?carte=-22.2%2C166.4%2C11.5&categorie=entreprise&fiche=atelier-07&tag=atelier&vue=carte")
	kept := []string{"carte=-22.2%2C166.4%2C11.5", "fiche=atelier-07"}
	for _, selector := range []string{".sort", ".chip", ".pager a", "[data-map] .index-list a", ".pane", ".chips .button", ".sheet-actions a"} {
		links := uitest.Find(t, got.body, selector)
		if len(links) == 0 {
			t.Errorf("no %s", selector)
		}
		for _, a := range links {
			mustHold(t, selector, uitest.Attr(a, "href"), kept...)
		}
	}
	for _, form := range []string{".search-form", ".facets-form"} {
		for name, value := range map[string]string{"carte": "-22.2,166.4,11.5", "fiche": "atelier-07", "vue": "carte"} {
			uitest.Count(t, got.body, fmt.Sprintf("%s input[type=hidden][name=%s][value='%s']", form, name, value), 1)
		}
	}
	canonical := uitest.Attr(uitest.One(t, got.body, "link[rel=canonical]"), "href")
	mustNotHold(t, "the canonical address", canonical, "carte", "fiche", "vue")
	if filters := uitest.Attr(uitest.One(t, got.body, "#resultats"), "data-filters"); filters != "categorie=entreprise&tag=atelier" {
		t.Errorf("the map asks for %q", filters)
	}
	for _, a := range uitest.Find(t, h.get(t, "/annuaire?zone=zorglub&tag=atelier").body, ".outputs a") {
		mustHold(t, "another form of a page with an unknown choice", uitest.Attr(a, "href"), "?tag=atelier")
		mustNotHold(t, "another form of a page with an unknown choice", uitest.Attr(a, "href"), "zorglub")
	}
	for _, a := range uitest.Find(t, got.body, ".outputs a") {
		address := uitest.Attr(a, "href")
		mustHold(t, "another form", address, "?categorie=entreprise&tag=atelier")
		mustNotHold(t, "another form", address, "carte", "fiche", "vue")
	}
}

func mustHold(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s %q does not hold %q", where, text, part)
		}
	}
}

// The chosen card is marked where it is among the results, and each result says where it is.
func TestResultsOnTheMap(t *testing.T) {
	h := sample(t)
	h.check(t, page{path: "/annuaire?fiche=lagon-web", status: 200, holds: [][2]string{
		{".result.result-chosen[data-slug=lagon-web][data-point='-22.27110,166.44160']", "Lagon Web"},
		{".result[data-slug=drehu-photo]:not([data-point]):not(.result-chosen)", "Drehu Photo"},
	}})
	words := uitest.Attr(uitest.One(t, h.get(t, "/annuaire").body, "[data-map]"), "data-words")
	var said map[string]string
	if err := json.Unmarshal([]byte(words), &said); err != nil {
		t.Fatal(err)
	}
	if got := said["cluster"]; got != "{n} fiches près de {place}\u202f: agrandir" {
		t.Errorf("a cluster is called %q", got)
	}
	if got := said["category.third-place"]; got == "" {
		t.Error("a category has no name on the map")
	}
}

// The page that knows where somebody is is kept nowhere, and named to nobody.
func TestNearIsPrivate(t *testing.T) {
	h := sample(t)
	near := h.get(t, "/annuaire?pres=-22.271,166.442&tri=distance")
	if got := near.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	uitest.One(t, near.body, "meta[name=robots][content^=noindex]")
	uitest.Count(t, near.body, "link[type='application/atom+xml']", 0)
	uitest.One(t, near.body, "[data-near='/nc/annuaire?tri=distance']")
	for _, a := range uitest.Find(t, h.get(t, "/annuaire?pres=-22.271,166.442&rayon=50&tag=wordpress").body, ".outputs a") {
		mustHold(t, "another form", uitest.Attr(a, "href"), "?tag=wordpress")
		mustNotHold(t, "another form", uitest.Attr(a, "href"), "pres=", "rayon=")
	}
	if typed := h.get(t, "/annuaire?ou=Lifou&pres=-22.271,166.442"); typed.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the way from a typed place to its page is kept: %d %v", typed.status, typed.header)
	}
	if got := h.get(t, "/annuaire?q=site").header.Get("Cache-Control"); got == "no-store" {
		t.Error("a page that knows nobody’s place is not kept either")
	}
}

func TestOtherFormsInTheHead(t *testing.T) {
	h := sample(t)
	h.check(t, page{path: "/annuaire?zone=noumea&tri=nom", status: 200, holds: [][2]string{
		{"link[rel=alternate][type='application/atom+xml'][href='https://grappe.example/nc/annuaire.atom?zone=noumea']", ""},
		{"link[rel=alternate][type='application/json+oembed'][href='https://grappe.example/nc/oembed?format=json&url=https%3A%2F%2Fgrappe.example%2Fnc%2Fannuaire%3Fzone%3Dnoumea']", ""},
	}})
}

func TestViewOfAnAddress(t *testing.T) {
	for text, want := range map[string]directory.MapView{
		"-22.27,166.44,11":     {Lat: -22.27, Lon: 166.44, Zoom: 11},
		"0,-180,0":             {Lon: -180},
		"-22.27,166.44,20":     {Lat: -22.27, Lon: 166.44, Zoom: 20},
		"0,0,22":               {Zoom: 22},
		"-22.27001,166.44,6.5": {Lat: -22.27, Lon: 166.44, Zoom: 6.5},
		"0.00001,-0.00001,0":   {},
	} {
		q, err := directory.ParseQuery(url.Values{"carte": {text}, "fiche": {"lagon-web"}, "vue": {"carte"}})
		if err != nil || q.View == nil || *q.View != want || q.Card != "lagon-web" || q.Pane != directory.PaneMap {
			t.Errorf("%q: %+v %v", text, q, err)
		}
		if q.Filtered() {
			t.Errorf("%q filters", text)
		}
		if only := q.Filters().Values().Encode(); only != "" {
			t.Errorf("%q: the filters are %q", text, only)
		}
	}
	if got := (directory.MapView{Lat: -22.27004, Lon: 166.44, Zoom: 6.5}).String(); got != "-22.27,166.44,6.5" {
		t.Error(got)
	}
	for name, values := range map[string][]string{
		"carte": {"1,2", "1,2,3,4", "91,0,3", "0,181,3", "0,0,-1", "0,0,23", "0,0,1.3", "x,0,1", "NaN,0,1", "0,0,Inf"},
		"vue":   {"plan", "<script>"},
	} {
		for _, value := range values {
			_, err := directory.ParseQuery(url.Values{name: {value}})
			if e := errs.As(err); e == nil || e.Kind != errs.Usage || len(e.Fields) != 1 || e.Fields[0].Name != name {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		}
	}
}

// A box across the date line is a filter, and no view.
func TestBoxAcrossTheDateLine(t *testing.T) {
	q := directory.Query{Box: &geo.Box{West: 160, South: -25, East: -170, North: -10}, Sort: directory.ByRelevance, Page: 1}
	back, err := directory.ParseQuery(q.Values())
	if err != nil || back.Box == nil || *back.Box != *q.Box || back.View != nil {
		t.Errorf("a box across the date line comes back as %+v, %v", back.Box, err)
	}
}

// Under the results stand cards of other territories that serve this one, each on its own site, under the same words and
// without the places of this territory.
func TestElsewhereOnThePage(t *testing.T) {
	h := neighbours(t, dbtest.SQLite(t))
	h.check(t, page{path: "/annuaire?competence=developpement-web&zone=lifou&tri=nom&carte=-22%2C166%2C9", status: 200, holds: [][2]string{
		{"#ailleurs", "Aussi disponibles depuis un autre territoire"},
		{"section[aria-labelledby=ailleurs] h3", "Polynésie française 2 fiches"},
		{"section[aria-labelledby=ailleurs] a[href='/pf/annuaire/fenua-web']", "Fenua Web"},
		{"section[aria-labelledby=ailleurs] a[href='/pf/annuaire?competence=developpement-web']", "Chercher aussi dans cet annuaire"},
		{"section[aria-labelledby=ailleurs] a[href='/wf/annuaire/uvea-web']", "Uvea Web"},
	}})
	h.check(t, page{lang: "en", path: "/annuaire?q=drone", status: 200, holds: [][2]string{
		{"section[aria-labelledby=ailleurs] a[href='/pf/en/annuaire/drones-du-pacifique']", "Drones du Pacifique"},
	}, lacks: []string{"a[href^='/wf']"}})
	for _, path := range []string{"/annuaire?zone=noumea&surplace=1", "/annuaire?tag=wordpress"} {
		h.check(t, page{path: path, status: 200, lacks: []string{"#ailleurs"}})
	}
	// On its own host the territory has no prefix: the others have to be reached on theirs, which these do not have.
	own := h.frames["fr"]
	own.Base = ""
	h.frames["fr"] = own
	h.check(t, page{path: "/annuaire", status: 200, lacks: []string{"#ailleurs"}})
}

// On its own host, a page leads to other territories where the instance says that they stand.
func TestElsewhereOnAnotherHost(t *testing.T) {
	h := neighbours(t, dbtest.SQLite(t))
	if err := territory.NewService(h.db, presets.FS).SetHosts(t.Context(), "pf", []string{"annuaire.pf.example"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	pages, err := directory.NewPages(h.directory)
	if err != nil {
		t.Fatal(err)
	}
	pages.Addressed(func(r *http.Request, there *territory.Territory) string {
		if r.URL.Path != "/annuaire" {
			t.Errorf("asked from %s", r.URL.Path)
		}
		return "https://" + there.Hosts[0] + ":8443"
	})
	h.router = web.NewRouter()
	pages.Routes(h.router)
	own := h.frames["fr"]
	own.Base = ""
	h.frames["fr"] = own
	h.check(t, page{path: "/annuaire?competence=developpement-web", status: 200, holds: [][2]string{
		{"#ailleurs ~ ul a[href='https://annuaire.pf.example:8443/annuaire/fenua-web']", "Fenua Web"},
		{"#ailleurs ~ p a[href='https://annuaire.pf.example:8443/annuaire?competence=developpement-web']", ""},
	}, lacks: []string{"a[href*=uvea-web]"}})
}

// The tiles of a territory may go closer than most, and the page says how close; whoever made the outlines is named.
func TestGroundOfTheMap(t *testing.T) {
	h := sample(t)
	territories := territory.NewService(h.db, presets.FS)
	reload := func() {
		t.Helper()
		if _, err := h.directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	words := func() string {
		return uitest.Attr(uitest.One(t, h.get(t, "/annuaire").body, "[data-map]"), "data-words")
	}
	mustNotHold(t, "the words of a map whose outlines nobody signed", words(), "outlines")
	for zoom, want := range map[int]string{0: "19", 15: "15", 22: "22"} {
		tiles := territory.Tiles{URL: "https://tuiles.exemple.nc/{z}/{x}/{y}.png", Attribution: "Essai", MaxZoom: zoom}
		if err := territories.SetTiles(t.Context(), "nc", tiles); err != nil {
			t.Fatal(err)
		}
		reload()
		h.check(t, page{path: "/annuaire", status: 200, holds: [][2]string{{"[data-map][data-max-zoom='" + want + "']", ""}}})
	}
	const outline = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"98818"},
		"geometry":{"type":"Polygon","coordinates":[[[166.4,-22.3],[166.5,-22.3],[166.5,-22.2],[166.4,-22.3]]]}}]}`
	credit := territory.OutlineCredit{Source: "Géomètres réunis", Licence: territory.Licence{ID: "CC-BY-4.0"}}
	if _, err := territories.LoadGeometry(t.Context(), "nc", strings.NewReader(outline), credit); err != nil {
		t.Fatal(err)
	}
	reload()
	mustHold(t, "the words of the map", words(), `"outlines":"Contours`, "Géomètres réunis", "CC-BY-4.0")
}

// Where nothing can be pressed, links at the top still lead past the filters; an empty directory has no map to lead to.
func TestSkipLinks(t *testing.T) {
	sample(t).check(t, page{path: "/annuaire", status: 200, holds: [][2]string{
		{".skip[href='#resultats']", "Aller aux résultats"},
		{"#resultats[tabindex='-1']", ""},
		{".skip[href='#carte']", "Aller à la carte"},
		{"#carte[tabindex='-1']", ""},
	}})
	open(t, dbtest.SQLite(t)).check(t, page{path: "/annuaire", status: 200, lacks: []string{".skip[href='#carte']"}})
}

// The month of imported data needs no elision, whatever its first letter.
func TestMonthOfTheData(t *testing.T) {
	april := card("Vieux Lagon")
	april.Listing.Provenance = company.Provenance{"name": {Kind: company.FromImport, Name: "essai", At: time.Date(2015, 4, 3, 0, 0, 0, 0, time.UTC)}}
	h := open(t, dbtest.SQLite(t), april)
	h.check(t, page{path: "/annuaire", status: 200, holds: [][2]string{{".result-facts", "Donnée\u202f: avril 2015, jamais vérifiée"}}})
}

// The map's element is written once for all readers of a language at an address, and for no others.
func TestMapsAreOfTheirReaders(t *testing.T) {
	h := sample(t)
	words := map[string]string{}
	for range 2 {
		for _, lang := range []string{"fr", "en"} {
			for _, base := range []string{"", "/nc"} {
				frame := h.frames[lang]
				frame.Base = base
				h.frames[lang] = frame
				plan := uitest.One(t, h.in(t.Context(), t, lang, "/annuaire").body, "#carte")
				if got, want := uitest.Attr(plan, "data-results"), frame.Path("/annuaire"); got != want {
					t.Errorf("%s at %q: the map leads to %q, want %q", lang, base, got, want)
				}
				if said := uitest.Attr(plan, "data-words"); words[lang] == "" {
					words[lang] = said
				} else if words[lang] != said {
					t.Errorf("%s at %q: the map says %s, and said %s", lang, base, said, words[lang])
				}
			}
		}
	}
	if words["fr"] == words["en"] {
		t.Errorf("both languages say %s", words["fr"])
	}
}
