package segment

import (
	"math/bits"
	"slices"
)

// termSet is a set of the numbers of terms that tells the rank of each.
type termSet struct {
	list  []uint32 // of a small set, in order
	bits  []uint64 // of a large one
	ranks []uint32 // how many come before each word of bits
}

// smallSet is the most that is kept as a list.
const smallSet = 2048

// setOf makes a set of sorted numbers.
func setOf(sorted []uint32) termSet {
	if len(sorted) <= smallSet {
		return termSet{list: slices.Clone(sorted)}
	}
	words := int(sorted[len(sorted)-1]>>6) + 1
	t := termSet{bits: make([]uint64, words), ranks: make([]uint32, words)}
	for _, id := range sorted {
		t.bits[id>>6] |= 1 << (id & 63)
	}
	n := uint32(0)
	for i, w := range t.bits {
		t.ranks[i] = n
		n += uint32(bits.OnesCount64(w))
	}
	return t
}

func (t *termSet) rank(id uint32) (uint32, bool) {
	if t.bits == nil {
		i, ok := slices.BinarySearch(t.list, id)
		return uint32(i), ok
	}
	w := int(id >> 6)
	if w >= len(t.bits) {
		return 0, false
	}
	bit := uint64(1) << (id & 63)
	if t.bits[w]&bit == 0 {
		return 0, false
	}
	return t.ranks[w] + uint32(bits.OnesCount64(t.bits[w]&(bit-1))), true
}

// mark sets the bits of the numbers in a larger set.
func (t *termSet) mark(all []uint64) {
	for i, w := range t.bits {
		all[i] |= w
	}
	for _, id := range t.list {
		all[id>>6] |= 1 << (id & 63)
	}
}
