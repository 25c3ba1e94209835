package grid

import (
	"math"

	"grappe/internal/platform/geo"
)

// BlockSize is how many places a full block has.
const BlockSize = 64

// Block sums up places that follow each other in an index, which are mostly neighbours: whether an area or a cell has all of
// them, or none, is then known without a look at each.
type Block struct {
	south, north, west, east int32
	minX, maxX, minY, maxY   uint32
	sumX, sumY               uint64
	Whole                    bool // it is full, all have a place, and none lies on the 180th meridian
}

// BlockOf sums up at most BlockSize places, in units and in coordinates of the world.
func BlockOf(lat, lon []int32, y []uint32) Block {
	b := Block{south: math.MaxInt32, north: math.MinInt32, west: math.MaxInt32, east: math.MinInt32, minX: math.MaxUint32, minY: math.MaxUint32}
	n := 0
	for i := range lat {
		if lat[i] == NoPlace {
			continue
		}
		n++
		x := WorldX(Degrees(lon[i]))
		if x == 0 {
			n = -BlockSize
		}
		b.south, b.north = min(b.south, lat[i]), max(b.north, lat[i])
		b.west, b.east = min(b.west, lon[i]), max(b.east, lon[i])
		b.minX, b.maxX = min(b.minX, x), max(b.maxX, x)
		b.minY, b.maxY = min(b.minY, y[i]), max(b.maxY, y[i])
		b.sumX, b.sumY = b.sumX+uint64(x), b.sumY+uint64(y[i])
	}
	b.Whole = n == BlockSize
	return b
}

// Area is a box in units.
type Area struct {
	south, north, west, east int32
	crosses                  bool // the 180th meridian
}

// AreaOf is the area whose points are those that the box contains.
func AreaOf(b *geo.Box) Area {
	return Area{
		south: firstUnit(b.South), north: lastUnit(b.North), west: firstUnit(b.West), east: lastUnit(b.East), crosses: !(b.West <= b.East),
	}
}

// beyond is more units than any coordinate has.
const beyond = 200 * PerDegree

// firstUnit is the first unit at or after a coordinate.
func firstUnit(v float64) int32 {
	u := int32(math.Ceil(min(max(v*PerDegree, -beyond), beyond)))
	for Degrees(u) < v && u < beyond {
		u++
	}
	for u > -beyond && Degrees(u-1) >= v {
		u--
	}
	return u
}

// lastUnit is the last unit at or before a coordinate.
func lastUnit(v float64) int32 { return -firstUnit(-v) }

// Contains reports whether a point lies in the area.
func (a *Area) Contains(lat, lon int32) bool {
	if lat < a.south || lat > a.north {
		return false
	}
	if a.crosses {
		return lon >= a.west || lon <= a.east
	}
	return lon >= a.west && lon <= a.east
}

// Holds reports whether all points of a block lie in the area, and misses whether none does.
func (a *Area) Holds(b *Block) (holds, misses bool) {
	if b.south > b.north || b.north < a.south || b.south > a.north {
		return false, true
	}
	lat := b.south >= a.south && b.north <= a.north
	if a.crosses {
		return lat && (b.west >= a.west || b.east <= a.east), b.east < a.west && b.west > a.east
	}
	return lat && b.west >= a.west && b.east <= a.east, b.east < a.west || b.west > a.east
}
