package search

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/segment"
)

// filter is what a query asks beside words.
type filter struct {
	chosen []chosen
	box    *grid.Area
	near   *geo.Point
	radius float64
}

// chosen is the choices made in one facet.
type chosen struct {
	facet int
	codes []uint32 // in order
}

func (x *Index) newFilter(snap *snapshot, q *Query) (filter, error) {
	f := filter{}
	if q.Box != nil {
		a := grid.AreaOf(q.Box)
		f.box = &a
	}
	if q.Near != nil && q.RadiusKm > 0 {
		f.near, f.radius = q.Near, q.RadiusKm
	}
	for name, codes := range q.Filters {
		at, ok := x.shape.facetAt[name]
		if !ok {
			return f, fmt.Errorf("search: no facet %q", name)
		}
		if len(codes) == 0 {
			continue
		}
		c := chosen{facet: at}
		for _, code := range codes {
			if id, ok := x.codes.ID(at, code); ok && int(id) < len(snap.codes[at]) {
				c.codes = append(c.codes, id)
			}
		}
		slices.Sort(c.codes)
		f.chosen = append(f.chosen, c)
	}
	return f, nil
}

// How a set of codes meets a choice. Those that do have the second bit.
const (
	notJudged = iota
	apart
	serves
	sits
)

func (c *chosen) match(codes []uint32) uint8 {
	how := uint8(apart)
	for _, code := range codes {
		if code == segment.Everywhere {
			if len(c.codes) > 0 {
				how = serves
			}
			continue
		}
		if !c.wants(code &^ segment.ServedOnly) {
			continue
		}
		if code&segment.ServedOnly == 0 {
			return sits
		}
		how = serves
	}
	return how
}

// fewCodes is how many codes are quicker looked through than searched by halves.
const fewCodes = 6

func (c *chosen) wants(code uint32) bool {
	if len(c.codes) > fewCodes {
		_, ok := slices.BinarySearch(c.codes, code)
		return ok
	}
	for _, want := range c.codes {
		if want == code {
			return true
		}
	}
	return false
}

// judge tells how the documents of a view meet a choice: each set of codes is judged once, when a document with it comes.
type judge struct {
	choice   *chosen
	column   *segment.FacetColumn
	verdicts []uint8 // by set; notJudged at first
}

func (j *judge) of(d uint16) uint8 {
	set := j.column.Of[d]
	if how := j.verdicts[set]; how != notJudged {
		return how
	}
	how := j.choice.match(j.column.Set(set))
	j.verdicts[set] = how
	return how
}

// judges are those of each choice in a view.
func (r *run) judges(v *segment.View, f *filter) []judge {
	need := 0
	for i := range f.chosen {
		need += v.Facets[f.chosen[i].facet].Sets()
	}
	r.verdicts = grown(r.verdicts, need)
	clear(r.verdicts)
	left := r.verdicts
	r.judging = r.judging[:0]
	for i := range f.chosen {
		col := &v.Facets[f.chosen[i].facet]
		r.judging = append(r.judging, judge{&f.chosen[i], col, left[:col.Sets()]})
		left = left[col.Sets():]
	}
	return r.judging
}

// keep takes out of a set the documents that do not meet the choice.
func (j *judge) keep(docs *segment.DocSet) {
	if docs.Count() > j.column.Sets() {
		j.keepMany(docs)
		return
	}
	for i, w := range docs {
		kept := w
		for ; w != 0; w &= w - 1 {
			if k := bits.TrailingZeros64(w); j.of(uint16(i<<6|k)) == apart {
				kept &^= 1 << k
			}
		}
		docs[i] = kept
	}
}

// keepMany is keep for many documents: all sets of codes are judged first, and then no branch depends on a document.
func (j *judge) keepMany(docs *segment.DocSet) {
	for set := range j.verdicts {
		if j.verdicts[set] == notJudged {
			j.verdicts[set] = j.choice.match(j.column.Set(uint16(set)))
		}
	}
	for i, w := range docs {
		kept := uint64(0)
		for ; w != 0; w &= w - 1 {
			k := bits.TrailingZeros64(w)
			kept |= uint64(j.verdicts[j.column.Of[i<<6|k]]>>1) << k
		}
		docs[i] = kept
	}
}

// grown is a list of n cells, the same one where it is long enough.
func grown[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/4)
	}
	return list[:n]
}

// inPlace takes out of a set the documents that are not in the box or the circle.
func (f *filter) inPlace(v *segment.View, docs *segment.DocSet) {
	if f.box != nil {
		v.InArea(f.box, docs)
	}
	if f.near == nil {
		return
	}
	for i, w := range docs {
		for ; w != 0; w &= w - 1 {
			if d := uint16(i<<6 | bits.TrailingZeros64(w)); !f.nearby(v, d) {
				docs.Remove(d)
			}
		}
	}
}

func (f *filter) nearby(v *segment.View, d uint16) bool {
	p, ok := v.Point(d)
	return ok && math.Abs(p.Lat-f.near.Lat)*kmPerDegree <= f.radius && geo.Distance(*f.near, p) <= f.radius
}

// kmPerDegree is a little less than a degree of latitude: what is further by latitude alone needs no trigonometry.
const kmPerDegree = 111

// choose leaves in base the documents of cur that are in place and in cur those of them that meet all choices; when facets
// are counted, in passed those of base that meet each choice.
func (r *run) choose(v *segment.View, f *filter, counting bool) {
	f.inPlace(v, &r.cur)
	if len(f.chosen) == 0 {
		return
	}
	judges := r.judges(v, f)
	if !counting || len(judges) == 1 {
		r.base = r.cur
		for k := range judges {
			judges[k].keep(&r.cur)
		}
		return
	}
	r.base = r.cur
	r.passed = grown(r.passed, len(judges))
	for k := range judges {
		r.passed[k] = r.base
		judges[k].keep(&r.passed[k])
		r.cur.And(&r.passed[k])
	}
}

// despite leaves in has the documents that meet all choices but the k-th.
func (r *run) despite(k, choices int) {
	r.has = r.base
	for i := range choices {
		if i != k {
			r.has.And(&r.passed[i])
		}
	}
}
