package atlas

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// world is what a test's atlas stands on. It is changed by one test at a time.
type world struct {
	territory *territory.Territory
	outlines  *territory.Outlines
	counts    map[string]Counts // by competence slug, "" for all
}

func (w *world) Get(_ context.Context, code string) (*territory.Territory, error) {
	if code != w.territory.Code {
		return nil, errs.New(errs.NotFound, "territory.unknown", nil)
	}
	return w.territory, nil
}

func (w *world) Outlines(context.Context, string) (*territory.Outlines, error) {
	return w.outlines, nil
}

func (w *world) count(_ context.Context, _, competence string) (Counts, error) {
	c, ok := w.counts[competence]
	if !ok {
		return Counts{}, errs.New(errs.Usage, "atlas.bad_sort", errs.Args{"value": competence})
	}
	return c, nil
}

// worldOf is a territory of the presets, without outlines and cards.
func worldOf(t testing.TB, code string) *world {
	t.Helper()
	tt, err := territory.Load(presets.FS, code)
	if err != nil {
		t.Fatal(err)
	}
	return &world{territory: tt, counts: map[string]Counts{"": {}}}
}

// squared gives every leaf an outline: a square of so many degrees around its centre.
func (w *world) squared(degrees float64) *world {
	shapes := map[string]geo.Outline{}
	for _, z := range w.territory.Tree().Leaves() {
		shapes[z.Code] = square(z.Centre, degrees)
	}
	w.outlines = territory.NewOutlines(w.territory.Tree(), shapes)
	return w
}

func square(at geo.Point, degrees float64) geo.Outline {
	h := degrees / 2
	return geo.NewOutline([][][]geo.Point{{{
		{Lat: at.Lat - h, Lon: at.Lon - h}, {Lat: at.Lat - h, Lon: at.Lon + h}, {Lat: at.Lat + h, Lon: at.Lon + h}, {Lat: at.Lat + h, Lon: at.Lon - h},
	}}})
}

// real gives the territory its true outlines, and skips the test where they are absent.
func (w *world) real(t testing.TB, file string) *world {
	t.Helper()
	f, err := os.Open("../../../shared/data/" + file)
	if err != nil {
		t.Skipf("real data is not beside the repository: %v", err)
	}
	defer f.Close()
	if w.outlines, _, err = territory.LoadGeometry(w.territory, f); err != nil {
		t.Fatal(err)
	}
	return w
}

// built is the land of the tests: an island of one degree in New Caledonia's lagoon, and one on the date line elsewhere.
func built() fs.FS {
	return fstest.MapFS{
		"manifest.json":     {Data: []byte(`{"basemap-nc.json":"n.json","basemap-world.json":"w.json"}`)},
		"n.json":            {Data: []byte(`{"code":"nc","scale":10,"rings":[[1650,-210,10,0,0,10,-10,0],[1,2]]}`)},
		"w.json":            {Data: []byte(`{"code":"world","scale":10,"rings":[[1790,-140,20,0,0,10,-20,0]]}`)},
		"unrelated.not.map": {Data: []byte(`x`)},
	}
}

func (w *world) atlas(t testing.TB) *Atlas {
	t.Helper()
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Rooms{Territories: w, Competences: competences, Counts: w.count, Built: built()})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// get asks the room for a path.
func (w *world) get(t testing.TB, lang, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return w.getOf(t, w.atlas(t), lang, path, header...)
}

// getOf is get of an atlas that answers more than once.
func (w *world) getOf(t testing.TB, a *Atlas, lang, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	pages, err := NewPages(a)
	if err != nil {
		t.Fatal(err)
	}
	router := web.NewRouter()
	pages.Routes(router)
	r := uitest.Request(t, frameOf(t, lang), path)
	r = r.WithContext(territory.With(r.Context(), w.territory))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	out := httptest.NewRecorder()
	router.ServeHTTP(out, r)
	return out
}

func frameOf(t testing.TB, lang string) ui.Frame {
	t.Helper()
	f := uitest.Frame(t, lang, Texts, web.Texts, territory.Texts)
	f.Languages = []string{"fr", "en"}
	return f
}

type collection struct {
	Type     string `json:"type"`
	Features []struct {
		Type       string            `json:"type"`
		Properties map[string]string `json:"properties"`
		Geometry   multiPolygon      `json:"geometry"`
	} `json:"features"`
}

func contoursOf(t *testing.T, w *world) collection {
	t.Helper()
	res := w.get(t, "fr", "/carte/contours.json")
	var c collection
	if err := json.Unmarshal(res.Body.Bytes(), &c); err != nil || res.Code != http.StatusOK || c.Type != "FeatureCollection" {
		t.Fatalf("%d %v %.100s", res.Code, err, res.Body)
	}
	if res.Header().Get("Content-Type") != "application/geo+json" || !strings.Contains(res.Header().Get("Cache-Control"), "public") {
		t.Errorf("headers: %v", res.Header())
	}
	again := w.get(t, "fr", "/carte/contours.json", "If-None-Match", res.Header().Get("Etag"))
	if again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}
	return c
}

func TestContours(t *testing.T) {
	if c := contoursOf(t, worldOf(t, "nc")); c.Features == nil || len(c.Features) != 0 {
		t.Errorf("without outlines: %+v", c)
	}
	c := contoursOf(t, worldOf(t, "nc").squared(0.2))
	if len(c.Features) != 33 {
		t.Fatalf("%d outlines, want those of the communes", len(c.Features))
	}
	first := c.Features[0]
	if first.Properties["code"] != "98801" || first.Properties["slug"] != "belep" || first.Properties["name"] != "Belep" || first.Properties["level"] != "commune" {
		t.Errorf("%v", first.Properties)
	}
	if ring := first.Geometry.Coordinates[0][0]; len(ring) != 5 || ring[0] != ring[4] || math.Abs(ring[0][0]-163.55) > 0.001 {
		t.Errorf("%v", first.Geometry.Coordinates)
	}
	// Polynesia's box is around -144.5, Wallis' outline is written past 180.
	w := worldOf(t, "wf")
	w.outlines = territory.NewOutlines(w.territory.Tree(), map[string]geo.Outline{w.territory.Zones[0].Code: square(geo.Point{Lat: -13.3, Lon: 183.8}, 0.2)})
	c = contoursOf(t, w)
	if lon := c.Features[0].Geometry.Coordinates[0][0][0][0]; math.Abs(lon+176.2) > 0.2 {
		t.Errorf("the longitude of Wallis is %f, apart from its box", lon)
	}
}

func TestContoursOfRealCommunesAreLight(t *testing.T) {
	body, err := worldOf(t, "nc").real(t, "nc-communes.geojson").atlas(t).Contours(t.Context(), "nc")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(body); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if packed.Len() > 15_000 || packed.Len() < 5_000 {
		t.Errorf("%d bytes after gzip", packed.Len())
	}
}

// What was made of a territory is kept until it or its outlines change.
func TestSheetFollowsTheTerritory(t *testing.T) {
	w := worldOf(t, "nc")
	a := w.atlas(t)
	sheet := func() *sheet {
		t.Helper()
		s, err := a.sheet(t.Context(), "nc")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := sheet()
	if sheet() != before || len(before.shapes) != 0 {
		t.Error("the sheet is made anew for nothing")
	}
	w.squared(0.1)
	with := sheet()
	if with == before || len(with.shapes) != 33 {
		t.Errorf("%d shapes after outlines were loaded", len(with.shapes))
	}
	again, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	w.territory = again
	if sheet() == with {
		t.Error("the sheet of a territory that changed is kept")
	}
	if _, err := a.sheet(t.Context(), "zz"); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown territory: %v", err)
	}
}

func TestFinestOutlines(t *testing.T) {
	w := worldOf(t, "nc")
	w.outlines = territory.NewOutlines(w.territory.Tree(), map[string]geo.Outline{
		"nord": square(geo.Point{Lat: -20.9, Lon: 164.9}, 1), "sud": square(geo.Point{Lat: -22, Lon: 166}, 1), "98818": square(geo.Point{Lat: -22.27, Lon: 166.44}, 0.1),
	})
	c := contoursOf(t, w)
	var codes []string
	for _, f := range c.Features {
		codes = append(codes, f.Properties["code"])
	}
	if strings.Join(codes, " ") != "nord 98818" {
		t.Errorf("%v, want the province without communes and the commune of the other", codes)
	}
}

func TestNames(t *testing.T) {
	var got struct {
		Places []PlaceName `json:"places"`
	}
	read := func(w *world, lang string) []PlaceName {
		t.Helper()
		res := w.get(t, lang, "/carte/lieux.json")
		if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil || res.Code != http.StatusOK || res.Header().Get("Etag") == "" {
			t.Fatalf("%d %v", res.Code, err)
		}
		return got.Places
	}
	nc := read(worldOf(t, "nc"), "fr")
	if len(nc) != 36 || nc[0].Name != "Province Sud" || nc[0].Rank != 0 || nc[3].Name != "Nouméa" || nc[3].Rank != 1 || nc[35].Rank != 3 {
		t.Errorf("%+v", nc)
	}
	if en := read(worldOf(t, "nc"), "en"); en[0].Name != "South Province" || en[3].Slug != "noumea" {
		t.Errorf("%+v", en[:4])
	}
	if pf := read(worldOf(t, "pf"), "fr"); pf[0].Lon > -130 || pf[0].Level != "archipelago" {
		t.Errorf("%+v", pf[0])
	}
	if idf := read(worldOf(t, "idf"), "fr"); len(idf) != 28 {
		t.Errorf("%d names in a territory whose communes have no centre", len(idf))
	}
}

func TestReadLand(t *testing.T) {
	for middle, want := range map[float64]float64{-176: -181, 178: 179} {
		land, err := readLand(built(), "wf", middle)
		if err != nil || len(land) != 1 || math.Abs(land[0].Bound().Min[0]-want) > 1e-9 {
			t.Errorf("around %f: %v %v", middle, land, err)
		}
	}
	if land, err := readLand(built(), "nc", 166); err != nil || len(land) != 1 || land[0][0] != land[0][4] || land[0][2] != [2]float64{166, -20} {
		t.Errorf("%v %v", land, err)
	}
	if land, err := readLand(nil, "nc", 166); land != nil || err != nil {
		t.Errorf("%v %v", land, err)
	}
	for name, files := range map[string]fstest.MapFS{
		"nothing built": {},
		"no manifest":   {"manifest.json": {Data: []byte(`[`)}},
		"no world":      {"manifest.json": {Data: []byte(`{}`)}},
		"no scale":      {"manifest.json": {Data: []byte(`{"basemap-nc.json":"n.json"}`)}, "n.json": {Data: []byte(`{}`)}},
	} {
		if _, err := readLand(files, "nc", 166); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
