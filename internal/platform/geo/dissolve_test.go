package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// What is dissolved has the area of all, one ring around, and holds what any of them held.
func TestDissolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(1, 5).Draw(t, "columns"), rapid.IntRange(3, 30).Draw(t, "rows")
		offsets := rapid.SliceOfN(rapid.Float64Range(-0.2, 0.2), (columns+1)*(rows+1), (columns+1)*(rows+1)).Draw(t, "offsets")
		in := tiled(columns, rows, func(c, r int) float64 { return offsets[c*(rows+1)+r] })
		one := Dissolve(in)
		if got, want := area(one), area(in...); math.Abs(got-want) > 1e-9 {
			t.Fatalf("the area is %f, not %f", got, want)
		}
		if len(one.polygons) != 1 || len(one.polygons[0]) != 1 || one.Vertices() > 2*rows+2*columns+3 {
			t.Fatalf("%d polygons of %d positions", len(one.polygons), one.Vertices())
		}
		for _, o := range in {
			if !one.Contains(o.Middle()) {
				t.Fatalf("%v is not inside", o.Middle())
			}
		}
	})
}

func box(west, south, size float64, hole bool) [][]Point {
	ring := []Point{{south, west}, {south, west + size}, {south + size, west + size}, {south + size, west}, {south, west}}
	if !hole {
		return [][]Point{ring}
	}
	third := size / 3
	return [][]Point{ring, box(west+third, south+third, third, false)[0]}
}

func TestDissolveKeepsHolesAndIslands(t *testing.T) {
	if !Dissolve(nil).IsEmpty() {
		t.Error("something came of nothing")
	}
	// A ring around an enclave that is not part of it, with an island in the enclave, and one far away.
	one := Dissolve([]Outline{NewOutline([][][]Point{box(0, 0, 9, true)}), NewOutline([][][]Point{box(4, 4, 1, false)}), NewOutline([][][]Point{box(20, 0, 1, false)})})
	if len(one.polygons) != 3 || math.Abs(area(one)-(81-9+1+1)) > 1e-9 || one.Contains(Point{3.5, 3.5}) || !one.Contains(Point{4.5, 4.5}) {
		t.Errorf("%v", one.polygons)
	}
	// The enclave filled by its own outline is gone.
	if one = Dissolve([]Outline{NewOutline([][][]Point{box(0, 0, 9, true)}), NewOutline([][][]Point{box(3, 3, 3, false)})}); len(one.polygons) != 1 || len(one.polygons[0]) != 1 {
		t.Errorf("%v", one.polygons)
	}
	// Islands that touch in one position.
	if one = Dissolve([]Outline{NewOutline([][][]Point{box(0, 0, 1, false)}), NewOutline([][][]Point{box(1, 1, 1, false)})}); math.Abs(area(one)-2) > 1e-9 {
		t.Errorf("%v", one.polygons)
	}
}
