package segment

import (
	"math"
	"math/bits"
)

// Gone marks, in a renumbering, a document that is not kept.
const Gone = math.MaxUint16

// Merge makes one segment with the live documents of several, of which there is one at least, and tells their new numbers by view.
func Merge(views []View) (*Segment, [][]uint16) {
	g := &Segment{Facets: make([]FacetColumn, len(views[0].Facets))}
	live := 0
	for i := range views {
		live += views[i].Live()
	}
	g.makeRoom(live)
	renumber := make([][]uint16, len(views))
	for i := range views {
		v := &views[i]
		renumber[i] = make([]uint16, v.N)
		for d := range v.N {
			if v.IsDead(uint16(d)) {
				renumber[i][d] = Gone
				continue
			}
			renumber[i][d] = uint16(g.N)
			g.take(&v.Columns, uint32(d))
		}
	}
	for f := range g.Facets {
		b := newFacetBuilder(live)
		for i := range views {
			from := &views[i].Facets[f]
			for d, to := range renumber[i] {
				if to != Gone {
					b.take(from, from.Of[d])
				}
			}
		}
		g.Facets[f] = b.column()
	}
	mergePostings(&g.Postings, views, renumber)
	b := valueBuilder{places: map[string]uint32{}}
	for i := range views {
		b.take(&views[i].Values, renumber[i])
	}
	g.Values = b.finish()
	g.Columns.fit()
	return g, renumber
}

func mergePostings(p *Postings, views []View, renumber [][]uint16) {
	top, size, where := 0, 0, 0
	for i := range views {
		t := &views[i].terms
		top, size, where = max(top, len(t.bits)), size+len(views[i].Postings.Docs), where+len(views[i].where)
		if n := len(t.list); n > 0 {
			top = max(top, int(t.list[n-1]>>6)+1)
		}
	}
	all := make([]uint64, top)
	for i := range views {
		views[i].terms.mark(all)
	}
	p.Docs, p.heads, p.where = make([]uint16, 0, size), make([]uint8, 0, size/2+1), make([]byte, 0, where)
	var numbers []uint32
	for w, word := range all {
		for ; word != 0; word &= word - 1 {
			term := uint32(w<<6 + bits.TrailingZeros64(word))
			from := len(p.Docs)
			for i := range views {
				p.takeTerm(&views[i].Postings, term, renumber[i])
			}
			if len(p.Docs) > from {
				numbers, p.start = append(numbers, term), append(p.start, uint32(from))
			}
		}
	}
	p.start = append(p.start, uint32(len(p.Docs)))
	p.fit(numbers)
}

// takeTerm appends the postings of a term of other postings.
func (p *Postings) takeTerm(from *Postings, term uint32, renumber []uint16) {
	s := from.Span(term)
	if s.Len() == 0 {
		return
	}
	w := from.ReadFrom(s.From)
	for i := s.From; i < s.To; i++ {
		at := w.at
		w.skip()
		if to := renumber[from.Docs[i]]; to != Gone {
			p.copied(to, from.Head(i), from.where[at:w.at])
		}
	}
}
