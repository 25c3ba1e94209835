package search

import (
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/search/query"
	"grappe/internal/platform/search/words"
)

const (
	minPrefix   = 2  // letters of an unfinished word
	minTail     = 3  // letters of an unfinished second half
	maxSplitLen = 24 // letters of a word that may be two
)

func isWord(word string) words.Slot      { return words.Slot{Kind: words.IsWord, Text: word} }
func hasStem(stem string) words.Slot     { return words.Slot{Kind: words.HasStem, Text: stem} }
func hasPrefix(prefix string) words.Slot { return words.Slot{Kind: words.HasPrefix, Text: prefix} }

// reading is one way for a document to have a unit: consecutive words that fill its slots, little words not counted.
type reading struct {
	level Level
	slots []words.Slot
}

// of makes a reading of slots, all of which share one piece of memory.
func (r *run) of(l Level, slots ...words.Slot) reading {
	from := len(r.slots)
	r.slots = append(r.slots, slots...)
	return reading{l, r.slots[from:len(r.slots):len(r.slots)]}
}

// inRow is a reading of words in a row, in any of their forms.
func (r *run) inRow(l Level, list []string) reading {
	from := len(r.slots)
	for _, w := range list {
		r.slots = append(r.slots, hasStem(r.stem(w)))
	}
	return reading{l, r.slots[from:len(r.slots):len(r.slots)]}
}

// phrase is the reading of a quotation.
func (r *run) phrase(u query.Unit) reading {
	from := len(r.slots)
	for _, w := range u.Phrase {
		r.slots = append(r.slots, isWord(w))
	}
	return reading{Exact, r.slots[from:len(r.slots):len(r.slots)]}
}

// forms appends the readings of a word by its own letters.
func (r *run) forms(out []reading, u query.Unit) []reading {
	out = append(out, r.of(Exact, isWord(u.Word)), r.of(Stem, hasStem(r.stem(u.Word))))
	unfinished := u.Last && utf8.RuneCountInString(u.Word) >= minPrefix
	if unfinished {
		out = append(out, r.of(Prefix, hasPrefix(u.Word)))
	}
	if n := len(u.Parts); n > 1 {
		out = append(out, r.inRow(Stem, u.Parts))
		if tail := u.Parts[n-1]; unfinished && utf8.RuneCountInString(tail) >= minPrefix {
			rd := r.inRow(Prefix, u.Parts)
			rd.slots[n-1] = hasPrefix(tail)
			out = append(out, rd)
		}
	}
	return r.halves(out, Stem, u.Word, unfinished)
}

// halves appends the readings of a word as two words in a row: the first as it is, the second in any form.
func (r *run) halves(out []reading, l Level, word string, unfinished bool) []reading {
	if utf8.RuneCountInString(word) > maxSplitLen {
		return out
	}
	for i := range word {
		if i == 0 {
			continue
		}
		a, b := word[:i], word[i:]
		if words.Little(a) || words.Little(b) || !r.snap.lex.Has(a) {
			continue
		}
		out = append(out, r.of(l, isWord(a), hasStem(r.stem(b))))
		if unfinished && utf8.RuneCountInString(b) >= minTail {
			out = append(out, r.of(Prefix, isWord(a), hasPrefix(b)))
		}
	}
	return out
}

// withNeighbours gives each unit its readings, and what it means together with the next: written in one word, and the
// synonyms of several words; each word of the group then has that reading.
func (r *run) withNeighbours(units []query.Unit) {
	for i := range units {
		r.readings[i] = r.readings[i][:0]
	}
	for i := range units {
		if units[i].Word == "" {
			r.readings[i] = append(r.readings[i], r.phrase(units[i]))
			continue
		}
		r.readings[i] = r.forms(r.readings[i], units[i])
		if i+1 < len(units) && units[i+1].Word != "" && len(units[i].Word)+len(units[i+1].Word) <= words.MaxLen {
			both := units[i].Word + units[i+1].Word
			joined := r.meanings(r.shared[:0], both)
			joined = append(joined, r.of(Stem, isWord(both)), r.of(Stem, hasStem(r.stem(both))))
			if units[i+1].Last {
				joined = append(joined, r.of(Prefix, hasPrefix(both)))
			}
			r.readings[i] = append(r.readings[i], joined...)
			r.readings[i+1] = append(r.readings[i+1], joined...)
			r.shared = joined
		}
	}
	for i := range units {
		r.row = r.row[:0]
		for j := i; j < len(units) && units[j].Word != "" && len(r.row) < words.MaxSynonymWords; j++ {
			if units[j].Parts != nil {
				r.row = append(r.row, units[j].Parts...)
			} else {
				r.row = append(r.row, units[j].Word)
			}
			r.shared = r.meanings(r.shared[:0], r.row...)
			for k := i; k <= j; k++ {
				r.readings[k] = append(r.readings[k], r.shared...)
			}
		}
		if units[i].Parts != nil {
			r.readings[i] = r.meanings(r.readings[i], units[i].Word)
		}
	}
}

// meanings appends the readings of words by the vocabulary.
func (r *run) meanings(out []reading, list ...string) []reading {
	for _, to := range r.synonyms(list...) {
		out = append(out, r.inRow(Synonym, to))
		if len(to) == 1 {
			out = r.halves(out, Synonym, to[0], false)
		}
	}
	return out
}

// synonyms are the word sequences that words also mean.
func (r *run) synonyms(list ...string) [][]string {
	if len(list) > words.MaxSynonymWords {
		return nil
	}
	r.key = r.key[:0]
	for i, w := range list {
		if i > 0 {
			r.key = append(r.key, ' ')
		}
		r.key = append(r.key, r.stem(w)...)
	}
	return r.x.shape.synonyms.ByKey(r.key)
}

// alone appends the readings of a word without its neighbours, all at one level when it is a correction.
func (r *run) alone(out []reading, u query.Unit, correction bool) []reading {
	from := len(out)
	out = r.meanings(r.forms(out, u), u.Word)
	if correction {
		for i := range out[from:] {
			out[from+i].level = Typo
		}
	}
	return out
}

// mostStems is how many stems are remembered.
const mostStems = 4096

// stem is the stem of a word, remembered.
func (r *run) stem(w string) string {
	s, ok := r.stems[w]
	if !ok {
		if len(r.stems) >= mostStems {
			clear(r.stems)
		}
		w = strings.Clone(w)
		s = words.Stem(w)
		r.stems[w] = s
	}
	return s
}

// marks show in a text what the kept units met.
func (r *run) marks() Highlighter {
	n := 0
	for i := range r.units {
		n += len(r.units[i].readings)
	}
	if n == 0 {
		return Highlighter{}
	}
	rows := make([][]words.Slot, 0, n)
	for i := range r.units {
		if r.kept&(1<<i) == 0 {
			continue
		}
		for _, rd := range r.units[i].readings {
			rows = append(rows, rd.slots)
		}
	}
	return words.Mark(rows)
}
