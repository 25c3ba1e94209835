package geo

import (
	"math"
	"slices"

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

// Borders are outlines that are simplified again and again: how much each position matters is worked out once. They are safe
// for any number of readers.
type Borders struct{ outlines []weighedOutline }

type weighedOutline struct {
	largest  int
	polygons [][]weighedRing
}

// weighedRing is a closed ring and, for each position, the tolerance in degrees up to which it is kept.
type weighedRing struct {
	ring   orb.Ring
	weight []float64
}

// NewBorders weighs the positions of outlines.
func NewBorders(outlines []Outline) *Borders {
	t := newTopology(outlines)
	b := &Borders{outlines: make([]weighedOutline, len(outlines))}
	for i, o := range outlines {
		w := weighedOutline{largest: o.largest(), polygons: make([][]weighedRing, len(o.polygons))}
		for j, polygon := range o.polygons {
			for _, ring := range polygon {
				w.polygons[j] = append(w.polygons[j], t.weighed(ring))
			}
		}
		b.outlines[i] = w
	}
	return b
}

// Simplified simplifies the outlines as Simplify does, but so that neighbours stay neighbours: a border that two outlines
// draw through the same positions is simplified once, and both keep the same line, without gaps or overlaps. Islands and holes
// that the tolerance swallows go, except the largest polygon of each outline, of which at least a triangle is left.
func (b *Borders) Simplified(km float64) []Outline {
	out := make([]Outline, len(b.outlines))
	for i := range b.outlines {
		out[i] = b.One(i, km)
	}
	return out
}

// One is the i-th outline of Simplified.
func (b *Borders) One(i int, km float64) Outline {
	tolerance := km / kmPerDegree
	o := b.outlines[i]
	var mp orb.MultiPolygon
	for j, polygon := range o.polygons {
		var p orb.Polygon
		for k, ring := range polygon {
			r := ring.simplified(tolerance)
			switch {
			case len(r) >= 4 && (j == o.largest && k == 0 || wide(r, tolerance)):
				p = append(p, r)
			case j == o.largest && k == 0:
				p = append(p, corners(ring.ring))
			}
			if len(p) == 0 {
				break // the outer ring is gone, and its holes with it
			}
		}
		if len(p) > 0 {
			mp = append(mp, p)
		}
	}
	return outlineOf(mp)
}

func (r weighedRing) simplified(tolerance float64) orb.Ring {
	n := 0
	for _, w := range r.weight {
		if w > tolerance {
			n++
		}
	}
	out := make(orb.Ring, 0, n)
	for i, w := range r.weight {
		if w > tolerance {
			out = append(out, r.ring[i])
		}
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

// topology knows where the borders of several outlines meet, and weighs each stretch between such nodes once.
type topology struct {
	nodes map[orb.Point]bool
	done  map[stretch][]float64
}

// stretch names the run of positions between two nodes: its ends and its second position tell it from others.
type stretch struct{ from, second, to orb.Point }

func newTopology(outlines []Outline) *topology {
	t := &topology{nodes: map[orb.Point]bool{}, done: map[stretch][]float64{}}
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

// weighed is a closed ring, weighed stretch by stretch.
func (t *topology) weighed(ring orb.Ring) weighedRing {
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
	out := weighedRing{ring: turned, weight: make([]float64, n+1)}
	for from := 0; from < n; {
		to := from + 1
		for to < n && !t.nodes[turned[to]] {
			to++
		}
		copy(out.weight[from:], t.weigh(turned[from:to+1]))
		from = to
	}
	return out
}

// weigh gives the weights of a stretch, worked out once whichever way it is gone along.
func (t *topology) weigh(positions []orb.Point) []float64 {
	last := len(positions) - 1
	there := stretch{positions[0], positions[1], positions[last]}
	back := stretch{positions[last], positions[last-1], positions[0]}
	if done, ok := t.done[there]; ok && len(done) == len(positions) {
		return done
	}
	weight := make([]float64, len(positions))
	always := math.Inf(1)
	weight[0], weight[last] = always, always
	if positions[0] == positions[last] {
		// A whole ring: its furthest position stays as well, or nothing would.
		far := 0
		for i, p := range positions {
			if planar.Distance(p, positions[0]) > planar.Distance(positions[far], positions[0]) {
				far = i
			}
		}
		weight[far] = always
		weighBetween(positions, 0, far, always, weight)
		weighBetween(positions, far, last, always, weight)
	} else {
		weighBetween(positions, 0, last, always, weight)
	}
	reversed := slices.Clone(weight)
	slices.Reverse(reversed)
	t.done[there], t.done[back] = weight, reversed
	return weight
}

// weighBetween weighs the positions between two (Douglas and Peucker 1973): each is kept up to the tolerance that it exceeds
// itself, and not beyond those that come before it.
func weighBetween(line []orb.Point, from, to int, most float64, weight []float64) {
	worst, at := 0.0, -1
	k := math.Cos(line[from][1] * math.Pi / 180)
	for i := from + 1; i < to; i++ {
		p := line[i]
		d := segment((line[from][0]-p[0])*k, line[from][1]-p[1], (line[to][0]-p[0])*k, line[to][1]-p[1])
		if d > worst {
			worst, at = d, i
		}
	}
	if at >= 0 {
		weight[at] = math.Min(worst, most)
		weighBetween(line, from, at, weight[at], weight)
		weighBetween(line, at, to, weight[at], weight)
	}
}

// wide reports a ring that is wider than a tolerance somewhere.
func wide(r orb.Ring, tolerance float64) bool {
	b := r.Bound()
	return math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) > 2*tolerance
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
