package segment

import (
	"encoding/binary"
	"slices"
)

// An occurrence of a word in a document is its field (4 bits) and its position in that field (27 bits).
const (
	fieldBits = 27
	Position  = 1<<fieldBits - 1 // the bits of the position
	valueGap  = 16               // positions between two values of a field: more than any nearness Spans, and no row of words goes across
)

// FieldOf is the field of an occurrence.
func FieldOf(occ uint32) uint32 { return occ >> fieldBits }

// Postings are where the terms of one segment occur: for each term the documents that have it, in order, each with the field of
// its first occurrence, which is the best. The positions stand apart: only rows of words and nearness read them.
type Postings struct {
	terms termSet
	start []uint32 // of each term in docs, and the end
	Docs  []uint16
	heads []uint8  // the field of the first occurrence, two in a byte
	where []byte   // the positions of each posting, in variable length
	marks []uint32 // where the positions of every markEvery-th posting begin in where
}

// markEvery is how many postings there are from one mark to the next. A mark every 16 would cost a listing two bytes more.
const markEvery = 32

// Head is the field of the first occurrence of a posting.
func (p *Postings) Head(i uint32) uint8 { return p.heads[i>>1] >> (i & 1 << 2) & 15 }

// Span is a term's part of the postings.
type Span struct{ From, To uint32 }

// Len is how many postings it has.
func (s Span) Len() int { return int(s.To - s.From) }

// Span is where a term's postings are; it is empty where the segment does not have the term.
func (p *Postings) Span(term uint32) Span {
	i, ok := p.terms.rank(term)
	if !ok {
		return Span{}
	}
	return Span{p.start[i], p.start[i+1]}
}

// posting appends one posting, with the occurrences of the term in the document, in order.
func (p *Postings) posting(doc uint16, occs []uint32) {
	if len(p.Docs)%markEvery == 0 {
		p.marks = append(p.marks, uint32(len(p.where)))
	}
	more := uint64(0)
	if len(occs) > 1 {
		more = 1
	}
	p.where = binary.AppendUvarint(p.where, uint64(occs[0]&Position)<<1|more)
	if more == 1 {
		p.where = binary.AppendUvarint(p.where, uint64(len(occs)-1))
	}
	for i := 1; i < len(occs); i++ {
		if before := occs[i-1]; FieldOf(before) == FieldOf(occs[i]) {
			p.where = binary.AppendUvarint(p.where, uint64(occs[i]-before)<<1)
		} else {
			p.where = binary.AppendUvarint(p.where, uint64(occs[i]&Position)<<1|1)
			p.where = append(p.where, uint8(FieldOf(occs[i])))
		}
	}
	p.head(doc, uint8(FieldOf(occs[0])))
}

// head appends what stands in front of the positions.
func (p *Postings) head(doc uint16, field uint8) {
	if len(p.Docs)&1 == 0 {
		p.heads = append(p.heads, field)
	} else {
		p.heads[len(p.heads)-1] |= field << 4
	}
	p.Docs = append(p.Docs, doc)
}

// copied appends one posting of other postings under another number.
func (p *Postings) copied(doc uint16, field uint8, where []byte) {
	if len(p.Docs)%markEvery == 0 {
		p.marks = append(p.marks, uint32(len(p.where)))
	}
	p.where = append(p.where, where...)
	p.head(doc, field)
}

// Reader reads the positions of postings in their order.
type Reader struct {
	p  *Postings
	i  uint32 // the posting
	at uint32 // where its positions begin
}

// ReadFrom begins at a posting.
func (p *Postings) ReadFrom(i uint32) Reader {
	w := Reader{p, i - i%markEvery, p.marks[i/markEvery]}
	for w.i < i {
		w.pass()
	}
	return w
}

// Seek goes on to a later posting.
func (w *Reader) Seek(i uint32) {
	if i/markEvery > w.i/markEvery {
		w.i, w.at = i-i%markEvery, w.p.marks[i/markEvery]
	}
	for w.i < i {
		w.pass()
	}
}

// skip goes to the next posting.
func (w *Reader) skip() {
	where, at := w.p.where, w.at
	v, at := varint(where, at)
	if v&1 == 1 {
		var more uint64
		for more, at = varint(where, at); more > 0; more-- {
			v, at = varint(where, at)
			at += uint32(v & 1)
		}
	}
	w.at, w.i = at, w.i+1
}

// Read appends the occurrences of the posting, and goes to the next.
func (w *Reader) Read(out []uint32) []uint32 {
	where, at := w.p.where, w.at
	v, at := varint(where, at)
	occ := uint32(w.p.Head(w.i))<<fieldBits | uint32(v>>1)
	out = append(out, occ)
	if v&1 == 1 {
		var more uint64
		for more, at = varint(where, at); more > 0; more-- {
			v, at = varint(where, at)
			if v&1 == 0 {
				occ += uint32(v >> 1)
			} else {
				occ = uint32(where[at])<<fieldBits | uint32(v>>1)
				at++
			}
			out = append(out, occ)
		}
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

// Place finds a document among the postings of a span.
func (p *Postings) Place(s Span, doc uint16) (uint32, bool) {
	docs := p.Docs[s.From:s.To]
	low, high := 0, len(docs)
	for low < high {
		if mid := int(uint(low+high) >> 1); docs[mid] < doc {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return s.From + uint32(low), low < len(docs) && docs[low] == doc
}

// Places appends where the documents of a set have a term, moved back by some positions: the document and the occurrence, in
// order. What would stand before its field is left out.
func (p *Postings) Places(s Span, back uint32, among *DocSet, out []uint64) []uint64 {
	if s.From == s.To {
		return out
	}
	w := p.ReadFrom(s.From)
	where, at := p.where, w.at
	var occs [8]uint32
	n := len(out)
	out = slices.Grow(out, s.Len()+1)
	out = out[:cap(out)]
	for i := s.From; i < s.To; i++ {
		doc, begin := p.Docs[i], at
		v := uint64(where[at])
		if at++; v >= 0x80 {
			v, at = varint(where, begin)
		}
		if n == len(out) {
			out = slices.Grow(out, s.Len())
			out = out[:cap(out)]
		}
		if v&1 == 0 { // written whether it counts or not: whether it does is as good as random
			moved := v>>1 - uint64(back)
			out[n] = uint64(doc)<<32 | uint64(p.Head(i))<<fieldBits | moved&Position
			n += int(among[doc>>6] >> (doc & 63) &^ (moved >> 63) & 1)
			continue
		}
		w.i, w.at = i, begin
		if !among.Has(doc) {
			w.skip()
		} else {
			out = out[:n]
			for _, o := range w.Read(occs[:0]) {
				if o&Position >= back {
					out = append(out, uint64(doc)<<32|uint64(o-back))
				}
			}
			n, out = len(out), out[:cap(out)]
		}
		at = w.at
	}
	return out[:n]
}

// InARow appends where the word of one span stands right before that of another: the document and the occurrence of the first, in
// order. It goes through both together.
func (p *Postings) InARow(first, second Span, out []uint64) []uint64 {
	if first.From == first.To || second.From == second.To {
		return out
	}
	a, b := p.ReadFrom(first.From), p.ReadFrom(second.From)
	for a.i < first.To && b.i < second.To {
		doc := p.Docs[a.i]
		switch other := p.Docs[b.i]; {
		case doc < other:
			a.pass()
			continue
		case doc > other:
			b.pass()
			continue
		}
		if v, w := p.where[a.at], p.where[b.at]; (v|w)&several != 0 {
			out = p.meet(&a, &b, out)
			continue
		} else if occ := uint32(p.Head(a.i))<<fieldBits | uint32(v>>1); occ+1 == uint32(p.Head(b.i))<<fieldBits|uint32(w>>1) {
			out = append(out, uint64(doc)<<32|uint64(occ))
		}
		a.i, a.at, b.i, b.at = a.i+1, a.at+1, b.i+1, b.at+1
	}
	return out
}

// meet reads the next posting of both, which are of one document.
func (p *Postings) meet(a, b *Reader, out []uint64) []uint64 {
	var before, after [8]uint32
	doc, next := p.Docs[a.i], b.Read(after[:0])
	for _, occ := range a.Read(before[:0]) { // both are in order
		for len(next) > 0 && next[0] <= occ {
			next = next[1:]
		}
		if len(next) > 0 && next[0] == occ+1 {
			out = append(out, uint64(doc)<<32|uint64(occ))
		}
	}
	return out
}

// several masks the first byte of the positions of a posting: nothing is left of it where there is one position, of one byte.
const several = 0x81

// pass is skip, quickly for one short position.
func (w *Reader) pass() {
	if w.p.where[w.at]&several == 0 {
		w.i, w.at = w.i+1, w.at+1
	} else {
		w.skip()
	}
}
