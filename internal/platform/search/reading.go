package search

import "unicode/utf8"

const (
	minPrefix   = 2  // letters of an unfinished word
	minTail     = 3  // letters of an unfinished second half
	maxSplitLen = 24 // letters of a word that may be two
)

// reading is one way for a document to have a unit: consecutive words that fill its slots, little words not counted.
type reading struct {
	level Level
	slots []slot
}

// single is a reading of one word.
func single(l Level, kind slotKind, text string) reading {
	return reading{l, []slot{{kind, text}}}
}

// inRow is a reading of words in a row, in any of their forms.
func inRow(l Level, words []string) reading {
	r := reading{level: l}
	for _, w := range words {
		r.slots = append(r.slots, slot{hasStem, stem(w)})
	}
	return r
}

// forms are the readings of a word by its own letters.
func forms(u unit, known func(term string) bool) []reading {
	out := []reading{single(Exact, isTerm, u.word), single(Stem, hasStem, stem(u.word))}
	unfinished := u.last && utf8.RuneCountInString(u.word) >= minPrefix
	if unfinished {
		out = append(out, single(Prefix, hasPrefix, u.word))
	}
	if n := len(u.parts); n > 1 {
		r := inRow(Stem, u.parts)
		out = append(out, r)
		if tail := u.parts[n-1]; unfinished && utf8.RuneCountInString(tail) >= minPrefix {
			r = inRow(Prefix, u.parts)
			r.slots[n-1] = slot{hasPrefix, tail}
			out = append(out, r)
		}
	}
	return append(out, halves(u.word, unfinished, known)...)
}

// halves are the readings of a word as two words in a row: the first as it is, the second in any form.
func halves(word string, unfinished bool, known func(term string) bool) []reading {
	if utf8.RuneCountInString(word) > maxSplitLen {
		return nil
	}
	var out []reading
	for i := range word {
		if i == 0 {
			continue
		}
		a, b := word[:i], word[i:]
		if stopWord(a) || stopWord(b) || !known(a) {
			continue
		}
		out = append(out, reading{Stem, []slot{{isTerm, a}, {hasStem, stem(b)}}})
		if unfinished && utf8.RuneCountInString(b) >= minTail {
			out = append(out, reading{Prefix, []slot{{isTerm, a}, {hasPrefix, b}}})
		}
	}
	return out
}

// withNeighbours adds to each unit what it means together with the next: written in one word, and the synonyms of several
// words; each word of the group then has that reading.
func (x *Index) withNeighbours(units []unit, known func(string) bool) [][]reading {
	out := make([][]reading, len(units))
	for i := range units {
		if units[i].word == "" {
			r := reading{level: Exact}
			for _, w := range units[i].phrase {
				r.slots = append(r.slots, slot{isTerm, w})
			}
			out[i] = []reading{r}
			continue
		}
		out[i] = append(out[i], forms(units[i], known)...)
		if i+1 < len(units) && units[i+1].word != "" && len(units[i].word)+len(units[i+1].word) <= maxWord {
			both := units[i].word + units[i+1].word
			joined := append(x.meanings([]string{both}, Synonym, known), single(Stem, isTerm, both), single(Stem, hasStem, stem(both)))
			if units[i+1].last {
				joined = append(joined, single(Prefix, hasPrefix, both))
			}
			out[i] = append(out[i], joined...)
			out[i+1] = append(out[i+1], joined...)
		}
	}
	for i := range units {
		var row []string
		for j := i; j < len(units) && units[j].word != "" && len(row) < maxSynonymWords; j++ {
			if units[j].parts != nil {
				row = append(row, units[j].parts...)
			} else {
				row = append(row, units[j].word)
			}
			meanings := x.meanings(row, Synonym, known)
			for k := i; k <= j; k++ {
				out[k] = append(out[k], meanings...)
			}
		}
		if units[i].parts != nil {
			out[i] = append(out[i], x.meanings([]string{units[i].word}, Synonym, known)...)
		}
	}
	return out
}

// meanings are the readings of words by the vocabulary.
func (x *Index) meanings(words []string, l Level, known func(string) bool) []reading {
	var out []reading
	for _, to := range x.shape.synonyms.of(words) {
		out = append(out, inRow(l, to))
		if len(to) == 1 {
			for _, r := range halves(to[0], false, known) {
				r.level = l
				out = append(out, r)
			}
		}
	}
	return out
}

// alone are the readings of a word without its neighbours, all at one level when it is a correction.
func (x *Index) alone(u unit, correction bool, known func(string) bool) []reading {
	out := append(forms(u, known), x.meanings([]string{u.word}, Synonym, known)...)
	if correction {
		for i := range out {
			out[i].level = Typo
		}
	}
	return out
}
