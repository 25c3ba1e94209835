package search

import (
	"cmp"
	"context"
	"math"
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

// Clusters are the documents that a query finds, gathered by the cells of a grid.
type Clusters struct {
	Total    int // found documents with a point: the sum of all counts
	Unplaced int // found documents without one; 0 when the query has a place
	Zoom     int // whose cells were taken: the one asked for, or a lower one when there were too many
	List     []Cluster
}

// Cluster is the documents of one cell, of which there is one at least.
type Cluster struct {
	Count  int
	Centre geo.Point // the mean of their places on the map
	Box    geo.Box   // the smallest that holds them
	Spot   bool      // several within a metre: no zoom parts them
	ID     string    // of a lone document

	x, y       uint32 // the cell
	sumX, sumY uint64 // of the members' coordinates of the world
	view       int    // of its first member, as doc
	doc        uint16
}

// Clusters gathers the documents that a query finds by the cells, 64 pixels wide, of the grid of a zoom (0 to MaxZoom). The
// grid lies still on the world, and the 180th meridian is one of its lines, so that a cell holds the same documents in
// whatever box that takes in all of it. When there would be more than most clusters (at least 16), cells are joined, two by
// two in both directions, until there are not. Clusters come in rows from the north, each from the west. The time is that of
// reading the found documents once, whatever the zoom. The error is the context's, or tells of a facet that does not exist.
func (x *Index) Clusters(ctx context.Context, q Query, zoom, most int) (Clusters, error) {
	r, f, err := x.begin(ctx, q)
	if err != nil {
		return Clusters{}, err
	}
	defer r.end()
	g, out := &r.grid, Clusters{}
	err = r.pass(ctx, func(int) {
		out = Clusters{}
		g.start(zoom, most)
	}, func(v int) {
		view := &r.snap.views[v]
		r.choose(view, &f, false)
		for i, w := range r.cur {
			if w == math.MaxUint64 && g.addWhole(&view.blocks[i], v, uint16(i<<6)) {
				out.Total += 64
				continue
			}
			for ; w != 0; w &= w - 1 {
				d := uint16(i<<6 | bits.TrailingZeros64(w))
				if view.lat[d] == noPoint {
					out.Unplaced++
					continue
				}
				out.Total++
				g.add(&view.columns, v, d)
			}
		}
	})
	if err != nil {
		return Clusters{}, err
	}
	out.Zoom, out.List = g.zoom, g.clusters()
	for i := range out.List {
		c := &out.List[i]
		if c.Count == 1 {
			c.ID = r.snap.views[c.view].id(c.doc)
		}
		c.view, c.doc = 0, 0
	}
	return out, nil
}

// Coarser joins the cells two by two in both directions: the clusters of the zoom before. Those of zoom 0 stay as they are.
func (c Clusters) Coarser() Clusters {
	if c.Zoom == 0 {
		return c
	}
	g := grid{zoom: c.Zoom, most: mostCells, cells: slices.Clone(c.List)}
	g.join()
	c.Zoom, c.List = g.zoom, g.clusters()
	return c
}

// grid gathers documents in at most as many cells as it was told.
type grid struct {
	zoom  int
	most  int
	cells []Cluster
	last  int     // the cell that was added to last, anything after a joining
	table []int32 // by hash of the cell: its place in cells plus one, 0 for none; twice as long as most at least
}

// start empties the grid for a zoom.
func (g *grid) start(zoom, most int) {
	g.zoom, g.most = min(max(zoom, 0), MaxZoom), min(max(most, fewestCells), mostCells)
	g.cells = g.cells[:0]
	g.clear()
}

// clear forgets where the cells are, and makes room to find most of them and one.
func (g *grid) clear() {
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
func (g *grid) slot(x, y uint32) *int32 {
	mask := uint64(len(g.table) - 1)
	for i := rotation(uint64(x)<<32|uint64(y), 0) & mask; ; i = (i + 1) & mask {
		at := &g.table[i]
		if *at == 0 || g.cells[*at-1].x == x && g.cells[*at-1].y == y {
			return at
		}
	}
}

// add takes a document that has a point. Neighbours come in runs: the cell of the one before is looked at first.
func (g *grid) add(c *columns, view int, d uint16) {
	x, y, lat, lon := c.x[d], c.y[d], degrees(c.lat[d]), degrees(c.lon[d])
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
			x: cellX, y: cellY, sumX: uint64(x), sumY: uint64(y), view: view, doc: d,
		}, at)
		return
	}
	g.last = int(*at - 1)
	g.cells[g.last].take(x, y, lat, lon)
}

// open adds a cell, at its place in the table.
func (g *grid) open(c Cluster, at *int32) {
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

// join makes the grid one zoom coarser. The cells that exceed most by one still have their place in the table.
func (g *grid) join() {
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
		into := &g.cells[*at-1]
		into.Count += c.Count
		into.sumX += c.sumX
		into.sumY += c.sumY
		into.Box = geo.Box{
			West: min(into.Box.West, c.Box.West), East: max(into.Box.East, c.Box.East),
			South: min(into.Box.South, c.Box.South), North: max(into.Box.North, c.Box.North),
		}
	}
}

// clusters are the cells in their order, told in full.
func (g *grid) clusters() []Cluster {
	list := slices.Clone(g.cells)
	slices.SortFunc(list, func(a, b Cluster) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	for i := range list {
		c := &list[i]
		n := float64(c.Count)
		c.Centre = geo.Point{
			Lat: min(max(latitudeAt(float64(c.sumY)/n), c.Box.South), c.Box.North),
			Lon: min(max(longitudeAt(float64(c.sumX)/n), c.Box.West), c.Box.East),
		}
		if c.Count > 1 {
			c.ID = ""
			c.Spot = geo.Distance(geo.Point{Lat: c.Box.South, Lon: c.Box.West}, geo.Point{Lat: c.Box.North, Lon: c.Box.East}) <= spotKm
		}
	}
	return list
}

// The world is a square of 2³² by 2³² in spherical Mercator: x runs east from the 180th meridian, y south from the latitude
// where the square ends, atan(sinh π). What is nearer to a pole lies on the edge.
const (
	worldSize   = 1 << 32
	mercatorEnd = 85.05112877980659
)

func worldX(lon float64) uint32 {
	return uint32(uint64(math.Floor((lon + 180) / 360 * worldSize)))
}

func worldY(lat float64) uint32 {
	sin := math.Sin(min(max(lat, -mercatorEnd), mercatorEnd) * math.Pi / 180)
	y := 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	return uint32(min(max(math.Floor(y*worldSize), 0), worldSize-1))
}

func longitudeAt(x float64) float64 { return x/worldSize*360 - 180 }

func latitudeAt(y float64) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*y/worldSize))) * 180 / math.Pi
}
