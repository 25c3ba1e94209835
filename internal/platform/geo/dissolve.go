package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Dissolve is the outline around several that lie side by side: the borders that two of them share, drawn through the same
// positions, are gone. Where neighbours draw their border differently the sliver between them stays.
func Dissolve(outlines []Outline) Outline {
	type edge struct{ a, b orb.Point }
	odd := map[edge]bool{} // edges that bound an odd number of polygons
	each := func(f func(a, b orb.Point)) {
		for _, o := range outlines {
			for _, polygon := range o.polygons {
				for _, ring := range polygon {
					for i := 1; i < len(ring); i++ {
						if ring[i-1] != ring[i] {
							f(ring[i-1], ring[i])
						}
					}
				}
			}
		}
	}
	named := func(a, b orb.Point) edge {
		if after(a, b) {
			a, b = b, a
		}
		return edge{a, b}
	}
	each(func(a, b orb.Point) {
		if e := named(a, b); odd[e] {
			delete(odd, e)
		} else {
			odd[e] = true
		}
	})
	// Every position ends an even number of these edges, so that any walk along them comes back to where it began.
	ends := map[orb.Point][]orb.Point{}
	var order []orb.Point // where walks begin, in the order of the outlines
	each(func(a, b orb.Point) {
		if e := named(a, b); odd[e] {
			delete(odd, e)
			ends[a], ends[b] = append(ends[a], b), append(ends[b], a)
			order = append(order, a)
		}
	})
	var rings []orb.Ring
	for _, start := range order {
		for len(ends[start]) > 0 {
			rings = append(rings, walk(ends, start))
		}
	}
	return outlineOf(nested(rings))
}

// walk takes the edges of a ring, from a position back to it.
func walk(ends map[orb.Point][]orb.Point, start orb.Point) orb.Ring {
	ring := orb.Ring{start}
	for at := start; ; {
		next := ends[at][0]
		ends[at] = ends[at][1:]
		back := slices.Index(ends[next], at)
		ends[next] = slices.Delete(ends[next], back, back+1)
		ring = append(ring, next)
		if at = next; at == start {
			return ring
		}
	}
}

// nested makes polygons of rings that do not cross: those within an odd number of others are holes of the smallest of these.
func nested(rings []orb.Ring) orb.MultiPolygon {
	rings = slices.DeleteFunc(rings, func(r orb.Ring) bool { return len(r) < 4 })
	slices.SortStableFunc(rings, func(a, b orb.Ring) int { return cmp.Compare(math.Abs(planar.Area(b)), math.Abs(planar.Area(a))) })
	var out orb.MultiPolygon
	var bounds []orb.Bound
	polygonOf, depth := make([]int, len(rings)), make([]int, len(rings))
	for i, r := range rings {
		bounds = append(bounds, r.Bound())
		holder := -1
		for j := i - 1; j >= 0 && holder < 0; j-- {
			if bounds[j].Contains(bounds[i].Min) && bounds[j].Contains(bounds[i].Max) && within(r, rings[j]) {
				holder, depth[i] = j, depth[j]+1
			}
		}
		if depth[i]%2 == 1 {
			polygonOf[i] = polygonOf[holder]
			out[polygonOf[i]] = append(out[polygonOf[i]], r)
			continue
		}
		polygonOf[i] = len(out)
		out = append(out, orb.Polygon{r})
	}
	return out
}

// within reports a ring whose positions lie in another's, those aside that both have.
func within(r, other orb.Ring) bool {
	shared := make(map[orb.Point]bool, len(other))
	for _, p := range other {
		shared[p] = true
	}
	for _, p := range r {
		if !shared[p] {
			return planar.RingContains(other, p)
		}
	}
	return false
}
