package search

import (
	"context"
	"math"
	"slices"
)

// Position is a place in the order of hits: right behind one of them. It holds what the order goes by, and so stays where it
// is when documents come, change or go, the hit itself as well. It is small, and any value of it is safe: one that nobody was
// given means some place or other.
type Position struct {
	ID    string   `json:"id"`
	Score int32    `json:"score,omitempty"`
	Day   string   `json:"day,omitempty"`   // of the query: the turn of the day and the freshness are those of that day
	Km    *float64 `json:"km,omitempty"`    // for Distance; nil for a document without a point
	Name  []byte   `json:"name,omitempty"`  // for Name: the key
	Added int64    `json:"added,omitempty"` // for Newest: Unix seconds
}

// position is the place right behind a hit.
func (r *run) position(h *ranked, id string) Position {
	v := &r.snap.views[h.view]
	p := Position{ID: id, Score: h.score, Day: r.q.Day}
	switch r.q.Sort {
	case Distance:
		if km := h.distance; !math.IsInf(km, 1) {
			p.Km = &km
		}
	case Name:
		p.Name = slices.Clone(v.NameKey(h.doc))
	case Newest:
		p.Added = int64(v.Added[h.doc])
	}
	return p
}

// IDs gives all documents that a query finds, in its order, from its Offset or After on, whatever its Limit. The error is
// that of Search.
func (x *Index) IDs(ctx context.Context, q Query) ([]string, error) {
	r, f, err := x.begin(ctx, q)
	if err != nil {
		return nil, err
	}
	defer r.end()
	ranks := r.newRanker(q.Offset, math.MaxInt)
	err = r.pass(ctx, ranks.restart, func(v int) {
		r.choose(&r.snap.views[v], &f, false)
		r.rankAll(ranks, v, &f)
	})
	if err != nil {
		return nil, err
	}
	list := ranks.page(q.Offset)
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = r.snap.views[list[i].view].ID(list[i].doc)
	}
	return ids, nil
}
