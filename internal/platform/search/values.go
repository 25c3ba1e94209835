package search

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
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
	return cmp.Or(cmp.Compare(fieldA, fieldB), bytes.Compare(a, b))
}

// keyOf is a text as folded words.
func keyOf(text string) string {
	var key []byte
	words(text, func(w piece) bool {
		if t := tokenOf(text, w); t.text != "" {
			key = appendKey(key, t.text)
		}
		return true
	})
	return string(key)
}

// longKey is from how many bytes on no more words are added.
const longKey = 200

func appendKey(key []byte, word string) []byte {
	if len(key) >= longKey {
		return key
	}
	if len(key) > 0 {
		key = append(key, ' ')
	}
	return append(key, word...)
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

// note gives a document a value, by its folded words and as it is written. One without a word is none.
func (b *valueBuilder) note(field byte, folded []byte, text string, doc uint16) {
	if len(folded) == 0 {
		return
	}
	i := b.place(field, folded)
	if b.list[i].text == "" {
		b.list[i].text = strings.TrimSpace(text)
	}
	b.uses = append(b.uses, valueUse{i, doc})
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
func (b *valueBuilder) finish() values {
	order := make([]uint32, len(b.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.list[x].key, b.list[y].key) })
	var v values
	rank := make([]uint32, len(order))
	for i, at := range order {
		rank[at] = uint32(i)
		v.texts.add(b.list[at].text)
		v.folded.add(b.list[at].key)
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
	from = sort.Search(n, func(i int) bool {
		f, text := at(i)
		return f > field || f == field && string(text) >= prefix
	})
	to = from + sort.Search(n-from, func(i int) bool {
		f, text := at(from + i)
		return f != field || !bytes.HasPrefix(text, []byte(prefix))
	})
	return from, to
}

// valueOf is the value of a field with these folded words.
func (v *values) valueOf(field byte, folded string) (uint32, bool) {
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
