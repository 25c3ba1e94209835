// Package dictionary numbers the folded words of an index, and finds them by what a query asks: the word itself, its forms, its
// beginning, and its neighbours by letters. It must not know documents, nor where words stand in them.
package dictionary

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"grappe/internal/platform/search/words"
)

// Dictionary numbers the words of all segments. A number is given once and for good, so that segments agree about them; a word
// that no document has any more keeps its own. It may be taught by several builders at once.
type Dictionary struct {
	mu       sync.Mutex
	ids      map[string]uint32 // guarded by mu, as all below
	lex      Lexicon
	shownFor []uint32 // how often the way shown was written, where it was learnt
}

// Lexicon is what a dictionary knew at one moment. It is never changed: later words stand behind the end of its lists.
type Lexicon struct {
	text   []string
	stem   []string          // "" for a little word
	shown  []string          // the commonest way it was written when it was learnt
	later  map[uint32]string // a commoner way learnt since
	sieve  words.Sieve
	byText order
	byStem order // without little words
}

// New makes an empty dictionary.
func New() *Dictionary { return &Dictionary{ids: map[string]uint32{}} }

// Lesson is a word met by a builder.
type Lesson struct {
	Text   string // folded
	Little bool
	Shown  string // the commonest way it is written there
	Times  uint32 // how often it is
}

// Learn gives the number of each word.
func (d *Dictionary) Learn(lessons []Lesson) []uint32 {
	ids := make([]uint32, len(lessons))
	d.mu.Lock()
	defer d.mu.Unlock()
	copied := false
	for i, w := range lessons {
		id, ok := d.ids[w.Text]
		if !ok {
			ids[i] = d.add(w)
			continue
		}
		ids[i] = id
		if w.Times <= d.shownFor[id] {
			continue
		}
		d.shownFor[id] = w.Times
		if w.Shown != d.lex.ShownAs(id) {
			if !copied {
				d.lex.later, copied = maps.Clone(d.lex.later), true
			}
			if d.lex.later == nil {
				d.lex.later = map[uint32]string{}
			}
			d.lex.later[id] = w.Shown
		}
	}
	return ids
}

func (d *Dictionary) add(w Lesson) uint32 {
	id := uint32(len(d.lex.text))
	d.ids[w.Text] = id
	stemmed := ""
	if !w.Little {
		stemmed = words.Stem(w.Text)
	}
	if w.Shown == w.Text {
		w.Shown = w.Text // one copy of both
	}
	l := &d.lex
	l.text, l.stem, l.shown = append(l.text, w.Text), append(l.stem, stemmed), append(l.shown, w.Shown)
	l.sieve.Add(id, w.Text)
	d.shownFor = append(d.shownFor, w.Times)
	return id
}

// Now is the lexicon with all that has been learnt.
func (d *Dictionary) Now() *Lexicon {
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

// Text is a word as it is folded.
func (l *Lexicon) Text(id uint32) string { return l.text[id] }

// ShownAs is how a word is most often written.
func (l *Lexicon) ShownAs(id uint32) string {
	if way, ok := l.later[id]; ok {
		return way
	}
	return l.shown[id]
}

// id is the number of a folded word.
func (l *Lexicon) id(text string) (uint32, bool) {
	for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
		if i := lowerBound(ids, l.text, text); i < len(ids) && l.text[ids[i]] == text {
			return ids[i], true
		}
	}
	return 0, false
}

// Has reports whether there is a folded word.
func (l *Lexicon) Has(text string) bool {
	_, ok := l.id(text)
	return ok
}

// Find appends the words that fill a slot.
func (l *Lexicon) Find(s words.Slot, out []uint32) []uint32 {
	switch s.Kind {
	case words.IsWord:
		if id, ok := l.id(s.Text); ok {
			out = append(out, id)
		}
	case words.HasStem:
		for _, ids := range [...][]uint32{l.byStem.base, l.byStem.recent} {
			for i := lowerBound(ids, l.stem, s.Text); i < len(ids) && l.stem[ids[i]] == s.Text; i++ {
				out = append(out, ids[i])
			}
		}
	case words.HasPrefix:
		for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
			for i := lowerBound(ids, l.text, s.Text); i < len(ids) && strings.HasPrefix(l.text[ids[i]], s.Text); i++ {
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
