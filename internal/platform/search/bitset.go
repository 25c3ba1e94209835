package search

import "math/bits"

// bitset is a set of documents of one segment.
type bitset [1 << 10]uint64

func (b *bitset) set(d uint16)      { b[d>>6] |= 1 << (d & 63) }
func (b *bitset) unset(d uint16)    { b[d>>6] &^= 1 << (d & 63) }
func (b *bitset) has(d uint16) bool { return b[d>>6]>>(d&63)&1 == 1 }
func (b *bitset) clear()            { clear(b[:]) }

// fill makes it the first n documents.
func (b *bitset) fill(n int) {
	b.clear()
	for i := range n >> 6 {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[n>>6] = 1<<(n&63) - 1
	}
}

func (b *bitset) and(o *bitset) {
	for i := range b {
		b[i] &= o[i]
	}
}

// without takes out the documents of words of bits.
func (b *bitset) without(o []uint64) {
	for i, w := range o {
		b[i] &^= w
	}
}

func (b *bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b *bitset) empty() bool {
	var any uint64
	for _, w := range b {
		any |= w
	}
	return any == 0
}
