package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// An occurrence of a word in a document is its field (4 bits) and its position in that field (27 bits).
const (
	fieldBits = 27
	position  = 1<<fieldBits - 1
	valueGap  = 16 // positions between two values of a field: more than any nearness spans, and no row of words goes across
)

func occField(occ uint32) uint32 { return occ >> fieldBits }

// postings are where the terms of one segment occur: for each term the documents that have it, in order, each with the field of
// its first occurrence, which is the best. The positions stand apart: only rows of words and nearness read them.
type postings struct {
	terms termSet
	start []uint32 // of each term in docs, and the end
	docs  []uint16
	heads []uint8  // the field of the first occurrence, and whether there are several
	where []byte   // the positions of each posting, in variable length
	marks []uint32 // where every 64th posting begins in them
}

const (
	headField   = 15
	headSeveral = 16
)

// span is a term's part of the postings.
type span struct{ from, to uint32 }

func (s span) len() int { return int(s.to - s.from) }

// span is where a term's postings are; it is empty where the segment does not have the term.
func (p *postings) span(term uint32) span {
	i, ok := p.terms.rank(term)
	if !ok {
		return span{}
	}
	return span{p.start[i], p.start[i+1]}
}

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

// posting appends one posting, with the occurrences of the term in the document, in order.
func (p *postings) posting(doc uint16, occs []uint32) {
	if len(p.docs)&63 == 0 {
		p.marks = append(p.marks, uint32(len(p.where)))
	}
	head := uint8(occField(occs[0]))
	if len(occs) > 1 {
		head |= headSeveral
		p.where = binary.AppendUvarint(p.where, uint64(len(occs)))
	}
	p.where = binary.AppendUvarint(p.where, uint64(occs[0]&position))
	for i := 1; i < len(occs); i++ {
		if before := occs[i-1]; occField(before) == occField(occs[i]) {
			p.where = binary.AppendUvarint(p.where, uint64(occs[i]-before)<<1)
		} else {
			p.where = binary.AppendUvarint(p.where, uint64(occs[i]&position)<<1|1)
			p.where = append(p.where, uint8(occField(occs[i])))
		}
	}
	p.docs, p.heads = append(p.docs, doc), append(p.heads, head)
}

// copied appends one posting of other postings under another number.
func (p *postings) copied(doc uint16, head uint8, where []byte) {
	if len(p.docs)&63 == 0 {
		p.marks = append(p.marks, uint32(len(p.where)))
	}
	p.docs, p.heads, p.where = append(p.docs, doc), append(p.heads, head), append(p.where, where...)
}

// reader reads the positions of postings in their order.
type reader struct {
	p  *postings
	i  uint32 // the posting
	at uint32 // where its positions begin
}

// readFrom begins at a posting.
func (p *postings) readFrom(i uint32) reader {
	w := reader{p, i &^ 63, p.marks[i>>6]}
	for w.i < i {
		w.skip()
	}
	return w
}

// seek goes on to a later posting.
func (w *reader) seek(i uint32) {
	if i>>6 > w.i>>6 {
		w.i, w.at = i&^63, w.p.marks[i>>6]
	}
	for w.i < i {
		w.skip()
	}
}

// skip goes to the next posting.
func (w *reader) skip() {
	where, at := w.p.where, w.at
	n := uint64(1)
	if w.p.heads[w.i]&headSeveral != 0 {
		n, at = varint(where, at)
	}
	_, at = varint(where, at)
	for ; n > 1; n-- {
		var v uint64
		v, at = varint(where, at)
		at += uint32(v & 1)
	}
	w.at, w.i = at, w.i+1
}

// read appends the occurrences of the posting, and goes to the next.
func (w *reader) read(out []uint32) []uint32 {
	where, at, head := w.p.where, w.at, w.p.heads[w.i]
	n := uint64(1)
	if head&headSeveral != 0 {
		n, at = varint(where, at)
	}
	v, at := varint(where, at)
	occ := uint32(head&headField)<<fieldBits | uint32(v)
	out = append(out, occ)
	for ; n > 1; n-- {
		v, at = varint(where, at)
		if v&1 == 0 {
			occ += uint32(v >> 1)
		} else {
			occ = uint32(where[at])<<fieldBits | uint32(v>>1)
			at++
		}
		out = append(out, occ)
	}
	w.at, w.i = at, w.i+1
	return out
}

func varint(b []byte, at uint32) (uint64, uint32) {
	if c := b[at]; c < 0x80 {
		return uint64(c), at + 1
	}
	v, n := binary.Uvarint(b[at:])
	return v, at + uint32(n)
}

// place finds a document among the postings of a span.
func (p *postings) place(s span, doc uint16) (uint32, bool) {
	docs := p.docs[s.from:s.to]
	low, high := 0, len(docs)
	for low < high {
		if mid := int(uint(low+high) >> 1); docs[mid] < doc {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return s.from + uint32(low), low < len(docs) && docs[low] == doc
}
