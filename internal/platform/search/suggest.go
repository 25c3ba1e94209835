package search

import (
	"cmp"
	"slices"
	"strings"
)

const (
	maxSuggestions = 100 // the most that Suggest gives
	fewFound       = 24  // as many of a segment are looked at in any case
)

// found is a value that completes a prefix.
type found struct {
	Suggestion
	key  string
	best int // documents of the spelling shown
}

// Suggest completes what is being typed with values of the suggesting fields: those that begin with it first, then those
// with a word from which it goes on; then the field's rank, the number of documents and the text. When nothing completes
// it, its words are read with their typos corrected. Where very many values begin alike, of those that one document alone has
// only the first in the alphabet are looked at.
func (x *Index) Suggest(prefix string, limit int) []Suggestion {
	key, limit := keyOf(prefix), min(limit, maxSuggestions)
	if key == "" || limit <= 0 {
		return nil
	}
	s := x.now.Load()
	out := x.completions(s, key, limit)
	if len(out) == 0 {
		if fixed := x.correctWords(s, key); fixed != key {
			out = x.completions(s, fixed, limit)
		}
	}
	return out
}

func (x *Index) completions(s *snapshot, prefix string, limit int) []Suggestion {
	var out []Suggestion
	var shown []string
	for _, whole := range [...]bool{true, false} {
		for f, field := range x.shape.fields {
			if !field.Suggest {
				continue
			}
			for _, c := range s.completing(byte(f), prefix, whole, limit) {
				if len(out) == limit {
					return out
				}
				if !slices.Contains(shown, c.key) { // the same words in two fields are proposed once
					shown = append(shown, c.key)
					c.Field = field.Name
					out = append(out, c.Suggestion)
				}
			}
		}
	}
	return out
}

// completing are the values of a field that complete a prefix, best first.
func (s *snapshot) completing(field byte, prefix string, whole bool, limit int) []*found {
	all := map[string]*found{}
	partial := false
	for i := range s.views {
		v := &s.views[i]
		list, some := v.completing(field, prefix, whole, max(fewFound, 3*limit))
		partial = partial || some
		for _, value := range list {
			v.tell(value, all)
		}
	}
	list := make([]*found, 0, len(all))
	for _, f := range all {
		list = append(list, f)
	}
	slices.SortFunc(list, compareFound)
	if partial { // those likely to be shown are counted everywhere
		list = list[:min(len(list), 2*limit)]
		for _, f := range list {
			f.N = 0
			for i := range s.views {
				v := &s.views[i]
				if value, ok := v.valueOf(field, f.key); ok {
					f.N += v.liveUses(value)
				}
			}
		}
		slices.SortFunc(list, compareFound)
	}
	return list
}

func compareFound(a, b *found) int {
	return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.key, b.key))
}

// completing are the values of a view that complete a prefix: all where there are few, else those that most documents have and
// the first in the alphabet.
func (v *view) completing(field byte, prefix string, whole bool, few int) (list []uint32, some bool) {
	value := func(i int) uint32 { return uint32(i) }
	from, to := 0, 0
	if whole {
		from, to = v.beginning(field, prefix)
	} else {
		from, to = v.goingOn(field, prefix)
		value = func(i int) uint32 { return v.inside[i].value }
	}
	if to-from <= few {
		for i := from; i < to; i++ {
			list = append(list, value(i))
		}
		return list, false
	}
	uses := func(i uint32) uint32 { return v.values.start[i+1] - v.values.start[i] }
	for i := from; i < to; i++ {
		if at := value(i); uses(at) > 1 || i < from+few {
			list = append(list, at)
		}
	}
	return firstOf(list, few, func(a, b uint32) int { return cmp.Or(cmp.Compare(uses(b), uses(a)), cmp.Compare(a, b)) }), true
}

// tell adds a value of the view to what was found, where a live document has it.
func (v *view) tell(value uint32, all map[string]*found) {
	n := v.liveUses(value)
	if n == 0 {
		return
	}
	_, folded := v.values.key(value)
	f := all[string(folded)]
	if f == nil {
		f = &found{key: string(folded)}
		all[f.key] = f
	}
	f.N += n
	if n > f.best {
		f.best, f.Text = n, string(v.texts.of(value))
	}
}

func (v *view) liveUses(value uint32) int {
	docs := v.docsOf(value)
	if v.dead == nil {
		return len(docs)
	}
	n := 0
	for _, d := range docs {
		if !v.isDead(d) {
			n++
		}
	}
	return n
}

// correctWords replaces each word that is in no document, nor begins one, by its best correction.
func (x *Index) correctWords(s *snapshot, key string) string {
	list := strings.Fields(key)
	var t typist
	for i, w := range list {
		if s.knows(slot{isTerm, w}) || s.knows(slot{hasPrefix, w}) {
			continue
		}
		if fixes := t.corrections(s, w, i == len(list)-1); len(fixes) > 0 {
			list[i] = fixes[0].term
		}
	}
	return strings.Join(list, " ")
}
