package segment

import "math/bits"

// DocSet is a set of documents of one segment.
type DocSet [1 << 10]uint64

// Add puts a document in.
func (b *DocSet) Add(d uint16) { b[d>>6] |= 1 << (d & 63) }

// AddAll puts documents in, which are in order as a rule: those of one word of bits are put together first.
func (b *DocSet) AddAll(docs []uint16) {
	at, w := uint16(0), uint64(0)
	for _, d := range docs {
		if d>>6 != at {
			b[at] |= w
			at, w = d>>6, 0
		}
		w |= 1 << (d & 63)
	}
	b[at] |= w
}

// Remove takes a document out.
func (b *DocSet) Remove(d uint16) { b[d>>6] &^= 1 << (d & 63) }

// Has reports whether a document is in.
func (b *DocSet) Has(d uint16) bool { return b[d>>6]>>(d&63)&1 == 1 }

// Clear takes all out.
func (b *DocSet) Clear() { clear(b[:]) }

// Fill makes it the first n documents.
func (b *DocSet) Fill(n int) {
	b.Clear()
	for i := range n >> 6 {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[n>>6] = 1<<(n&63) - 1
	}
}

// And keeps those that another set has as well.
func (b *DocSet) And(o *DocSet) {
	for i := range b {
		b[i] &= o[i]
	}
}

// Without takes out the documents of words of bits.
func (b *DocSet) Without(o []uint64) {
	for i, w := range o {
		b[i] &^= w
	}
}

// Count is how many they are.
func (b *DocSet) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Empty reports whether there is none.
func (b *DocSet) Empty() bool {
	var any uint64
	for _, w := range b {
		any |= w
	}
	return any == 0
}
