package search

import (
	"context"
	"math"
	"strings"

	"grappe/internal/platform/geo"
)

// Search answers a query. The error is the context's, or tells of a facet that does not exist.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	snap := x.now.Load()
	f, err := newFilter(x.shape, snap.book, q)
	if err != nil {
		return Result{}, err
	}
	r := x.newRun(snap, q)
	defer x.scratch.Put(r.scratch)
	if err := r.ask(ctx); err != nil {
		return Result{}, err
	}
	var counts *tally
	if q.FacetLimit >= 0 {
		counts = newTally(snap.book)
	}
	hits := r.pass(f, counts)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	r.rank(hits)
	res := Result{Total: len(hits), Facets: map[string][]Count{}, Cut: r.text.cut, Marks: r.marks()}
	for i, facet := range x.shape.facets {
		if counts == nil || facet.Silent {
			continue
		}
		res.Facets[facet.Name] = counts.counts(i, snap.book, q.Filters[facet.Name], q.FacetLimit)
	}
	res.Dropped, res.DidYouMean = r.dropped(), r.didYouMean()
	if q.After != nil {
		hits = r.behind(hits, q.After)
	}
	for _, h := range r.page(hits, q.Offset, q.Limit) {
		res.Hits = append(res.Hits, r.hit(&h))
	}
	return res, nil
}

// has reports whether a live document of a view has the kept units, and none that is unwanted.
func (r *run) has(v *view, d int) bool {
	return r.mask[v.base+d] == r.kept && !v.isDead(uint32(d)) && (r.out == nil || !r.out[v.base+d])
}

// pass lists the documents that have the kept units and pass the filters, and counts facets unless counts is nil.
func (r *run) pass(f filter, counts *tally) []ranked {
	hits := r.order[:0]
	if len(r.units) > 0 && r.kept == 0 {
		return hits
	}
	for i := range r.snap.views {
		v := &r.snap.views[i]
		for d := range v.docs {
			if !r.has(v, d) {
				continue
			}
			doc := uint32(d)
			verdict, served := f.judge(v, doc)
			if verdict == fails {
				continue
			}
			for k := range v.facets {
				if counts != nil && (verdict == passes || verdict == k) && !r.x.shape.facets[k].Silent {
					counts.add(k, v.facets[k].of(doc), r.x.shape.facets[k].Served && v.docs[d].servesAll)
				}
			}
			if verdict == passes {
				hits = append(hits, ranked{
					doc: &v.docs[d], view: int32(i), local: doc, score: r.score[v.base+d], servedOnly: served, seated: f.places && !served,
				})
			}
		}
	}
	r.order = hits
	return hits
}

// rank gives the hits all their points, their distance and their turn of the day.
func (r *run) rank(hits []ranked) {
	for i := range hits {
		r.marked[r.snap.views[hits[i].view].base+int(hits[i].local)] = true
	}
	r.nearness(hits)
	today, day := parseDay(r.q.Day), hashString(r.q.Day)
	for i := range hits {
		h := &hits[i]
		r.marked[r.snap.views[h.view].base+int(h.local)] = false
		h.score += int32(h.doc.quality) + freshness(h.doc.freshDay, today) + h.seat()
		h.turn = rotation(h.doc.hash, day)
		if r.q.Sort == Distance {
			h.distance = math.Inf(1)
			if p, ok := h.doc.point(); ok && r.q.Near != nil {
				h.distance = geo.Distance(*r.q.Near, p)
			}
		}
	}
}

func (r *run) hit(h *ranked) Hit {
	out := Hit{ID: h.doc.id, Score: int(h.score), ServedOnly: h.servedOnly, Position: r.position(h)}
	if p, ok := h.doc.point(); ok && r.q.Near != nil {
		km := geo.Distance(*r.q.Near, p)
		out.DistanceKm = &km
	}
	if r.q.Explain {
		out.Explain = r.explain(h)
	}
	return out
}

// dropped are the units that hits do not have, as typed.
func (r *run) dropped() []string {
	var out []string
	for i := range r.units {
		if r.kept&(1<<i) == 0 {
			out = append(out, r.units[i].typed)
		}
	}
	return out
}

// didYouMean is the query with each corrected word replaced by its best correction.
func (r *run) didYouMean() string {
	if r.text.cut {
		return ""
	}
	var b strings.Builder
	at := 0
	for i := range r.units {
		u := &r.units[i]
		if u.fixes == nil || r.kept&(1<<i) == 0 {
			continue
		}
		b.WriteString(r.text.text[at:u.start])
		b.WriteString(u.fixes[0].shown)
		at = u.end
	}
	if at == 0 {
		return ""
	}
	b.WriteString(r.text.text[at:])
	return b.String()
}

// explain tells where the points of a hit come from.
func (r *run) explain(h *ranked) *Explanation {
	v := &r.snap.views[h.view]
	out := &Explanation{Quality: int(h.doc.quality), Freshness: int(freshness(h.doc.freshDay, parseDay(r.q.Day)))}
	out.Seat = int(h.seat())
	out.Nearness = int(h.score) - out.Quality - out.Freshness - out.Seat
	for i := range r.units {
		if r.kept&(1<<i) == 0 {
			continue
		}
		u := &r.units[i]
		best := WordMatch{Word: u.typed}
		for j, rd := range u.readings {
			occ, matched, ok := v.first(&u.matches[h.view][j], h.local, rd)
			if !ok {
				continue
			}
			field := occField(occ)
			if p := int(r.x.shape.points(rd.level)[field]); p > best.Points {
				best.Points, best.How, best.Field, best.Matched = p, rd.level, r.x.shape.fields[field].Name, matched
			}
		}
		out.Nearness -= best.Points
		out.Words = append(out.Words, best)
	}
	return out
}

// first is the first occurrence of a match in a document, and the words that make it.
func (v *view) first(m *match, doc uint32, rd reading) (occ uint32, matched string, ok bool) {
	occ = math.MaxUint32
	for _, t := range m.terms {
		for list := v.postings(t); len(list) > 0; {
			d, occs, rest := next(list)
			list = rest
			if d > doc {
				break
			}
			if o := occs[0] &^ lastOcc; d == doc && o < occ {
				occ, matched, ok = o, v.shown[t], true
			}
		}
	}
	for _, p := range m.places {
		if uint32(p>>32) == doc && uint32(p) < occ {
			occ, ok = uint32(p), true
			words := make([]string, len(rd.slots))
			for i, s := range rd.slots {
				words[i] = v.wordAt(s, doc, occ+uint32(i))
			}
			matched = strings.Join(words, " ")
		}
	}
	return occ, matched, ok
}

func (v *view) wordAt(s slot, doc, occ uint32) string {
	for _, t := range v.find(s, nil) {
		for list := v.postings(t); len(list) > 0; {
			d, occs, rest := next(list)
			list = rest
			if d != doc {
				continue
			}
			for _, o := range occs {
				if o&^lastOcc == occ {
					return v.shown[t]
				}
			}
		}
	}
	return s.text
}
