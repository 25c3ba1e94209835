package grid

import (
	"cmp"
	"math/bits"
	"slices"

	"grappe/internal/platform/geo"
)

// MaxZoom is the closest zoom of clusters. At zoom z the world is 256·2^z pixels wide, in spherical Mercator (EPSG:3857),
// as web maps have it.
const MaxZoom = 22

const (
	// zeroShift makes a coordinate of the world the number of its cell at zoom 0: four cells of 64 pixels to a side.
	zeroShift = 30
	// fewestCells is all that zoom 0 can have: no grid is coarser.
	fewestCells = 16
	mostCells   = 1 << 14
	spotKm      = 0.001 // members within a metre stand on one spot
)

// Clusters are what was found, gathered by the cells of a grid.
type Clusters struct {
	Total    int // found with a place: the sum of all counts
	Unplaced int // found without one; 0 when the query has a place
	Zoom     int // whose cells were taken: the one asked for, or a lower one when there were too many
	List     []Cluster
}

// Cluster is what stands in one cell: one member at least.
type Cluster struct {
	Count  int
	Centre geo.Point // the mean of their places on the map
	Box    geo.Box   // the smallest that holds them
	Spot   bool      // several within a metre: no zoom parts them
	ID     string    // of a lone member

	x, y       uint32 // the cell
	sumX, sumY uint64 // of the members' coordinates of the world
	member     uint64 // the first
}

// Coarser joins the cells two by two in both directions: the clusters of the zoom before. Those of zoom 0 stay as they are.
func (c Clusters) Coarser() Clusters {
	if c.Zoom == 0 {
		return c
	}
	g := Grid{zoom: c.Zoom, most: mostCells, cells: slices.Clone(c.List)}
	g.join()
	c.Zoom, c.List = g.zoom, g.Clusters(nil)
	return c
}

// Grid gathers places in at most as many cells as it was told.
type Grid struct {
	zoom  int
	most  int
	cells []Cluster
	last  int     // the cell that was added to last, anything after a joining
	table []int32 // by hash of the cell: its place in cells plus one, 0 for none; twice as long as most at least
}

// Start empties the grid for a zoom.
func (g *Grid) Start(zoom, most int) {
	g.zoom, g.most = min(max(zoom, 0), MaxZoom), min(max(most, fewestCells), mostCells)
	g.cells = g.cells[:0]
	g.clear()
}

// clear forgets where the cells are, and makes room to find most of them and one.
func (g *Grid) clear() {
	size := 64
	for size < 2*(g.most+1) {
		size *= 2
	}
	if len(g.table) != size {
		g.table = make([]int32, size)
		return
	}
	clear(g.table)
}

// slot is where a cell stands in the table, or where it will.
func (g *Grid) slot(x, y uint32) *int32 {
	mask := uint64(len(g.table) - 1)
	for i := mix(x, y) & mask; ; i = (i + 1) & mask {
		at := &g.table[i]
		if *at == 0 || g.cells[*at-1].x == x && g.cells[*at-1].y == y {
			return at
		}
	}
}

// mix is a hash of a cell (multiplicative, D. E. Knuth).
func mix(x, y uint32) uint64 {
	h := (uint64(x)<<32 | uint64(y)) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// Add takes a member that has a place, given in coordinates of the world and in degrees. Neighbours come in runs: the cell of
// the one before is looked at first.
func (g *Grid) Add(x, y uint32, lat, lon float64, member uint64) {
	if x == 0 && lon > 0 { // the 180th meridian is where the grid begins
		lon = -180
	}
	shift := zeroShift - g.zoom
	cellX, cellY := x>>shift, y>>shift
	if n := len(g.cells); g.last < n && g.cells[g.last].x == cellX && g.cells[g.last].y == cellY {
		g.cells[g.last].take(x, y, lat, lon)
		return
	}
	at := g.slot(cellX, cellY)
	if *at == 0 {
		g.open(Cluster{
			Count: 1, Box: geo.Box{West: lon, East: lon, South: lat, North: lat},
			x: cellX, y: cellY, sumX: uint64(x), sumY: uint64(y), member: member,
		}, at)
		return
	}
	g.last = int(*at - 1)
	g.cells[g.last].take(x, y, lat, lon)
}

// AddWhole adds the members of a block, of which one is named, to their cell, where they share one. It reports whether they do.
func (g *Grid) AddWhole(b *Block, member uint64) bool {
	if !g.holds(b) {
		return false
	}
	g.addTo(Cluster{
		Count: BlockSize, Box: geo.Box{West: Degrees(b.west), East: Degrees(b.east), South: Degrees(b.south), North: Degrees(b.north)},
		sumX: b.sumX, sumY: b.sumY, member: member,
	}, b)
	return true
}

// AddPart is AddWhole for those members of a block whose bits are set; its places are given as they were to BlockOf, and the first of
// those members is named.
func (g *Grid) AddPart(b *Block, which uint64, lat, lon []int32, y []uint32, member uint64) bool {
	if !g.holds(b) {
		return false
	}
	c := Cluster{Count: bits.OnesCount64(which), member: member}
	south, north, west, east := b.north, b.south, b.east, b.west
	lat, lon, y = lat[:BlockSize], lon[:BlockSize], y[:BlockSize]
	for ; which != 0; which &= which - 1 {
		i := bits.TrailingZeros64(which)
		south, north = min(south, lat[i]), max(north, lat[i])
		west, east = min(west, lon[i]), max(east, lon[i])
		c.sumX, c.sumY = c.sumX+uint64(WorldX(Degrees(lon[i]))), c.sumY+uint64(y[i])
	}
	c.Box = geo.Box{West: Degrees(west), East: Degrees(east), South: Degrees(south), North: Degrees(north)}
	g.addTo(c, b)
	return true
}

// holds reports whether all members of a full block are in one cell.
func (g *Grid) holds(b *Block) bool {
	shift := zeroShift - g.zoom
	return b.Whole && b.minX>>shift == b.maxX>>shift && b.minY>>shift == b.maxY>>shift
}

// addTo adds members of a block to its cell.
func (g *Grid) addTo(c Cluster, b *Block) {
	shift := zeroShift - g.zoom
	c.x, c.y = b.minX>>shift, b.minY>>shift
	if at := g.slot(c.x, c.y); *at == 0 {
		g.open(c, at)
	} else {
		g.cells[*at-1].absorb(&c)
	}
}

// open adds a cell, at its place in the table.
func (g *Grid) open(c Cluster, at *int32) {
	g.cells = append(g.cells, c)
	*at = int32(len(g.cells))
	g.last = len(g.cells) - 1
	for len(g.cells) > g.most {
		g.join()
	}
}

// take adds a place to a cell.
func (c *Cluster) take(x, y uint32, lat, lon float64) {
	c.Count++
	c.sumX += uint64(x)
	c.sumY += uint64(y)
	c.Box.West, c.Box.East = min(c.Box.West, lon), max(c.Box.East, lon)
	c.Box.South, c.Box.North = min(c.Box.South, lat), max(c.Box.North, lat)
}

// absorb adds the members of another cell.
func (c *Cluster) absorb(o *Cluster) {
	c.Count += o.Count
	c.sumX += o.sumX
	c.sumY += o.sumY
	c.Box = geo.Box{
		West: min(c.Box.West, o.Box.West), East: max(c.Box.East, o.Box.East),
		South: min(c.Box.South, o.Box.South), North: max(c.Box.North, o.Box.North),
	}
}

// join makes the grid one zoom coarser. The cells that exceed most by one still have their place in the table.
func (g *Grid) join() {
	g.zoom--
	g.clear()
	all := g.cells
	g.cells = g.cells[:0]
	for _, c := range all {
		c.x, c.y = c.x>>1, c.y>>1
		at := g.slot(c.x, c.y)
		if *at == 0 {
			g.cells = append(g.cells, c)
			*at = int32(len(g.cells))
			continue
		}
		g.cells[*at-1].absorb(&c)
	}
}

// Zoom is that of the cells by now.
func (g *Grid) Zoom() int { return g.zoom }

// Clusters are the cells in their order, told in full; id names the lone members, unless they have their names already.
func (g *Grid) Clusters(id func(member uint64) string) []Cluster {
	list := slices.Clone(g.cells)
	slices.SortFunc(list, func(a, b Cluster) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	for i := range list {
		c := &list[i]
		n := float64(c.Count)
		c.Centre = geo.Point{
			Lat: min(max(latitudeAt(float64(c.sumY)/n), c.Box.South), c.Box.North),
			Lon: min(max(longitudeAt(float64(c.sumX)/n), c.Box.West), c.Box.East),
		}
		switch {
		case c.Count > 1:
			c.ID = ""
			c.Spot = geo.Distance(geo.Point{Lat: c.Box.South, Lon: c.Box.West}, geo.Point{Lat: c.Box.North, Lon: c.Box.East}) <= spotKm
		case id != nil:
			c.ID = id(c.member)
		}
		c.member = 0
	}
	return list
}
