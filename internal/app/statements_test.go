package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// route is a pattern of the instance with requests that it answers, each with the most statements that it may take.
type route map[string]int64

// routes are all that the instance answers within a territory (the paths of the API without /api/v1), and outside of all.
func routes() map[string]route {
	return map[string]route{
		"GET /{$}": {"": 1},
		"GET /annuaire": {
			"/annuaire": 2, "/annuaire?q=atelier": 2, "/annuaire?q=atelier&page=2": 1, "/annuaire?zone=noumea&tri=nom": 2, "/annuaire?q=zzzz": 0,
			"/annuaire?pres=-22.27,166.44&rayon=50": 1,
		},
		"GET /annuaire/suggestions": {"/annuaire/suggestions?q=at": 0},
		"GET /annuaire/lieux":       {"/annuaire/lieux?q=no": 0},
		"GET /annuaire/{slug}":      {"/annuaire/atelier-3": 5, "/annuaire/nulle-part": 1},
		"GET /annuaire/{slug}/signaler": {
			"/annuaire/atelier-3/signaler": 4, "/annuaire/atelier-3/signaler?quoi=adresse": 4, "/annuaire/atelier-3/signaler?quoi=doublon": 9,
		},
		"POST /annuaire/{slug}/signaler": {},
		"GET /proposer-une-fiche":        {"/proposer-une-fiche": 1, "/proposer-une-fiche?nom=Atelier+7": 5, "/proposer-une-fiche?nom=zzzz": 4},
		"POST /proposer-une-fiche":       {},
		"GET /signalements/{token}":      {"/signalements/nothing": 0},
		"POST /signalements/{token}":     {},
		"GET /competences":               {"/competences": 0},

		"GET /annuaire/{slug}/revendiquer":          {"/annuaire/atelier-3/revendiquer": 5, "/annuaire/nulle-part/revendiquer": 1},
		"POST /annuaire/{slug}/revendiquer":         {},
		"GET /annuaire/{slug}/revendiquer/code":     {"/annuaire/atelier-3/revendiquer/code": 0},
		"POST /annuaire/{slug}/revendiquer/code":    {},
		"GET /annuaire/{slug}/revendiquer/demande":  {"/annuaire/atelier-3/revendiquer/demande": 0},
		"POST /annuaire/{slug}/revendiquer/demande": {},
		"GET /communes":                     {"/communes": 0},
		"GET /fiches/contestation/{token}":  {"/fiches/contestation/nothing": 1},
		"GET /fiches/exacte/{token}":        {"/fiches/exacte/nothing": 1},
		"POST /fiches/exacte/{token}":       {},
		"POST /fiches/contestation/{token}": {},

		"GET /donnees":                    {"/donnees": 1, "/donnees?q=atelier": 1},
		"GET /donnees/annuaire.xlsx":      {"/donnees/annuaire.xlsx": 2},
		"GET /donnees/annuaire.csv":       {"/donnees/annuaire.csv": 2},
		"GET /donnees/annuaire.geojson":   {"/donnees/annuaire.geojson": 2},
		"GET /donnees/annuaire.jsonl":     {"/donnees/annuaire.jsonl": 2},
		"GET /donnees/annuaire.json":      {"/donnees/annuaire.json": 2},
		"GET /donnees/datapackage.json":   {"/donnees/datapackage.json": 1},
		"GET /donnees/catalogue.jsonld":   {"/donnees/catalogue.jsonld": 1},
		"GET /annuaire.atom":              {"/annuaire.atom": 3},
		"GET /sitemap.xml":                {"/sitemap.xml": 0},
		"GET /sitemap-{n}.xml":            {"/sitemap-1.xml?nothing": 0},
		"GET /annuaire.pdf":               {"/annuaire.pdf": 0},
		"GET /annuaire/imprimer":          {"/annuaire/imprimer": 2},
		"GET /integrer":                   {"/integrer": 0},
		"GET /integration/annuaire":       {"/integration/annuaire": 1, "/integration/annuaire?fiche=atelier-3": 4},
		"GET /integrer.js":                {"/integrer.js": 0},
		"GET /oembed":                     {"/oembed?url=http%3A%2F%2Fexample.com%2Fnc%2Fannuaire": 0},
		"GET /repartition":                {"/repartition": 2, "/repartition?competence=drones": 2},
		"GET /repartition.csv":            {"/repartition.csv": 2},
		"GET /carte/contours.json":        {"/carte/contours.json": 2},
		"GET /carte/lieux.json":           {"/carte/lieux.json": 2},
		"GET /mentions-legales":           {"/mentions-legales": 0},
		"GET /donnees-personnelles":       {"/donnees-personnelles": 0},
		"GET /accessibilite":              {"/accessibilite": 0},
		"GET /composants":                 {"/composants": 0},
		"/api":                            {"/api": 1},
		"/api/":                           {"/api/docs": 1, "/api/openapi.json": 1},
		"GET /listings":                   {"/api/v1/listings": 2, "/api/v1/listings?q=atelier&limit=100": 2},
		"GET /listings/{id}":              {"/api/v1/listings/ID": 5},
		"GET /suggestions":                {"/api/v1/suggestions?q=at": 0},
		"GET /changes":                    {"/api/v1/changes": 8, "/api/v1/changes?limit=5": 8},
		"GET /changes/live":               {"/api/v1/changes/live": 0},
		"GET /zones":                      {"/api/v1/zones": 0},
		"GET /competences (api)":          {"/api/v1/competences": 1},
		"GET /sectors":                    {"/api/v1/sectors": 1},
		"GET /territories":                {"/api/v1/territories": 0},
		"GET /clusters":                   {"/api/v1/clusters?bbox=163,-23,169,-19&zoom=7": 0},
		"outside GET /api/v1/territories": {"//api/v1/territories": 0},
		"outside GET /robots.txt":         {"//robots.txt": 0},
		"outside GET /{$}":                {"//": 0},
		"outside GET /assets/":            {"//assets/nothing": 0},
		"outside GET /fichiers/{id}":      {"//fichiers/nothing": 0, "//fichiers/00000000000000000000000000000000.png?nothing": 1},
	}
}

// patterns are those that the instance answers, as routes names them.
func patterns(t *testing.T, f *front) []string {
	t.Helper()
	var all []string
	for _, p := range f.inside.Patterns() {
		if strings.HasPrefix(p, "GET /sitemap-") {
			p = "GET /sitemap-{n}.xml"
		}
		if !strings.HasPrefix(p, "OPTIONS ") && !ofPeople(p) {
			all = append(all, p)
		}
	}
	for _, p := range f.outside.Patterns() {
		if !strings.HasPrefix(p, "OPTIONS ") {
			all = append(all, "outside "+p)
		}
	}
	var described struct{ Paths map[string]any }
	if err := json.Unmarshal([]byte(f.get(t, "/nc/api/openapi.json").body), &described); err != nil {
		t.Fatal(err)
	}
	for path := range described.Paths {
		p := "GET " + strings.TrimPrefix(path, "/api/v1")
		if p == "GET /competences" {
			p += " (api)"
		}
		all = append(all, p)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// peopled is an instance with so many cards in New Caledonia and as many in French Polynesia that serve it, which counts the
// statements that it runs.
func peopled(t *testing.T, n int, count *atomic.Int64) (*front, string) {
	t.Helper()
	a := start(t, Options{Fictional: true, Observe: func(string) { count.Add(1) }})
	records := make([]listing.Record, 0, 2*n)
	for _, code := range []string{"nc", "pf"} {
		if _, err := a.Territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			name := fmt.Sprintf("Atelier %d", i)
			r := listing.Record{Company: company.Company{UsualName: name, Status: company.Active}, Listing: listing.Listing{
				Territory: code, State: listing.Published, Content: listing.Content{
					Name: name, Category: listing.Company, Competences: []string{"drones"}, Tags: []string{fmt.Sprint("mot ", i%7)}, OpeningHours: "Mo-Fr 08:00-12:00",
				},
			}}
			if code == "nc" {
				r.Listing.Zone = "98818"
			} else {
				r.Listing.ServiceArea = listing.ServiceArea{Remote: true}
			}
			records = append(records, r)
		}
	}
	var id string
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		saved, err := listing.Store{}.SaveBatch(t.Context(), tx, records[:n], today())
		if err == nil {
			id = saved[3].Listing.ID
			_, err = listing.Store{}.SaveBatch(t.Context(), tx, records[n:], today())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return newFront(t, a), id
}

// No page, file or answer of the API takes more statements than a few, whatever the number of rows. A new route must say how
// many. Files are read by 500 cards at a time, and the change feed by as many changes as were asked for.
func TestEveryRouteTakesFewStatements(t *testing.T) {
	var counts [2]atomic.Int64
	var fronts [2]*front
	var ids [2]string
	for i, n := range []int{30, 300} {
		fronts[i], ids[i] = peopled(t, n, &counts[i])
	}
	all := routes()
	answered := patterns(t, fronts[0])
	for _, p := range answered {
		if all[p] == nil {
			t.Errorf("the route %q is not among those whose statements are counted: add it to routes", p)
		}
	}
	for pattern, requests := range all {
		if !slices.Contains(answered, pattern) {
			t.Errorf("no route %q is answered any more: take it out of routes", pattern)
		}
		for path, most := range requests {
			var took [2]int64
			for i, f := range fronts {
				address := strings.Replace("/nc"+path, "/ID", "/"+ids[i], 1)
				if outside, ok := strings.CutPrefix(path, "//"); ok {
					address = "/" + outside
				}
				f.get(t, address) // what is made once is made
				before := counts[i].Load()
				got := f.get(t, address)
				took[i] = counts[i].Load() - before
				if got.status >= 400 && !strings.Contains(address, "nothing") && !strings.Contains(address, "nulle-part") {
					t.Errorf("%s answers %d: %.200s", address, got.status, got.body)
				}
			}
			followsTheLog := strings.Contains(path, "/changes") // one question more where a part of the log does not hold enough
			if took[0] != took[1] && !followsTheLog || took[1] > most {
				t.Errorf("%s: %d statements over 30 cards, %d over 300, want at most %d", path, took[0], took[1], most)
			}
		}
	}
}
