package search

import (
	"context"
	"math"
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

// maxNameKey is how much of a name's key the order Name looks at, in bytes: about a hundred letters of a collation key.
const maxNameKey = 256

// position is the place right behind a hit.
func (r *run) position(h *ranked) Position {
	p := Position{ID: h.doc.id, Score: h.score, Day: r.q.Day}
	switch r.q.Sort {
	case Distance:
		if km := h.distance; !math.IsInf(km, 1) {
			p.Km = &km
		}
	case Name:
		p.Name = []byte(h.doc.nameKey)
	case Newest:
		p.Added = h.doc.added
	}
	return p
}

// behind are the hits that come after a position.
func (r *run) behind(hits []ranked, p *Position) []ranked {
	at := ranked{
		doc:   &column{id: p.ID, nameKey: string(p.Name[:min(len(p.Name), maxNameKey)]), added: p.Added},
		score: p.Score, turn: rotation(hashString(p.ID), hashString(r.q.Day)), distance: math.Inf(1),
	}
	if p.Km != nil {
		at.distance = *p.Km
	}
	kept := hits[:0]
	for i := range hits {
		if r.compare(&hits[i], &at) > 0 {
			kept = append(kept, hits[i])
		}
	}
	return kept
}

// IDs gives all documents that a query finds, in its order, from its Offset or After on, whatever its Limit. The error is
// that of Search.
func (x *Index) IDs(ctx context.Context, q Query) ([]string, error) {
	snap := x.now.Load()
	f, err := newFilter(x.shape, snap.book, q)
	if err != nil {
		return nil, err
	}
	r := x.newRun(snap, q)
	defer x.scratch.Put(r.scratch)
	if err := r.ask(ctx); err != nil {
		return nil, err
	}
	hits := r.pass(f, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.rank(hits)
	if q.After != nil {
		hits = r.behind(hits, q.After)
	}
	hits = r.page(hits, q.Offset, len(hits))
	ids := make([]string, len(hits))
	for i := range hits {
		ids[i] = hits[i].doc.id
	}
	return ids, nil
}
