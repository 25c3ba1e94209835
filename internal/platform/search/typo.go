package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/words"
)

const (
	maxCorrections = 8 // readings of one misspelt word
	maxCorrected   = 8 // misspelt words of one query
	minGuess       = 6 // letters of an unfinished word that may be misspelt
)

// correction is a word of the index near to a misspelt one.
type correction struct {
	term  string
	shown string
	docs  int
}

// typist finds the words near to a misspelt one, in memory of its own.
type typist struct {
	finder dictionary.Finder
	out    []correction
}

// corrections are the words of live documents nearest to a word: all at the smallest distance within its typos, as written
// or in the singular; those of most documents first, then by letters; eight at most. When there is none and the word is
// unfinished, those with the nearest beginning. They hold until the next call.
func (t *typist) corrections(s *snapshot, word string, unfinished bool) []correction {
	k := words.Typos(word)
	if k == 0 {
		return nil
	}
	var out []correction
	for within := 1; within <= k && len(out) == 0; within++ { // most typos are one edit, and words as near as that are found sooner
		out = t.nearest(s, t.finder.Near(s.lex, word, within), within)
	}
	if len(out) == 0 && unfinished && utf8.RuneCountInString(word) >= minGuess {
		out = t.nearest(s, t.finder.Beginnings(s.lex, k), k)
	}
	return out
}

// nearest are those of some words at the smallest distance that a live document has.
func (t *typist) nearest(s *snapshot, near []dictionary.Neighbour, k int) []correction {
	t.out = t.out[:0]
	for d := 0; d <= k && len(t.out) == 0; d++ {
		for _, n := range near {
			if n.Distance != d {
				continue
			}
			if docs := s.liveDocs(n.Word); docs > 0 {
				t.out = append(t.out, correction{term: s.lex.Text(n.Word), shown: s.lex.ShownAs(n.Word), docs: docs})
			}
		}
	}
	slices.SortFunc(t.out, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.docs, a.docs), strings.Compare(a.term, b.term))
	})
	return t.out[:min(len(t.out), maxCorrections)]
}

// liveDocs is the number of live documents that have a term.
func (s *snapshot) liveDocs(term uint32) int {
	n := 0
	for i := range s.views {
		v := &s.views[i]
		p := v.Span(term)
		n += p.Len()
		if v.Dead == 0 {
			continue
		}
		for _, d := range v.Docs[p.From:p.To] {
			if v.IsDead(d) {
				n--
			}
		}
	}
	return n
}

// knows reports whether a live document has a word that fills the slot.
func (s *snapshot) knows(want words.Slot) bool {
	return slices.ContainsFunc(s.lex.Find(want, nil), s.isLive)
}
