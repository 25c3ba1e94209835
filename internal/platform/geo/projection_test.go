package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s = %.9f, want %.9f ± %g", what, got, want, within)
	}
}

// The worked example of Guidance Note 7-2, section 3.1.1.1: NAD27 / Texas South Central, in US survey feet.
func TestLambertGuidanceNoteExample(t *testing.T) {
	clarke := ellipsoid{a: 20925832.16, f: 1 / 294.97870}
	l := newLambert(clarke, 27+50.0/60, -99, 28+23.0/60, 30+17.0/60, 2000000, 0)
	x, y := l.forward(Point{Lat: 28.5, Lon: -96})
	near(t, "E", x, 2963503.91, 0.01)
	near(t, "N", y, 254759.80, 0.01)
	p := l.inverse(2963503.91, 254759.80)
	near(t, "lat", p.Lat, 28.5, 1e-7)
	near(t, "lon", p.Lon, -96, 1e-7)
}

// The constants that IGN publishes for Lambert-93 (NT/G 71 and the RGF93 sheet): n, c, Xs = X0 and Ys.
func TestLambert93Constants(t *testing.T) {
	l, ok := projectionOf(Lambert93).(lambert)
	if !ok {
		t.Fatal("Lambert-93 is no Lambert projection")
	}
	near(t, "n", l.n, 0.7256077650, 1e-9)
	near(t, "c", l.af, 11754255.426, 0.001)
	near(t, "Ys", l.nf+l.rf, 12655612.050, 0.001)
	near(t, "e", math.Sqrt(l.el.e2()), 0.08181919112, 1e-10)
}

// The worked example of Guidance Note 7-2 for Transverse Mercator: OSGB 1936 / British National Grid.
func TestMercatorGuidanceNoteExample(t *testing.T) {
	airy := ellipsoid{a: 6377563.396, f: 1 / 299.32496}
	m := newMercator(airy, 49, -2, 0.9996012717, 400000, -100000)
	x, y := m.forward(Point{Lat: 50.5, Lon: 0.5})
	near(t, "E", x, 577274.99, 0.01)
	near(t, "N", y, 69740.50, 0.01)
	p := m.inverse(577274.99, 69740.50)
	near(t, "lat", p.Lat, 50.5, 1e-7)
	near(t, "lon", p.Lon, 0.5, 1e-7)
}

func TestNaturalOrigins(t *testing.T) {
	for c, want := range map[CRS]struct{ x, y, lat, lon float64 }{
		Lambert93: {700000, 6600000, 46.5, 3},
		LambertNC: {400000, 300000, -21.5, 166},
		UTM58S:    {500000, 10000000, 0, 165},
		UTM6S:     {500000, 10000000, 0, -147},
		UTM1S:     {500000, 10000000, 0, -177},
	} {
		p, ok := Unproject(c, want.x, want.y)
		if !ok {
			t.Errorf("%s: no point", c)
		}
		near(t, string(c)+" lat", p.Lat, want.lat, 1e-9)
		near(t, string(c)+" lon", p.Lon, want.lon, 1e-9)
	}
}

func TestProjectionsRoundTrip(t *testing.T) {
	boxes := map[CRS]Box{
		Lambert93: {-5, 41, 10, 51.5}, LambertNC: {163, -23, 169, -19}, UTM57S: {156, -23, 162, -19},
		UTM58S: {162, -23, 168, -19}, UTM59S: {168, -23, 174, -19}, UTM5S: {-156, -28, -150, -8}, UTM6S: {-150, -28, -144, -8},
		UTM7S: {-144, -28, -138, -8}, UTM8S: {-138, -28, -132, -8}, UTM1S: {-180, -15, -174, -13},
	}
	if len(boxes) != len(projected()) {
		t.Fatalf("%d boxes for %d projections", len(boxes), len(projected()))
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(projected()).Draw(rt, "crs")
		b := boxes[c]
		p := Point{Lat: rapid.Float64Range(b.South, b.North).Draw(rt, "lat"), Lon: rapid.Float64Range(b.West, b.East).Draw(rt, "lon")}
		x, y, ok := Project(c, p)
		if !ok {
			rt.Fatalf("%s does not project", c)
		}
		back, ok := Unproject(c, x, y)
		if !ok || Distance(p, back) > 1e-5 {
			rt.Fatalf("%s: %v → %f %f → %v", c, p, x, y, back)
		}
	})
}

// TestLambertAgreesWithMercator places one point by two independent methods: a mistake in either shows.
func TestLambertAgreesWithMercator(t *testing.T) {
	p := Point{Lat: -22.2711, Lon: 166.4416}
	lx, ly, _ := Project(LambertNC, p)
	ux, uy, _ := Project(UTM58S, p)
	a, _ := Unproject(LambertNC, lx, ly)
	b, _ := Unproject(UTM58S, ux, uy)
	if d := Distance(a, b); d > 1e-6 {
		t.Errorf("%v and %v are %f km apart", a, b, d)
	}
	// Lengths over 10 km agree with the sphere within the scale of the projections and the flattening.
	q := Point{Lat: -22.20, Lon: 166.50}
	qx, qy, _ := Project(LambertNC, q)
	vx, vy, _ := Project(UTM58S, q)
	near(t, "Lambert length", math.Hypot(qx-lx, qy-ly)/1000, Distance(p, q), 0.08)
	near(t, "UTM length", math.Hypot(vx-ux, vy-uy)/1000, Distance(p, q), 0.08)
}

func TestRecognise(t *testing.T) {
	nc := Box{West: 163.2, South: -23, East: 168.4, North: -19.3}
	idf := Box{West: 1.4, South: 48.1, East: 3.6, North: 49.3}
	noumea, paris := Point{Lat: -22.2711, Lon: 166.4416}, Point{Lat: 48.8534, Lon: 2.3488}
	project := func(c CRS, p Point) (float64, float64) {
		x, y, ok := Project(c, p)
		if !ok {
			t.Fatalf("%s does not project", c)
		}
		return x, y
	}
	lx, ly := project(LambertNC, noumea)
	px, py := project(Lambert93, paris)
	ux, uy := project(UTM58S, noumea)
	for _, c := range []struct {
		name string
		x, y float64
		box  Box
		crs  CRS
		want Point
		ok   bool
	}{
		{"degrees", 166.4416, -22.2711, nc, WGS84, noumea, true},
		{"swapped", -22.2711, 166.4416, nc, WGS84Swapped, noumea, true},
		{"swapped in Paris", 48.8534, 2.3488, idf, WGS84Swapped, paris, true},
		{"Lambert NC", lx, ly, nc, LambertNC, noumea, true},
		{"Lambert-93 swapped", py, px, idf, Lambert93 + swapped, paris, true},
		{"UTM 58S swapped", uy, ux, nc, UTM58S + swapped, noumea, true},
		{"Lambert-93", px, py, idf, Lambert93, paris, true},
		{"UTM 58S", ux, uy, nc, UTM58S, noumea, true},
		{"Paris seen from Nouméa", 2.3488, 48.8534, nc, WGS84, paris, false},
		{"Lambert-93 seen from Nouméa", px, py, nc, Unrecognised, Point{}, false},
		{"null island", 0, 0, nc, WGS84, Point{}, false},
		{"not a number", math.NaN(), 1, nc, Unrecognised, Point{}, false},
		{"infinite", math.Inf(1), 1, nc, Unrecognised, Point{}, false},
		{"a phone number", 687445728, 1, nc, Unrecognised, Point{}, false},
	} {
		crs, p, ok := Recognise(c.x, c.y, c.box)
		if crs != c.crs || ok != c.ok || Distance(p, c.want) > 1e-4 {
			t.Errorf("%s: %q %v %v, want %q %v %v", c.name, crs, p, ok, c.crs, c.want, c.ok)
		}
	}
	if !(LambertNC + swapped).Swapped() || !Lambert93.Projected() || WGS84Swapped.Projected() || Lambert93.Name() != "Lambert-93" {
		t.Error("the CRS does not say what it is")
	}
}
