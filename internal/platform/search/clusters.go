package search

import (
	"context"
	"math"
	"math/bits"

	"grappe/internal/platform/search/grid"
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
			if w == math.MaxUint64 && g.AddWhole(&view.Blocks[i], member(v, uint16(i<<6))) {
				out.Total += grid.BlockSize
				continue
			}
			for ; w != 0; w &= w - 1 {
				d := uint16(i<<6 | bits.TrailingZeros64(w))
				if view.Lat[d] == grid.NoPlace {
					out.Unplaced++
					continue
				}
				out.Total++
				lon := grid.Degrees(view.Lon[d])
				g.Add(grid.WorldX(lon), view.Y[d], grid.Degrees(view.Lat[d]), lon, member(v, d))
			}
		}
	})
	if err != nil {
		return Clusters{}, err
	}
	out.Zoom, out.List = g.Zoom(), g.Clusters(func(m uint64) string { return r.snap.views[m>>16].ID(uint16(m)) })
	return out, nil
}

// member is a document of a view as the grid knows it.
func member(view int, doc uint16) uint64 { return uint64(view)<<16 | uint64(doc) }
