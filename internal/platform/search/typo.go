package search

import (
	"cmp"
	"math/bits"
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
	term  string
	shown string
	docs  int
}

// typist finds the words near to a misspelt one, in memory of its own.
type typist struct {
	written, singular pattern
	near              []neighbour
	out               []correction
}

// corrections are the words of live documents nearest to a word: all at the smallest distance within its typos, as written
// or in the singular; those of most documents first, then by letters; eight at most. When there is none and the word is
// unfinished, those with the nearest beginning. They hold until the next call.
func (t *typist) corrections(s *snapshot, word string, unfinished bool) []correction {
	k := typos(word)
	if k == 0 {
		return nil
	}
	t.written.set(word)
	t.findNear(s.lex, word, k)
	out := t.nearest(s, k)
	if len(out) == 0 && unfinished && utf8.RuneCountInString(word) >= minGuess {
		t.findBeginnings(s.lex, k)
		out = t.nearest(s, k)
	}
	return out
}

// nearest are the words at the smallest distance that a live document has.
func (t *typist) nearest(s *snapshot, k int) []correction {
	t.out = t.out[:0]
	for d := 0; d <= k && len(t.out) == 0; d++ {
		for _, n := range t.near {
			if n.distance != d {
				continue
			}
			if docs := s.liveDocs(n.term); docs > 0 {
				t.out = append(t.out, correction{term: s.lex.text[n.term], shown: s.lex.shownAs(n.term), docs: docs})
			}
		}
	}
	slices.SortFunc(t.out, func(a, b correction) int {
		return cmp.Or(cmp.Compare(b.docs, a.docs), strings.Compare(a.term, b.term))
	})
	return t.out[:min(len(t.out), maxCorrections)]
}

// neighbour is a term within some edits of a word.
type neighbour struct {
	term     uint32
	distance int
}

// findNear scans every term: the lengths and the letters are compared first, in a few instructions.
func (t *typist) findNear(lex *lexicon, word string, k int) {
	t.near = t.near[:0]
	sig := signaturesOf(word)
	t.singular.set(singular(word))
	same := singular(word) == word
	for id := range lex.sigs {
		d, other := k+1, &lex.sigs[id]
		if !sig.written.tooFar(other.written, k) {
			d, _ = t.written.edits(lex.text[id])
		}
		alike := same && other.singular == other.written // both are their own singular
		if !alike && !sig.singular.tooFar(other.singular, k) {
			e, _ := t.singular.edits(singular(lex.text[id]))
			d = min(d, e)
		}
		if d <= k && lex.stem[id] != "" {
			t.near = append(t.near, neighbour{uint32(id), d})
		}
	}
}

// findBeginnings scans every term for a beginning near to the word.
func (t *typist) findBeginnings(lex *lexicon, k int) {
	t.near = t.near[:0]
	for id, term := range lex.text {
		if _, d := t.written.edits(term); d <= k && lex.stem[id] != "" {
			t.near = append(t.near, neighbour{uint32(id), d})
		}
	}
}

// signature tells in a few instructions that two words are too far apart: which letters it has, and how many.
type signature struct {
	letters uint32
	length  uint8
}

// signatures are those of a word as written and in the singular.
type signatures struct {
	written, singular signature
}

func signaturesOf(word string) signatures {
	return signatures{signatureOf(word), signatureOf(singular(word))}
}

func signatureOf(word string) (s signature) {
	for _, r := range word {
		s.letters |= 1 << (r & 31)
		s.length++
	}
	return s
}

// tooFar reports whether words surely differ by more than k edits: an edit changes the length by one at most, and at most
// two letters of the set.
func (s signature) tooFar(o signature, k int) bool {
	return int(s.length)-int(o.length) > k || int(o.length)-int(s.length) > k || bits.OnesCount32(s.letters^o.letters) > 2*k
}

// pattern is a word to compare others with: for each letter, the bits of the places where the word has it.
type pattern struct {
	ascii  [utf8.RuneSelf]uint64
	others map[rune]uint64
	length int
}

func newPattern(word string) *pattern {
	p := &pattern{}
	p.set(word)
	return p
}

func (p *pattern) set(word string) {
	*p = pattern{}
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
func (s *snapshot) liveDocs(term uint32) int {
	n := 0
	for i := range s.views {
		v := &s.views[i]
		p := v.span(term)
		n += p.len()
		if v.deadNum == 0 {
			continue
		}
		for _, d := range v.postings.docs[p.from:p.to] {
			if v.isDead(d) {
				n--
			}
		}
	}
	return n
}

// knows reports whether a live document has a word that fills the slot.
func (s *snapshot) knows(want slot) bool {
	return slices.ContainsFunc(s.lex.find(want, nil), s.isLive)
}
