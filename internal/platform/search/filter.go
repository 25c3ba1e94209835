package search

import (
	"fmt"
	"math"

	"grappe/internal/platform/geo"
)

// filter is what a query asks beside words.
type filter struct {
	chosen []chosen
	box    *geo.Box
	near   *geo.Point
	radius float64
	places bool // something is chosen in the served facet
}

// chosen is the choices made in one facet.
type chosen struct {
	facet  int
	served bool
	any    bool   // a choice that exists
	codes  []bool // by number
}

func newFilter(s *shape, book *codebook, q Query) (filter, error) {
	f := filter{box: q.Box}
	if q.Near != nil && q.RadiusKm > 0 {
		f.near, f.radius = q.Near, q.RadiusKm
	}
	for name, codes := range q.Filters {
		at, ok := s.facetAt[name]
		if !ok {
			return f, fmt.Errorf("search: no facet %q", name)
		}
		if len(codes) == 0 {
			continue
		}
		f.places = f.places || s.facets[at].Served
		c := chosen{facet: at, served: s.facets[at].Served, codes: make([]bool, len(book.names[at]))}
		for _, code := range codes {
			if id, ok := book.ids[at][code]; ok {
				c.codes[id], c.any = true, true
			}
		}
		f.chosen = append(f.chosen, c)
	}
	return f, nil
}

// verdict of the filters on a document.
const (
	passes = -1
	fails  = -2 // the place, or several facets; 0 and above: that facet alone
)

// judge tells what a document fails, and whether it passes only by serving.
func (f *filter) judge(v *view, doc uint32) (verdict int, servedOnly bool) {
	c := &v.docs[doc]
	if !f.here(c) {
		return fails, false
	}
	verdict = passes
	for i := range f.chosen {
		ch := &f.chosen[i]
		sits, serves := ch.match(v.facets[ch.facet].of(doc))
		if ch.served && ch.any && c.servesAll {
			serves = true
		}
		switch {
		case sits:
		case serves:
			servedOnly = true
		case verdict == passes:
			verdict = ch.facet
		default:
			return fails, false
		}
	}
	return verdict, servedOnly
}

func (c *chosen) match(codes []uint32) (sits, serves bool) {
	for _, code := range codes {
		if c.codes[code&^servedOnly] {
			if code&servedOnly == 0 {
				return true, serves
			}
			serves = true
		}
	}
	return false, serves
}

func (f *filter) here(c *column) bool {
	if f.box == nil && f.near == nil {
		return true
	}
	p, ok := c.point()
	if !ok || f.box != nil && !f.box.Contains(p) {
		return false
	}
	if f.near == nil {
		return true
	}
	if math.Abs(p.Lat-f.near.Lat)*kmPerDegree > f.radius {
		return false
	}
	return geo.Distance(*f.near, p) <= f.radius
}

// kmPerDegree is a little less than a degree of latitude: what is further by latitude alone needs no trigonometry.
const kmPerDegree = 111
