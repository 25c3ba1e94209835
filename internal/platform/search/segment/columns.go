package segment

import (
	"bytes"
	"math"
	"math/bits"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/grid"
)

// Columns hold what orders and filters need of each document, and how to find one by its ID.
type Columns struct {
	N        int          // documents
	Hashes   []uint32     // of IDs
	Lat, Lon []int32      // in units of the grid; grid.NoPlace without a point
	Y        []uint32     // of the point in coordinates of the world; x is quickly made of the longitude
	Added    []uint32     // Unix seconds, 0 when unknown
	Fresh    []uint16     // days since 1970, 0 when unknown
	Quality  []uint8      // in twentieths
	Blocks   []grid.Block // of the places, in order
	ids      names
	byHash   []uint16 // documents, by the last bits of their hashes
	buckets  []uint16 // where those with the same last bits begin in byHash, and the end
	keys     names    // of the order by name
}

// MaxNameKey is how much of a name's key is kept, in bytes: about a hundred letters of a collation key.
const MaxNameKey = 256

func (c *Columns) add(d *Doc) {
	c.N++
	c.ids.add([]byte(packID(d.ID)))
	c.Hashes = append(c.Hashes, HashID(d.ID))
	lat, lon, y := int32(grid.NoPlace), int32(grid.NoPlace), uint32(0)
	if d.Point != nil && d.Point.Valid() {
		lat, lon = grid.Units(d.Point.Lat), grid.Units(d.Point.Lon)
		y = grid.WorldY(grid.Degrees(lat))
	}
	c.Lat, c.Lon, c.Y = append(c.Lat, lat), append(c.Lon, lon), append(c.Y, y)
	added, fresh := uint32(0), uint16(0)
	if !d.Added.IsZero() {
		added = uint32(min(max(d.Added.Unix(), 1), math.MaxUint32))
	}
	if !d.Fresh.IsZero() {
		fresh = uint16(min(max(DayOf(d.Fresh), 1), math.MaxUint16))
	}
	c.Added, c.Fresh, c.Quality = append(c.Added, added), append(c.Fresh, fresh), append(c.Quality, inTwentieths(d.Quality))
	c.keys.add([]byte(d.NameKey[:min(len(d.NameKey), MaxNameKey)]))
}

// take adds a document of other columns.
func (c *Columns) take(from *Columns, d uint32) {
	c.N++
	c.ids.add(from.ids.of(d))
	c.Hashes = append(c.Hashes, from.Hashes[d])
	c.Lat, c.Lon = append(c.Lat, from.Lat[d]), append(c.Lon, from.Lon[d])
	c.Y = append(c.Y, from.Y[d])
	c.Added, c.Fresh, c.Quality = append(c.Added, from.Added[d]), append(c.Fresh, from.Fresh[d]), append(c.Quality, from.Quality[d])
	c.keys.add(from.keys.of(d))
}

// makeRoom is for so many documents to come.
func (c *Columns) makeRoom(n int) {
	c.ids.ends, c.keys.ends = make([]uint32, 0, n), make([]uint32, 0, n)
	c.Hashes, c.Lat, c.Lon = make([]uint32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	c.Y, c.Added = make([]uint32, 0, n), make([]uint32, 0, n)
	c.Fresh, c.Quality = make([]uint16, 0, n), make([]uint8, 0, n)
}

// indexIDs makes documents be found by their IDs.
func (c *Columns) indexIDs() {
	size := uint32(1)
	for int(size)*4 < c.N {
		size *= 2
	}
	c.byHash, c.buckets = make([]uint16, c.N), make([]uint16, size+1)
	for _, h := range c.Hashes {
		c.buckets[h&(size-1)]++
	}
	for i := range size {
		c.buckets[i+1] += c.buckets[i]
	}
	for d, h := range c.Hashes { // from the end of its bucket on, so that the bucket then begins where it should
		at := &c.buckets[h&(size-1)]
		*at--
		c.byHash[*at] = uint16(d)
	}
}

// find is the number of the document with an ID, given packed and with its hash.
func (c *Columns) find(packed []byte, hash uint32) (uint16, bool) {
	bucket := hash & uint32(len(c.buckets)-2)
	for _, d := range c.byHash[c.buckets[bucket]:c.buckets[bucket+1]] {
		if c.Hashes[d] == hash && bytes.Equal(c.ids.of(uint32(d)), packed) {
			return d, true
		}
	}
	return 0, false
}

// Point is where a document stands, if it does.
func (c *Columns) Point(d uint16) (geo.Point, bool) {
	lat := c.Lat[d]
	return geo.Point{Lat: grid.Degrees(lat), Lon: grid.Degrees(c.Lon[d])}, lat != grid.NoPlace
}

// NameKey is what the order by name compares.
func (c *Columns) NameKey(d uint16) []byte { return c.keys.of(uint32(d)) }

// InArea takes out of a set the documents that are not in an area.
func (c *Columns) InArea(a *grid.Area, docs *DocSet) {
	for i, w := range docs {
		if w == 0 {
			continue
		}
		holds, misses := a.Holds(&c.Blocks[i])
		switch {
		case misses:
			docs[i] = 0
		case holds && c.Blocks[i].Whole:
		default:
			for rest := w; rest != 0; rest &= rest - 1 {
				d := i<<6 | bits.TrailingZeros64(rest)
				if c.Lat[d] == grid.NoPlace || !a.Contains(c.Lat[d], c.Lon[d]) {
					w &^= 1 << (d & 63)
				}
			}
			docs[i] = w
		}
	}
}

// fit ends the building of columns.
func (c *Columns) fit() {
	c.index()
	c.ids.fit()
	c.keys.fit()
}

// TextBytes is how many bytes of text a segment keeps as they came: IDs, keys of names, values to complete with.
func (g *Segment) TextBytes() int {
	return len(g.ids.bytes) + len(g.keys.bytes) + len(g.Values.texts.bytes) + len(g.Values.folded.bytes)
}

func inTwentieths(q float32) uint8 {
	if !(q > 0) {
		return 0
	}
	return uint8(math.Round(float64(min(q, 1)) * 20))
}

// DayOf is the number of days from 1970 to a moment, in UTC.
func DayOf(t time.Time) int32 { return int32(math.Floor(float64(t.Unix()) / 86400)) }
