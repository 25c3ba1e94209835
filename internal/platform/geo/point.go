// Package geo is plane and sphere geometry for places: points, boxes, outlines, distances and the projections
// that spreadsheets come in. It must not know territories or listings.
package geo

import "math"

// earthRadius is the mean radius of the Earth in km, (2a+b)/3 of GRS 80 (IUGG, 1980).
const earthRadius = 6371.0088

// kmPerDegree is the length of one degree of a meridian on that sphere.
const kmPerDegree = earthRadius * math.Pi / 180

// Point is a position on WGS 84, in degrees.
type Point struct {
	Lat float64 `json:"lat" yaml:"lat"`
	Lon float64 `json:"lon" yaml:"lon"`
}

// Valid reports whether p is a position at all: finite, latitude within ±90 and longitude within ±180.
func (p Point) Valid() bool { return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 }

// IsZero reports the point at 0, 0, which in files stands for "unknown" far more often than for the Gulf of Guinea.
func (p Point) IsZero() bool { return p.Lat == 0 && p.Lon == 0 }

// Distance is the great-circle distance between two points in km, by the haversine formula on the mean sphere:
// within 0.6 % of the length on the ellipsoid.
func Distance(a, b Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// wrap brings a longitude into (-180, 180].
func wrap(lon float64) float64 {
	if lon > -180 && lon <= 180 {
		return lon
	}
	lon = math.Mod(lon, 360)
	switch {
	case lon > 180:
		return lon - 360
	case lon <= -180:
		return lon + 360
	}
	return lon
}
