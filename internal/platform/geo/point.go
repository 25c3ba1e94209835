// Package geo is plane and sphere geometry for places: points, boxes, outlines, distances and the projections
// that spreadsheets come in. It must not know territories or listings.
package geo

// Point is a position on WGS 84, in degrees.
type Point struct {
	Lat float64 `json:"lat" yaml:"lat"`
	Lon float64 `json:"lon" yaml:"lon"`
}

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
