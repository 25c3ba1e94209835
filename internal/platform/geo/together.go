package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Rings are the polygons of the outline, each with its outer ring first, closed, in GeoJSON's order: longitude, latitude.
// Longitudes run on across the 180th meridian, beyond 180 where they must. The rings belong to the outline: read only.
func (o Outline) Rings() [][][][2]float64 {
	out := make([][][][2]float64, 0, len(o.polygons))
	for _, polygon := range o.polygons {
		rings := make([][][2]float64, 0, len(polygon))
		for _, r := range polygon {
			ring := make([][2]float64, len(r))
			for i, p := range r {
				ring[i] = p
			}
			rings = append(rings, ring)
		}
		out = append(out, rings)
	}
	return out
}

// SimplifyTogether simplifies outlines as Simplify does, but so that neighbours stay neighbours: a border that two outlines
// draw through the same positions is simplified once, and both keep the same line, without gaps or overlaps. Islands and holes
// that the tolerance swallows go, except the largest polygon of each outline, of which at least a triangle is left.
func SimplifyTogether(outlines []Outline, km float64) []Outline {
	t := newTopology(outlines, km/kmPerDegree)
	out := make([]Outline, len(outlines))
	for i, o := range outlines {
		largest := o.largest()
		var mp orb.MultiPolygon
		for j, polygon := range o.polygons {
			var p orb.Polygon
			for k, ring := range polygon {
				r := t.simplified(ring)
				switch {
				case len(r) >= 4 && (j == largest && k == 0 || t.wide(r)):
					p = append(p, r)
				case j == largest && k == 0:
					p = append(p, corners(ring))
				}
				if len(p) == 0 {
					break // the outer ring is gone, and its holes with it
				}
			}
			if len(p) > 0 {
				mp = append(mp, p)
			}
		}
		out[i] = outlineOf(mp)
	}
	return out
}

// largest is the polygon with the largest area, -1 for none.
func (o Outline) largest() int {
	largest, most := -1, -1.0
	for i, p := range o.polygons {
		if a := math.Abs(planar.Area(p)); a > most {
			largest, most = i, a
		}
	}
	return largest
}

// topology knows where the borders of several outlines meet, and simplifies each stretch between such nodes once.
type topology struct {
	tolerance float64
	nodes     map[orb.Point]bool
	done      map[stretch][]orb.Point
}

// stretch names the run of positions between two nodes: its ends and its second position tell it from others.
type stretch struct{ from, second, to orb.Point }

func newTopology(outlines []Outline, tolerance float64) *topology {
	t := &topology{tolerance: tolerance, nodes: map[orb.Point]bool{}, done: map[stretch][]orb.Point{}}
	// A position is a node where lines part: where it has had another pair of neighbours before.
	type pair struct{ a, b orb.Point }
	seen := map[orb.Point]pair{}
	for _, o := range outlines {
		for _, polygon := range o.polygons {
			for _, ring := range polygon {
				n := len(ring) - 1
				for i := range n {
					a, b := ring[(i+n-1)%n], ring[(i+1)%n]
					if after(a, b) {
						a, b = b, a
					}
					before, ok := seen[ring[i]]
					if ok && before != (pair{a, b}) {
						t.nodes[ring[i]] = true
					}
					seen[ring[i]] = pair{a, b}
				}
			}
		}
	}
	return t
}

// after is an order of positions.
func after(a, b orb.Point) bool { return a[0] > b[0] || a[0] == b[0] && a[1] > b[1] }

// simplified is a closed ring, made of its stretches.
func (t *topology) simplified(ring orb.Ring) orb.Ring {
	n := len(ring) - 1
	// Begin at a node; a ring without one begins where every ring through the same positions does.
	start, found := 0, false
	for i := range n {
		if t.nodes[ring[i]] && (!found || after(ring[start], ring[i])) {
			start, found = i, true
		}
	}
	if !found {
		for i := range n {
			if after(ring[start], ring[i]) {
				start = i
			}
		}
	}
	turned := make([]orb.Point, 0, n+1)
	for i := range n + 1 {
		turned = append(turned, ring[(start+i)%n])
	}
	out := orb.Ring{turned[0]}
	for from := 0; from < n; {
		to := from + 1
		for to < n && !t.nodes[turned[to]] {
			to++
		}
		out = append(out, t.line(turned[from : to+1])[1:]...)
		from = to
	}
	return out
}

// line simplifies a stretch, once whichever way it is gone along.
func (t *topology) line(positions []orb.Point) []orb.Point {
	last := len(positions) - 1
	there := stretch{positions[0], positions[1], positions[last]}
	back := stretch{positions[last], positions[last-1], positions[0]}
	if done, ok := t.done[there]; ok {
		return done
	}
	keep := make([]bool, len(positions))
	keep[0], keep[last] = true, true
	if positions[0] == positions[last] {
		// A whole ring: its furthest position stays as well, or nothing would.
		far := 0
		for i, p := range positions {
			if planar.Distance(p, positions[0]) > planar.Distance(positions[far], positions[0]) {
				far = i
			}
		}
		keep[far] = true
		t.keep(positions, 0, far, keep)
		t.keep(positions, far, last, keep)
	} else {
		t.keep(positions, 0, last, keep)
	}
	var out, reversed []orb.Point
	for i, p := range positions {
		if keep[i] {
			out = append(out, p)
			reversed = append([]orb.Point{p}, reversed...)
		}
	}
	t.done[there], t.done[back] = out, reversed
	return out
}

// keep marks the positions between two that the tolerance asks for (Douglas and Peucker 1973).
func (t *topology) keep(line []orb.Point, from, to int, keep []bool) {
	worst, at := t.tolerance, -1
	k := math.Cos(line[from][1] * math.Pi / 180)
	for i := from + 1; i < to; i++ {
		p := line[i]
		d := segment((line[from][0]-p[0])*k, line[from][1]-p[1], (line[to][0]-p[0])*k, line[to][1]-p[1])
		if d > worst {
			worst, at = d, i
		}
	}
	if at >= 0 {
		keep[at] = true
		t.keep(line, from, at, keep)
		t.keep(line, at, to, keep)
	}
}

// wide reports a ring that is wider than the tolerance somewhere.
func (t *topology) wide(r orb.Ring) bool {
	b := r.Bound()
	return math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) > 2*t.tolerance
}

// corners stands for a ring that would vanish: its northernmost, easternmost, southernmost and westernmost positions.
func corners(ring orb.Ring) orb.Ring {
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
