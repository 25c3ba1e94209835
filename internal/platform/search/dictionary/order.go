package dictionary

import (
	"slices"
	"strings"
)

// order is numbers sorted by their words, or by the stems of these. Those that came last stand apart, so that an edit sorts few.
type order struct {
	stems        bool
	base, recent []uint32
}

// fewRecent is how many numbers may always stand apart.
const fewRecent = 1024

func (o *order) len() int { return len(o.base) + len(o.recent) }

// key is what a number is sorted by.
func (o *order) key(l *Lexicon, id uint32) string {
	if o.stems {
		return l.stemOf(id)
	}
	return l.text.of(id)
}

// with is the order with more numbers; it takes the list.
func (o *order) with(l *Lexicon, more []uint32) order {
	if len(more) == 0 {
		return *o
	}
	slices.SortFunc(more, func(a, b uint32) int { return strings.Compare(o.key(l, a), o.key(l, b)) })
	recent := o.merge(l, o.recent, more)
	if len(recent) > fewRecent && len(recent)*8 > len(o.base) {
		return order{stems: o.stems, base: o.merge(l, o.base, recent)}
	}
	return order{stems: o.stems, base: o.base, recent: recent}
}

func (o *order) merge(l *Lexicon, a, b []uint32) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if o.key(l, a[0]) <= o.key(l, b[0]) {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// lowerBound is the first place in a list of the order whose key is not before a text.
func (o *order) lowerBound(l *Lexicon, ids []uint32, text string) int {
	low, high := 0, len(ids)
	for low < high {
		if mid := int(uint(low+high) >> 1); o.key(l, ids[mid]) < text {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
