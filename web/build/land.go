package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/paulmach/orb"
)

// topology is what world-atlas holds of TopoJSON: arcs as steps on a grid, and one multipolygon whose rings are lists of
// arcs. The number ^i is arc i backwards.
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]int `json:"arcs"`
	Objects struct {
		Land struct {
			Geometries []struct {
				Type string    `json:"type"`
				Arcs [][][]int `json:"arcs"`
			} `json:"geometries"`
		} `json:"land"`
	} `json:"objects"`
}

// readLand decodes the rings of the land of a world-atlas file, closed, outer ones and holes alike.
func readLand(path string) ([]orb.Ring, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: run npm ci in web/", err)
	}
	var t topology
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	arcs := make([]orb.LineString, len(t.Arcs))
	for i, steps := range t.Arcs {
		var x, y int
		for _, step := range steps {
			x, y = x+step[0], y+step[1]
			arcs[i] = append(arcs[i], orb.Point{
				float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0], float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1],
			})
		}
	}
	var rings []orb.Ring
	for _, g := range t.Objects.Land.Geometries {
		if g.Type != "MultiPolygon" {
			return nil, fmt.Errorf("%s: land is a %s, not a MultiPolygon", path, g.Type)
		}
		for _, polygon := range g.Arcs {
			for _, indexes := range polygon {
				ring, err := join(arcs, indexes)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
				rings = append(rings, unwrapped(ring))
			}
		}
	}
	if len(rings) == 0 {
		return nil, fmt.Errorf("%s: no land", path)
	}
	return rings, nil
}

// join makes a ring of arcs, each of which begins where the one before ends.
func join(arcs []orb.LineString, indexes []int) (orb.Ring, error) {
	var ring orb.Ring
	for _, i := range indexes {
		backwards := i < 0
		if backwards {
			i = ^i
		}
		if i >= len(arcs) {
			return nil, fmt.Errorf("arc %d of %d", i, len(arcs))
		}
		arc := arcs[i].Clone()
		if backwards {
			arc.Reverse()
		}
		if len(ring) > 0 {
			ring = ring[:len(ring)-1]
		}
		ring = append(ring, arc...)
	}
	return ring, nil
}

// unwrapped is the closed ring with longitudes that run on across the 180th meridian. The one around the South Pole is closed
// along 90° South.
func unwrapped(ring orb.Ring) orb.Ring {
	for i := 1; i < len(ring); i++ {
		ring[i][0] += 360 * math.Round((ring[i-1][0]-ring[i][0])/360)
	}
	first, last := ring[0], ring[len(ring)-1]
	if math.Abs(last[0]-first[0]) > 180 {
		ring = append(ring, orb.Point{last[0], -90}, orb.Point{first[0], -90}, first)
	}
	return ring
}

// thinned drops the positions of a closed ring that it can spare (Douglas and Peucker 1973), where how far a line may move
// depends on the place. A ring that is nowhere wider than twice that vanishes, unless it is an island of a territory.
func thinned(ring orb.Ring, d detail) orb.Ring {
	if len(ring) < 4 {
		return nil
	}
	size := ring.Bound()
	middle, width := size.Center(), math.Max(size.Max[0]-size.Min[0], size.Max[1]-size.Min[1])
	if width < 2*d.tolerance(middle) && !d.territory(middle) {
		return nil
	}
	last := len(ring) - 1
	far := 0
	for i, p := range ring {
		if square(p, ring[0]) > square(ring[far], ring[0]) {
			far = i
		}
	}
	keep := make([]bool, len(ring))
	keep[0], keep[far], keep[last] = true, true, true
	keepFurthest(ring, 0, far, d, keep)
	keepFurthest(ring, far, last, d, keep)
	out := make(orb.Ring, 0, len(ring))
	for i, p := range ring {
		if keep[i] {
			out = append(out, p)
		}
	}
	if len(out) >= 4 {
		return out
	}
	return diamond(ring)
}

func keepFurthest(ring orb.Ring, from, to int, d detail, keep []bool) {
	worst, at := 1.0, -1
	for i := from + 1; i < to; i++ {
		if excess := deviation(ring[i], ring[from], ring[to]) / d.tolerance(ring[i]); excess > worst {
			worst, at = excess, i
		}
	}
	if at < 0 {
		return
	}
	keep[at] = true
	keepFurthest(ring, from, at, d, keep)
	keepFurthest(ring, at, to, d, keep)
}

// deviation is the distance from p to the segment a–b, in degrees of latitude.
func deviation(p, a, b orb.Point) float64 {
	k := math.Cos(p[1] * math.Pi / 180)
	ax, ay, bx, by := (a[0]-p[0])*k, a[1]-p[1], (b[0]-p[0])*k, b[1]-p[1]
	dx, dy := bx-ax, by-ay
	if dx == 0 && dy == 0 {
		return math.Hypot(ax, ay)
	}
	u := math.Max(0, math.Min(1, -(ax*dx+ay*dy)/(dx*dx+dy*dy)))
	return math.Hypot(ax+u*dx, ay+u*dy)
}

func square(a, b orb.Point) float64 { return (a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) }

// diamond stands for an island too small for its tolerance: its northernmost, easternmost, southernmost and westernmost
// positions.
func diamond(ring orb.Ring) orb.Ring {
	n, e, s, w := ring[0], ring[0], ring[0], ring[0]
	for _, p := range ring {
		if p[1] > n[1] {
			n = p
		}
		if p[0] > e[0] {
			e = p
		}
		if p[1] < s[1] {
			s = p
		}
		if p[0] < w[0] {
			w = p
		}
	}
	return orb.Ring{n, e, s, w, n}
}
