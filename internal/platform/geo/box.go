package geo

import (
	"math"
	"slices"
)

// Box is a bounding box in degrees. West may be greater than East: the box then crosses the 180th meridian.
type Box struct {
	West  float64 `json:"west" yaml:"west"`
	South float64 `json:"south" yaml:"south"`
	East  float64 `json:"east" yaml:"east"`
	North float64 `json:"north" yaml:"north"`
}

// Contains reports whether p lies in the box, its edges included.
func (b Box) Contains(p Point) bool {
	if p.Lat < b.South || p.Lat > b.North {
		return false
	}
	if b.West <= b.East {
		return p.Lon >= b.West && p.Lon <= b.East
	}
	return p.Lon >= b.West || p.Lon <= b.East
}

// Valid reports whether the edges are positions and South is not above North.
func (b Box) Valid() bool {
	return Point{b.South, b.West}.Valid() && Point{b.North, b.East}.Valid() && b.South <= b.North
}

// IsZero reports a box that was never set.
func (b Box) IsZero() bool { return b == Box{} }

// Width is the extent from West to East in degrees, across the 180th meridian where the box crosses it.
func (b Box) Width() float64 {
	if b.West <= b.East {
		return b.East - b.West
	}
	return b.East - b.West + 360
}

// Centre is the middle of the box.
func (b Box) Centre() Point {
	return Point{Lat: (b.South + b.North) / 2, Lon: wrap(b.West + b.Width()/2)}
}

// Expand moves every edge outwards by km, measured on the sphere at the edge nearest to a pole. A box that would
// go around the Earth becomes the whole band.
func (b Box) Expand(km float64) Box {
	dLat := km / kmPerDegree
	out := Box{West: b.West, East: b.East, South: math.Max(-90, b.South-dLat), North: math.Min(90, b.North+dLat)}
	far := math.Max(math.Abs(out.South), math.Abs(out.North))
	cos := math.Cos(far * math.Pi / 180)
	if cos < 1e-9 || b.Width()+2*dLat/cos >= 360 {
		out.West, out.East = -180, 180
		return out
	}
	out.West, out.East = wrap(b.West-dLat/cos), wrap(b.East+dLat/cos)
	return out
}

// Around is the box of the circle of km around p.
func Around(p Point, km float64) Box {
	return Box{West: p.Lon, East: p.Lon, South: p.Lat, North: p.Lat}.Expand(km)
}

// BoxOf is the smallest box that holds the points: the one that leaves out the widest empty run of longitudes,
// and so crosses the 180th meridian when the points lie on both sides of it. It is the zero box for no point.
func BoxOf(points ...Point) Box {
	if len(points) == 0 {
		return Box{}
	}
	b := Box{South: points[0].Lat, North: points[0].Lat}
	lons := make([]float64, 0, len(points))
	for _, p := range points {
		b.South, b.North = math.Min(b.South, p.Lat), math.Max(b.North, p.Lat)
		lons = append(lons, p.Lon)
	}
	slices.Sort(lons)
	last := len(lons) - 1
	b.West, b.East = lons[0], lons[last]
	widest := lons[0] + 360 - lons[last]
	for i := range last {
		if gap := lons[i+1] - lons[i]; gap > widest {
			widest = gap
			b.West, b.East = lons[i+1], lons[i]
		}
	}
	return b
}
