package search

import (
	"context"
	"slices"

	"grappe/internal/platform/search/grid"
	"grappe/internal/platform/search/query"
	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/search/words"
)

// asked is a unit being asked for, with its readings and what fills them.
type asked struct {
	query.Unit
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
	text query.Text
	*scratch
	out     []asked      // unwanted
	kept    uint32       // the units that hits have
	fixed   int          // words that were looked for among the misspelt
	touched int          // postings read or looked for
	slots   []words.Slot // of all readings; they outlive the search, in its marks
}

// scratch is the working memory of a search, used again.
type scratch struct {
	// What is asked. Lists that a unit has a part of only grow during a search.
	parser     query.Parser
	readings   [query.MaxWords][]reading // of each unit
	extra      []reading                 // of parts of units, of corrections and of what is unwanted
	shared     []reading                 // of neighbours
	row        []string
	key        []byte
	stems      map[string]string
	typist     typist
	fixes      []correction
	units      []asked
	weighed    []weighed
	rows       []row
	terms      []uint32
	termLists  [][]uint32
	placed     []uint64
	placeLists [][]uint64
	runs       []int    // where runs of placed end
	spare      []uint64 // one of them, while it is merged with the next

	// What a view has of it.
	spans   []levelSpan
	asks    []unitSpans
	cur     segment.DocSet  // documents that have the units so far
	has     segment.DocSet  // those that have the unit under way
	best    [1 << 16]uint16 // points of the unit under way
	score   [1 << 16]int32
	mask    [1 << 16]uint32 // units of a document, when none has them all
	subsets map[uint32]subset

	// Filters and counts.
	base     segment.DocSet   // documents in place
	passed   []segment.DocSet // those of base that meet each choice
	lacking  segment.DocSet   // those that a set lacks
	verdicts []uint8
	judging  []judge
	sets     []uint32
	tally    tally

	// Order.
	ranks ranker
	order []ranked
	heap  []ranked
	first []ranked // those whose nearness is found first
	top   []int32
	occs  []uint32
	links []link
	left  []int32
	right []int32
	grid  grid.Grid
}

func (x *Index) newRun(snap *snapshot, q Query) *run {
	s, ok := x.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{stems: map[string]string{}, subsets: map[uint32]subset{}}
	}
	s.units, s.extra, s.weighed, s.rows = s.units[:0], s.extra[:0], s.weighed[:0], s.rows[:0]
	s.terms, s.termLists, s.placed, s.placeLists, s.fixes = s.terms[:0], s.termLists[:0], s.placed[:0], s.placeLists[:0], s.fixes[:0]
	r := &run{x: x, snap: snap, q: q, scratch: s, text: s.parser.Read(q.Text)}
	r.slots = make([]words.Slot, 0, 16*len(r.text.Wanted))
	return r
}

// end gives the working memory back.
func (r *run) end() {
	r.x.touched.Add(int64(r.touched))
	r.x.scratch.Put(r.scratch)
}

// ask finds out what fills every unit.
func (r *run) ask(ctx context.Context) error {
	for _, u := range r.text.Unwanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := asked{Unit: u}
		from := len(r.extra)
		if u.Word == "" {
			r.extra = append(r.extra, r.phrase(u))
		} else {
			r.extra = r.forms(r.extra, u)
		}
		a.readings = r.extra[from:]
		if r.find(&a) {
			r.out = append(r.out, a)
		}
	}
	r.withNeighbours(r.text.Wanted)
	for i, u := range r.text.Wanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := asked{Unit: u, readings: r.readings[i]}
		if r.find(&a) || u.Word == "" {
			r.keep(a)
			continue
		}
		if u.Parts == nil {
			r.keepCorrected(a)
			continue
		}
		for j, part := range u.Parts { // nothing has the words together: each for itself
			p := query.Unit{Start: u.At[j].Start, End: u.At[j].End, Word: part, Last: u.Last && j == len(u.Parts)-1}
			from := len(r.extra)
			r.extra = r.alone(r.extra, p, false)
			a := asked{Unit: p, readings: r.extra[from:]}
			if r.find(&a) {
				r.keep(a)
			} else {
				r.keepCorrected(a)
			}
		}
	}
	return nil
}

// keepCorrected keeps a word that no document has, read as the words nearest to it. A word of the vocabulary is no typo.
func (r *run) keepCorrected(a asked) {
	if r.fixed < maxCorrected && words.Typos(a.Word) > 0 && r.synonyms(a.Word) == nil {
		r.fixed++
		if fixes := r.typist.corrections(r.snap, a.Word, a.Last); len(fixes) > 0 {
			from, first := len(r.extra), len(r.fixes)
			r.fixes = append(r.fixes, fixes...)
			for _, c := range fixes {
				u := a.Unit
				u.Word = c.term
				r.extra = r.alone(r.extra, u, true)
			}
			a.fixes, a.readings = r.fixes[first:], r.extra[from:]
			r.find(&a)
		}
	}
	r.keep(a)
}

// keep adds a unit to the search.
func (r *run) keep(a asked) {
	if len(r.units) == query.MaxWords {
		r.text.Cut = true
		return
	}
	a.typed = r.text.Text[a.Start:a.End]
	r.units = append(r.units, a)
}

// fewWords is how many words of a unit are held against each other, so that none is asked for twice.
const fewWords = 32

// find looks up what fills the readings of a unit, and reports whether a live document has it.
func (r *run) find(a *asked) bool {
	words, rows := len(r.weighed), len(r.rows)
	some := false
	for _, rd := range a.readings {
		if len(rd.slots) > 1 {
			if w, ok := r.inRows(rd); ok {
				r.rows, some = append(r.rows, w), true
			}
			continue
		}
		from := len(r.terms)
		r.terms = r.snap.lex.Find(rd.slots[0], r.terms)
		for _, t := range r.terms[from:] {
			r.weigh(words, weighed{t, rd.level})
		}
		r.terms = r.terms[:from]
	}
	a.words, a.rows = r.weighed[words:len(r.weighed):len(r.weighed)], r.rows[rows:len(r.rows):len(r.rows)]
	for i := 0; i < len(a.words) && !some; i++ {
		some = r.snap.isLive(a.words[i].term)
	}
	return some
}

// weigh adds a word to those of a unit, or its better level where it is among the first.
func (r *run) weigh(from int, w weighed) {
	mine := r.weighed[from:]
	for i := range mine[:min(len(mine), fewWords)] {
		if mine[i].term == w.term {
			mine[i].level = min(mine[i].level, w.level)
			return
		}
	}
	r.weighed = append(r.weighed, w)
}

// isLive reports whether a live document has a term.
func (s *snapshot) isLive(term uint32) bool {
	for i := range s.views {
		v := &s.views[i]
		p := v.Span(term)
		for j := p.From; j < p.To; j++ {
			if !v.IsDead(v.Docs[j]) {
				return true
			}
		}
	}
	return false
}

// inRows finds where words stand in a row, and reports whether they do in a live document.
func (r *run) inRows(rd reading) (row, bool) {
	lists := len(r.termLists)
	for _, s := range rd.slots {
		from := len(r.terms)
		if r.terms = r.snap.lex.Find(s, r.terms); len(r.terms) == from {
			return row{}, false
		}
		r.termLists = append(r.termLists, r.terms[from:len(r.terms):len(r.terms)])
	}
	w := row{reading: rd, terms: r.termLists[lists:len(r.termLists):len(r.termLists)]}
	some, first := false, len(r.placeLists)
	for i := range r.snap.views {
		v := &r.snap.views[i]
		places := r.inARow(v, w.terms)
		some = some || slices.ContainsFunc(places, func(p uint64) bool { return !v.IsDead(uint16(p >> 32)) })
		r.placeLists = append(r.placeLists, places)
	}
	w.places = r.placeLists[first:len(r.placeLists):len(r.placeLists)]
	return w, some
}

// inARow finds where a view has words that fill the slots one after the other in one value.
func (r *run) inARow(v *segment.View, slots [][]uint32) []uint64 {
	rarest, size := 0, -1
	for i, terms := range slots {
		n := 0
		for _, t := range terms {
			n += v.Span(t).Len()
		}
		if n == 0 {
			return nil
		}
		if size < 0 || n < size {
			rarest, size = i, n
		}
	}
	from := len(r.placed)
	if len(slots) == 2 && len(slots[0]) == 1 && len(slots[1]) == 1 {
		a, b := v.Span(slots[0][0]), v.Span(slots[1][0])
		if both := a.Len() + b.Len(); both < probeCost*size {
			r.touched += both
			r.placed = v.InARow(a, b, r.placed)
			return r.placed[from:len(r.placed):len(r.placed)]
		}
	}
	if !r.haveAll(v, slots, rarest) {
		return nil
	}
	r.place(v, slots[rarest], uint32(rarest))
	for i := range slots {
		if mark := len(r.placed); i != rarest && mark > from {
			r.place(v, slots[i], uint32(i))
			r.placed = r.placed[:from+intersect(r.placed[from:mark], r.placed[mark:])]
		}
	}
	return r.placed[from:len(r.placed):len(r.placed)]
}

// haveAll leaves in has the documents that have a word for each slot, wherever: positions are read of them alone. It reports
// whether there is any.
func (r *run) haveAll(v *segment.View, slots [][]uint32, rarest int) bool {
	r.has.Clear()
	for _, t := range slots[rarest] {
		s := v.Span(t)
		r.touched += s.Len()
		r.has.AddAll(v.Docs[s.From:s.To])
	}
	for i, terms := range slots {
		if i == rarest {
			continue
		}
		r.cur.Clear()
		for _, t := range terms {
			s := v.Span(t)
			r.touched += s.Len()
			r.cur.AddAll(v.Docs[s.From:s.To])
		}
		r.has.And(&r.cur)
	}
	return !r.has.Empty()
}

// place appends to placed the occurrences of terms in order, moved back by some positions, in the documents of has.
func (r *run) place(v *segment.View, terms []uint32, back uint32) {
	from := len(r.placed)
	r.runs = r.runs[:0]
	for _, t := range terms {
		s := v.Span(t)
		if s.Len() == 0 {
			continue
		}
		r.touched += s.Len()
		r.placed = v.Places(s, back, &r.has, r.placed)
		r.runs = append(r.runs, len(r.placed))
	}
	r.mergeRuns(from)
}

// mergeRuns puts placed in order from a place on: it consists of runs in order, which end at runs.
func (r *run) mergeRuns(from int) {
	for n := len(r.runs); n > 1; n = len(r.runs) { // the last two, which are the shorter the more there were before
		start := from
		if n > 2 {
			start = r.runs[n-3]
		}
		a, b := r.placed[start:r.runs[n-2]], r.placed[r.runs[n-2]:r.runs[n-1]]
		r.runs[n-2], r.runs = r.runs[n-1], r.runs[:n-1]
		if len(a) == 0 || len(b) == 0 || a[len(a)-1] <= b[0] {
			continue
		}
		if n > 8 { // many short runs
			slices.Sort(r.placed[from:])
			return
		}
		r.spare = append(r.spare[:0], a...)
		a, at := r.spare, start
		for len(a) > 0 && len(b) > 0 {
			if a[0] <= b[0] {
				r.placed[at], a = a[0], a[1:]
			} else {
				r.placed[at], b = b[0], b[1:]
			}
			at++
		}
		copy(r.placed[at:], a)
	}
}

// intersect keeps what two sorted lists share at the beginning of the first, and tells how many that are. It does not branch by
// what it compares, which is as good as random; places are less than 1<<63.
func intersect(a, b []uint64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		notAfter, notBefore := 1^(y-x)>>63, 1^(x-y)>>63
		a[n] = x
		n, i, j = n+int(notAfter&notBefore), i+int(notAfter), j+int(notBefore)
	}
	return n
}
