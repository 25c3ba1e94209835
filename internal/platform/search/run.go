package search

import (
	"context"
	"slices"
)

// asked is a unit being asked for, with its readings and what fills them.
type asked struct {
	unit
	typed    string
	readings []reading
	words    []weighed // what fills the readings of one word, each once
	rows     []row     // the readings of several words that a document has
	fixes    []correction
}

// weighed is a word of the index, with the best level at which it is had.
type weighed struct {
	term  uint32
	level Level
}

// row is a reading of words in a row, with where it is found in each view.
type row struct {
	reading
	terms  [][]uint32 // of each slot
	places [][]uint64 // per view: document and occurrence of the first word, in order
}

// run is one search under way.
type run struct {
	x    *Index
	snap *snapshot
	q    Query
	text question
	*scratch
	out   []asked // unwanted
	kept  uint32  // the units that hits have
	fixed int     // misspelt words corrected
	slots []slot  // of all readings; they outlive the search, in its marks
}

// scratch is the working memory of a search, used again.
type scratch struct {
	best     [1 << 16]uint16 // points of the unit under way
	score    [1 << 16]int32
	mask     [1 << 16]uint32 // units of a document, when none has them all
	cur      bitset          // documents that have the units so far
	has      bitset          // those that have the unit under way
	base     bitset          // those in place
	passed   []bitset        // those that pass the choices of a facet
	spans    []levelSpan
	asks     []unitSpans
	units    []asked
	terms    []uint32
	order    []ranked
	heap     []ranked
	occs     []uint32
	links    []link
	left     []int32
	right    []int32
	sets     []uint32
	verdicts []uint8
	judging  []judge
	tally    tally
	ranks    ranker
	grid     grid
	parser   parser
}

func (x *Index) newRun(snap *snapshot, q Query) *run {
	s, ok := x.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	s.units = s.units[:0]
	return &run{x: x, snap: snap, q: q, text: parse(q.Text), scratch: s}
}

// end gives the working memory back, without what it points to.
func (r *run) end() {
	clear(r.units)
	r.x.scratch.Put(r.scratch)
}

// ask finds out what fills every unit.
func (r *run) ask(ctx context.Context) error {
	for _, u := range r.text.unwanted {
		a := asked{unit: u, readings: r.refused(u)}
		if r.find(&a) {
			r.out = append(r.out, a)
		}
	}
	readings := r.withNeighbours(r.text.wanted)
	for i, u := range r.text.wanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := asked{unit: u, readings: readings[i]}
		if r.find(&a) || u.word == "" {
			r.keep(a)
			continue
		}
		if u.parts == nil {
			r.keepCorrected(a)
			continue
		}
		for j, part := range u.parts { // nothing has the words together: each for itself
			p := unit{start: u.at[j].start, end: u.at[j].end, word: part, last: u.last && j == len(u.parts)-1}
			a := asked{unit: p, readings: r.alone(p, false)}
			if r.find(&a) {
				r.keep(a)
			} else {
				r.keepCorrected(a)
			}
		}
	}
	return nil
}

// refused are the readings of an unwanted unit.
func (r *run) refused(u unit) []reading {
	if u.word == "" {
		return []reading{r.phrase(u)}
	}
	return r.forms(nil, u)
}

// keepCorrected keeps a word that no document has, read as the words nearest to it. A word of the vocabulary is no typo.
func (r *run) keepCorrected(a asked) {
	if r.fixed < maxCorrected && r.x.shape.synonyms.of([]string{a.word}) == nil {
		if fixes := r.snap.corrections(a.word, a.last); len(fixes) > 0 {
			r.fixed++
			a.fixes, a.readings = fixes, nil
			for _, c := range fixes {
				u := a.unit
				u.word = c.term
				a.readings = append(a.readings, r.alone(u, true)...)
			}
			r.find(&a)
		}
	}
	r.keep(a)
}

// keep adds a unit to the search.
func (r *run) keep(a asked) {
	if len(r.units) == maxWords {
		r.text.cut = true
		return
	}
	a.typed = r.text.text[a.start:a.end]
	r.units = append(r.units, a)
}

// fewWords is how many words of a unit are held against each other, so that none is asked for twice.
const fewWords = 32

// find looks up what fills the readings of a unit, and reports whether a live document has it.
func (r *run) find(a *asked) bool {
	a.words, a.rows = nil, nil
	some := false
	for _, rd := range a.readings {
		if len(rd.slots) > 1 {
			if w, ok := r.row(rd); ok {
				a.rows, some = append(a.rows, w), true
			}
			continue
		}
		r.terms = r.snap.lex.find(rd.slots[0], r.terms[:0])
		a.words = slices.Grow(a.words, len(r.terms))
		for _, t := range r.terms {
			a.words = weigh(a.words, weighed{t, rd.level})
		}
	}
	for i := 0; i < len(a.words) && !some; i++ {
		some = r.snap.isLive(a.words[i].term)
	}
	return some
}

// weigh adds a word, or its better level where it is among the first.
func weigh(words []weighed, w weighed) []weighed {
	for i := range words[:min(len(words), fewWords)] {
		if words[i].term == w.term {
			words[i].level = min(words[i].level, w.level)
			return words
		}
	}
	return append(words, w)
}

// isLive reports whether a live document has a term.
func (s *snapshot) isLive(term uint32) bool {
	for i := range s.views {
		v := &s.views[i]
		p := v.span(term)
		for j := p.from; j < p.to; j++ {
			if !v.isDead(v.postings.docs[j]) {
				return true
			}
		}
	}
	return false
}

// row finds where words stand in a row, and reports whether they do in a live document.
func (r *run) row(rd reading) (row, bool) {
	w := row{reading: rd}
	for _, s := range rd.slots {
		terms := r.snap.lex.find(s, nil)
		if len(terms) == 0 {
			return w, false
		}
		w.terms = append(w.terms, terms)
	}
	some := false
	for i := range r.snap.views {
		v := &r.snap.views[i]
		places := r.inARow(v, w.terms)
		some = some || slices.ContainsFunc(places, func(p uint64) bool { return !v.isDead(uint16(p >> 32)) })
		w.places = append(w.places, places)
	}
	return w, some
}

// inARow finds where a view has words that fill the slots one after the other in one value.
func (r *run) inARow(v *view, slots [][]uint32) []uint64 {
	rarest, size := 0, -1
	for i, terms := range slots {
		n := 0
		for _, t := range terms {
			n += v.span(t).len()
		}
		if n == 0 {
			return nil
		}
		if size < 0 || n < size {
			rarest, size = i, n
		}
	}
	r.has.clear()
	places := r.places(v, slots[rarest], uint32(rarest), nil)
	for _, p := range places {
		r.has.set(uint16(p >> 32))
	}
	for i := range slots {
		if i != rarest && len(places) > 0 {
			places = intersect(places, r.places(v, slots[i], uint32(i), &r.has))
		}
	}
	return places
}

// places lists the occurrences of terms in order, moved back by some positions, in the documents of a set (all when nil).
func (r *run) places(v *view, terms []uint32, back uint32, among *bitset) []uint64 {
	var out []uint64
	for _, t := range terms {
		s := v.span(t)
		if s.len() == 0 {
			continue
		}
		w := v.readFrom(s.from)
		for i := s.from; i < s.to; i++ {
			doc := v.postings.docs[i]
			if among != nil && !among.has(doc) {
				continue
			}
			w.seek(i)
			r.occs = w.read(r.occs[:0])
			for _, o := range r.occs {
				if o&position >= back {
					out = append(out, uint64(doc)<<32|uint64(o-back))
				}
			}
		}
	}
	if len(terms) > 1 {
		slices.Sort(out)
	}
	return out
}

// intersect keeps what two sorted lists share, in the first.
func intersect(a, b []uint64) []uint64 {
	out := a[:0]
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
