package search

import (
	"slices"

	"grappe/internal/platform/geo"
)

func (n *naive) here(d Doc, q Query) bool {
	if q.Box != nil && (d.Point == nil || !q.Box.Contains(*d.Point)) {
		return false
	}
	return q.Near == nil || q.RadiusKm == 0 || d.Point != nil && geo.Distance(*q.Near, *d.Point) <= q.RadiusKm
}

// above is the code that a code is inside of, empty where there is none.
func above(f FacetSpec, code string) string {
	if f.Parent == nil {
		return ""
	}
	return f.Parent(code)
}

// relation of a document to a code: -1 none, 0 sits there, 1 serves it.
func (n *naive) relation(d Doc, facet int, code string) int {
	f := n.config.Facets[facet]
	under := func(c, up string) bool {
		for ; c != up && c != ""; c = above(f, c) {
		}
		return c == up
	}
	for _, c := range d.Facets[facet] {
		if under(c, code) {
			return 0
		}
	}
	if f.Served {
		if d.ServesAll && slices.Contains(f.Codes, code) {
			return 1
		}
		for _, s := range d.Serves {
			if under(s, code) || under(code, s) {
				return 1
			}
		}
	}
	return -1
}

// count adds a document to the counts; it returns -1 when it fails a choice, 1 when it passes one only by serving, else 0.
func (n *naive) count(d Doc, q Query, counts map[string]map[string]int) int {
	served, failed := 0, []int{}
	for i, f := range n.config.Facets {
		if len(q.Filters[f.Name]) == 0 {
			continue
		}
		best := -1
		for _, code := range q.Filters[f.Name] {
			switch rel := n.relation(d, i, code); {
			case rel == 0:
				best = 0
			case rel == 1 && best < 0:
				best = 1
			}
		}
		if best < 0 {
			failed = append(failed, i)
		}
		served = max(served, best)
	}
	for i, f := range n.config.Facets {
		if len(failed) > 1 || len(failed) == 1 && failed[0] != i {
			continue
		}
		codes := map[string]bool{}
		for _, c := range f.Codes {
			codes[c] = true
		}
		for _, c := range d.Facets[i] {
			codes[c] = true
		}
		for c := range codes {
			if n.relation(d, i, c) >= 0 {
				counts[f.Name][c]++
			}
		}
	}
	if len(failed) > 0 {
		return -1
	}
	return served
}
