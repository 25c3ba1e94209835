package search

import (
	"cmp"
	"slices"
	"strings"
)

// values are the values of the suggesting fields, in the order of field and folded words.
type values struct {
	texts  names    // as written
	folded names    // the field, then the folded words
	docs   []uint16 // of each, in order
	start  []uint32 // of each in docs, and the end
	inside []inside // the words from which a value can be completed, but for its first, in the order of what follows
}

// inside is a word within a value.
type inside struct {
	value  uint32
	offset uint16 // in its folded words
}

func (v *values) len() int { return len(v.folded.start) }

func (v *values) key(i uint32) (field byte, folded []byte) {
	k := v.folded.of(i)
	return k[0], k[1:]
}

// rest is a value's field and its words from one of them on.
func (v *values) rest(s inside) (field byte, folded []byte) {
	field, folded = v.key(s.value)
	return field, folded[s.offset:]
}

func (v *values) docsOf(i uint32) []uint16 { return v.docs[v.start[i]:v.start[i+1]] }

// compareKeys is the order of values.
func compareKeys(fieldA byte, a []byte, fieldB byte, b []byte) int {
	return cmp.Or(cmp.Compare(fieldA, fieldB), strings.Compare(string(a), string(b)))
}

// keyOf is a text as folded words.
func keyOf(text string) string {
	var b strings.Builder
	words(text, func(w piece) bool {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tokenOf(text, w).text)
		return b.Len() < 200
	})
	return b.String()
}

// valueBuilder gathers values; its documents come in order.
type valueBuilder struct {
	byText map[valueKey]uint32 // as written → its place in list
	byKey  map[valueKey]uint32
	list   []builtValue
	uses   []valueUse
}

// valueKey is a value of a field.
type valueKey struct {
	field byte
	text  string
}

type builtValue struct {
	valueKey // folded
	text     string
	best     int // documents of the spelling shown, when values are merged
}

type valueUse struct {
	value uint32
	doc   uint16
}

func (b *valueBuilder) start() {
	b.byText, b.byKey = map[valueKey]uint32{}, map[valueKey]uint32{}
}

// noValue is the place of a value without a word.
const noValue = ^uint32(0)

func (b *valueBuilder) note(field int, text string, doc uint16) {
	written := valueKey{byte(field), text}
	i, ok := b.byText[written]
	if !ok {
		i = noValue
		if key := keyOf(text); key != "" {
			i = b.place(valueKey{byte(field), key}, strings.TrimSpace(text))
		}
		b.byText[written] = i
	}
	if i != noValue {
		b.uses = append(b.uses, valueUse{i, doc})
	}
}

func (b *valueBuilder) place(key valueKey, text string) uint32 {
	i, ok := b.byKey[key]
	if !ok {
		i = uint32(len(b.list))
		b.byKey[key] = i
		b.list = append(b.list, builtValue{valueKey: key, text: text})
	}
	return i
}

// take adds the values of a segment whose documents have other numbers now; of several spellings the one of most documents
// is shown.
func (b *valueBuilder) take(from *values, renumber []uint16) {
	for v := range uint32(from.len()) {
		field, folded := from.key(v)
		n, place := 0, uint32(0)
		for _, d := range from.docsOf(v) {
			to := renumber[d]
			if to == gone {
				continue
			}
			if n++; n == 1 {
				place = b.place(valueKey{field, string(folded)}, "")
			}
			b.uses = append(b.uses, valueUse{place, to})
		}
		if n > 0 && n > b.list[place].best {
			b.list[place].best, b.list[place].text = n, string(from.texts.of(v))
		}
	}
}

// finish puts all in order.
func (b *valueBuilder) finish() values {
	order := make([]uint32, len(b.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(b.list[x].field, b.list[y].field), strings.Compare(b.list[x].valueKey.text, b.list[y].valueKey.text))
	})
	var v values
	rank := make([]uint32, len(order))
	for i, at := range order {
		rank[at] = uint32(i)
		v.texts.add(b.list[at].text)
		v.folded.add(string([]byte{b.list[at].field}) + b.list[at].valueKey.text)
	}
	v.use(b.uses, rank)
	v.texts.bytes, v.folded.bytes = slices.Clone(v.texts.bytes), slices.Clone(v.folded.bytes)
	v.texts.start, v.folded.start = slices.Clone(v.texts.start), slices.Clone(v.folded.start)
	v.indexInside()
	return v
}

// use fills docs with who uses each value. A document is told once of each, and the uses of a value come in order.
func (v *values) use(uses []valueUse, rank []uint32) {
	next := make([]uint32, len(rank)+1)
	for _, u := range uses {
		next[rank[u.value]+1]++
	}
	for i := range rank {
		next[i+1] += next[i]
	}
	sorted, from := make([]uint16, len(uses)), slices.Clone(next)
	for _, u := range uses {
		at := &next[rank[u.value]]
		sorted[*at] = u.doc
		*at++
	}
	v.docs, v.start = make([]uint16, 0, len(uses)), make([]uint32, 0, len(rank)+1)
	for i := range rank {
		v.start = append(v.start, uint32(len(v.docs)))
		v.docs = append(v.docs, slices.Compact(sorted[from[i]:from[i+1]])...)
	}
	v.start = append(v.start, uint32(len(v.docs)))
}

func (v *values) indexInside() {
	var list []inside
	for i := range uint32(v.len()) {
		_, folded := v.key(i)
		for at, c := range folded {
			if c == ' ' {
				list = append(list, inside{i, uint16(at + 1)})
			}
		}
	}
	slices.SortFunc(list, func(a, b inside) int {
		fieldA, restA := v.rest(a)
		fieldB, restB := v.rest(b)
		return cmp.Or(compareKeys(fieldA, restA, fieldB, restB), cmp.Compare(a.value, b.value))
	})
	v.inside = slices.Clone(list)
}

// beginning is the range of the values of a field whose words begin with a prefix.
func (v *values) beginning(field byte, prefix string) (from, to int) {
	return rangeOf(v.len(), field, prefix, func(i int) (byte, []byte) { return v.key(uint32(i)) })
}

// goingOn is the range of the words inside values of a field from which a prefix goes on.
func (v *values) goingOn(field byte, prefix string) (from, to int) {
	return rangeOf(len(v.inside), field, prefix, func(i int) (byte, []byte) { return v.rest(v.inside[i]) })
}

func rangeOf(n int, field byte, prefix string, at func(i int) (byte, []byte)) (from, to int) {
	search := func(before func(f byte, text string) bool) int {
		low, high := 0, n
		for low < high {
			mid := int(uint(low+high) >> 1)
			f, text := at(mid)
			if before(f, string(text)) {
				low = mid + 1
			} else {
				high = mid
			}
		}
		return low
	}
	from = search(func(f byte, text string) bool { return f < field || f == field && text < prefix })
	to = search(func(f byte, text string) bool {
		return f < field || f == field && (text < prefix || strings.HasPrefix(text, prefix))
	})
	return from, to
}

// valueOf is the value of a field with these folded words.
func (v *values) valueOf(field byte, folded string) (uint32, bool) {
	from, to := v.beginning(field, folded)
	if from == to {
		return 0, false
	}
	_, first := v.key(uint32(from)) // the shortest of those that begin so comes first
	return uint32(from), string(first) == folded
}
