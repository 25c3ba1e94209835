package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Points beside those of the words. All of the quality and freshness that a document can have is less than one level of
// match in a field of weight 20.
const (
	nextPoints    = 100 // two words of the query one after the other
	nearPoints    = 50  // or within nearWords of each other
	nearWords     = 8
	qualityMost   = 20
	freshMost     = 10
	seatPoints    = 40 // it sits in a chosen place and does not only serve it: more than quality and freshness together
	rotationPrime = 1099511628211
)

func qualityPoints(q float32) uint8 {
	if !(q > 0) {
		return 0
	}
	return uint8(math.Round(float64(min(q, 1)) * qualityMost))
}

// freshness gives 10 points in the first 90 days, 6 in the first year, 3 in the second.
func freshness(fresh, today int32) int32 {
	if fresh == noDay || today == noDay {
		return 0
	}
	switch age := int64(today) - int64(fresh); {
	case age <= 90:
		return freshMost
	case age <= 365:
		return 6
	case age <= 730:
		return 3
	}
	return 0
}

func parseDay(day string) int32 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return noDay
	}
	return dayOf(t)
}

// hashString is FNV-1a, 64 bits.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * rotationPrime
	}
	return h
}

// rotation is a document's place of the day among equals: SplitMix64 of both hashes.
func rotation(doc, day uint64) uint64 {
	z := doc ^ day + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// ranked is a hit before it is told.
type ranked struct {
	doc        *column
	distance   float64
	turn       uint64
	view       int32
	local      uint32
	score      int32
	servedOnly bool
	seated     bool // places were chosen, and it sits in one
}

// seat is the points for sitting where the reader looks.
func (h *ranked) seat() int32 {
	if h.seated {
		return seatPoints
	}
	return 0
}

// compare puts the better hit first.
func (r *run) compare(a, b *ranked) int {
	first := 0
	switch r.q.Sort {
	case Distance:
		first = cmp.Compare(a.distance, b.distance)
	case Name:
		first = strings.Compare(a.doc.nameKey, b.doc.nameKey)
	case Newest:
		first = cmp.Compare(b.doc.added, a.doc.added)
	}
	if first != 0 {
		return first
	}
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	if a.turn != b.turn {
		return cmp.Compare(a.turn, b.turn)
	}
	return strings.Compare(a.doc.id, b.doc.id)
}

// page sorts the best hits and returns those of the page: a heap keeps as many as its end needs, the worst on top.
func (r *run) page(all []ranked, offset, limit int) []ranked {
	if limit <= 0 || offset < 0 || offset >= len(all) {
		return nil
	}
	need := len(all)
	if limit < len(all)-offset {
		need = offset + limit
	}
	top := all[:need]
	if need < len(all) {
		for i := need/2 - 1; i >= 0; i-- {
			r.sink(top, i)
		}
		for i := need; i < len(all); i++ {
			if r.compare(&all[i], &top[0]) < 0 {
				top[0] = all[i]
				r.sink(top, 0)
			}
		}
	}
	slices.SortFunc(top, func(a, b ranked) int { return r.compare(&a, &b) })
	return top[offset:]
}

func (r *run) sink(heap []ranked, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && r.compare(&heap[child+1], &heap[child]) > 0 {
			child++
		}
		if r.compare(&heap[child], &heap[i]) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}

// link is one occurrence in a document's list.
type link struct {
	occ  uint32
	next int32 // in the links, -1 at the end
}

// nearness gives the hits the points of words that stand together: for each two kept units that follow each other.
func (r *run) nearness(hits []ranked) {
	before := -1
	for i := range r.units {
		if r.kept&(1<<i) == 0 {
			continue
		}
		if before >= 0 {
			r.pair(&r.units[before], &r.units[i], hits)
		}
		before = i
	}
}

func (r *run) pair(a, b *asked, hits []ranked) {
	left, right := r.head[0], r.head[1]
	r.links = r.links[:0]
	for i := range r.snap.views {
		v := &r.snap.views[i]
		r.collect(left, v, a.matches[i])
		r.collect(right, v, b.matches[i])
	}
	for i := range hits {
		h := &hits[i]
		d := uint32(r.snap.views[h.view].base) + h.local
		h.score += r.together(left[d], right[d])
	}
}

// collect lists, for every hit of a view, where a unit stands.
func (r *run) collect(head []int32, v *view, matches []match) {
	base := uint32(v.base)
	for d := range v.docs {
		head[v.base+d] = -1
	}
	for _, m := range matches {
		for _, t := range m.terms {
			for list := v.postings(t); len(list) > 0; {
				doc, occs, rest := next(list)
				list = rest
				if !r.marked[base+doc] {
					continue
				}
				for _, o := range occs {
					r.links = append(r.links, link{o &^ lastOcc, head[base+doc]})
					head[base+doc] = int32(len(r.links) - 1)
				}
			}
		}
		for _, p := range m.places {
			if doc := base + uint32(p>>32); r.marked[doc] {
				r.links = append(r.links, link{uint32(p), head[doc]})
				head[doc] = int32(len(r.links) - 1)
			}
		}
	}
}

// together is the points of the nearest two occurrences, one of each list. Values are further apart than nearWords.
func (r *run) together(left, right int32) int32 {
	points := int32(0)
	for a := left; a >= 0; a = r.links[a].next {
		for b := right; b >= 0; b = r.links[b].next {
			switch gap := int64(r.links[b].occ) - int64(r.links[a].occ); {
			case gap == 0 || gap == 1:
				return nextPoints
			case -nearWords <= gap && gap <= nearWords:
				points = nearPoints
			}
		}
	}
	return points
}
