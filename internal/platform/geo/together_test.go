package geo

import (
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// tiled cuts a rectangle into columns whose borders wander, the same positions on both sides of each.
func tiled(columns, rows int, wander func(column, row int) float64) []Outline {
	border := func(column int) []Point {
		line := make([]Point, 0, rows+1)
		for row := range rows + 1 {
			line = append(line, Point{Lat: float64(row) / float64(rows), Lon: 10 + float64(column) + wander(column, row)})
		}
		return line
	}
	out := make([]Outline, 0, columns)
	for c := range columns {
		ring := border(c + 1)
		west := border(c)
		for i := range west {
			ring = append(ring, west[len(west)-1-i])
		}
		out = append(out, NewOutline([][][]Point{{ring}}))
	}
	return out
}

func area(outlines ...Outline) float64 {
	sum := 0.0
	for _, o := range outlines {
		for _, p := range o.polygons {
			sum += math.Abs(planar.Area(p))
		}
	}
	return sum
}

// Whatever the borders, what was side by side stays so: the areas add up to that of the rectangle around, no position is new, and
// each position inside belongs to two outlines or to none.
func TestBordersKeepsNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(1, 4).Draw(t, "columns"), rapid.IntRange(3, 30).Draw(t, "rows")
		offsets := rapid.SliceOfN(rapid.Float64Range(-0.2, 0.2), (columns+1)*(rows+1), (columns+1)*(rows+1)).Draw(t, "offsets")
		in := tiled(columns, rows, func(c, r int) float64 {
			if c == 0 || c == columns {
				return 0
			}
			return offsets[c*(rows+1)+r]
		})
		out := NewBorders(in).Simplified(rapid.Float64Range(0.5, 10).Draw(t, "km"))
		if got := area(out...); math.Abs(got-float64(columns)) > 1e-9 {
			t.Fatalf("the areas add up to %f, not %d", got, columns)
		}
		uses := map[Point]int{}
		for i, o := range out {
			if o.Vertices() > in[i].Vertices() {
				t.Fatalf("%d positions became %d", in[i].Vertices(), o.Vertices())
			}
			for _, p := range o.polygons {
				for _, q := range p[0][1:] {
					uses[Point{Lat: q[1], Lon: q[0]}]++
				}
			}
		}
		for p, n := range uses {
			if inside := p.Lon > 10.3 && p.Lon < 10+float64(columns)-0.3; inside && n != 2 {
				t.Fatalf("%v is on %d outlines", p, n)
			}
		}
	})
}

func TestBordersKeepsEveryOutline(t *testing.T) {
	speck := func(lon float64) [][]Point {
		return [][]Point{{{Lat: 1, Lon: lon}, {Lat: 1, Lon: lon + 0.001}, {Lat: 1.001, Lon: lon + 0.001}, {Lat: 1.0015, Lon: lon + 0.0005}, {Lat: 1.001, Lon: lon}}}
	}
	atoll := NewOutline([][][]Point{speck(179.9), speck(180.2), speck(-179.5)})
	out := NewBorders([]Outline{atoll, {}}).Simplified(10)
	if len(out) != 2 || len(out[0].polygons) != 1 || out[0].Vertices() < 4 || !out[1].IsEmpty() {
		t.Errorf("%d polygons of %d positions are left", len(out[0].polygons), out[0].Vertices())
	}
	// A hole that a neighbour fills keeps the neighbour's line, whichever way each of them goes around.
	var ring, back []Point
	for i := range 40 {
		a := 2 * math.Pi * float64(i) / 40
		ring = append(ring, Point{Lat: 5 + math.Sin(a) + 0.02*float64(i%3), Lon: 5 + math.Cos(a)})
	}
	for i := range ring {
		back = append(back, ring[(5+len(ring)-i)%len(ring)])
	}
	outer := []Point{{Lat: 2, Lon: 2}, {Lat: 2, Lon: 8}, {Lat: 8, Lon: 8}, {Lat: 8, Lon: 2}}
	out = NewBorders([]Outline{NewOutline([][][]Point{{outer, back}}), NewOutline([][][]Point{{ring}})}).Simplified(20)
	if got := area(out...); math.Abs(got-36) > 1e-9 || out[1].Vertices() > 20 {
		t.Errorf("hole and filling have together the area %f and %d positions", got, out[1].Vertices())
	}
}

func TestRings(t *testing.T) {
	o := NewOutline([][][]Point{{{{Lat: 1, Lon: 179}, {Lat: 1, Lon: -179}, {Lat: 2, Lon: -179}}}})
	rings := o.Rings()
	if len(rings) != 1 || len(rings[0]) != 1 || len(rings[0][0]) != 4 || rings[0][0][1] != [2]float64{181, 1} || rings[0][0][3] != rings[0][0][0] {
		t.Errorf("%v", rings)
	}
}

func TestBordersOfRealCommunes(t *testing.T) {
	f, err := os.Open("../../../../shared/data/nc-communes.geojson")
	if err != nil {
		t.Skipf("real data is not beside the repository: %v", err)
	}
	defer f.Close()
	features, _, err := ReadFeatures(f)
	if err != nil {
		t.Fatal(err)
	}
	var in []Outline
	before := 0
	for _, f := range features {
		in = append(in, f.Outline)
		before += f.Outline.Vertices()
	}
	out := NewBorders(in).Simplified(0.5)
	after, shared := 0, map[[2]float64]int{}
	for _, o := range out {
		after += o.Vertices()
		for _, polygon := range o.Rings() {
			for _, ring := range polygon {
				for _, p := range ring[1:] {
					shared[p]++
				}
			}
		}
	}
	common := 0
	for _, n := range shared {
		if n > 1 {
			common++
		}
	}
	if after*4 > before || common < 100 || math.Abs(area(out...)/area(in...)-1) > 0.005 {
		t.Errorf("%d positions became %d, %d of them common; the area is %f of what it was", before, after, common, area(out...)/area(in...))
	}
}
