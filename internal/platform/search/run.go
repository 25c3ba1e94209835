package search

import (
	"context"
	"math"
	"math/bits"
	"slices"
)

// asked is a unit being asked for: its readings, and in each view what fills them.
type asked struct {
	unit
	typed    string
	readings []reading
	matches  [][]match // per view, per reading
	fixes    []correction
	docs     int // live documents that have it
}

// match is what fills a reading in a view: terms for one slot, sorted places for several.
type match struct {
	terms  []uint32
	places []uint64 // document and occurrence of the first word
}

// run is one search under way.
type run struct {
	x    *Index
	snap *snapshot
	q    Query
	text question
	*scratch
	units []asked
	out   []bool // unwanted documents, nil when nothing is unwanted
	kept  uint32 // the units that hits have
	fixed int    // misspelt words corrected
}

// scratch is the working memory of a search, used again.
type scratch struct {
	mask    []uint32 // per document: the units it has
	score   []int32
	best    []int32 // of the unit under way
	head    [2][]int32
	touched []uint32
	marked  []bool
	order   []ranked
	links   []link
	grid    grid
}

func (x *Index) newRun(snap *snapshot, q Query) *run {
	s, ok := x.scratch.Get().(*scratch)
	if !ok || len(s.mask) < snap.size {
		n := snap.size + snap.size/4 + 64
		s = &scratch{
			mask: make([]uint32, n), score: make([]int32, n), best: make([]int32, n), marked: make([]bool, n),
			head: [2][]int32{make([]int32, n), make([]int32, n)},
		}
	}
	clear(s.mask[:snap.size])
	clear(s.score[:snap.size])
	return &run{x: x, snap: snap, q: q, text: parse(q.Text), scratch: s}
}

func (r *run) known(term string) bool {
	for i := range r.snap.views {
		if r.snap.views[i].has(term) {
			return true
		}
	}
	return false
}

// ask finds the documents of every unit.
func (r *run) ask(ctx context.Context) error {
	for _, u := range r.text.unwanted {
		r.refuse(u)
	}
	readings := r.x.withNeighbours(r.text.wanted, r.known)
	for i, u := range r.text.wanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := asked{unit: u, readings: readings[i]}
		if r.find(&a) > 0 || u.word == "" {
			r.keep(a)
			continue
		}
		if u.parts == nil {
			r.keepCorrected(a)
			continue
		}
		for j, part := range u.parts { // nothing has the words together: each for itself
			p := unit{start: u.at[j].start, end: u.at[j].end, word: part, last: u.last && j == len(u.parts)-1}
			a := asked{unit: p, readings: r.x.alone(p, false, r.known)}
			if r.find(&a) > 0 {
				r.keep(a)
			} else {
				r.keepCorrected(a)
			}
		}
	}
	if len(r.units) > 0 {
		r.choose()
	}
	return nil
}

// keepCorrected keeps a word that no document has, read as the words nearest to it. A word of the vocabulary is no typo.
func (r *run) keepCorrected(a asked) {
	if r.fixed < maxCorrected && r.x.shape.synonyms.of([]string{a.word}) == nil {
		if fixes := r.snap.corrections(a.word, a.last); len(fixes) > 0 {
			r.fixed++
			a.fixes, a.readings, a.matches = fixes, nil, nil
			for _, c := range fixes {
				u := a.unit
				u.word = c.term
				a.readings = append(a.readings, r.x.alone(u, true, r.known)...)
			}
			r.find(&a)
		}
	}
	r.keep(a)
}

// find leaves in best the points of every live document that has the unit, in touched those documents.
func (r *run) find(a *asked) int {
	r.touched = r.touched[:0]
	a.matches = make([][]match, len(r.snap.views))
	for i := range r.snap.views {
		v := &r.snap.views[i]
		a.matches[i] = make([]match, len(a.readings))
		from := len(r.touched)
		for j, rd := range a.readings {
			m := &a.matches[i][j]
			points := r.x.shape.points(rd.level)
			if len(rd.slots) == 1 {
				m.terms = v.find(rd.slots[0], nil)
				for _, t := range m.terms {
					r.score1(v, v.postings(t), &points)
				}
				continue
			}
			m.places = r.inARow(v, rd.slots)
			for _, p := range m.places {
				r.touch(uint32(v.base)+uint32(p>>32), points[occField(uint32(p))])
			}
		}
		if v.dead != nil {
			live := r.touched[:from]
			for _, d := range r.touched[from:] {
				if v.isDead(d - uint32(v.base)) {
					r.best[d] = 0
				} else {
					live = append(live, d)
				}
			}
			r.touched = live
		}
	}
	a.docs = len(r.touched)
	return a.docs
}

// points is what a match is worth in each field.
func (s *shape) points(l Level) (out [16]int32) {
	for f := range s.fields {
		out[f] = max(1, int32(s.fields[f].Weight*l.percent()/10))
	}
	return out
}

// score1 scores the postings of one term. The first occurrence is in the best field.
func (r *run) score1(v *view, postings []uint32, points *[16]int32) {
	base := uint32(v.base)
	best := r.best
	for i := 0; i < len(postings); {
		d := postings[i] + base
		occ := postings[i+1]
		i += 2
		p := points[occField(occ)&15]
		for occ&lastOcc == 0 {
			occ = postings[i]
			i++
		}
		if have := best[d]; p > have {
			if have == 0 {
				r.touched = append(r.touched, d)
			}
			best[d] = p
		}
	}
}

func (r *run) touch(d uint32, p int32) {
	if have := r.best[d]; p > have {
		if have == 0 {
			r.touched = append(r.touched, d)
		}
		r.best[d] = p
	}
}

// keep adds a unit to the search, with what find left.
func (r *run) keep(a asked) {
	if len(r.units) == maxWords {
		r.text.cut = true
		for _, d := range r.touched {
			r.best[d] = 0
		}
		return
	}
	a.typed = r.text.text[a.start:a.end]
	bit := uint32(1) << len(r.units)
	for _, d := range r.touched {
		if r.out == nil || !r.out[d] {
			r.mask[d] |= bit
			r.score[d] += r.best[d]
		}
		r.best[d] = 0
	}
	r.touched = r.touched[:0]
	r.units = append(r.units, a)
}

// refuse leaves out the documents that have an unwanted unit, in any form.
func (r *run) refuse(u unit) {
	a := asked{unit: u}
	if u.word == "" {
		rd := reading{level: Exact}
		for _, w := range u.phrase {
			rd.slots = append(rd.slots, slot{isTerm, w})
		}
		a.readings = []reading{rd}
	} else {
		a.readings = forms(u, r.known)
	}
	r.find(&a)
	if r.out == nil {
		r.out = make([]bool, r.snap.size)
	}
	for _, d := range r.touched {
		r.out[d] = true
		r.best[d] = 0
	}
}

// choose decides which units the hits have: all of them when a document has them all, else the best subset that a document
// has: most units, then the best match, then fewest corrected ones, then fewest documents, then the earliest.
func (r *run) choose() {
	full := uint32(math.MaxUint32 >> (32 - len(r.units)))
	counts := map[uint32]subset{}
	before := uint32(0)
	for d, m := range r.mask[:r.snap.size] {
		if m == full {
			r.kept = full
			return
		}
		if m != 0 && bits.OnesCount32(m) >= bits.OnesCount32(before) {
			s := counts[m]
			counts[m] = subset{s.documents + 1, max(s.points, r.score[d])}
			before = m
		}
	}
	corrected := uint32(0)
	for i := range r.units {
		if r.units[i].fixes != nil {
			corrected |= 1 << i
		}
	}
	for m, n := range counts {
		if r.kept == 0 || better(m, n, r.kept, counts[r.kept], corrected) {
			r.kept = m
		}
	}
}

// subset is what is known of the documents that have the same units.
type subset struct {
	documents int
	points    int32 // of the best of them
}

func better(m uint32, s subset, than uint32, other subset, corrected uint32) bool {
	if a, b := bits.OnesCount32(m), bits.OnesCount32(than); a != b {
		return a > b
	}
	if s.points != other.points {
		return s.points > other.points
	}
	if a, b := bits.OnesCount32(m&corrected), bits.OnesCount32(than&corrected); a != b {
		return a < b
	}
	if s.documents != other.documents {
		return s.documents < other.documents
	}
	return bits.Reverse32(m) > bits.Reverse32(than)
}

// inARow finds where a view has words that fill the slots one after the other in one value.
func (r *run) inARow(v *view, slots []slot) []uint64 {
	terms := make([][]uint32, len(slots))
	rarest, size := 0, math.MaxInt
	for i, s := range slots {
		terms[i] = v.find(s, nil)
		n := 0
		for _, t := range terms[i] {
			n += len(v.postings(t))
		}
		if n == 0 {
			return nil
		}
		if n < size {
			rarest, size = i, n
		}
	}
	places := v.places(terms[rarest], uint32(rarest), nil)
	for _, p := range places {
		r.marked[p>>32] = true
	}
	docs := places
	for i := range slots {
		if i != rarest && len(places) > 0 {
			places = intersect(places, v.places(terms[i], uint32(i), r.marked))
		}
	}
	for _, p := range docs {
		r.marked[p>>32] = false
	}
	return places
}

// places lists the occurrences of terms in order, moved back by some positions, in the documents marked (all when nil).
func (v *view) places(terms []uint32, back uint32, marked []bool) []uint64 {
	var out []uint64
	for _, t := range terms {
		for run := v.postings(t); len(run) > 0; {
			doc, occs, rest := next(run)
			run = rest
			if marked != nil && !marked[doc] {
				continue
			}
			for _, o := range occs {
				out = append(out, uint64(doc)<<32|uint64(o&^lastOcc-back))
			}
		}
	}
	if len(terms) > 1 || !slices.IsSorted(out) {
		slices.Sort(out)
	}
	return out
}

// intersect keeps, in a new list, what two sorted lists share.
func intersect(a, b []uint64) []uint64 {
	var out []uint64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	return out
}
