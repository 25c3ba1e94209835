// Package grid is places in whole numbers: degrees in ten-millionths, the world as a square, areas, blocks of neighbours, and the
// grid whose cells gather places into clusters. It must not know documents, segments or queries: what stands at a place is a
// number to it.
package grid

import "math"

// A unit is a ten-millionth of a degree: a centimetre.
const (
	PerDegree = 1e7
	NoPlace   = math.MinInt32 // the latitude of what has no place
)

// Units are the nearest to some degrees.
func Units(degrees float64) int32 { return int32(math.Round(degrees * PerDegree)) }

// Degrees are units as degrees.
func Degrees(units int32) float64 { return float64(units) / PerDegree }

// The world is a square of 2³² by 2³² in spherical Mercator: x runs east from the 180th meridian, y south from the latitude
// where the square ends, atan(sinh π). What is nearer to a pole lies on the edge.
const (
	worldSize   = 1 << 32
	mercatorEnd = 85.05112877980659
)

// WorldX is the coordinate of a longitude.
func WorldX(lon float64) uint32 {
	return uint32(uint64(math.Floor((lon + 180) / 360 * worldSize)))
}

// WorldY is the coordinate of a latitude.
func WorldY(lat float64) uint32 {
	sin := math.Sin(min(max(lat, -mercatorEnd), mercatorEnd) * math.Pi / 180)
	y := 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	return uint32(min(max(math.Floor(y*worldSize), 0), worldSize-1))
}

func longitudeAt(x float64) float64 { return x/worldSize*360 - 180 }

func latitudeAt(y float64) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*y/worldSize))) * 180 / math.Pi
}

// Interleave mixes the bits of two coordinates, those of y first (G. M. Morton, 1966): in the order of what it gives, neighbours
// on the world mostly stand together.
func Interleave(x, y uint32) uint64 {
	spread := func(v uint32) uint64 {
		w := uint64(v)
		w = (w | w<<16) & 0x0000ffff0000ffff
		w = (w | w<<8) & 0x00ff00ff00ff00ff
		w = (w | w<<4) & 0x0f0f0f0f0f0f0f0f
		w = (w | w<<2) & 0x3333333333333333
		return (w | w<<1) & 0x5555555555555555
	}
	return spread(y)<<1 | spread(x)
}
