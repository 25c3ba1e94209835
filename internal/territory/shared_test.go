package territory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"grappe/internal/platform/geo"
)

// shared opens a file of the real data beside the repository and skips the test where it is absent.
func shared(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/data", name))
	if err != nil {
		t.Skipf("real data is not beside the repository: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestSharedOutlinesMatchTheirZones(t *testing.T) {
	for _, c := range []struct {
		code, file string
		zones      int
	}{{"nc", "nc-communes.geojson", 33}, {"nancy", "grand-nancy-communes.geojson", 20}} {
		tt := load(t, c.code)
		o, report, err := LoadGeometry(tt, shared(t, c.file))
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Matched) != c.zones || len(report.Unmatched) != 0 || len(report.Bare) != 0 || o.Len() != c.zones || report.CodeKey != "code" {
			t.Errorf("%s: %+v", c.code, report)
		}
		for _, z := range tt.Tree().Leaves() {
			if got, ok := tt.Place(o, z.Centre); !ok || got.Zone.Code != z.Code || got.How != Inside {
				t.Errorf("%s: the centre of %s lies in %s (%s)", c.code, z.Name, got.Zone.Name, got.How)
			}
			if box := o.Outline(z.Code).Box(); !tt.Box.Contains(geo.Point{Lat: box.South, Lon: box.West}) || !tt.Box.Contains(geo.Point{Lat: box.North, Lon: box.East}) {
				t.Errorf("%s: %s reaches out of the territory's box: %+v", c.code, z.Name, box)
			}
		}
	}
}

type accessPoint struct {
	Name    string `json:"nom"`
	Commune string `json:"commune"`
	Place   struct {
		Lat float64 `json:"lat"`
		Lon float64 `json:"lon"`
	} `json:"geolocalisation"`
}

func TestSharedPointsLieInTheirCommunes(t *testing.T) {
	nc := load(t, "nc")
	o, _, err := LoadGeometry(nc, shared(t, "nc-communes.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	var points []accessPoint
	if err := json.NewDecoder(shared(t, "nouvelle-caledonie-points-numeriques-2024.json")).Decode(&points); err != nil {
		t.Fatal(err)
	}
	if len(points) != 92 {
		t.Fatalf("%d points", len(points))
	}
	counts := map[How]int{}
	differ, approxRight := 0, 0
	for _, p := range points {
		said, kind, ok := nc.Match(p.Commune, "98800")
		if !ok || !kind.Sure() {
			t.Errorf("%q is matched %q", p.Commune, kind)
		}
		at := geo.Point{Lat: p.Place.Lat, Lon: p.Place.Lon}
		got, ok := nc.Place(o, at)
		if !ok {
			t.Errorf("%s (%v) lies nowhere", p.Name, at)
			continue
		}
		counts[got.How]++
		if got.Zone.Code != said.Code {
			differ++
			t.Logf("%s: the file says %s, the point lies in %s (%s, %.2f km)", p.Name, p.Commune, got.Zone.Name, got.How, got.KM)
		}
		if near, ok := nc.Place(nil, at); ok && near.Zone.Code == got.Zone.Code {
			approxRight++
		}
	}
	t.Logf("%v; %d differ from the file; by centres alone %d of %d are right", counts, differ, approxRight, len(points))
	if differ > 5 {
		t.Errorf("%d points lie in another commune than the file says", differ)
	}
}

// TestSharedCitiesOfTechOnMap measures the matching of names that nobody here wrote.
func TestSharedCitiesOfTechOnMap(t *testing.T) {
	var file struct {
		Features []struct {
			Properties struct {
				City     any `json:"city"`
				Postcode any `json:"postcode"`
			} `json:"properties"`
		} `json:"features"`
	}
	if err := json.NewDecoder(shared(t, "techonmap-idf-2015.geojson")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	idf := load(t, "idf")
	counts := map[MatchKind]int{}
	silent := 0
	for _, f := range file.Features {
		city, postcode := geo.Text(f.Properties.City), geo.Text(f.Properties.Postcode)
		if city == "" && postcode == "" {
			silent++
			continue
		}
		z, kind, ok := idf.Match(city, postcode)
		counts[kind]++
		if !ok || !kind.Sure() {
			t.Logf("%-12s %q %q → %s", kind, city, postcode, z.Name)
		}
	}
	t.Logf("%d rows, %d without a place: %v", len(file.Features), silent, counts)
	if sure := counts[MatchExact] + counts[MatchAlias]; sure < len(file.Features)*93/100 {
		t.Errorf("only %d of %d rows are matched surely", sure, len(file.Features))
	}
	if lost := counts[MatchNone] + counts[MatchAmbiguous]; lost > len(file.Features)*2/100 {
		t.Errorf("%d of %d rows find no zone", lost, len(file.Features))
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, "idf")
	}
}

func BenchmarkPlace(b *testing.B) {
	nc := load(b, "nc")
	o, _, err := LoadGeometry(nc, shared(b, "nc-communes.geojson"))
	if err != nil {
		b.Fatal(err)
	}
	p := geo.Point{Lat: -21.0594, Lon: 164.8656}
	for b.Loop() {
		if _, ok := nc.Place(o, p); !ok {
			b.Fatal("Koné lies nowhere")
		}
	}
}

func BenchmarkMatchExact(b *testing.B) {
	idf := load(b, "idf")
	for b.Loop() {
		if _, _, ok := idf.Match("ISSY LES MOULINEAUX CEDEX", "92130"); !ok {
			b.Fatal("no match")
		}
	}
}

func BenchmarkMatchFuzzy(b *testing.B) {
	idf := load(b, "idf")
	for b.Loop() {
		if _, _, ok := idf.Match("Boulogne Bilancour", "92100"); !ok {
			b.Fatal("no match")
		}
	}
}
