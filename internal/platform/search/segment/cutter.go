package segment

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"strings"

	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/words"
)

// cutter cuts the texts of a builder into words.
type cutter struct {
	seed   maphash.Seed
	slots  []waySlot // open addressing by hash: words as written
	ways   []way
	odd    map[string]uint64 // words that are more than letters: the place plus one of each in odds
	odds   []string
	known  map[string]uint32 // a folded word → its place in words
	words  []dictionary.Lesson
	recent []readText // by hash; none where few documents come
	long   readText   // the long text read last
}

// way is a word as written, with the word that it is and how often it is written so.
type way struct {
	letters letters
	word    uint32 // its place in words, and whether it is a little one; noWord for a sign that folds to nothing
	times   uint32
}

// letters are the bytes of a word as written, so that whoever looks for it reads one line of the processor's cache; of a longer
// word the first byte is none, and the others say which it is.
type letters [3]uint64

// mostLetters is how many bytes letters has room for.
const mostLetters = 24

const (
	noWord = math.MaxUint32
	little = 1 << 31
)

// waySlot is a cell of the table: the place of a way plus one, 0 for none, and its hash.
type waySlot struct{ hash, way uint32 }

// readText is a text with the places of its words in ways. Short ones are remembered: documents say in few texts what they are. A
// card of the directory has three in five of its words from the names of its competences and places.
type readText struct {
	text  string
	ways  []uint32
	value uint32 // its place plus one among the values of the field, where it has been noted
	field uint32
}

// How many short texts are remembered, up to how many bytes each, and from how many documents on.
const (
	mostRecent   = 4096
	shortText    = 64
	fewDocuments = 256
)

func newCutter(docs int) cutter {
	c := cutter{seed: maphash.MakeSeed(), slots: make([]waySlot, 64), odd: map[string]uint64{}, known: map[string]uint32{}}
	if docs >= fewDocuments {
		c.recent = make([]readText, mostRecent)
	}
	return c
}

// read is a text with its words, until the next is read.
func (c *cutter) read(text string) *readText {
	t := &c.long
	if len(text) <= shortText && len(c.recent) > 0 {
		t = &c.recent[maphash.String(c.seed, text)%mostRecent]
		if t.text == text {
			return t
		}
	}
	*t = readText{text: text, ways: c.cut(t.ways[:0], text)}
	return t
}

func (c *cutter) cut(out []uint32, text string) []uint32 {
	words.Cut(text, func(w words.Piece) bool {
		out = append(out, c.wayOf(text, w))
		return true
	})
	return out
}

// wayOf is the place of a word as written.
func (c *cutter) wayOf(text string, w words.Piece) uint32 {
	raw := text[w.Start:w.End]
	found, hash := c.lettersOf(raw), uint32(maphash.String(c.seed, raw))
	mask := uint32(len(c.slots) - 1)
	i := hash & mask
	for ; c.slots[i].way != 0; i = (i + 1) & mask {
		if s := c.slots[i]; s.hash == hash && c.ways[s.way-1].letters == found {
			return s.way - 1
		}
	}
	c.slots[i] = waySlot{hash, uint32(len(c.ways)) + 1}
	c.ways = append(c.ways, way{letters: found, word: c.wordOf(text, w)})
	if len(c.ways)*2 > len(c.slots) {
		c.rehash()
	}
	return uint32(len(c.ways)) - 1
}

func (c *cutter) lettersOf(raw string) letters {
	if len(raw) > mostLetters {
		n, ok := c.odd[raw]
		if !ok {
			raw = strings.Clone(raw)
			c.odds = append(c.odds, raw)
			n = uint64(len(c.odds))
			c.odd[raw] = n
		}
		return letters{n << 8}
	}
	var b [mostLetters]byte
	copy(b[:], raw)
	return letters{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])}
}

// raw is the word as written.
func (c *cutter) raw(l letters) string {
	if l[0]&0xff == 0 {
		return c.odds[l[0]>>8-1]
	}
	var b [mostLetters]byte
	for i, eight := range l {
		binary.LittleEndian.PutUint64(b[8*i:], eight)
	}
	return string(bytes.TrimRight(b[:], "\x00"))
}

// rehash doubles the table.
func (c *cutter) rehash() {
	old := c.slots
	c.slots = make([]waySlot, 2*len(old))
	mask := uint32(len(c.slots) - 1)
	for _, s := range old {
		if s.way != 0 {
			i := s.hash & mask
			for c.slots[i].way != 0 {
				i = (i + 1) & mask
			}
			c.slots[i] = s
		}
	}
}

// wordOf is what a way's word is.
func (c *cutter) wordOf(text string, w words.Piece) uint32 {
	t := words.TokenOf(text, w)
	if t.Text == "" {
		return noWord
	}
	word, ok := c.known[t.Text]
	if !ok {
		word = uint32(len(c.words))
		folded := strings.Clone(t.Text)
		c.known[folded] = word
		c.words = append(c.words, dictionary.Lesson{Text: folded, Little: t.Stop})
	}
	if t.Stop {
		word |= little
	}
	return word
}

// shown is a word in a way of writing it in lower case.
type shown struct {
	text string
	word uint32
}

// tellShown says of each word how it is most often written, in lower case; of two ways, the first in byte order.
func (c *cutter) tellShown() {
	lower := make(map[shown]uint32, len(c.ways)) // how often, in any capitals
	for _, w := range c.ways {
		if w.word == noWord {
			continue
		}
		way := shown{strings.ToLower(c.raw(w.letters)), w.word &^ little}
		times := lower[way] + w.times
		lower[way] = times
		if best := &c.words[way.word]; times > best.Times || times == best.Times && way.text < best.Shown {
			best.Shown, best.Times = way.text, times
		}
	}
}
