package search

import (
	"cmp"
	"slices"
	"strings"
)

// value is one value of a suggesting field, with the documents that have it.
type value struct {
	valueKey
	text string
	docs []uint32
}

// valueKey joins the spellings of a value: its folded words.
type valueKey struct {
	field int
	key   string
}

func (k valueKey) compare(o valueKey) int {
	return cmp.Or(cmp.Compare(k.field, o.field), strings.Compare(k.key, o.key))
}

// start is a word of a value from which it can be completed.
type start struct {
	value  uint32
	offset uint32 // in its key
}

// keyOf is a text as folded words.
func keyOf(text string) string {
	var b strings.Builder
	words(text, func(w span) bool {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tokenOf(text, w).text)
		return b.Len() < 200
	})
	return b.String()
}

func (b *builder) suggest(field int, text string) {
	k := valueKey{field, keyOf(text)}
	if k.key == "" {
		return
	}
	v := b.values[k]
	if v == nil {
		v = &value{valueKey: k, text: strings.TrimSpace(text)}
		b.values[k] = v
	}
	if n := len(v.docs); n == 0 || v.docs[n-1] != b.doc {
		v.docs = append(v.docs, b.doc)
	}
}

func (g *segment) keepValues(values map[valueKey]*value) {
	g.values = make([]value, 0, len(values))
	for _, v := range values {
		g.values = append(g.values, *v)
	}
	slices.SortFunc(g.values, func(a, b value) int { return a.compare(b.valueKey) })
	g.indexValues()
}

func (g *segment) indexValues() {
	g.starts = g.starts[:0]
	for i, v := range g.values {
		for at := 0; ; {
			g.starts = append(g.starts, start{uint32(i), uint32(at)})
			space := strings.IndexByte(v.key[at:], ' ')
			if space < 0 {
				break
			}
			at += space + 1
		}
	}
	slices.SortFunc(g.starts, func(a, b start) int {
		return cmp.Or(strings.Compare(g.rest(a), g.rest(b)), cmp.Compare(a.value, b.value))
	})
}

// rest is a value's key from one of its words on.
func (g *segment) rest(s start) string { return g.values[s.value].key[s.offset:] }

func mergeValues(g *segment, views []view, renumber [][]uint32) {
	all := map[valueKey]*value{}
	for v := range views {
		for _, from := range views[v].values {
			var docs []uint32
			for _, d := range from.docs {
				if to := renumber[v][d]; to != gone {
					docs = append(docs, to)
				}
			}
			if len(docs) == 0 {
				continue
			}
			if have := all[from.valueKey]; have == nil {
				all[from.valueKey] = &value{valueKey: from.valueKey, text: from.text, docs: docs}
			} else {
				if len(docs) > len(have.docs) {
					have.text = from.text
				}
				have.docs = append(have.docs, docs...)
			}
		}
	}
	g.keepValues(all)
}

// maxSuggestions is the most that Suggest gives.
const maxSuggestions = 100

// found is a value that completes a prefix.
type found struct {
	Suggestion
	valueKey
	best   int // documents of the spelling shown
	inside bool
}

// Suggest completes what is being typed with values of the suggesting fields: those that begin with it first, then those
// with a word from which it goes on; then the field's rank, the number of documents and the text. When nothing completes
// it, its words are read with their typos corrected.
func (x *Index) Suggest(prefix string, limit int) []Suggestion {
	key, limit := keyOf(prefix), min(limit, maxSuggestions)
	if key == "" || limit <= 0 {
		return nil
	}
	s := x.now.Load()
	all := s.completions(key)
	if len(all) == 0 {
		if fixed := x.correctWords(s, key); fixed != key {
			all = s.completions(fixed)
		}
	}
	list := firstFound(all, limit*len(x.shape.fields))
	var out []Suggestion
	shown := map[string]bool{}
	for _, f := range list {
		if len(out) == limit {
			break
		}
		if !shown[f.key] { // the same words in two fields are proposed once
			shown[f.key] = true
			f.Field = x.shape.fields[f.field].Name
			out = append(out, f.Suggestion)
		}
	}
	return out
}

// firstFound are the first n in order.
func firstFound(all map[valueKey]*found, n int) []*found {
	var first []*found
	for _, f := range all {
		at, _ := slices.BinarySearchFunc(first, f, compareFound)
		if at < n {
			first = slices.Insert(first[:min(len(first), n-1)], at, f)
		}
	}
	return first
}

func compareFound(a, b *found) int {
	return cmp.Or(boolCompare(a.inside, b.inside), cmp.Compare(a.field, b.field), cmp.Compare(b.N, a.N), strings.Compare(a.key, b.key))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (s *snapshot) completions(key string) map[valueKey]*found {
	out := map[valueKey]*found{}
	for i := range s.views {
		v := &s.views[i]
		mine := map[uint32]bool{} // value → the prefix is at its beginning
		at, _ := slices.BinarySearchFunc(v.starts, key, func(st start, want string) int { return strings.Compare(v.rest(st), want) })
		for ; at < len(v.starts) && strings.HasPrefix(v.rest(v.starts[at]), key); at++ {
			mine[v.starts[at].value] = mine[v.starts[at].value] || v.starts[at].offset == 0
		}
		for id, whole := range mine {
			val := &v.values[id]
			n := 0
			for _, d := range val.docs {
				if !v.isDead(d) {
					n++
				}
			}
			if n == 0 {
				continue
			}
			f := out[val.valueKey]
			if f == nil {
				f = &found{valueKey: val.valueKey, inside: !whole}
				out[val.valueKey] = f
			}
			f.N += n
			if n > f.best {
				f.best, f.Text = n, val.text
			}
		}
	}
	return out
}

// correctWords replaces each word that is in no document, nor begins one, by its best correction.
func (x *Index) correctWords(s *snapshot, key string) string {
	list := strings.Fields(key)
	for i, w := range list {
		if s.knows(slot{isTerm, w}) || s.knows(slot{hasPrefix, w}) {
			continue
		}
		if fixes := s.corrections(w, i == len(list)-1); len(fixes) > 0 {
			list[i] = fixes[0].term
		}
	}
	return strings.Join(list, " ")
}
