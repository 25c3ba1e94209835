package search

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search/segment"
)

// Points beside those of the words. All of the quality (20) and freshness that a document can have is less than one level
// of match in a field of weight 20.
const (
	nextPoints = 100 // two words of the query one after the other
	nearPoints = 50  // or within nearWords of each other
	nearWords  = 8
	freshMost  = 10
	seatPoints = 40 // it sits in a chosen place and does not only serve it: more than quality and freshness together
)

const noDay = math.MinInt32

// aging is how a query ages documents.
type aging struct {
	today, current int32 // Query.Day and Query.Current; noDay for none
}

func agingOf(q *Query) aging { return aging{parseDay(q.Day), parseDay(q.Current)} }

// points are 10 in the first 90 days, 6 in the first year, 3 from then on, and none as soon as the document is no longer current.
func (a aging) points(fresh uint16) int32 {
	if fresh == 0 || a.today == noDay {
		return 0
	}
	age := int64(a.today) - int64(fresh)
	switch {
	case a.current == noDay && age > 730, a.current != noDay && int64(fresh) < int64(a.current):
		return 0
	case age <= 90:
		return freshMost
	case age <= 365:
		return 6
	}
	return 3
}

func parseDay(day string) int32 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return noDay
	}
	return segment.DayOf(t)
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
	distance float64
	turn     uint64
	score    int32
	view     uint16
	doc      uint16
	served   bool // it matches the chosen codes only because it serves them
	seated   bool // places were chosen, and it sits in one
	behind   bool // whether it comes after Query.After is not known without its nearness
}

// ranker keeps the hits that may be on the page.
type ranker struct {
	run   *run
	need  int   // hits from the first to the end of the page
	near  int32 // the most that nearness can add
	aging aging
	day   uint64
	after *ranked // Query.After
	list  []ranked
	heap  []ranked // the best of list by what they have without nearness, the worst on top
}

func (r *run) newRanker(offset, limit int) *ranker {
	k := &r.ranks
	*k = ranker{run: r, aging: agingOf(&r.q), day: segment.Hash(r.q.Day), list: r.order[:0], heap: r.heap[:0]}
	if limit > 0 && offset >= 0 {
		k.need = math.MaxInt
		if limit < math.MaxInt-offset {
			k.need = offset + limit
		}
	}
	if p := r.q.After; p != nil {
		k.after = &ranked{score: p.Score, turn: rotation(uint64(segment.HashID(p.ID)), k.day), distance: math.Inf(1)}
		if p.Km != nil {
			k.after.distance = *p.Km
		}
	}
	return k
}

// restart forgets all hits; those to come have some units.
func (k *ranker) restart(units int) {
	k.list, k.heap, k.near = k.list[:0], k.heap[:0], nextPoints*int32(max(units-1, 0))
}

// least is the fewest points, but for nearness, with which a hit may be on the page.
func (k *ranker) least() int32 {
	if k.run.q.Sort == Relevance && len(k.heap) == k.need {
		return k.heap[0].score - k.near
	}
	return math.MinInt32 / 2
}

// add takes a hit that has these points for its words and its quality, where it may be on the page.
func (k *ranker) add(v *segment.View, view int, d uint16, score int32, served, seated bool) {
	score += k.aging.points(v.Fresh[d])
	if seated {
		score += seatPoints
	}
	if score < k.least() {
		return
	}
	full := len(k.heap) == k.need
	h := ranked{score: score, view: uint16(view), doc: d, served: served, seated: seated, turn: rotation(uint64(v.Hashes[d]), k.day)}
	if k.run.q.Sort == Distance && !k.nearer(v, &h, full) {
		return
	}
	best := h
	best.score += k.near
	if k.after != nil {
		if k.compareToAfter(&h) <= 0 {
			return
		}
		h.behind = k.compareToAfter(&best) <= 0
	}
	if full && k.compare(&best, &k.heap[0]) > 0 {
		return
	}
	k.list = append(k.list, h)
	switch {
	case k.need == math.MaxInt || h.behind:
	case full:
		if k.compare(&h, &k.heap[0]) < 0 {
			k.heap[0] = h
			k.sink(k.heap, 0)
		}
	default:
		k.heap = append(k.heap, h)
		if len(k.heap) == k.need {
			for i := k.need/2 - 1; i >= 0; i-- {
				k.sink(k.heap, i)
			}
		}
	}
}

// nearer finds the distance of a hit, and reports whether it may be on the page.
func (k *ranker) nearer(v *segment.View, h *ranked, full bool) bool {
	h.distance = math.Inf(1)
	p, ok := v.Point(h.doc)
	near := k.run.q.Near
	if !ok || near == nil {
		return true
	}
	if full && math.Abs(p.Lat-near.Lat)*kmPerDegree > k.heap[0].distance {
		return false
	}
	h.distance = geo.Distance(*near, p)
	return true
}

// compare puts the better hit first.
func (k *ranker) compare(a, b *ranked) int {
	views := k.run.snap.views
	switch k.run.q.Sort {
	case Distance:
		if a.distance != b.distance {
			return cmp.Compare(a.distance, b.distance)
		}
	case Name:
		if c := bytes.Compare(views[a.view].NameKey(a.doc), views[b.view].NameKey(b.doc)); c != 0 {
			return c
		}
	case Newest:
		if c := cmp.Compare(views[b.view].Added[b.doc], views[a.view].Added[a.doc]); c != 0 {
			return c
		}
	}
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	if a.turn != b.turn {
		return cmp.Compare(a.turn, b.turn)
	}
	return strings.Compare(views[a.view].ID(a.doc), views[b.view].ID(b.doc))
}

// compareToAfter is compare with Query.After.
func (k *ranker) compareToAfter(a *ranked) int {
	v, p := &k.run.snap.views[a.view], k.run.q.After
	first := 0
	switch k.run.q.Sort {
	case Distance:
		first = cmp.Compare(a.distance, k.after.distance)
	case Name:
		first = bytes.Compare(v.NameKey(a.doc), p.Name[:min(len(p.Name), segment.MaxNameKey)])
	case Newest:
		first = cmp.Compare(p.Added, int64(v.Added[a.doc]))
	}
	if first != 0 {
		return first
	}
	if a.score != k.after.score {
		return cmp.Compare(k.after.score, a.score)
	}
	if a.turn != k.after.turn {
		return cmp.Compare(a.turn, k.after.turn)
	}
	return strings.Compare(v.ID(a.doc), p.ID)
}

// sink puts the i-th of a heap, whose worst stands on top, where it belongs.
func (k *ranker) sink(heap []ranked, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && k.compare(&heap[child+1], &heap[child]) > 0 {
			child++
		}
		if k.compare(&heap[child], &heap[i]) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}

// best puts the n best of a list at its beginning, the worst of them first of all.
func (k *ranker) best(list []ranked, n int) []ranked {
	heap := list[:min(n, len(list))]
	for i := len(heap)/2 - 1; i >= 0; i-- {
		k.sink(heap, i)
	}
	for i := len(heap); i < len(list) && len(heap) > 0; i++ {
		if k.compare(&list[i], &heap[0]) < 0 {
			heap[0], list[i] = list[i], heap[0]
			k.sink(heap, 0)
		}
	}
	return heap
}

// page gives the hits of the page, in their order, with all their points.
func (k *ranker) page(offset int) []ranked {
	if k.need == 0 {
		return nil
	}
	list := k.list
	if len(k.heap) == k.need { // what came early may be too far down by now
		list = k.within(list, &k.heap[0])
	}
	if k.near > 0 {
		list = k.withNearness(list)
	}
	if k.after != nil {
		list = slices.DeleteFunc(list, func(h ranked) bool { return h.behind && k.compareToAfter(&h) <= 0 })
	}
	if k.need < len(list) {
		list = k.best(list, k.need)
	}
	slices.SortFunc(list, func(a, b ranked) int { return k.compare(&a, &b) })
	k.run.order, k.run.heap = k.list[:0], k.heap[:0]
	if offset >= len(list) {
		return nil
	}
	return list[offset:]
}

// within are the hits of a list that may come before a hit, or are it.
func (k *ranker) within(list []ranked, worst *ranked) []ranked {
	return slices.DeleteFunc(list, func(h ranked) bool {
		h.score += k.near
		return k.compare(&h, worst) > 0
	})
}

// sampled is how many hits are looked at first when there are many that nearness might lift onto the page.
const sampled = 512

// withNearness gives the hits the points of nearness. Where there are many, those of most points come first: what they reach tells
// of most others that they cannot. Both stay in the order of their documents, in which positions are read.
func (k *ranker) withNearness(list []ranked) []ranked {
	n := max(sampled, 4*min(k.need, len(list)))
	if len(list) < 4*n || k.after != nil {
		k.run.nearness(list)
		return list
	}
	least := k.nth(list, n)
	first, rest := k.run.first[:0], list[:0]
	for _, h := range list {
		if h.score >= least && len(first) < n {
			first = append(first, h)
		} else {
			rest = append(rest, h)
		}
	}
	k.run.nearness(first)
	reached := k.best(first, k.need)[0]
	rest = k.within(rest, &reached)
	k.run.nearness(rest)
	k.run.first = first
	return append(rest, first...)
}

// nth is the n-th highest score of a list that is longer.
func (k *ranker) nth(list []ranked, n int) int32 {
	top := grown(k.run.top, n) // a heap, the lowest on top
	k.run.top = top
	for i := range top {
		top[i] = list[i].score
	}
	for i := n/2 - 1; i >= 0; i-- {
		sinkScore(top, i)
	}
	for i := range list[n:] {
		if score := list[n+i].score; score > top[0] {
			top[0] = score
			sinkScore(top, 0)
		}
	}
	return top[0]
}

func sinkScore(heap []int32, i int) {
	for child := 2*i + 1; child < len(heap); child = 2*i + 1 {
		if child+1 < len(heap) && heap[child+1] < heap[child] {
			child++
		}
		if heap[child] >= heap[i] {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
