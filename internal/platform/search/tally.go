package search

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"grappe/internal/platform/search/segment"
)

// tally counts, for each facet, the documents that each code would give.
type tally struct {
	perCode    [][]uint32
	everywhere []uint32 // documents that match every code of the facet
	ids        []uint32
}

func (t *tally) start(codes [][]string) {
	t.perCode, t.everywhere = grown(t.perCode, len(codes)), grown(t.everywhere, len(codes))
	clear(t.everywhere)
	for f, names := range codes {
		t.perCode[f] = grown(t.perCode[f], len(names))
		clear(t.perCode[f])
	}
}

// add counts n documents with a set of codes.
func (t *tally) add(f int, codes []uint32, n uint32) {
	if k := len(codes); k > 0 && codes[k-1] == segment.Everywhere {
		t.everywhere[f] += n
		return
	}
	counts := t.perCode[f]
	for _, c := range codes {
		if c &^= segment.ServedOnly; int(c) < len(counts) {
			counts[c] += n
		}
	}
}

// count counts the n documents of a set in one facet: set of codes by set of codes where they are many, and by those that it
// lacks where they are most.
func (r *run) count(v *segment.View, f int, docs *segment.DocSet, n int) {
	col := &v.Facets[f]
	sets := col.Sets()
	switch {
	case n == 0:
	case n < sets:
		for i, w := range docs {
			for ; w != 0; w &= w - 1 {
				r.tally.add(f, col.Set(col.Of[i<<6|bits.TrailingZeros64(w)]), 1)
			}
		}
	default:
		r.sets = grown(r.sets, sets)
		if 2*n > v.N {
			copy(r.sets, col.Totals)
			r.lacking.Fill(v.N)
			r.lacking.Without(docs[:])
			r.countSets(col, &r.lacking, ^uint32(0)) // minus one
		} else {
			clear(r.sets)
			r.countSets(col, docs, 1)
		}
		for i, n := range r.sets {
			if n > 0 {
				r.tally.add(f, col.Set(uint16(i)), n)
			}
		}
	}
}

// countSets adds n to the count of the set of codes of each document.
func (r *run) countSets(col *segment.FacetColumn, docs *segment.DocSet, n uint32) {
	for i, w := range docs {
		for ; w != 0; w &= w - 1 {
			r.sets[col.Of[i<<6|bits.TrailingZeros64(w)]] += n
		}
	}
}

// countFacets counts every facet as if nothing were chosen in it; found is how many documents there are in cur.
func (r *run) countFacets(v *segment.View, f *filter, found int) {
	for i, facet := range r.x.shape.facets {
		if facet.Silent {
			continue
		}
		k := slices.IndexFunc(f.chosen, func(c chosen) bool { return c.facet == i })
		if k < 0 {
			r.count(v, i, &r.cur, found)
			continue
		}
		r.despite(k, len(f.chosen))
		r.count(v, i, &r.has, r.has.Count())
	}
}

// most is how many counts there are at the most, but for those chosen that give nothing.
func (t *tally) most(limit int) int {
	n := 0
	for f, per := range t.perCode {
		mine := 0
		for _, count := range per {
			if count > 0 || t.everywhere[f] > 0 {
				mine++
			}
		}
		if limit > 0 {
			mine = min(mine, limit)
		}
		n += mine
	}
	return n
}

// counts appends the codes of a facet that would give something, most first, then by code, with those chosen whatever they
// give.
func (t *tally) counts(f int, names []string, chosen []string, limit int, out []Count) []Count {
	if t.everywhere[f] > 0 {
		for i := range t.perCode[f] {
			t.perCode[f][i] += t.everywhere[f]
		}
	}
	per := t.perCode[f]
	t.ids = t.ids[:0]
	for id, n := range per {
		if n > 0 {
			t.ids = append(t.ids, uint32(id))
		}
	}
	order := func(a, b uint32) int { return cmp.Or(cmp.Compare(per[b], per[a]), strings.Compare(names[a], names[b])) }
	kept := t.ids
	if limit > 0 && len(kept) > limit {
		kept = segment.FirstOf(kept, limit, order)
	} else {
		slices.SortFunc(kept, order)
	}
	from := len(out)
	for _, id := range kept {
		out = append(out, Count{Code: names[id], N: int(per[id]), Chosen: slices.Contains(chosen, names[id])})
	}
	for _, code := range chosen {
		if slices.ContainsFunc(out[from:], func(c Count) bool { return c.Code == code }) {
			continue
		}
		c := Count{Code: code, Chosen: true}
		for id, name := range names {
			if name == code {
				c.N = int(per[id])
			}
		}
		out = append(out, c)
	}
	return out
}
