package app

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

// A cluster's own tile server is named in the policy of the pages with a map, and of no other.
func TestTileServerIsAllowedWhereTheMapIs(t *testing.T) {
	a := filled(t)
	if body := newFront(t, a).get(t, "/nc/annuaire"); strings.Contains(body.header.Get("Content-Security-Policy"), "http") {
		t.Errorf("without tiles: %s", body.header.Get("Content-Security-Policy"))
	}
	tiles := territory.Tiles{URL: "https://tuiles.exemple.nc/{z}/{x}/{y}.png", Attribution: "© Gouvernement"}
	if err := a.Territories.SetTiles(t.Context(), demoTerritory, tiles); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	for path, want := range map[string]bool{
		"/nc/annuaire": true, "/nc/en/annuaire?q=web": true, "/nc": false, "/nc/communes": false, "/nc/repartition": false, "/nc/mentions-legales": false,
	} {
		got := f.get(t, path)
		policy := got.header.Get("Content-Security-Policy")
		if strings.Contains(policy, "img-src 'self' data: https://tuiles.exemple.nc;") != want || strings.Contains(policy, "tuiles") != want {
			t.Errorf("%s: %s", path, policy)
		}
		if want {
			mustHold(t, path, got.body, tiles.URL, "© Gouvernement")
		}
	}
}

// Outlines that are loaded while the site runs are on its maps at once.
func TestMapsFollowOutlines(t *testing.T) {
	a := filled(t)
	f := newFront(t, a)
	outlines := func() int {
		t.Helper()
		var collection struct {
			Features []json.RawMessage `json:"features"`
		}
		got := f.get(t, "/nc/carte/contours.json")
		if err := json.Unmarshal([]byte(got.body), &collection); err != nil || got.status != http.StatusOK {
			t.Fatalf("%d %v", got.status, err)
		}
		return len(collection.Features)
	}
	if n := outlines(); n != 0 {
		t.Errorf("%d outlines before any was loaded", n)
	}
	uitest.Count(t, f.get(t, "/nc/repartition").body, "circle.atlas-circle", 33)
	const square = `{"type":"Feature","properties":{"code":"98818"},"geometry":{"type":"Polygon","coordinates":[[[166.3,-22.4],[166.6,-22.4],[166.6,-22.1],[166.3,-22.1],[166.3,-22.4]]]}}`
	if _, err := a.Territories.LoadGeometry(t.Context(), demoTerritory, strings.NewReader(square), territory.OutlineCredit{}); err != nil {
		t.Fatal(err)
	}
	if n := outlines(); n != 1 {
		t.Errorf("%d outlines after one was loaded", n)
	}
	page := f.get(t, "/nc/repartition").body
	uitest.Count(t, page, "path.atlas-zone", 1)
	uitest.Count(t, page, "circle.atlas-circle", 32)
}

func TestWrongRepartition(t *testing.T) {
	f := newFront(t, filled(t))
	for address, name := range map[string]string{"?par=pays": "pays", "?tri=prix": "prix", "?competence=magie": "magie"} {
		got := f.get(t, "/nc/repartition"+address)
		if got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", address, got.status)
		}
		mustHold(t, address, got.body, name)
	}
}

// The table is a file of its own, to which the page leads.
func TestRepartitionAsFile(t *testing.T) {
	f := newFront(t, filled(t))
	mustHold(t, "the page", f.get(t, "/nc/repartition?par=province").body, `href="/nc/repartition.csv?par=province"`)
	got := f.get(t, "/nc/repartition.csv?par=province")
	if got.status != http.StatusOK || strings.Count(got.body, "\r\n") != 4 {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
}

// Whoever drew the outlines is named with them, from the moment they are loaded.
func TestOutlinesNameTheirSource(t *testing.T) {
	a := filled(t)
	f := newFront(t, a)
	const square = `{"type":"Feature","properties":{"code":"98818"},"geometry":{"type":"Polygon","coordinates":[[[166.3,-22.4],[166.6,-22.4],[166.6,-22.1],[166.3,-22.1],[166.3,-22.4]]]}}`
	credit := territory.OutlineCredit{Source: "DITTT", Licence: territory.Licence{ID: "CC-BY-4.0"}}
	if _, err := a.Territories.LoadGeometry(t.Context(), demoTerritory, strings.NewReader(square), credit); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/nc/repartition", "/nc/carte/contours.json"} {
		mustHold(t, path, f.get(t, path).body, "DITTT", "creativecommons.org/licenses/by/4.0")
	}
}

// The first view weighs what a slow link can bear, with the true outlines.
func TestRepartitionIsLight(t *testing.T) {
	file, err := os.Open("../../../shared/data/nc-communes.geojson")
	if err != nil {
		t.Skipf("real data is not beside the repository: %v", err)
	}
	defer file.Close()
	a := filled(t)
	if _, err := a.Territories.LoadGeometry(t.Context(), demoTerritory, file, territory.OutlineCredit{}); err != nil {
		t.Fatal(err)
	}
	got := newFront(t, a).get(t, "/nc/repartition", "Accept-Encoding", "gzip")
	if got.header.Get("Content-Encoding") != "gzip" || len(got.body) > 20_000 {
		t.Errorf("%s, %d bytes", got.header.Get("Content-Encoding"), len(got.body))
	}
}
