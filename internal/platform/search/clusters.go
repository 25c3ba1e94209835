package search

import (
	"context"
	"math"
	"math/bits"

	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/segment"
)

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
		g.Start(zoom, most)
	}, func(v int) {
		view := &r.snap.views[v]
		r.choose(view, &f, false)
		for i, w := range r.cur {
			if w != 0 {
				out.Unplaced += addBlock(g, view, v, i, w)
			}
		}
		out.Total += r.cur.Count()
	})
	if err != nil {
		return Clusters{}, err
	}
	out.Total -= out.Unplaced
	out.Zoom, out.List = g.Zoom(), g.Clusters(func(m uint64) string { return r.snap.views[m>>16].ID(uint16(m)) })
	return out, nil
}

// addBlock adds to a grid the documents of a block whose bits are set, all in one go where one cell has the block, and tells how many of
// them have no place.
func addBlock(g *grid.Grid, v *segment.View, view, block int, which uint64) (unplaced int) {
	b, from := &v.Blocks[block], block*grid.BlockSize
	if which == math.MaxUint64 && g.AddWhole(b, member(view, uint16(from))) {
		return 0
	}
	first := member(view, uint16(from|bits.TrailingZeros64(which)))
	if which&(which-1) != 0 && g.AddPart(b, which, v.Lat[from:], v.Lon[from:], v.Y[from:], first) {
		return 0
	}
	for ; which != 0; which &= which - 1 {
		d := uint16(from | bits.TrailingZeros64(which))
		if v.Lat[d] == grid.NoPlace {
			unplaced++
			continue
		}
		lon := grid.Degrees(v.Lon[d])
		g.Add(grid.WorldX(lon), v.Y[d], grid.Degrees(v.Lat[d]), lon, member(view, d))
	}
	return unplaced
}

// member is a document of a view as the grid knows it.
func member(view int, doc uint16) uint64 { return uint64(view)<<16 | uint64(doc) }
