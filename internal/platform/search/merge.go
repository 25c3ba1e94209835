package search

import (
	"cmp"
	"slices"
	"strings"
)

// gone marks, in a renumbering, a document that is not kept.
const gone = ^uint32(0)

// merged is one segment with the live documents of several.
func merged(s *shape, views []view) *segment {
	g := &segment{facets: make([]facetColumn, len(s.facets))}
	renumber := make([][]uint32, len(views))
	for v := range views {
		renumber[v] = make([]uint32, len(views[v].docs))
		for d := range views[v].docs {
			if views[v].isDead(uint32(d)) {
				renumber[v][d] = gone
				continue
			}
			renumber[v][d] = uint32(len(g.docs))
			g.docs = append(g.docs, views[v].docs[d])
		}
	}
	for f := range g.facets {
		out := &g.facets[f]
		out.start = append(make([]uint32, 0, len(g.docs)+1), 0)
		for v := range views {
			for d, to := range renumber[v] {
				if to != gone {
					out.codes = append(out.codes, views[v].facets[f].of(uint32(d))...)
					out.start = append(out.start, uint32(len(out.codes)))
				}
			}
		}
	}
	mergeTerms(g, views, renumber)
	mergeValues(g, views, renumber)
	return g
}

// source is a term of one of the views being merged.
type source struct {
	view int
	term uint32
}

func mergeTerms(g *segment, views []view, renumber [][]uint32) {
	total, size := 0, 0
	for v := range views {
		total += len(views[v].terms)
		size += len(views[v].post)
	}
	all := make([]source, 0, total)
	for v := range views {
		for t := range views[v].terms {
			all = append(all, source{v, uint32(t)})
		}
	}
	text := func(s source) string { return views[s.view].terms[s.term] }
	slices.SortFunc(all, func(a, b source) int {
		return cmp.Or(strings.Compare(text(a), text(b)), cmp.Compare(a.view, b.view))
	})
	g.post = make([]uint32, 0, size)
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && text(all[j]) == text(all[i]) {
			j++
		}
		from := len(g.post)
		shown, most := "", 0
		for _, src := range all[i:j] {
			before := len(g.post)
			g.post = appendPostings(g.post, views[src.view].postings(src.term), renumber[src.view])
			if n := len(g.post) - before; n > most {
				shown, most = views[src.view].shown[src.term], n
			}
		}
		if len(g.post) > from {
			v := &views[all[i].view]
			g.terms = append(g.terms, v.terms[all[i].term])
			g.stems = append(g.stems, v.stems[all[i].term])
			g.sigs = append(g.sigs, v.sigs[all[i].term])
			g.shown = append(g.shown, shown)
			g.start = append(g.start, uint32(from))
		}
		i = j
	}
	g.start = append(g.start, uint32(len(g.post)))
	g.indexStems()
}

func appendPostings(out, run, renumber []uint32) []uint32 {
	for len(run) > 0 {
		doc, occs, rest := next(run)
		if to := renumber[doc]; to != gone {
			out = append(out, to)
			out = append(out, occs...)
		}
		run = rest
	}
	return out
}
