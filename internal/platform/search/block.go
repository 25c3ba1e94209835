package search

import (
	"math"
	"math/bits"

	"grappe/internal/platform/geo"
)

// block sums up the points of 64 documents that follow each other, which are neighbours in large segments.
type block struct {
	south, north, west, east int32
	minX, maxX, minY, maxY   uint32
	sumX, sumY               uint64
	whole                    bool // all 64 have a point, and none lies on the 180th meridian
}

// sumUp fills the blocks of columns.
func (c *columns) sumUp() {
	c.blocks = make([]block, (c.n+63)/64)
	for i := range c.blocks {
		b := &c.blocks[i]
		*b = block{south: math.MaxInt32, north: math.MinInt32, west: math.MaxInt32, east: math.MinInt32, minX: math.MaxUint32, minY: math.MaxUint32}
		n := 0
		for d := i << 6; d < min((i+1)<<6, c.n); d++ {
			if c.lat[d] == noPoint {
				continue
			}
			n++
			if c.x[d] == 0 {
				n = -64
			}
			b.south, b.north = min(b.south, c.lat[d]), max(b.north, c.lat[d])
			b.west, b.east = min(b.west, c.lon[d]), max(b.east, c.lon[d])
			b.minX, b.maxX = min(b.minX, c.x[d]), max(b.maxX, c.x[d])
			b.minY, b.maxY = min(b.minY, c.y[d]), max(b.maxY, c.y[d])
			b.sumX, b.sumY = b.sumX+uint64(c.x[d]), b.sumY+uint64(c.y[d])
		}
		b.whole = n == 64
	}
}

// area is a box in the units of the columns.
type area struct {
	south, north, west, east int32
	crosses                  bool // the 180th meridian
}

// areaOf is the area whose points are those that the box contains.
func areaOf(b *geo.Box) area {
	return area{
		south: firstUnit(b.South), north: lastUnit(b.North), west: firstUnit(b.West), east: lastUnit(b.East), crosses: !(b.West <= b.East),
	}
}

// beyond is more units than any coordinate has.
const beyond = 200 * perUnit

// firstUnit is the first unit at or after a coordinate.
func firstUnit(v float64) int32 {
	u := int32(math.Ceil(min(max(v*perUnit, -beyond), beyond)))
	for degrees(u) < v && u < beyond {
		u++
	}
	for u > -beyond && degrees(u-1) >= v {
		u--
	}
	return u
}

// lastUnit is the last unit at or before a coordinate.
func lastUnit(v float64) int32 { return -firstUnit(-v) }

func (a *area) contains(lat, lon int32) bool {
	if lat < a.south || lat > a.north {
		return false
	}
	if a.crosses {
		return lon >= a.west || lon <= a.east
	}
	return lon >= a.west && lon <= a.east
}

// holds reports whether all points of a block lie in the area, and misses whether none does.
func (a *area) holds(b *block) (holds, misses bool) {
	if b.south > b.north || b.north < a.south || b.south > a.north {
		return false, true
	}
	lat := b.south >= a.south && b.north <= a.north
	if a.crosses {
		return lat && (b.west >= a.west || b.east <= a.east), b.east < a.west && b.west > a.east
	}
	return lat && b.west >= a.west && b.east <= a.east, b.east < a.west || b.west > a.east
}

// inArea takes out of a set the documents that are not in an area.
func (c *columns) inArea(a *area, docs *bitset) {
	for i, w := range docs {
		if w == 0 {
			continue
		}
		holds, misses := a.holds(&c.blocks[i])
		switch {
		case misses:
			docs[i] = 0
		case holds && c.blocks[i].whole:
		default:
			for rest := w; rest != 0; rest &= rest - 1 {
				d := i<<6 | bits.TrailingZeros64(rest)
				if c.lat[d] == noPoint || !a.contains(c.lat[d], c.lon[d]) {
					w &^= 1 << (d & 63)
				}
			}
			docs[i] = w
		}
	}
}

// addWhole adds the 64 documents of a block to their cell, where they share one. It reports whether they do.
func (g *grid) addWhole(b *block, view int, d uint16) bool {
	shift := zeroShift - g.zoom
	if !b.whole || b.minX>>shift != b.maxX>>shift || b.minY>>shift != b.maxY>>shift {
		return false
	}
	x, y := b.minX>>shift, b.minY>>shift
	at := g.slot(x, y)
	west, east, south, north := degrees(b.west), degrees(b.east), degrees(b.south), degrees(b.north)
	if *at == 0 {
		g.open(Cluster{
			Count: 64, Box: geo.Box{West: west, East: east, South: south, North: north},
			x: x, y: y, sumX: b.sumX, sumY: b.sumY, view: view, doc: d,
		}, at)
		return true
	}
	cell := &g.cells[*at-1]
	cell.Count += 64
	cell.sumX, cell.sumY = cell.sumX+b.sumX, cell.sumY+b.sumY
	cell.Box.West, cell.Box.East = min(cell.Box.West, west), max(cell.Box.East, east)
	cell.Box.South, cell.Box.North = min(cell.Box.South, south), max(cell.Box.North, north)
	return true
}
