package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"
)

// Outline is the shape of a place: polygons with holes. One that crosses the 180th meridian is kept unwrapped,
// with longitudes beyond 180, so that its edges stay short. The zero Outline is empty.
type Outline struct {
	polygons orb.MultiPolygon
	bounds   []orb.Bound
	box      Box
}

// NewOutline makes an outline of rings in GeoJSON's order (longitude, latitude), one polygon after another, each
// with its outer ring first. Rings of fewer than four positions are left out.
func NewOutline(polygons [][][]Point) Outline {
	var mp orb.MultiPolygon
	for _, polygon := range polygons {
		var p orb.Polygon
		for i, ring := range polygon {
			r := unwrapped(ring)
			if len(r) < 4 {
				if i == 0 {
					break
				}
				continue
			}
			p = append(p, r)
		}
		if len(p) > 0 {
			mp = append(mp, alignHoles(p))
		}
	}
	return outlineOf(mp)
}

// unwrapped is the ring with longitudes that never jump by more than half a turn, closed if it was not.
func unwrapped(ring []Point) orb.Ring {
	r := make(orb.Ring, 0, len(ring)+1)
	for i, p := range ring {
		lon := p.Lon
		if i > 0 {
			before := r[i-1][0]
			for lon-before > 180 {
				lon -= 360
			}
			for before-lon > 180 {
				lon += 360
			}
		}
		r = append(r, orb.Point{lon, p.Lat})
	}
	if len(r) > 0 && r[0] != r[len(r)-1] {
		r = append(r, r[0])
	}
	return r
}

// alignHoles shifts every hole by whole turns to where the outer ring lies.
func alignHoles(p orb.Polygon) orb.Polygon {
	middle := p[0].Bound().Center()[0]
	for _, hole := range p[1:] {
		turns := math.Round((middle - hole.Bound().Center()[0]) / 360)
		if turns == 0 {
			continue
		}
		for i := range hole {
			hole[i][0] += 360 * turns
		}
	}
	return p
}

func outlineOf(mp orb.MultiPolygon) Outline {
	o := Outline{polygons: mp}
	var corners []Point
	for _, p := range mp {
		b := p.Bound()
		o.bounds = append(o.bounds, b)
		corners = append(corners, Point{b.Min[1], wrap(b.Min[0])}, Point{b.Max[1], wrap(b.Max[0])})
	}
	o.box = BoxOf(corners...)
	return o
}

// Join is the outline of both together, their polygons side by side.
func (o Outline) Join(other Outline) Outline {
	mp := make(orb.MultiPolygon, 0, len(o.polygons)+len(other.polygons))
	return outlineOf(append(append(mp, o.polygons...), other.polygons...))
}

// IsEmpty reports an outline without any polygon.
func (o Outline) IsEmpty() bool { return len(o.polygons) == 0 }

// Box is the outline's bounding box.
func (o Outline) Box() Box { return o.box }

// Vertices counts the positions of all rings.
func (o Outline) Vertices() int {
	n := 0
	for _, p := range o.polygons {
		for _, r := range p {
			n += len(r)
		}
	}
	return n
}

// turn gives p as the polygon with bound b sees it: shifted by a whole turn where that brings it inside the bound's
// longitudes, or as near to them as it gets.
func turn(p Point, b orb.Bound) orb.Point {
	lon := p.Lon + 360*math.Round((b.Center()[0]-p.Lon)/360)
	return orb.Point{lon, p.Lat}
}

// Contains reports whether p lies inside the outline and in none of its holes; the edge counts as inside.
func (o Outline) Contains(p Point) bool {
	for i, polygon := range o.polygons {
		q := turn(p, o.bounds[i])
		if o.bounds[i].Contains(q) && planar.PolygonContains(polygon, q) {
			return true
		}
	}
	return false
}

// DistanceTo is the distance in km from p to the outline, 0 inside, and most+1 as soon as it is known to exceed most. Edges
// are taken as straight in the plane that touches the sphere at p, which is right to 1 % within 100 km.
func (o Outline) DistanceTo(p Point, most float64) float64 {
	if o.Contains(p) {
		return 0
	}
	best := most
	found := false
	kx, ky := kmPerDegree*math.Cos(p.Lat*math.Pi/180), kmPerDegree
	for i, polygon := range o.polygons {
		q, b := turn(p, o.bounds[i]), o.bounds[i]
		dx := math.Max(0, math.Max(b.Min[0]-q[0], q[0]-b.Max[0])) * kx
		dy := math.Max(0, math.Max(b.Min[1]-q[1], q[1]-b.Max[1])) * ky
		if math.Hypot(dx, dy) > best {
			continue
		}
		for _, ring := range polygon {
			for j := 1; j < len(ring); j++ {
				d := segment((ring[j-1][0]-q[0])*kx, (ring[j-1][1]-q[1])*ky, (ring[j][0]-q[0])*kx, (ring[j][1]-q[1])*ky)
				if d <= best {
					best, found = d, true
				}
			}
		}
	}
	if !found {
		return most + 1
	}
	return best
}

// segment is the distance from the origin to the segment a–b.
func segment(ax, ay, bx, by float64) float64 {
	dx, dy := bx-ax, by-ay
	if dx == 0 && dy == 0 {
		return math.Hypot(ax, ay)
	}
	u := math.Max(0, math.Min(1, -(ax*dx+ay*dy)/(dx*dx+dy*dy)))
	return math.Hypot(ax+u*dx, ay+u*dy)
}

// Middle is a point inside the outline, near the centre of its largest polygon: the centre of area where that
// lies inside, else the middle of the longest stretch of land on the same parallel.
func (o Outline) Middle() Point {
	if o.IsEmpty() {
		return Point{}
	}
	polygon := o.polygons[o.largest()]
	c, _ := planar.CentroidArea(polygon)
	if !planar.PolygonContains(polygon, c) {
		c[0] = widestAt(polygon, c[1])
	}
	return Point{Lat: c[1], Lon: wrap(c[0])}
}

// Simplify drops the positions that the outline can spare: no point of it moves by more than km. Rings that
// would vanish keep their four widest positions.
func (o Outline) Simplify(km float64) Outline {
	if o.IsEmpty() || km <= 0 {
		return o
	}
	dp := simplify.DouglasPeucker(km / kmPerDegree)
	out := make(orb.MultiPolygon, 0, len(o.polygons))
	for _, polygon := range o.polygons {
		var p orb.Polygon
		for i, ring := range polygon {
			r := dp.Ring(ring.Clone())
			switch {
			case len(r) >= 4:
				p = append(p, r)
			case i == 0:
				p = append(p, ring)
			}
		}
		out = append(out, p)
	}
	return outlineOf(out)
}
