package search

import (
	"bytes"
	"math"
	"strings"

	"grappe/internal/platform/geo"
)

// capacity is the most documents of a segment: their numbers, and those numbers plus one, have 16 bits.
const capacity = 1<<16 - 1

// segment is an immutable part of the index: postings, and the columns of its documents.
type segment struct {
	postings
	columns
	facets []facetColumn
	values
}

// columns hold what orders and filters need of each document, and how to find one by its ID.
type columns struct {
	n        int
	ids      names
	hashes   []uint32
	table    []uint16 // open addressing by hash: a document's number plus one, 0 for none
	lat, lon []int32  // ten-millionths of a degree; noPoint without a point
	x, y     []uint32 // the point in coordinates of the world
	added    []uint32 // Unix seconds, 0 when unknown
	fresh    []uint16 // days since 1970, 0 when unknown
	quality  []uint8  // points
	keys     names    // of the order Name
	blocks   []block  // of 64 documents each
}

const (
	noPoint = math.MinInt32
	perUnit = 1e7 // of a degree
)

// names are texts in one piece of memory.
type names struct {
	start []uint32
	bytes []byte
}

func (n *names) add(text string) {
	n.start = append(n.start, uint32(len(n.bytes)))
	n.bytes = append(n.bytes, text...)
}

func (n *names) of(i uint32) []byte {
	if end := i + 1; int(end) < len(n.start) {
		return n.bytes[n.start[i]:n.start[end]]
	}
	return n.bytes[n.start[i]:]
}

func (c *columns) add(d *Doc) {
	c.n++
	c.ids.add(packID(d.ID))
	c.hashes = append(c.hashes, hashID(d.ID))
	lat, lon, x, y := int32(noPoint), int32(noPoint), uint32(0), uint32(0)
	if d.Point != nil && d.Point.Valid() {
		lat, lon = int32(math.Round(d.Point.Lat*perUnit)), int32(math.Round(d.Point.Lon*perUnit))
		x, y = worldX(degrees(lon)), worldY(degrees(lat))
	}
	c.lat, c.lon, c.x, c.y = append(c.lat, lat), append(c.lon, lon), append(c.x, x), append(c.y, y)
	added, fresh := uint32(0), uint16(0)
	if !d.Added.IsZero() {
		added = uint32(min(max(d.Added.Unix(), 1), math.MaxUint32))
	}
	if !d.Fresh.IsZero() {
		fresh = uint16(min(max(dayOf(d.Fresh), 1), math.MaxUint16))
	}
	c.added, c.fresh, c.quality = append(c.added, added), append(c.fresh, fresh), append(c.quality, qualityPoints(d.Quality))
	c.keys.add(d.NameKey[:min(len(d.NameKey), maxNameKey)])
}

// take adds a document of other columns.
func (c *columns) take(from *columns, d uint32) {
	c.n++
	c.ids.add(string(from.ids.of(d)))
	c.hashes = append(c.hashes, from.hashes[d])
	c.lat, c.lon = append(c.lat, from.lat[d]), append(c.lon, from.lon[d])
	c.x, c.y = append(c.x, from.x[d]), append(c.y, from.y[d])
	c.added, c.fresh, c.quality = append(c.added, from.added[d]), append(c.fresh, from.fresh[d]), append(c.quality, from.quality[d])
	c.keys.add(string(from.keys.of(d)))
}

// makeRoom is for so many documents to come.
func (c *columns) makeRoom(n int) {
	c.ids.start, c.keys.start = make([]uint32, 0, n), make([]uint32, 0, n)
	c.hashes, c.lat, c.lon = make([]uint32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	c.x, c.y, c.added = make([]uint32, 0, n), make([]uint32, 0, n), make([]uint32, 0, n)
	c.fresh, c.quality = make([]uint16, 0, n), make([]uint8, 0, n)
}

// indexIDs fills the table.
func (c *columns) indexIDs() {
	size := 4
	for size < c.n+c.n/2 {
		size *= 2
	}
	c.table = make([]uint16, size)
	for d, h := range c.hashes {
		i := int(h) & (size - 1)
		for c.table[i] != 0 {
			i = (i + 1) & (size - 1)
		}
		c.table[i] = uint16(d + 1)
	}
}

// find is the number of the document with an ID, given packed and with its hash.
func (c *columns) find(packed []byte, hash uint32) (uint16, bool) {
	for i := int(hash) & (len(c.table) - 1); c.table[i] != 0; i = (i + 1) & (len(c.table) - 1) {
		if d := c.table[i] - 1; c.hashes[d] == hash && bytes.Equal(c.ids.of(uint32(d)), packed) {
			return d, true
		}
	}
	return 0, false
}

func degrees(units int32) float64 { return float64(units) / perUnit }

func (c *columns) point(d uint16) (geo.Point, bool) {
	lat := c.lat[d]
	return geo.Point{Lat: degrees(lat), Lon: degrees(c.lon[d])}, lat != noPoint
}

const hexDigits = "0123456789abcdef"

// packID writes an ID in few bytes: a UUID as 16, anything else as it is, behind a byte that says which.
func packID(id string) string {
	var b [17]byte
	b[0] = 1
	n := 0 // half bytes
	if len(id) != 36 {
		return "\x00" + id
	}
	for i := range len(id) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if id[i] != '-' {
				return "\x00" + id
			}
			continue
		}
		v := strings.IndexByte(hexDigits, id[i])
		if v < 0 {
			return "\x00" + id
		}
		b[1+n/2] = b[1+n/2]<<4 | byte(v)
		n++
	}
	return string(b[:])
}

// appendID appends a packed ID as it was.
func appendID(out, packed []byte) []byte {
	if packed[0] == 0 {
		return append(out, packed[1:]...)
	}
	for i, v := range packed[1:] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hexDigits[v>>4], hexDigits[v&15])
	}
	return out
}

func (c *columns) id(d uint16) string {
	return string(appendID(make([]byte, 0, 36), c.ids.of(uint32(d))))
}
