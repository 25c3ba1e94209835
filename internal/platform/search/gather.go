package search

import (
	"math"
	"math/bits"

	"grappe/internal/platform/search/segment"
)

// levelSpan is the postings of one word of a unit.
type levelSpan struct {
	segment.Span
	level Level
}

// unitSpans is what a view has of a unit.
type unitSpans struct {
	from, to int // in scratch.spans
	postings int
	rows     []row
	view     int
}

// spansOf looks a unit up in a view.
func (r *run) spansOf(v int, a *asked) unitSpans {
	u := unitSpans{from: len(r.spans), rows: a.rows, view: v}
	view := &r.snap.views[v]
	for _, w := range a.words {
		if s := view.Span(w.term); s.From < s.To {
			r.spans = append(r.spans, levelSpan{s, w.level})
			u.postings += s.Len()
		}
	}
	for i := range a.rows {
		u.postings += len(a.rows[i].places[v])
	}
	u.to = len(r.spans)
	return u
}

// single reports whether one word alone stands for the unit.
func (r *run) single(u *unitSpans) (levelSpan, bool) {
	if s := u.postings; u.to-u.from == 1 && r.spans[u.from].Len() == s {
		return r.spans[u.from], true
	}
	return levelSpan{}, false
}

// gather leaves in cur the live documents of a view that have the kept units and none that is unwanted, and in score their
// points. The rarest unit comes first; the others are looked for only where it is.
func (r *run) gather(v int, kept uint32) {
	view := &r.snap.views[v]
	r.spans, r.asks = r.spans[:0], r.asks[:0]
	for i := range r.units {
		if kept&(1<<i) == 0 {
			continue
		}
		u := r.spansOf(v, &r.units[i])
		if u.postings == 0 {
			r.cur.Clear()
			return
		}
		r.asks = append(r.asks, u)
		for j := len(r.asks) - 1; j > 0 && r.asks[j].postings < r.asks[j-1].postings; j-- {
			r.asks[j], r.asks[j-1] = r.asks[j-1], r.asks[j]
		}
	}
	if len(r.asks) == 0 {
		r.cur.Fill(view.N)
		clear(r.score[:view.N])
	}
	for i := range r.asks {
		if i == 0 {
			r.begin(view, &r.asks[i])
		} else if !r.narrow(view, &r.asks[i]) {
			return
		}
	}
	r.takeOut(v)
}

// takeOut removes from cur the documents that are dead or have an unwanted unit.
func (r *run) takeOut(v int) {
	view := &r.snap.views[v]
	r.cur.Without(view.DeadSet)
	for i := range r.out {
		u := r.spansOf(v, &r.out[i])
		r.touched += u.postings
		for _, s := range r.spans[u.from:u.to] {
			for _, d := range view.Docs[s.From:s.To] {
				r.cur.Remove(d)
			}
		}
		for i := range u.rows {
			for _, p := range u.rows[i].places[v] {
				r.cur.Remove(uint16(p >> 32))
			}
		}
	}
}

// begin makes cur and score those of a first unit.
func (r *run) begin(v *segment.View, u *unitSpans) {
	r.cur.Clear()
	if s, ok := r.single(u); ok {
		r.touched += s.Len()
		points := &r.x.shape.points[s.level]
		docs := v.Docs[s.From:s.To]
		r.cur.AddAll(docs)
		for i, d := range docs {
			r.score[d] = int32(points[v.Head(s.From+uint32(i))])
		}
		return
	}
	r.collectBest(v, u, nil, &r.cur)
	for i, w := range r.cur {
		for ; w != 0; w &= w - 1 {
			d := uint16(i<<6 | bits.TrailingZeros64(w))
			r.score[d] = int32(r.best[d])
			r.best[d] = 0
		}
	}
}

// narrow keeps in cur the documents that have one more unit, and adds its points. It reports whether there was any to look
// at.
func (r *run) narrow(v *segment.View, u *unitSpans) bool {
	left := r.cur.Count()
	if left == 0 {
		return false
	}
	if words := u.to - u.from; left*words*probeCost < u.postings {
		r.touched += left * words
		r.probe(v, u)
		return true
	}
	r.has.Clear()
	if s, ok := r.single(u); ok {
		r.touched += s.Len()
		points := &r.x.shape.points[s.level]
		for i, d := range v.Docs[s.From:s.To] {
			if r.cur.Has(d) {
				r.score[d] += int32(points[v.Head(s.From+uint32(i))])
				r.has.Add(d)
			}
		}
		r.cur = r.has
		return true
	}
	r.collectBest(v, u, &r.cur, &r.has)
	for i, w := range r.has {
		for ; w != 0; w &= w - 1 {
			d := uint16(i<<6 | bits.TrailingZeros64(w))
			r.score[d] += int32(r.best[d])
			r.best[d] = 0
		}
	}
	r.cur = r.has
	return true
}

// collectBest leaves in best the points of the documents, of a set unless it is nil, that have a unit, and in has those
// documents.
func (r *run) collectBest(v *segment.View, u *unitSpans, among, has *segment.DocSet) {
	best := &r.best
	r.touched += u.postings
	for _, s := range r.spans[u.from:u.to] {
		points := &r.x.shape.points[s.level]
		for i, d := range v.Docs[s.From:s.To] {
			if among != nil && !among.Has(d) {
				continue
			}
			if p := points[v.Head(s.From+uint32(i))]; p > best[d] {
				best[d] = p
			}
			has.Add(d)
		}
	}
	for i := range u.rows {
		points := &r.x.shape.points[u.rows[i].level]
		for _, at := range u.rows[i].places[u.view] {
			d := uint16(at >> 32)
			if among != nil && !among.Has(d) {
				continue
			}
			if p := points[segment.FieldOf(uint32(at))]; p > best[d] {
				best[d] = p
			}
			has.Add(d)
		}
	}
}

// probeCost is how many postings are read in the time that one is looked for.
const probeCost = 12

// probe is narrow for few documents: each is looked for in the postings.
func (r *run) probe(v *segment.View, u *unitSpans) {
	for i := range u.rows {
		points := &r.x.shape.points[u.rows[i].level]
		for _, at := range u.rows[i].places[u.view] {
			if d := uint16(at >> 32); r.cur.Has(d) {
				r.best[d] = max(r.best[d], points[segment.FieldOf(uint32(at))])
			}
		}
	}
	for i, w := range r.cur {
		for ; w != 0; w &= w - 1 {
			d := uint16(i<<6 | bits.TrailingZeros64(w))
			best := r.best[d]
			r.best[d] = 0
			for _, s := range r.spans[u.from:u.to] {
				if at, ok := v.Place(s.Span, d); ok {
					best = max(best, r.x.shape.points[s.level][v.Head(at)])
				}
			}
			if best == 0 {
				r.cur.Remove(d)
			}
			r.score[d] += int32(best)
		}
	}
}

// subset is what is known of the documents that have the same units.
type subset struct {
	documents int
	points    int32 // of the best of them
}

// bestSubset decides which units the hits have when no document has them all: the best subset that one has: most units, then
// the best match, then fewest corrected ones, then fewest documents, then the earliest. 0 when none has any.
func (r *run) bestSubset() uint32 {
	counts := r.subsets
	clear(counts)
	most := 1
	for v := range r.snap.views {
		r.maskUnits(v)
		for i, w := range r.cur {
			for ; w != 0; w &= w - 1 {
				d := uint16(i<<6 | bits.TrailingZeros64(w))
				if n := bits.OnesCount32(r.mask[d]); n >= most {
					most = n
					s := counts[r.mask[d]]
					counts[r.mask[d]] = subset{s.documents + 1, max(s.points, r.score[d])}
				}
			}
		}
	}
	corrected := uint32(0)
	for i := range r.units {
		if r.units[i].fixes != nil {
			corrected |= 1 << i
		}
	}
	kept := uint32(0)
	for m, n := range counts {
		if kept == 0 || better(m, n, kept, counts[kept], corrected) {
			kept = m
		}
	}
	return kept
}

// maskUnits leaves in mask and score which units the documents of a view have, and in cur those that have one.
func (r *run) maskUnits(v int) {
	view := &r.snap.views[v]
	clear(r.mask[:view.N])
	clear(r.score[:view.N])
	r.cur.Clear()
	r.spans = r.spans[:0]
	for i := range r.units {
		u := r.spansOf(v, &r.units[i])
		r.has.Clear()
		r.collectBest(view, &u, nil, &r.has)
		for j, w := range r.has {
			r.cur[j] |= w
			for ; w != 0; w &= w - 1 {
				d := uint16(j<<6 | bits.TrailingZeros64(w))
				r.mask[d] |= 1 << i
				r.score[d] += int32(r.best[d])
				r.best[d] = 0
			}
		}
	}
	r.takeOut(v)
}

func better(m uint32, s subset, than uint32, other subset, corrected uint32) bool {
	if a, b := bits.OnesCount32(m), bits.OnesCount32(than); a != b {
		return a > b
	}
	if s.points != other.points {
		return s.points > other.points
	}
	if a, b := bits.OnesCount32(m&corrected), bits.OnesCount32(than&corrected); a != b {
		return a < b
	}
	if s.documents != other.documents {
		return s.documents < other.documents
	}
	return bits.Reverse32(m) > bits.Reverse32(than)
}

// all are all units, as bits.
func (r *run) all() uint32 { return uint32(math.MaxUint32 >> (32 - len(r.units))) }
