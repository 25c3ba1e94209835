package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxCorrections = 8 // readings of one misspelt word
	maxCorrected   = 8 // misspelt words of one query
	minGuess       = 6 // letters of an unfinished word that may be misspelt
)

// typos is how many typos a word may have: one from four letters, two from eight, none with a digit.
func typos(word string) int {
	n := utf8.RuneCountInString(word)
	switch {
	case n < 4 || hasDigit(word):
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// correction is a word of the index near to a misspelt one.
type correction struct {
	term     string
	shown    string
	docs     int
	shownFor int
}

// corrections are the words of live documents nearest to a word: all at the smallest distance within its typos, as written
// or in the singular; those of most documents first, then by letters; eight at most. When there is none and the word is
// unfinished, those with the nearest beginning.
func (s *snapshot) corrections(word string, unfinished bool) []correction {
	k := typos(word)
	if k == 0 {
		return nil
	}
	out := s.nearest(s.near(word, k), k)
	if len(out) == 0 && unfinished && utf8.RuneCountInString(word) >= minGuess {
		out = s.nearest(s.nearBeginning(word, k), k)
	}
	return out
}

// nearest are the words at the smallest distance that a live document has.
func (s *snapshot) nearest(near []neighbour, k int) []correction {
	var out []correction
	for d := 0; d <= k && len(out) == 0; d++ {
		at := map[string]*correction{}
		for _, n := range near {
			if n.distance != d {
				continue
			}
			v := &s.views[n.view]
			docs := v.liveDocs(n.term)
			if docs == 0 {
				continue
			}
			term := v.terms[n.term]
			c := at[term]
			if c == nil {
				c = &correction{term: term}
				at[term] = c
			}
			c.docs += docs
			if docs > c.shownFor {
				c.shownFor, c.shown = docs, v.shown[n.term]
			}
		}
		for _, c := range at {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.docs, a.docs), strings.Compare(a.term, b.term))
	})
	return out[:min(len(out), maxCorrections)]
}

// neighbour is a term within some edits of a word.
type neighbour struct {
	view     int
	term     uint32
	distance int
}

// near scans every term: the lengths and the letters are compared first, in a few instructions.
func (s *snapshot) near(word string, k int) []neighbour {
	var out []neighbour
	sig := signaturesOf(word)
	written, inSingular := newPattern(word), newPattern(singular(word))
	same := singular(word) == word
	for i := range s.views {
		v := &s.views[i]
		for t := range v.sigs {
			d, other := k+1, &v.sigs[t]
			if !sig.written.tooFar(other.written, k) {
				d, _ = written.edits(v.terms[t])
			}
			alike := same && other.singular == other.written // both are their own singular
			if !alike && !sig.singular.tooFar(other.singular, k) {
				e, _ := inSingular.edits(singular(v.terms[t]))
				d = min(d, e)
			}
			if d <= k && v.stems[t] != "" {
				out = append(out, neighbour{i, uint32(t), d})
			}
		}
	}
	return out
}

// nearBeginning scans every term for a beginning near to a word.
func (s *snapshot) nearBeginning(word string, k int) []neighbour {
	var out []neighbour
	p := newPattern(word)
	for i := range s.views {
		v := &s.views[i]
		for t, term := range v.terms {
			if _, d := p.edits(term); d <= k && v.stems[t] != "" {
				out = append(out, neighbour{i, uint32(t), d})
			}
		}
	}
	return out
}

// pattern is a word to compare others with: for each letter, the bits of the places where the word has it.
type pattern struct {
	ascii  [utf8.RuneSelf]uint64
	others map[rune]uint64
	length int
}

func newPattern(word string) *pattern {
	p := &pattern{}
	for _, r := range word {
		if r < utf8.RuneSelf {
			p.ascii[r] |= 1 << p.length
		} else {
			if p.others == nil {
				p.others = map[rune]uint64{}
			}
			p.others[r] |= 1 << p.length
		}
		p.length++
	}
	return p
}

// edits is the optimal string alignment distance to a word: a letter more, less or other, or two neighbours swapped, each
// count one (the restricted Damerau–Levenshtein distance). A column of the table is one 64-bit word: H. Hyyrö, “A
// bit-vector algorithm for computing Levenshtein and Damerau edit distances”, Nordic Journal of Computing 10, 2003. It
// returns the least distance to a beginning of the word as well. The pattern has a letter at least.
func (p *pattern) edits(word string) (whole, beginning int) {
	d := p.length
	least := d
	last := uint64(1) << (p.length - 1)
	more, less := ^uint64(0), uint64(0) // where the column goes up and down
	var diagonal, places uint64
	for _, r := range word {
		before := places
		if r < utf8.RuneSelf {
			places = p.ascii[r]
		} else {
			places = p.others[r]
		}
		swapped := (^diagonal & places) << 1 & before
		diagonal = ((places&more + more) ^ more) | places | less | swapped
		up, down := less|^(diagonal|more), diagonal&more
		if up&last != 0 {
			d++
		}
		if down&last != 0 {
			d--
		}
		up, down = up<<1|1, down<<1
		more, less = down|^(diagonal|up), up&diagonal
		least = min(least, d)
	}
	return d, least
}

// liveDocs is the number of live documents that have a term.
func (v *view) liveDocs(term uint32) int {
	n := 0
	for run := v.postings(term); len(run) > 0; {
		doc, _, rest := next(run)
		if !v.isDead(doc) {
			n++
		}
		run = rest
	}
	return n
}

// knows reports whether a live document has a word that fills the slot.
func (s *snapshot) knows(want slot) bool {
	for i := range s.views {
		v := &s.views[i]
		for _, t := range v.find(want, nil) {
			for run := v.postings(t); len(run) > 0; {
				doc, _, rest := next(run)
				if !v.isDead(doc) {
					return true
				}
				run = rest
			}
		}
	}
	return false
}
