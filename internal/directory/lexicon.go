package directory

import (
	"slices"
	"strings"

	"grappe/internal/listing"
)

// lexicon numbers texts that many cards have, and counts how often. The number of one that nobody has any more is given to
// another.
type lexicon struct {
	ids   map[string]uint32
	words []counted
	free  []uint32
}

type counted struct {
	text string
	n    int
}

func newLexicon() lexicon { return lexicon{ids: map[string]uint32{}} }

// add counts a text, and gives its number.
func (l *lexicon) add(text string) uint32 {
	id, ok := l.ids[text]
	if !ok {
		text = strings.Clone(text) // it may be a part of a whole card
		if n := len(l.free); n > 0 {
			id, l.free = l.free[n-1], l.free[:n-1]
		} else {
			id = uint32(len(l.words))
			l.words = append(l.words, counted{})
		}
		l.ids[text], l.words[id].text = id, text
	}
	l.words[id].n++
	return id
}

// drop takes away one use of the text of a number; it reports whether that was the last.
func (l *lexicon) drop(id uint32) bool {
	w := &l.words[id]
	if w.n--; w.n > 0 {
		return false
	}
	delete(l.ids, w.text)
	w.text = ""
	l.free = append(l.free, id)
	return true
}

func (l *lexicon) text(id uint32) string { return l.words[id].text }

func (l *lexicon) count(text string) int {
	if id, ok := l.ids[text]; ok {
		return l.words[id].n
	}
	return 0
}

// tagUses are the spellings of tags, and which of them are one tag.
type tagUses struct {
	lexicon
	byKey map[string][]uint32
}

func newTagUses() tagUses { return tagUses{newLexicon(), map[string][]uint32{}} }

func (t *tagUses) add(spelling string) uint32 {
	id := t.lexicon.add(spelling)
	if t.words[id].n == 1 {
		t.spell(id)
	}
	return id
}

// spell makes a spelling be found by its tag.
func (t *tagUses) spell(id uint32) {
	key := listing.TagKey(t.text(id))
	t.byKey[key] = append(t.byKey[key], id)
}

func (t *tagUses) drop(id uint32) {
	key := ""
	if t.words[id].n == 1 {
		key = listing.TagKey(t.text(id))
	}
	if !t.lexicon.drop(id) {
		return
	}
	t.byKey[key] = slices.DeleteFunc(t.byKey[key], func(other uint32) bool { return other == id })
	if len(t.byKey[key]) == 0 {
		delete(t.byKey, key)
	}
}
