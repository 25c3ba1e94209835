package search

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// dictionary numbers the words of all segments. A number is given once and for good, so that segments agree about them; a word
// that no document has any more keeps its own. It may be taught by several builders at once.
type dictionary struct {
	mu       sync.Mutex
	ids      map[string]uint32 // guarded by mu, as all below
	lex      lexicon
	shownFor []uint32 // how often the way shown was written, where it was learnt
}

// lexicon is what a dictionary knew at one moment. It is never changed: later words stand behind the end of its lists.
type lexicon struct {
	text   []string
	stem   []string          // "" for a little word
	shown  []string          // the commonest way it was written when it was learnt
	later  map[uint32]string // a commoner way learnt since
	sigs   []signatures
	byText order
	byStem order // without little words
}

func newDictionary() *dictionary { return &dictionary{ids: map[string]uint32{}} }

// lesson is a word met by a builder.
type lesson struct {
	text  string
	stop  bool
	shown string
	times uint32
}

// learn gives the number of each word.
func (d *dictionary) learn(words []lesson) []uint32 {
	ids := make([]uint32, len(words))
	d.mu.Lock()
	defer d.mu.Unlock()
	copied := false
	for i, w := range words {
		id, ok := d.ids[w.text]
		if !ok {
			ids[i] = d.add(w)
			continue
		}
		ids[i] = id
		if w.times <= d.shownFor[id] {
			continue
		}
		d.shownFor[id] = w.times
		if w.shown != d.lex.shownAs(id) {
			if !copied {
				d.lex.later, copied = maps.Clone(d.lex.later), true
			}
			if d.lex.later == nil {
				d.lex.later = map[uint32]string{}
			}
			d.lex.later[id] = w.shown
		}
	}
	return ids
}

func (d *dictionary) add(w lesson) uint32 {
	id := uint32(len(d.lex.text))
	d.ids[w.text] = id
	stemmed := ""
	if !w.stop {
		stemmed = stem(w.text)
	}
	if w.shown == w.text {
		w.shown = w.text // one copy of both
	}
	l := &d.lex
	l.text, l.stem, l.shown = append(l.text, w.text), append(l.stem, stemmed), append(l.shown, w.shown)
	l.sigs, d.shownFor = append(l.sigs, signaturesOf(w.text)), append(d.shownFor, w.times)
	return id
}

// now is the lexicon with all that has been learnt.
func (d *dictionary) now() *lexicon {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := &d.lex
	var fresh, stems []uint32
	for id := l.byText.len(); id < len(l.text); id++ {
		fresh = append(fresh, uint32(id))
		if l.stem[id] != "" {
			stems = append(stems, uint32(id))
		}
	}
	l.byText, l.byStem = l.byText.with(l.text, fresh), l.byStem.with(l.stem, stems)
	out := *l
	return &out
}

func (l *lexicon) shownAs(id uint32) string {
	if way, ok := l.later[id]; ok {
		return way
	}
	return l.shown[id]
}

// id is the number of a folded word.
func (l *lexicon) id(text string) (uint32, bool) {
	for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
		if i := lowerBound(ids, l.text, text); i < len(ids) && l.text[ids[i]] == text {
			return ids[i], true
		}
	}
	return 0, false
}

func (l *lexicon) has(text string) bool {
	_, ok := l.id(text)
	return ok
}

// find appends the words that fill a slot.
func (l *lexicon) find(s slot, out []uint32) []uint32 {
	switch s.kind {
	case isTerm:
		if id, ok := l.id(s.text); ok {
			out = append(out, id)
		}
	case hasStem:
		for _, ids := range [...][]uint32{l.byStem.base, l.byStem.recent} {
			for i := lowerBound(ids, l.stem, s.text); i < len(ids) && l.stem[ids[i]] == s.text; i++ {
				out = append(out, ids[i])
			}
		}
	case hasPrefix:
		for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
			for i := lowerBound(ids, l.text, s.text); i < len(ids) && strings.HasPrefix(l.text[ids[i]], s.text); i++ {
				if l.stem[ids[i]] != "" {
					out = append(out, ids[i])
				}
			}
		}
	}
	return out
}

// order is numbers sorted by a text of theirs. Those that came last stand apart, so that an edit sorts few.
type order struct{ base, recent []uint32 }

// fewRecent is how many numbers may always stand apart.
const fewRecent = 1024

func (o order) len() int { return len(o.base) + len(o.recent) }

// with is the order with more numbers; it takes the list.
func (o order) with(texts []string, more []uint32) order {
	if len(more) == 0 {
		return o
	}
	slices.SortFunc(more, func(a, b uint32) int { return strings.Compare(texts[a], texts[b]) })
	o.recent = mergeOrders(o.recent, more, texts)
	if len(o.recent) > fewRecent && len(o.recent)*8 > len(o.base) {
		o = order{base: mergeOrders(o.base, o.recent, texts)}
	}
	return o
}

func mergeOrders(a, b []uint32, texts []string) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if texts[a[0]] <= texts[b[0]] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// lowerBound is the first place whose text is not before one.
func lowerBound(ids []uint32, texts []string, text string) int {
	low, high := 0, len(ids)
	for low < high {
		if mid := int(uint(low+high) >> 1); texts[ids[mid]] < text {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
