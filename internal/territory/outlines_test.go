package territory

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// square is a GeoJSON polygon around a point, with a side of two times half degrees.
func square(p geo.Point, half float64) string {
	w, s, e, n := p.Lon-half, p.Lat-half, p.Lon+half, p.Lat+half
	return fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%[1]g,%[2]g],[%[3]g,%[2]g],[%[3]g,%[4]g],[%[1]g,%[4]g],[%[1]g,%[2]g]]]}`, w, s, e, n)
}

func feature(properties string, geometry string) string {
	return `{"type":"Feature","properties":` + properties + `,"geometry":` + geometry + `}`
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

// squares draws a small square around the centre of each leaf; each zone's properties come from f.
func squares(t *Territory, f func(i int, z Zone) string) string {
	var out []string
	for i, z := range t.Tree().Leaves() {
		out = append(out, feature(f(i, z), square(z.Centre, 0.01)))
	}
	return collection(out...)
}

func TestLoadGeometryFindsCodesAndNamesAnywhere(t *testing.T) {
	for name, f := range map[string]func(i int, z Zone) string{
		"code":          func(_ int, z Zone) string { return `{"code":"` + z.Code + `"}` },
		"number":        func(_ int, z Zone) string { return `{"INSEE_COM":` + z.Code + `}` },
		"nom":           func(_ int, z Zone) string { return `{"nom":"` + strings.ToUpper(z.Name) + `"}` },
		"NAME":          func(_ int, z Zone) string { return `{"NAME":"` + strings.ReplaceAll(z.Name, "-", " ") + `"}` },
		"odd key":       func(_ int, z Zone) string { return `{"x":"?","bezeichnung":"` + z.Name + `"}` },
		"running id":    func(i int, z Zone) string { return fmt.Sprintf(`{"id":%d,"nom":"%s"}`, i+70, z.Name) },
		"with postcode": func(_ int, z Zone) string { return `{"code_postal":"` + z.Postcodes[0] + `","nom":"` + z.Name + `"}` },
	} {
		for _, code := range []string{"nc", "pf", "nancy"} {
			tt := load(t, code)
			o, report, err := LoadGeometry(tt, strings.NewReader(squares(tt, f)))
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Unmatched) != 0 || len(report.Bare) != 0 || o.Len() != len(tt.Tree().Leaves()) {
				t.Errorf("%s by %s: %d matched, unmatched %v, bare %v", code, name, len(report.Matched), report.Unmatched, report.Bare)
			}
			for _, m := range report.Matched {
				if z, ok := tt.Zone(m.Zone); !ok || z.Name != m.Name {
					t.Errorf("%s by %s: %+v", code, name, m)
				}
			}
		}
	}
}

// TestRunningNumbersAreNoCodes: the numbers 75 to 95 are departments, and here mean nothing.
func TestRunningNumbersAreNoCodes(t *testing.T) {
	idf := load(t, "idf")
	text := squares(idf, func(i int, z Zone) string { return fmt.Sprintf(`{"fid":%d,"nom":"%s"}`, i+1, z.Name) })
	_, report, err := LoadGeometry(idf, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if report.CodeKey != "" || report.NameKey != "nom" || len(report.Matched) < 1270 {
		t.Errorf("codes in %q, names in %q, %d matched", report.CodeKey, report.NameKey, len(report.Matched))
	}
	for _, m := range report.Matched {
		if z, _ := idf.Zone(m.Zone); z.Level == "department" {
			t.Errorf("%q became %s", m.Written, z.Name)
		}
	}
}

func TestLoadGeometryTellsWhatIsLost(t *testing.T) {
	nc := load(t, "nc")
	noumea, _ := nc.Zone("98818")
	o, report, err := LoadGeometry(nc, strings.NewReader(collection(
		feature(`{"nom":"Nouméa"}`, square(noumea.Centre, 0.01)),
		feature(`{"nom":"Nouméa"}`, square(geo.Point{Lat: noumea.Centre.Lat, Lon: noumea.Centre.Lon + 0.1}, 0.01)),
		feature(`{"nom":"Atlantide"}`, square(geo.Point{Lat: -20, Lon: 165}, 0.01)),
		feature(`{"nom":"un point"}`, `{"type":"Point","coordinates":[165,-20]}`),
		feature(`null`, square(geo.Point{Lat: -20, Lon: 166}, 0.01)))))
	if err != nil {
		t.Fatal(err)
	}
	if report.Features != 5 || report.Skipped != 1 || len(report.Matched) != 2 || len(report.Unmatched) != 2 || len(report.Bare) != 32 {
		t.Errorf("report = %+v", report)
	}
	if report.Unmatched[0].Written != "Atlantide" || report.Unmatched[0].Row != 3 {
		t.Errorf("unmatched = %+v", report.Unmatched)
	}
	for _, east := range []float64{0, 0.1} {
		if got, ok := nc.Place(o, geo.Point{Lat: noumea.Centre.Lat, Lon: noumea.Centre.Lon + east}); !ok || got.Zone.Code != "98818" {
			t.Errorf("the part %g° east is lost: %+v", east, got)
		}
	}
	if _, _, err := LoadGeometry(nc, strings.NewReader("{")); !errs.Is(err, errs.Invalid) {
		t.Errorf("broken JSON: %v", err)
	}
}

func TestPlace(t *testing.T) {
	nc := load(t, "nc")
	noumea, _ := nc.Zone("98818")
	o, _, err := LoadGeometry(nc, strings.NewReader(collection(
		feature(`{"code":"98818"}`, square(noumea.Centre, 0.01)),
		feature(`{"code":"sud"}`, square(noumea.Centre, 0.5)))))
	if err != nil {
		t.Fatal(err)
	}
	at := func(lat, lon float64) geo.Point {
		return geo.Point{Lat: noumea.Centre.Lat + lat, Lon: noumea.Centre.Lon + lon}
	}
	for name, c := range map[string]struct {
		o    *Outlines
		p    geo.Point
		zone string
		how  How
	}{
		"inside":           {o, at(0, 0), "98818", Inside},
		"in the province":  {o, at(0.2, 0), "sud", Inside},
		"off the coast":    {o, at(0.51, 0), "sud", OffCoast},
		"far out":          {o, at(0.6, 0), "", OutOfReach},
		"by centre":        {nil, at(0.005, 0), "98818", Approx},
		"out of the box":   {nil, geo.Point{Lat: 48.85, Lon: 2.35}, "", OutOfReach},
		"null island":      {nil, geo.Point{}, "", OutOfReach},
		"no position":      {o, geo.Point{Lat: 166, Lon: -22}, "", OutOfReach},
		"of no outlines":   {NewOutlines(nc.Tree(), nil), at(0, 0), "98818", Approx},
		"near another one": {nil, geo.Point{Lat: -21.06, Lon: 164.86}, "98811", Approx},
	} {
		got, ok := nc.Place(c.o, c.p)
		if got.Zone.Code != c.zone || got.How != c.how || ok != (c.zone != "") {
			t.Errorf("%s: %+v, want %s %s", name, got, c.zone, c.how)
		}
	}
	if o.Outline("98818").IsEmpty() || o.Outline("nord").Vertices() != 0 || (*Outlines)(nil).Len() != 0 || !(*Outlines)(nil).Outline("sud").IsEmpty() {
		t.Error("outlines by code are wrong")
	}
	only, _, err := LoadGeometry(nc, strings.NewReader(collection(feature(`{"code":"98818"}`, square(noumea.Centre, 0.01)))))
	if err != nil {
		t.Fatal(err)
	}
	if got := only.Outline("sud"); got.IsEmpty() || !got.Contains(noumea.Centre) {
		t.Error("a province without an outline should take those of its communes")
	}
}

func TestOutlinesGeoJSON(t *testing.T) {
	wf := load(t, "wf")
	o, _, err := LoadGeometry(wf, strings.NewReader(squares(wf, func(_ int, z Zone) string { return `{"code":"` + z.Code + `"}` })))
	if err != nil {
		t.Fatal(err)
	}
	data, err := o.GeoJSON(0.1)
	if err != nil {
		t.Fatal(err)
	}
	again, report, err := LoadGeometry(wf, strings.NewReader(string(data)))
	if err != nil || again.Len() != 3 || len(report.Unmatched) != 0 {
		t.Errorf("%s does not read back: %+v %v", data, report, err)
	}
	empty, err := (*Outlines)(nil).GeoJSON(1)
	var file struct {
		Features []any `json:"features"`
	}
	if err != nil || json.Unmarshal(empty, &file) != nil || file.Features == nil || len(file.Features) != 0 {
		t.Errorf("no outlines: %s %v", empty, err)
	}
}
