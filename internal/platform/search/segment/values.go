package segment

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// Values are the values of the suggesting fields, in the order of field and folded words.
type Values struct {
	texts  names    // as written
	folded names    // the field, then the folded words
	docs   []uint16 // of each, in order
	start  starts   // of each in docs, and the end
	inside []uint32 // values, once for each word from which they can be completed but for the first, in the order of what follows
	offset []uint8  // of those words in the folded ones
}

func (v *Values) len() int { return v.folded.n }

func (v *Values) key(i uint32) (field byte, folded []byte) {
	k := v.folded.of(i)
	return k[0], k[1:]
}

// rest is a value's field and its words from one of them on.
func (v *Values) rest(value uint32, offset uint8) (field byte, folded []byte) {
	field, folded = v.key(value)
	return field, folded[offset:]
}

func (v *Values) docsOf(i uint32) []uint16 { return v.docs[v.start.at(i):v.start.at(i+1)] }

// compareKeys is the order of values.
func compareKeys(fieldA byte, a []byte, fieldB byte, b []byte) int {
	return cmp.Or(cmp.Compare(fieldA, fieldB), bytes.Compare(a, b))
}

// valueBuilder gathers values; its documents come in order.
type valueBuilder struct {
	places map[string]uint32 // by field and folded words
	list   []builtValue
	uses   []valueUse
	key    []byte
}

type builtValue struct {
	key  string // its field, then its folded words
	text string
	best int // documents of the spelling shown, when values are merged
}

type valueUse struct {
	value uint32
	doc   uint16
}

// note gives a document a value, by its folded words and as it is written, and tells its place.
func (b *valueBuilder) note(field byte, folded []byte, text string, doc uint16) uint32 {
	i := b.place(field, folded)
	if b.list[i].text == "" {
		b.list[i].text = strings.TrimSpace(text)
	}
	b.use(i, doc)
	return i
}

// use gives a document the value of a place.
func (b *valueBuilder) use(value uint32, doc uint16) {
	b.uses = append(b.uses, valueUse{value, doc})
}

func (b *valueBuilder) place(field byte, folded []byte) uint32 {
	b.key = append(append(b.key[:0], field), folded...)
	i, ok := b.places[string(b.key)]
	if !ok {
		i = uint32(len(b.list))
		key := string(b.key)
		b.places[key] = i
		b.list = append(b.list, builtValue{key: key})
	}
	return i
}

// take adds the values of a segment whose documents have other numbers now; of several spellings the one of most documents
// is shown.
func (b *valueBuilder) take(from *Values, renumber []uint16) {
	for v := range uint32(from.len()) {
		field, folded := from.key(v)
		n, place := 0, uint32(0)
		for _, d := range from.docsOf(v) {
			to := renumber[d]
			if to == Gone {
				continue
			}
			if n++; n == 1 {
				place = b.place(field, folded)
			}
			b.uses = append(b.uses, valueUse{place, to})
		}
		if n > 0 && n > b.list[place].best {
			b.list[place].best, b.list[place].text = n, string(from.texts.of(v))
		}
	}
}

// finish puts all in order.
func (b *valueBuilder) finish() Values {
	order := make([]uint32, len(b.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.list[x].key, b.list[y].key) })
	var v Values
	rank := make([]uint32, len(order))
	for i, at := range order {
		rank[at] = uint32(i)
		v.texts.add([]byte(b.list[at].text))
		v.folded.add([]byte(b.list[at].key))
	}
	v.use(b.uses, rank)
	v.texts.fit()
	v.folded.fit()
	v.indexInside()
	return v
}

// use fills docs with who uses each value. A document is told once of each, and the uses of a value come in order.
func (v *Values) use(uses []valueUse, rank []uint32) {
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
	v.docs = make([]uint16, 0, len(uses))
	start := next[:0]
	for i := range rank {
		start = append(start, uint32(len(v.docs)))
		v.docs = append(v.docs, slices.Compact(sorted[from[i]:from[i+1]])...)
	}
	v.start = startsOf(append(start, uint32(len(v.docs))))
}

func (v *Values) indexInside() {
	type word struct {
		value  uint32
		offset uint8
	}
	var list []word
	for i := range uint32(v.len()) {
		_, folded := v.key(i)
		for at, c := range folded[:min(len(folded), math.MaxUint8)] { // no word of a key begins further on
			if c == ' ' {
				list = append(list, word{i, uint8(at + 1)})
			}
		}
	}
	slices.SortFunc(list, func(a, b word) int {
		fieldA, restA := v.rest(a.value, a.offset)
		fieldB, restB := v.rest(b.value, b.offset)
		return cmp.Or(compareKeys(fieldA, restA, fieldB, restB), cmp.Compare(a.value, b.value))
	})
	v.inside, v.offset = make([]uint32, len(list)), make([]uint8, len(list))
	for i, w := range list {
		v.inside[i], v.offset[i] = w.value, w.offset
	}
}

// beginning is the range of the values of a field whose words begin with a prefix.
func (v *Values) beginning(field byte, prefix string) (from, to int) {
	return rangeOf(v.len(), field, prefix, func(i int) (byte, []byte) { return v.key(uint32(i)) })
}

// goingOn is the range of the words inside values of a field from which a prefix goes on.
func (v *Values) goingOn(field byte, prefix string) (from, to int) {
	return rangeOf(len(v.inside), field, prefix, func(i int) (byte, []byte) { return v.rest(v.inside[i], v.offset[i]) })
}

func rangeOf(n int, field byte, prefix string, at func(i int) (byte, []byte)) (from, to int) {
	from = sort.Search(n, func(i int) bool {
		f, text := at(i)
		return f > field || f == field && string(text) >= prefix
	})
	begins := func(i int) bool {
		f, text := at(i)
		return f == field && bytes.HasPrefix(text, []byte(prefix))
	}
	most := 1 // few begin so, mostly: their end is near
	for from+most <= n && begins(from+most-1) {
		most *= 2
	}
	low := from + most/2
	return from, low + sort.Search(min(from+most, n)-low, func(i int) bool { return !begins(low + i) })
}

// ValueOf is the value of a field with these folded words.
func (v *Values) ValueOf(field byte, folded string) (uint32, bool) {
	at := sort.Search(v.len(), func(i int) bool {
		f, text := v.key(uint32(i))
		return f > field || f == field && string(text) >= folded
	})
	if at == v.len() {
		return 0, false
	}
	f, text := v.key(uint32(at))
	return uint32(at), f == field && string(text) == folded
}

// Text is a value as written.
func (v *Values) Text(i uint32) string { return string(v.texts.of(i)) }

// Folded is a value's folded words, as words.Key has them.
func (v *Values) Folded(i uint32) []byte {
	_, folded := v.key(i)
	return folded
}

// Completing are the values of a field that complete a prefix, from their first word or from another: all where there are few,
// else those that most documents have and the first in the alphabet. It tells whether there were more.
func (v *Values) Completing(field byte, prefix string, whole bool, few int) (list []uint32, more bool) {
	value := func(i int) uint32 { return uint32(i) }
	from, to := 0, 0
	if whole {
		from, to = v.beginning(field, prefix)
	} else {
		from, to = v.goingOn(field, prefix)
		value = func(i int) uint32 { return v.inside[i] }
	}
	if to-from <= few {
		for i := from; i < to; i++ {
			list = append(list, value(i))
		}
		return list, false
	}
	uses := func(i uint32) int { return len(v.docsOf(i)) }
	for i := from; i < to; i++ {
		if at := value(i); uses(at) > 1 || i < from+few {
			list = append(list, at)
		}
	}
	return FirstOf(list, few, func(a, b uint32) int { return cmp.Or(cmp.Compare(uses(b), uses(a)), cmp.Compare(a, b)) }), true
}

// FirstOf sorts the first n of a list, and gives those.
func FirstOf(list []uint32, n int, order func(a, b uint32) int) []uint32 {
	top := list[:n]
	slices.SortFunc(top, order)
	for _, id := range list[n:] {
		if order(id, top[n-1]) < 0 {
			at, _ := slices.BinarySearchFunc(top, id, order)
			copy(top[at+1:], top[at:n-1])
			top[at] = id
		}
	}
	return top
}
