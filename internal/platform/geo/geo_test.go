package geo

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/errs"
)

func TestDistance(t *testing.T) {
	// Great circles on the mean sphere: a quarter of a meridian, and Paris–Nouméa.
	near(t, "quarter", Distance(Point{0, 0}, Point{90, 0}), earthRadius*math.Pi/2, 1e-6)
	near(t, "antipodes", Distance(Point{0, 0}, Point{0, 180}), earthRadius*math.Pi, 1e-6)
	near(t, "across the date line", Distance(Point{0, 179.5}, Point{0, -179.5}), kmPerDegree, 1e-6)
	near(t, "Paris–Nouméa", Distance(Point{48.8534, 2.3488}, Point{-22.2711, 166.4416}), 16740, 25)
	if d := Distance(Point{1, 2}, Point{1, 2}); d != 0 {
		t.Errorf("a point is %f km from itself", d)
	}
}

func TestBoxes(t *testing.T) {
	fiji := Box{West: 177, South: -20, East: -178, North: -16}
	if !fiji.Contains(Point{-18, 179}) || !fiji.Contains(Point{-18, -179}) || fiji.Contains(Point{-18, 0}) {
		t.Error("a box across the date line does not hold its points")
	}
	near(t, "width", fiji.Width(), 5, 1e-9)
	near(t, "centre", fiji.Centre().Lon, 179.5, 1e-9)
	b := BoxOf(Point{-16, 178}, Point{-18, -179}, Point{-17, 179})
	if b != (Box{West: 178, South: -18, East: -179, North: -16}) {
		t.Errorf("BoxOf = %+v", b)
	}
	if BoxOf() != (Box{}) || !BoxOf().IsZero() {
		t.Error("no point should give the zero box")
	}
	if e := (Box{West: 179.9, South: 0, East: 179.95, North: 0}).Expand(20); e.West > e.East == false || !e.Contains(Point{0, -179.98}) {
		t.Errorf("Expand across the date line = %+v", e)
	}
	if e := (Box{West: 0, South: 89, East: 1, North: 90}).Expand(50); e.West != -180 || e.East != 180 || e.North != 90 {
		t.Errorf("Expand at the pole = %+v", e)
	}
	if (Box{South: 2, North: 1}).Valid() || !fiji.Valid() {
		t.Error("Valid is wrong")
	}
}

func TestAroundHoldsTheCircle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := Point{Lat: rapid.Float64Range(-80, 80).Draw(rt, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(rt, "lon")}
		km := rapid.Float64Range(0.1, 200).Draw(rt, "km")
		q := Point{
			Lat: p.Lat + rapid.Float64Range(-1, 1).Draw(rt, "dlat")*km/kmPerDegree,
			Lon: wrap(p.Lon + rapid.Float64Range(-3, 3).Draw(rt, "dlon")*km/kmPerDegree),
		}
		if Distance(p, q) <= km && !Around(p, km).Contains(q) {
			rt.Fatalf("%v is %f km from %v and outside %+v", q, Distance(p, q), p, Around(p, km))
		}
	})
}

func square(west, south, size float64) []Point {
	return []Point{{south, west}, {south, west + size}, {south + size, west + size}, {south + size, west}, {south, west}}
}

func TestOutlineHolesAndParts(t *testing.T) {
	o := NewOutline([][][]Point{{square(0, 0, 4), square(1, 1, 2)}, {square(10, 0, 1)}})
	for _, c := range []struct {
		p    Point
		want bool
	}{
		{Point{0.5, 0.5}, true},
		{Point{2, 2}, false},
		{Point{0.5, 10.5}, true},
		{Point{0.5, 7}, false},
		{Point{0, 2}, true},
	} {
		if got := o.Contains(c.p); got != c.want {
			t.Errorf("Contains(%v) = %v", c.p, got)
		}
	}
	near(t, "from inside the hole", o.DistanceTo(Point{2, 1.1}, 50), 0.1*kmPerDegree*math.Cos(2*math.Pi/180), 0.01)
	near(t, "off the coast", o.DistanceTo(Point{0.5, 11.1}, 50), 0.1*kmPerDegree, 0.01)
	near(t, "too far", o.DistanceTo(Point{0.5, 30}, 50), 51, 0)
	near(t, "inside", o.DistanceTo(Point{0.5, 0.5}, 50), 0, 0)
	if m := o.Middle(); !o.Contains(m) {
		t.Errorf("the middle %v lies in the hole", m)
	}
	if (Outline{}).Contains(Point{}) || !(Outline{}).IsEmpty() || (Outline{}).Middle() != (Point{}) {
		t.Error("the zero outline is not empty")
	}
}

func TestOutlineAcrossTheDateLine(t *testing.T) {
	for name, ring := range map[string][]Point{
		"jumping":  {{-1, 179}, {-1, -179}, {1, -179}, {1, 179}, {-1, 179}},
		"counting": {{-1, 179}, {-1, 181}, {1, 181}, {1, 179}, {-1, 179}},
	} {
		o := NewOutline([][][]Point{{ring}})
		for _, lon := range []float64{179.5, -179.5, 180, -180} {
			if !o.Contains(Point{0, lon}) {
				t.Errorf("%s: %f should lie inside", name, lon)
			}
		}
		if o.Contains(Point{0, 0}) || o.Contains(Point{0, 178}) {
			t.Errorf("%s: holds points outside", name)
		}
		if b := o.Box(); b.West != 179 || b.East != -179 {
			t.Errorf("%s: box %+v", name, b)
		}
		near(t, name+" distance", o.DistanceTo(Point{0, -178}, 200), kmPerDegree, 0.01)
	}
}

func TestSimplifyKeepsShape(t *testing.T) {
	var ring []Point
	for i := range 360 {
		a := float64(i) * math.Pi / 180
		ring = append(ring, Point{Lat: math.Sin(a), Lon: math.Cos(a)})
	}
	o := NewOutline([][][]Point{{ring}})
	s := o.Simplify(2)
	if s.Vertices() >= o.Vertices()/2 || s.Vertices() < 8 {
		t.Errorf("%d positions of %d left", s.Vertices(), o.Vertices())
	}
	for i := range 36 {
		a := float64(i) * math.Pi / 18
		if !s.Contains(Point{Lat: 0.97 * math.Sin(a), Lon: 0.97 * math.Cos(a)}) {
			t.Errorf("the simplified circle lost %d°", i*10)
		}
	}
	tiny := NewOutline([][][]Point{{square(0, 0, 0.001)}})
	if tiny.Simplify(50).IsEmpty() {
		t.Error("a small island vanished")
	}
}

func TestOutlineJSON(t *testing.T) {
	o := NewOutline([][][]Point{{square(0, 0, 4), square(1, 1, 2)}, {square(10, 0, 1)}})
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var back Outline
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if back.Vertices() != o.Vertices() || back.Box() != o.Box() || back.Contains(Point{2, 2}) {
		t.Errorf("%s does not come back whole", b)
	}
}

func TestReadFeatures(t *testing.T) {
	const polygon = `{"type":"Polygon","coordinates":[[[0,0,12],[1,0],[1,1],[0,0]]]}`
	feature := `{"type":"Feature","id":7,"properties":{"nom":"A"},"geometry":` + polygon + `}`
	features, skipped, err := ReadFeatures(strings.NewReader("\xef\xbb\xbf" + `{"type":"FeatureCollection","features":[` + feature +
		`,{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}},{"type":"Feature","geometry":null}` +
		`,{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[` + polygon + `]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(features) != 2 || skipped != 2 || features[0].ID != "7" || features[0].Properties["nom"] != "A" || features[1].Row != 4 {
		t.Errorf("features = %+v, skipped %d", features, skipped)
	}
	if one, _, err := ReadFeatures(strings.NewReader(feature)); err != nil || len(one) != 1 {
		t.Errorf("a lone feature: %v, %v", one, err)
	}
	for name, c := range map[string]struct{ in, key string }{
		"empty":      {"  \n", "geo.empty"},
		"broken":     {"{\n\"type\":\n!}", "geo.malformed"},
		"binary":     {"\x00\x01\x02", "geo.malformed"},
		"no area":    {`{"type":"FeatureCollection","features":[]}`, "geo.no_area"},
		"other":      {`{"type":"Topology"}`, "geo.not_geojson"},
		"an array":   {`[1,2]`, "geo.malformed"},
		"metres":     {`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[652381,6861966],[652481,6861966],[652481,6862066],[652381,6861966]]]}}`, "geo.not_degrees"},
		"words":      {`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[["a","b"]]]}}`, "geo.bad_coordinates"},
		"one number": {`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1]]]}}`, "geo.bad_coordinates"},
	} {
		_, _, err := ReadFeatures(strings.NewReader(c.in))
		e := errs.As(err)
		if e == nil || e.Key != c.key || e.Kind != errs.Invalid {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		if name == "broken" && e != nil && e.Args["line"] != 3 {
			t.Errorf("broken: line %v, want 3", e.Args["line"])
		}
	}
}
