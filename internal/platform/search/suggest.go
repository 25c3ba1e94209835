package search

import (
	"cmp"
	"slices"
	"strings"

	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/search/words"
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
// it, its words are read with their typos corrected. Where very many values begin alike, those of most documents in a segment and
// the first in the alphabet are looked at: one that each segment has only once may then be passed over until more is typed.
func (x *Index) Suggest(prefix string, limit int) []Suggestion {
	key, limit := words.Key(prefix), min(limit, maxSuggestions)
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
		list, some := v.Completing(field, prefix, whole, max(fewFound, 3*limit))
		partial = partial || some
		for _, value := range list {
			tell(v, value, all)
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
				if value, ok := v.ValueOf(field, f.key); ok {
					f.N += v.LiveUses(value)
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

// tell adds a value of a view to what was found, where a live document has it.
func tell(v *segment.View, value uint32, all map[string]*found) {
	n := v.LiveUses(value)
	if n == 0 {
		return
	}
	folded := v.Folded(value)
	f := all[string(folded)]
	if f == nil {
		f = &found{key: string(folded)}
		all[f.key] = f
	}
	f.N += n
	// Of two spellings of as many documents it is the first in the alphabet, in whatever order the segments stand.
	if n >= f.best {
		if text := v.Text(value); n > f.best || text < f.Text {
			f.best, f.Text = n, text
		}
	}
}

// correctWords replaces each word that is in no document, nor begins one, by its best correction.
func (x *Index) correctWords(s *snapshot, key string) string {
	list := strings.Fields(key)
	var t typist
	looked := 0
	for i, w := range list {
		if looked == maxCorrected {
			break
		}
		if s.knows(isWord(w)) || s.knows(hasPrefix(w)) {
			continue
		}
		looked++
		if fixes := t.corrections(s, w, i == len(list)-1); len(fixes) > 0 {
			list[i] = fixes[0].term
		}
	}
	return strings.Join(list, " ")
}
