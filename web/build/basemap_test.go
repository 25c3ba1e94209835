package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// atlasDir is world-atlas as npm left it; the test is skipped where it is not installed.
func atlasDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "node_modules", "world-atlas")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("world-atlas is not installed: %v", err)
	}
	return dir
}

// decoded are the rings of a map in degrees, closed.
func (m basemap) decoded() []orb.Ring {
	var rings []orb.Ring
	for _, steps := range m.Rings {
		var x, y int
		var ring orb.Ring
		for i := 0; i+1 < len(steps); i += 2 {
			x, y = x+steps[i], y+steps[i+1]
			ring = append(ring, orb.Point{float64(x) / float64(m.Scale), float64(y) / float64(m.Scale)})
		}
		rings = append(rings, append(ring, ring[0]))
	}
	return rings
}

// land reports whether a position is land by the even-odd rule.
func land(rings []orb.Ring, lon, lat float64) bool {
	inside := false
	for _, r := range rings {
		if planar.RingContains(r, orb.Point{lon, lat}) {
			inside = !inside
		}
	}
	return inside
}

func TestBasemaps(t *testing.T) {
	files, err := basemaps(filepath.Join("..", "..", "presets", "territories"), atlasDir(t))
	if err != nil {
		t.Fatal(err)
	}
	maps := map[string]basemap{}
	for _, f := range files {
		var m basemap
		if err := json.Unmarshal(f.body, &m); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		if f.name != "basemap-"+m.Code+".json" {
			t.Errorf("%s is the map of %s", f.name, m.Code)
		}
		packed, err := pack(f.body)
		if err != nil {
			t.Fatal(err)
		}
		if len(packed) > 9000 {
			t.Errorf("%s weighs %d bytes after gzip", f.name, len(packed))
		}
		maps[m.Code] = m
		soundRings(t, m)
	}
	if len(maps) != 6 {
		t.Errorf("%d maps, want those of five territories and of the world", len(maps))
	}
	for _, c := range []struct {
		code     string
		lon, lat float64
		want     bool
	}{
		{"nc", 166.3, -22.05, true},         // Grande Terre
		{"nc", 167.23, -20.97, true},        // Lifou
		{"nc", 167.48, -22.63, true},        // L’Île-des-Pins
		{"nc", 166.0, -22.5, false},         // the lagoon
		{"nc", 178.0, -17.8, true},          // Viti Levu, short of the date line
		{"nc", 360 - 176.16, -13.29, true},  // Wallis, beyond it
		{"nc", 360 - 149.4, -17.65, true},   // Tahiti
		{"nc", 200, -17.65, false},          // the ocean between
		{"wf", -176.16, -13.29, true},       // the same on Wallis’ own map
		{"wf", -178.12, -14.28, true},       // Futuna
		{"wf", 166.3 - 360, -22.05, true},   // Grande Terre
		{"pf", -149.4, -17.65, true},        // Tahiti
		{"pf", -140.15, -8.87, true},        // Nuku Hiva
		{"pf", -145, -20, false},            // the ocean
		{"idf", 2.35, 48.85, true},          // Paris: land all over
		{"idf", 0.1, 50, false},             // the Channel
		{"nancy", 6.18, 48.69, true},        // Nancy
		{"world", 133, -25, true},           // Australia
		{"world", 179.9, 68, true},          // Chukotka, on both sides of the date line
		{"world", -175, 67.2, true},         //
		{"world", 0, -80, true},             // Antarctica
		{"world", -30, 30, false},           // the Atlantic
		{"world", 51, 42, false},            // the Caspian Sea is a hole
		{"world", -150, -17.65 - 10, false}, // the Pacific
	} {
		if got := land(maps[c.code].decoded(), c.lon, c.lat); got != c.want {
			t.Errorf("%s: land at %f, %f is %v", c.code, c.lon, c.lat, got)
		}
	}
	for _, small := range []string{"nc", "wf"} {
		b := maps[small].Bounds
		if b[2]-b[0] < 60 || b[0] > b[2] {
			t.Errorf("%s shows %v, and not the region", small, b)
		}
	}
}

// soundRings: whole, within bounds, without a jump over the date line.
func soundRings(t *testing.T, m basemap) {
	t.Helper()
	if m.Bounds[0] > m.Box[0] || m.Bounds[1] > m.Box[1] || m.Bounds[2] < m.Box[2] || m.Bounds[3] < m.Box[3] {
		t.Errorf("%s: the box %v reaches out of the bounds %v", m.Code, m.Box, m.Bounds)
	}
	for _, ring := range m.decoded() {
		if len(ring) < 4 {
			t.Errorf("%s: a ring of %d positions", m.Code, len(ring))
		}
		for i, p := range ring {
			if p[0] < m.Bounds[0]-0.01 || p[0] > m.Bounds[2]+0.01 || p[1] < m.Bounds[1]-0.01 || p[1] > m.Bounds[3]+0.01 {
				t.Errorf("%s: %v lies beyond %v", m.Code, p, m.Bounds)
			}
			edge := p[0] <= m.Bounds[0] || p[0] >= m.Bounds[2] || p[1] <= m.Bounds[1] || p[1] >= m.Bounds[3]
			if i > 0 && !edge && math.Abs(p[0]-ring[i-1][0]) > 60 {
				t.Errorf("%s: a line jumps from %v to %v", m.Code, ring[i-1], p)
			}
		}
	}
}

func TestReadLand(t *testing.T) {
	dir := put(t, t.TempDir(), map[string]string{
		// A square around the date line of two arcs, the second backwards, and the ring around the pole.
		"land.json": `{"transform":{"scale":[1,1],"translate":[-180,-90]},
			"arcs":[[[359,90],[-358,0],[0,2]],[[359,90],[0,2],[-358,0]],[[0,10],[120,0],[120,0],[120,0]]],
			"objects":{"land":{"geometries":[{"type":"MultiPolygon","arcs":[[[0,-2]],[[2]]]}]}}}`,
		"broken.json":  `{`,
		"empty.json":   `{"objects":{"land":{"geometries":[]}}}`,
		"points.json":  `{"objects":{"land":{"geometries":[{"type":"Point"}]}}}`,
		"missing.json": `{"objects":{"land":{"geometries":[{"type":"MultiPolygon","arcs":[[[7]]]}]}}}`,
	})
	rings, err := readLand(filepath.Join(dir, "land.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (orb.Ring{{179, 0}, {181, 0}, {181, 2}, {179, 2}, {179, 0}}); len(rings) != 2 || !slices.Equal(rings[0], want) {
		t.Errorf("%v, want %v first", rings, want)
	}
	if want := (orb.Ring{{-180, -80}, {-60, -80}, {60, -80}, {180, -80}, {180, -90}, {-180, -90}, {-180, -80}}); !slices.Equal(rings[1], want) {
		t.Errorf("around the pole: %v", rings[1])
	}
	for _, name := range []string{"broken", "empty", "points", "missing", "absent"} {
		if _, err := readLand(filepath.Join(dir, name+".json")); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadPlaces(t *testing.T) {
	for _, text := range []string{"code: [", "code: x", "box: {west: 1, south: 1, east: 2, north: 2}"} {
		if _, err := readPlaces(put(t, t.TempDir(), map[string]string{"x.yaml": text})); err == nil || !strings.Contains(err.Error(), "x.yaml") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What is left of a ring are positions of it in their order, and what went lay within the tolerance of the line.
func TestThinned(t *testing.T) {
	own := orb.Bound{Min: orb.Point{-2, -2}, Max: orb.Point{2, 2}}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "n")
		var ring orb.Ring
		for i := range n {
			a := 2 * math.Pi * float64(i) / float64(n)
			r := rapid.Float64Range(0.5, 1.5).Draw(t, "r")
			ring = append(ring, orb.Point{r * math.Cos(a), r * math.Sin(a)})
		}
		ring = append(ring, ring[0])
		d := detail{own: own, most: 1}
		thin := thinned(ring, d)
		if len(thin) < 4 || thin[0] != thin[len(thin)-1] {
			t.Fatalf("%v became %v", ring, thin)
		}
		at := 0
		for i := 1; i < len(thin); i++ {
			next := at + 1 + slices.Index(ring[at+1:], thin[i])
			if next <= at {
				t.Fatalf("%v is not in its place in %v", thin[i], ring)
			}
			for _, p := range ring[at+1 : next] {
				if deviation(p, thin[i-1], thin[i]) > finest+1e-12 {
					t.Fatalf("%v lies too far from the line %v–%v", p, thin[i-1], thin[i])
				}
			}
			at = next
		}
	})
	islet := orb.Ring{{0, 0}, {0.0001, 0}, {0.0001, 0.0001}, {0, 0.0001}, {0, 0}}
	if len(thinned(islet, detail{own: own, most: 1})) < 4 {
		t.Error("an islet of the territory is gone")
	}
	if thinned(islet, detail{own: orb.Bound{Min: orb.Point{9, 9}, Max: orb.Point{10, 10}}, most: 1}) != nil {
		t.Error("an islet far away is kept")
	}
}
