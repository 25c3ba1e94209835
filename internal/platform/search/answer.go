package search

import (
	"context"
	"math/bits"
	"strings"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/segment"
)

// Search answers a query. The error is the context's, or tells of a facet that does not exist.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	r, f, err := x.begin(ctx, q)
	if err != nil {
		return Result{}, err
	}
	defer r.end()
	ranks := r.newRanker(q.Offset, q.Limit)
	res := Result{}
	counting := q.FacetLimit >= 0
	err = r.pass(ctx, func(units int) {
		res.Total = 0
		ranks.restart(units)
		if counting {
			r.tally.start(r.snap.codes)
		}
	}, func(v int) {
		view := &r.snap.views[v]
		r.choose(view, &f, counting)
		found := r.cur.Count()
		if counting {
			r.countFacets(view, &f, found)
		}
		res.Total += found
		r.rankAll(ranks, v, &f)
	})
	if err != nil {
		return Result{}, err
	}
	res.Cut, res.Marks = r.text.Cut, r.marks()
	res.Facets = r.facets(counting)
	res.Dropped, res.DidYouMean = r.dropped(), r.didYouMean()
	res.Hits = r.hits(ranks.page(q.Offset))
	return res, nil
}

// begin reads a query and looks its words up.
func (x *Index) begin(ctx context.Context, q Query) (*run, filter, error) {
	snap := x.now.Load()
	f, err := x.newFilter(snap, &q)
	if err != nil {
		return nil, f, err
	}
	r := x.newRun(snap, q)
	if err := r.ask(ctx); err != nil {
		r.end()
		return nil, f, err
	}
	return r, f, nil
}

// pass calls each for every view, with the documents in cur that have the kept units; start before, with how many units are
// kept. It does so a second time where no document has all units.
func (r *run) pass(ctx context.Context, start func(units int), each func(view int)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.kept = r.all()
	start(len(r.units))
	some, err := r.passOnce(ctx, each)
	if err != nil || some || len(r.units) == 0 {
		return err
	}
	if r.kept = r.bestSubset(); r.kept == 0 {
		return ctx.Err()
	}
	start(bits.OnesCount32(r.kept))
	_, err = r.passOnce(ctx, each)
	return err
}

func (r *run) passOnce(ctx context.Context, each func(view int)) (some bool, err error) {
	for v := range r.snap.views {
		if err := ctx.Err(); err != nil {
			return some, err
		}
		r.gather(v, r.kept)
		if !r.cur.Empty() {
			some = true
			each(v)
		}
	}
	return some, nil
}

// rankAll hands the documents of cur to the ranker, but for those that surely are too far down.
func (r *run) rankAll(ranks *ranker, v int, f *filter) {
	view := &r.snap.views[v]
	var placed *judge
	most := int32(freshMost)
	for i := range f.chosen {
		if r.x.shape.facets[f.chosen[i].facet].Served {
			placed, most = &r.judging[i], most+seatPoints
		}
	}
	if ranks.need == 0 {
		return
	}
	quality := view.Quality[:view.N]
	for i, w := range r.cur {
		least := ranks.least() - most
		for ; w != 0; w &= w - 1 {
			d := uint16(i<<6 | bits.TrailingZeros64(w))
			score := r.score[d] + int32(quality[d])
			if score < least {
				continue
			}
			served := placed != nil && placed.of(d) == serves
			ranks.add(view, v, d, score, served, placed != nil && !served)
		}
	}
}

// facets are the counts, in one piece of memory.
func (r *run) facets(counting bool) map[string][]Count {
	out := make(map[string][]Count, len(r.x.shape.facets))
	if !counting {
		return out
	}
	all := make([]Count, 0, r.tally.most(r.q.FacetLimit)+len(r.judging))
	for i, facet := range r.x.shape.facets {
		if facet.Silent {
			continue
		}
		from := len(all)
		all = r.tally.counts(i, r.snap.codes[i], r.q.Filters[facet.Name], r.q.FacetLimit, all)
		out[facet.Name] = all[from:len(all):len(all)]
	}
	return out
}

// hits tells the hits of a page. Their IDs are in one piece of memory.
func (r *run) hits(page []ranked) []Hit {
	if len(page) == 0 {
		return nil
	}
	out := make([]Hit, len(page))
	text := make([]byte, 0, 36*len(page))
	ends := r.sets[:0]
	for i := range page {
		text = r.snap.views[page[i].view].AppendID(text, page[i].doc)
		ends = append(ends, uint32(len(text)))
	}
	r.sets = ends
	ids, from := string(text), uint32(0)
	for i := range page {
		h := &page[i]
		out[i] = Hit{ID: ids[from:ends[i]], Score: int(h.score), ServedOnly: h.served}
		out[i].Position = r.position(h, out[i].ID)
		from = ends[i]
		if p, ok := r.snap.views[h.view].Point(h.doc); ok && r.q.Near != nil {
			km := geo.Distance(*r.q.Near, p)
			out[i].DistanceKm = &km
		}
		if r.q.Explain {
			out[i].Explain = r.explain(h)
		}
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
	if r.text.Cut {
		return ""
	}
	var b strings.Builder
	at := 0
	for i := range r.units {
		u := &r.units[i]
		if u.fixes == nil || r.kept&(1<<i) == 0 {
			continue
		}
		b.WriteString(r.text.Text[at:u.Start])
		b.WriteString(u.fixes[0].shown)
		at = u.End
	}
	if at == 0 {
		return ""
	}
	b.WriteString(r.text.Text[at:])
	return b.String()
}

// explain tells where the points of a hit come from.
func (r *run) explain(h *ranked) *Explanation {
	v := &r.snap.views[h.view]
	out := &Explanation{Quality: int(v.Quality[h.doc]), Freshness: int(agingOf(&r.q).points(v.Fresh[h.doc]))}
	if h.seated {
		out.Seat = seatPoints
	}
	out.Nearness = int(h.score) - out.Quality - out.Freshness - out.Seat
	for i := range r.units {
		if r.kept&(1<<i) != 0 {
			best := r.explainUnit(&r.units[i], h)
			out.Nearness -= best.Points
			out.Words = append(out.Words, best)
		}
	}
	return out
}

// explainUnit is the best match of a unit in a hit.
func (r *run) explainUnit(u *asked, h *ranked) WordMatch {
	v := &r.snap.views[h.view]
	best := WordMatch{Word: u.typed}
	meet := func(level Level, field uint32, matched func() string) {
		if p := int(r.x.shape.points[level][field]); p > best.Points {
			best.Points, best.How, best.Field, best.Matched = p, level, r.x.shape.fields[field].Name, matched()
		}
	}
	for _, w := range u.words {
		if at, ok := v.Place(v.Span(w.term), h.doc); ok {
			meet(w.level, uint32(v.Head(at)), func() string { return r.snap.lex.ShownAs(w.term) })
		}
	}
	for i := range u.rows {
		row := &u.rows[i]
		for _, p := range row.places[h.view] {
			if uint16(p>>32) == h.doc {
				meet(row.level, segment.FieldOf(uint32(p)), func() string { return r.rowText(row, v, h.doc, uint32(p)) })
				break
			}
		}
	}
	return best
}

// rowText is the words of a row as they stand in a document.
func (r *run) rowText(w *row, v *segment.View, doc uint16, occ uint32) string {
	words := make([]string, len(w.terms))
	for i, terms := range w.terms {
		words[i] = w.slots[i].Text
		for _, t := range terms {
			if r.stands(v, t, doc, occ+uint32(i)) {
				words[i] = r.snap.lex.ShownAs(t)
				break
			}
		}
	}
	return strings.Join(words, " ")
}

// stands reports whether a term has an occurrence in a document.
func (r *run) stands(v *segment.View, term uint32, doc uint16, occ uint32) bool {
	at, ok := v.Place(v.Span(term), doc)
	if !ok {
		return false
	}
	w := v.ReadFrom(at)
	r.occs = w.Read(r.occs[:0])
	for _, o := range r.occs {
		if o == occ {
			return true
		}
	}
	return false
}
