package dictionary

import "grappe/internal/platform/search/words"

// Neighbour is a word within some edits of a word.
type Neighbour struct {
	Word     uint32
	Distance int
}

// Finder finds the words near to a misspelt one, in memory of its own: what it gives holds until it is asked again.
type Finder struct {
	written, singular words.Pattern
	glance            words.Glance // of the word asked for
	near              []Neighbour
}

// Near are the words within k edits of a word, as written or in the singular. It looks at the letters of every word
// first, in a few instructions.
func (f *Finder) Near(lex *Lexicon, word string, k int) []Neighbour {
	f.near = f.near[:0]
	f.written.Set(word)
	sig := words.SignaturesOf(word)
	f.singular.Set(words.Singular(word))
	same := words.Singular(word) == word
	f.glance = words.GlanceOf(word)
	for id, g := range lex.glance {
		if f.glance.TooFar(g, k) {
			continue
		}
		text := lex.text.of(uint32(id))
		other, ok := g.Signatures()
		if !ok {
			other = words.SignaturesOf(text)
		}
		d := k + 1
		if !sig.Written.TooFar(other.Written, k) {
			d, _ = f.written.Edits(text)
		}
		alike := same && other.Singular == other.Written // both are their own singular
		if !alike && !sig.Singular.TooFar(other.Singular, k) {
			e, _ := f.singular.Edits(words.Singular(text))
			d = min(d, e)
		}
		if d <= k && !lex.little(uint32(id)) {
			f.near = append(f.near, Neighbour{uint32(id), d})
		}
	}
	return f.near
}

// Beginnings are the words with a beginning within k edits of the word that Near was asked for last.
func (f *Finder) Beginnings(lex *Lexicon, k int) []Neighbour {
	f.near = f.near[:0]
	for id, g := range lex.glance {
		if g.Lacks(f.glance, k) || lex.little(uint32(id)) {
			continue
		}
		if _, d := f.written.Edits(lex.text.of(uint32(id))); d <= k {
			f.near = append(f.near, Neighbour{uint32(id), d})
		}
	}
	return f.near
}
