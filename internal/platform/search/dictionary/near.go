package dictionary

import "grappe/internal/platform/search/words"

// Neighbour is a word within some edits of a word.
type Neighbour struct {
	Word     uint32
	Distance int
}

// Finder finds the words near to a misspelt one, in memory of its own: what it gives holds until it is asked again.
type Finder struct {
	word              string
	written, singular words.Pattern
	maybe             []uint32
	near              []Neighbour
}

// Near are the words within k edits of a word, as written or in the singular.
func (f *Finder) Near(lex *Lexicon, word string, k int) []Neighbour {
	singular := words.Singular(word)
	f.word = word
	f.written.Set(word)
	f.singular.Set(singular)
	f.maybe = lex.sieve.Near(word, k, f.maybe[:0])
	f.near = f.near[:0]
	for _, id := range f.maybe {
		text := lex.text.of(id)
		d, _ := f.written.Edits(text)
		if other := words.Singular(text); singular != word || other != text {
			e, _ := f.singular.Edits(other)
			d = min(d, e)
		}
		if d <= k && !lex.little(id) {
			f.near = append(f.near, Neighbour{id, d})
		}
	}
	return f.near
}

// Beginnings are the words with a beginning within k edits of the word that Near was asked for last.
func (f *Finder) Beginnings(lex *Lexicon, k int) []Neighbour {
	f.maybe = lex.sieve.Beginnings(f.word, k, f.maybe[:0])
	f.near = f.near[:0]
	for _, id := range f.maybe {
		if _, d := f.written.Edits(lex.text.of(id)); d <= k && !lex.little(id) {
			f.near = append(f.near, Neighbour{id, d})
		}
	}
	return f.near
}
