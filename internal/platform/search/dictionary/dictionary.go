// Package dictionary numbers the folded words of an index, and finds them by what a query asks: the word itself, its forms, its
// beginning, and its neighbours by letters. It must not know documents, nor where words stand in them.
package dictionary

import (
	"hash/maphash"
	"maps"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"grappe/internal/platform/search/words"
)

// Dictionary numbers the words of all segments. A number is given once and for good, so that segments agree about them; a word
// that no document has any more keeps its own. It may be taught by several builders at once.
type Dictionary struct {
	mu       sync.Mutex
	lex      Lexicon  // guarded by mu, as all below
	shownFor []uint16 // how often the way shown was written, where it was learnt
}

// Lexicon is what a dictionary knew at one moment. What it answers never changes: later words stand behind the end of its lists, and are passed over in its table.
type Lexicon struct {
	text    texts
	seed    maphash.Seed
	table   []atomic.Uint32   // open addressing by hash: the number of a word plus one, 0 for none; later words come in as well
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
	return &Dictionary{lex: Lexicon{seed: maphash.MakeSeed(), table: make([]atomic.Uint32, 64), byStem: order{stems: true}}}
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
		at, id, ok := d.lex.find(w.Text)
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
func (l *Lexicon) find(text string) (at int, id uint32, ok bool) {
	mask := len(l.table) - 1
	for at = int(maphash.String(l.seed, text)) & mask; ; at = (at + 1) & mask {
		switch id := l.table[at].Load() - 1; {
		case id == math.MaxUint32:
			return at, 0, false
		case id < uint32(l.len()) && l.text.of(id) == text:
			return at, id, true
		}
	}
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
	l.table[at].Store(id + 1)
	if l.len()*4 > len(l.table)*3 {
		l.rehash(2 * len(l.table))
	}
	return id
}

// rehash takes a table of a size, a power of two.
func (l *Lexicon) rehash(size int) {
	l.table = make([]atomic.Uint32, size)
	for id := range uint32(l.len()) {
		at, _, _ := l.find(l.text.of(id))
		l.table[at].Store(id + 1)
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

// Has reports whether there is a folded word.
func (l *Lexicon) Has(text string) bool {
	_, _, ok := l.find(text)
	return ok
}

// Find appends the words that fill a slot.
func (l *Lexicon) Find(s words.Slot, out []uint32) []uint32 {
	switch s.Kind {
	case words.IsWord:
		if _, id, ok := l.find(s.Text); ok {
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
