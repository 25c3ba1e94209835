package search

import (
	"math"
	"math/bits"
)

// gone marks, in a renumbering, a document that is not kept.
const gone = math.MaxUint16

// merged is one segment with the live documents of several, and their new numbers by view.
func merged(s *shape, views []view) (*segment, [][]uint16) {
	g := &segment{facets: make([]facetColumn, len(s.facets))}
	live := 0
	for i := range views {
		live += views[i].liveNum()
	}
	g.makeRoom(live)
	renumber := make([][]uint16, len(views))
	for i := range views {
		v := &views[i]
		renumber[i] = make([]uint16, v.n)
		for d := range v.n {
			if v.isDead(uint16(d)) {
				renumber[i][d] = gone
				continue
			}
			renumber[i][d] = uint16(g.n)
			g.take(&v.columns, uint32(d))
		}
	}
	for f := range g.facets {
		b := newFacetBuilder(live)
		for i := range views {
			from := &views[i].facets[f]
			for d, to := range renumber[i] {
				if to != gone {
					b.take(from, from.of[d])
				}
			}
		}
		g.facets[f] = b.column()
	}
	mergePostings(&g.postings, views, renumber)
	b := valueBuilder{places: map[string]uint32{}}
	for i := range views {
		b.take(&views[i].values, renumber[i])
	}
	g.values = b.finish()
	g.indexIDs()
	g.sumUp()
	g.fitColumns()
	return g, renumber
}

func mergePostings(p *postings, views []view, renumber [][]uint16) {
	top, size, where := 0, 0, 0
	for i := range views {
		t := &views[i].terms
		top, size, where = max(top, len(t.bits)), size+len(views[i].postings.docs), where+len(views[i].where)
		if n := len(t.list); n > 0 {
			top = max(top, int(t.list[n-1]>>6)+1)
		}
	}
	all := make([]uint64, top)
	for i := range views {
		views[i].terms.mark(all)
	}
	p.docs, p.heads, p.where = make([]uint16, 0, size), make([]uint8, 0, size), make([]byte, 0, where)
	var numbers []uint32
	for w, word := range all {
		for ; word != 0; word &= word - 1 {
			term := uint32(w<<6 + bits.TrailingZeros64(word))
			from := len(p.docs)
			for i := range views {
				p.takeTerm(&views[i].postings, term, renumber[i])
			}
			if len(p.docs) > from {
				numbers, p.start = append(numbers, term), append(p.start, uint32(from))
			}
		}
	}
	p.start = append(p.start, uint32(len(p.docs)))
	p.fit(numbers)
}

// takeTerm appends the postings of a term of other postings.
func (p *postings) takeTerm(from *postings, term uint32, renumber []uint16) {
	s := from.span(term)
	if s.len() == 0 {
		return
	}
	w := from.readFrom(s.from)
	for i := s.from; i < s.to; i++ {
		at := w.at
		w.skip()
		if to := renumber[from.docs[i]]; to != gone {
			p.copied(to, from.heads[i], from.where[at:w.at])
		}
	}
}
