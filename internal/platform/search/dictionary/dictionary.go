// Package dictionary numbers the folded words of an index, and finds them by what a query asks: the word itself, its forms, its
// beginning, and its neighbours by letters. It must not know documents, nor where words stand in them.
package dictionary

import (
	"hash/maphash"
	"maps"
	"math"
	"strings"
	"sync"

	"grappe/internal/platform/search/words"
)

// Dictionary numbers the words of all segments. A number is given once and for good, so that segments agree about them; a word
// that no document has any more keeps its own. It may be taught by several builders at once.
type Dictionary struct {
	mu       sync.Mutex
	lex      Lexicon // guarded by mu, as all below
	seed     maphash.Seed
	table    []uint32 // open addressing by hash: the number of a word plus one, 0 for none
	shownFor []uint16 // how often the way shown was written, where it was learnt
}

// Lexicon is what a dictionary knew at one moment. It is never changed: later words stand behind the end of its lists.
type Lexicon struct {
	text    texts
	stemmed []uint8           // how many of its first bytes are the stem of a word; 0 for a little word, oddStem for one that is in stem
	stem    fewTexts          // those that are no beginning of their words: visioconferent
	shown   fewTexts          // the commonest way it was written when it was learnt, where that is not as it is folded
	later   map[uint32]string // a commoner way learnt since
	sieve   words.Sieve
	byText  order
	byStem  order // without little words
}

// oddStem is more than a stem has of the bytes of its word.
const oddStem = math.MaxUint8

// New makes an empty dictionary.
func New() *Dictionary {
	return &Dictionary{seed: maphash.MakeSeed(), table: make([]uint32, 64), lex: Lexicon{byStem: order{stems: true}}}
}

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
		at, id, ok := d.find(w.Text)
		if !ok {
			ids[i] = d.add(w, at)
			continue
		}
		ids[i] = id
		times := uint16(min(w.Times, math.MaxUint16))
		if times <= d.shownFor[id] {
			continue
		}
		d.shownFor[id] = times
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

// find is the number of a word and, where it has none, its place in the table.
func (d *Dictionary) find(text string) (at int, id uint32, ok bool) {
	mask := len(d.table) - 1
	for at = int(maphash.String(d.seed, text)) & mask; d.table[at] != 0; at = (at + 1) & mask {
		if id := d.table[at] - 1; d.lex.text.of(id) == text {
			return at, id, true
		}
	}
	return at, 0, false
}

// add gives a word its number, and a place in the table.
func (d *Dictionary) add(w Lesson, at int) uint32 {
	l := &d.lex
	id := uint32(l.len())
	stem := ""
	if !w.Little {
		stem = words.Stem(w.Text)
	}
	if strings.HasPrefix(w.Text, stem) && len(stem) < oddStem {
		l.stemmed = append(l.stemmed, uint8(len(stem)))
	} else {
		l.stemmed = append(l.stemmed, oddStem)
		l.stem.add(id, stem)
	}
	if w.Shown != w.Text {
		l.shown.add(id, w.Shown)
	}
	l.text.add(w.Text)
	l.sieve.Add(id, w.Text)
	d.shownFor = append(d.shownFor, uint16(min(w.Times, math.MaxUint16)))
	d.table[at] = id + 1
	if l.len()*4 > len(d.table)*3 {
		d.rehash(2 * len(d.table))
	}
	return id
}

// rehash makes a table of a size, a power of two.
func (d *Dictionary) rehash(size int) {
	d.table = make([]uint32, size)
	for id := range uint32(d.lex.len()) {
		at, _, _ := d.find(d.lex.text.of(id))
		d.table[at] = id + 1
	}
}

// Now is the lexicon with all that has been learnt.
func (d *Dictionary) Now() *Lexicon {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now()
}

// now is Now for who holds mu.
func (d *Dictionary) now() *Lexicon {
	l := &d.lex
	var fresh, stems []uint32
	for id := uint32(l.byText.len()); id < uint32(l.len()); id++ {
		fresh = append(fresh, id)
		if !l.little(id) {
			stems = append(stems, id)
		}
	}
	l.byText, l.byStem = l.byText.with(l, fresh), l.byStem.with(l, stems)
	out := *l
	return &out
}

func (l *Lexicon) len() int { return len(l.stemmed) }

// Text is a word as it is folded.
func (l *Lexicon) Text(id uint32) string { return l.text.of(id) }

// ShownAs is how a word is most often written.
func (l *Lexicon) ShownAs(id uint32) string {
	if way, ok := l.later[id]; ok {
		return way
	}
	if way, ok := l.shown.of(id); ok {
		return way
	}
	return l.text.of(id)
}

func (l *Lexicon) little(id uint32) bool { return l.stemmed[id] == 0 }

// stemOf is the stem of a word, "" of a little one.
func (l *Lexicon) stemOf(id uint32) string {
	if n := l.stemmed[id]; n != oddStem {
		return l.text.of(id)[:n]
	}
	stem, _ := l.stem.of(id)
	return stem
}

// id is the number of a folded word.
func (l *Lexicon) id(text string) (uint32, bool) {
	for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
		if i := l.byText.lowerBound(l, ids, text); i < len(ids) && l.text.of(ids[i]) == text {
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
			for i := l.byStem.lowerBound(l, ids, s.Text); i < len(ids) && l.stemOf(ids[i]) == s.Text; i++ {
				out = append(out, ids[i])
			}
		}
	case words.HasPrefix:
		for _, ids := range [...][]uint32{l.byText.base, l.byText.recent} {
			for i := l.byText.lowerBound(l, ids, s.Text); i < len(ids) && strings.HasPrefix(l.text.of(ids[i]), s.Text); i++ {
				if !l.little(ids[i]) {
					out = append(out, ids[i])
				}
			}
		}
	}
	return out
}
