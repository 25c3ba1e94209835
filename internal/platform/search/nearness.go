package search

import (
	"slices"

	"grappe/internal/platform/search/segment"
)

// link is one occurrence in a document's list.
type link struct {
	occ  uint32
	next int32 // in the links, -1 at the end
}

// nearness gives the hits the points of words that stand together: for each two kept units that follow each other. The hits
// come view by view.
func (r *run) nearness(hits []ranked) {
	for len(hits) > 0 {
		n := 1
		for n < len(hits) && hits[n].view == hits[0].view {
			n++
		}
		before := -1
		for i := range r.units {
			if r.kept&(1<<i) == 0 {
				continue
			}
			if before >= 0 {
				r.pair(&r.units[before], &r.units[i], hits[:n])
			}
			before = i
		}
		hits = hits[n:]
	}
}

// pair adds the points of two units that follow each other to hits of one view.
func (r *run) pair(a, b *asked, hits []ranked) {
	r.links = r.links[:0]
	r.left, r.right = grown(r.left, len(hits)), grown(r.right, len(hits))
	for i := range hits {
		r.best[hits[i].doc] = uint16(i + 1) // its place among the hits, from one
		r.left[i], r.right[i] = -1, -1
	}
	r.list(r.left, a, hits)
	r.list(r.right, b, hits)
	for i := range hits {
		r.best[hits[i].doc] = 0
		hits[i].score += r.together(r.left[i], r.right[i])
	}
}

// list notes, for every hit of a view, where a unit stands.
func (r *run) list(heads []int32, a *asked, hits []ranked) {
	at := int(hits[0].view)
	v := &r.snap.views[at]
	r.spans = r.spans[:0]
	u := r.spansOf(at, a)
	for _, s := range r.spans[u.from:u.to] {
		if len(hits)*probeCost < s.Len() {
			r.touched += len(hits)
			for i := range hits {
				if p, ok := v.Place(s.Span, hits[i].doc); ok {
					w := v.ReadFrom(p)
					r.note(&heads[i], &w)
				}
			}
			continue
		}
		r.touched += s.Len()
		w := v.ReadFrom(s.From)
		for i := s.From; i < s.To; i++ {
			if place := r.best[v.Docs[i]]; place > 0 {
				w.Seek(i)
				r.note(&heads[place-1], &w)
			}
		}
	}
	for i := range u.rows {
		for _, p := range u.rows[i].places[at] {
			if place := r.best[uint16(p>>32)]; place > 0 {
				r.links = append(r.links, link{uint32(p), heads[place-1]})
				heads[place-1] = int32(len(r.links) - 1)
			}
		}
	}
}

func (r *run) note(head *int32, w *segment.Reader) {
	r.occs = w.Read(r.occs[:0])
	for _, o := range slices.Backward(r.occs) {
		r.links = append(r.links, link{o, *head})
		*head = int32(len(r.links) - 1)
	}
}

// together is the points of the nearest two occurrences, one of each list. Values are further apart than nearWords.
func (r *run) together(left, right int32) int32 {
	points := int32(0)
	for a := left; a >= 0; a = r.links[a].next {
		for b := right; b >= 0; b = r.links[b].next {
			switch gap := int64(r.links[b].occ) - int64(r.links[a].occ); {
			case gap == 0 || gap == 1:
				return nextPoints
			case -nearWords <= gap && gap <= nearWords:
				points = nearPoints
			}
		}
	}
	return points
}
