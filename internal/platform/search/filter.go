package search

import (
	"fmt"
	"math"
	"math/bits"

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
	facet int
	codes []uint32
}

func (x *Index) newFilter(snap *snapshot, q *Query) (filter, error) {
	f := filter{box: q.Box}
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
		f.places = f.places || x.shape.facets[at].Served
		c := chosen{facet: at}
		for _, code := range codes {
			if id, ok := x.codes.id(at, code); ok && int(id) < len(snap.codes[at]) {
				c.codes = append(c.codes, id)
			}
		}
		f.chosen = append(f.chosen, c)
	}
	return f, nil
}

// How a set of codes meets a choice.
const (
	notAsked = iota
	apart
	serves
	sits
)

func (c *chosen) match(codes []uint32) uint8 {
	how := uint8(apart)
	for _, code := range codes {
		if code == everywhere {
			if len(c.codes) > 0 {
				how = serves
			}
			continue
		}
		for _, want := range c.codes {
			if code&^servedOnly == want {
				if code&servedOnly == 0 {
					return sits
				}
				how = serves
			}
		}
	}
	return how
}

// verdict is how a document of a view meets the choice; each set of codes is judged once.
type judge struct {
	choice   *chosen
	column   *facetColumn
	verdicts []uint8 // by set
}

func (j *judge) of(d uint16) uint8 {
	set := j.column.of[d]
	if j.verdicts[set] == notAsked {
		j.verdicts[set] = j.choice.match(j.column.set(set))
	}
	return j.verdicts[set]
}

// judges are those of each choice in a view.
func (r *run) judges(v *view, f *filter) []judge {
	need := 0
	for i := range f.chosen {
		need += v.facets[f.chosen[i].facet].sets()
	}
	r.verdicts = grown(r.verdicts, need)
	clear(r.verdicts)
	left := r.verdicts
	r.judging = r.judging[:0]
	for i := range f.chosen {
		col := &v.facets[f.chosen[i].facet]
		r.judging = append(r.judging, judge{&f.chosen[i], col, left[:col.sets()]})
		left = left[col.sets():]
	}
	return r.judging
}

// grown is a list of n cells, the same one where it is long enough.
func grown[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n, n+n/4)
	}
	return list[:n]
}

// inPlace takes out of a set the documents that are not in the box or the circle.
func (f *filter) inPlace(v *view, docs *bitset) {
	if f.box == nil && f.near == nil {
		return
	}
	for i, w := range docs {
		for ; w != 0; w &= w - 1 {
			if d := uint16(i<<6 | bits.TrailingZeros64(w)); !f.here(v, d) {
				docs.unset(d)
			}
		}
	}
}

func (f *filter) here(v *view, d uint16) bool {
	p, ok := v.point(d)
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

// choose leaves in base the documents of cur that are in place, in passed those of them that each choice lets pass, and in
// cur those that all do.
func (r *run) choose(v *view, f *filter) {
	r.base = r.cur
	f.inPlace(v, &r.base)
	r.cur = r.base
	if len(f.chosen) == 0 {
		return
	}
	r.passed = grown(r.passed, len(f.chosen))
	for k, j := range r.judges(v, f) {
		passed := &r.passed[k]
		*passed = r.base
		for i, w := range r.base {
			for ; w != 0; w &= w - 1 {
				if d := uint16(i<<6 | bits.TrailingZeros64(w)); j.of(d) == apart {
					passed.unset(d)
				}
			}
		}
		r.cur.and(passed)
	}
}

// despite leaves in has the documents that all choices but the k-th let pass.
func (r *run) despite(k, choices int) {
	r.has = r.base
	for i := range choices {
		if i != k {
			r.has.and(&r.passed[i])
		}
	}
}
