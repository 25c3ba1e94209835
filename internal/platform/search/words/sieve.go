package words

import (
	"math/bits"
	"slices"
)

// Sieve knows which letters the forms of words have once and twice, sixty-four forms of one length side by side. It tells which words may be
// near to another without looking at them one by one. A copy of it stays as it was when more words are added.
type Sieve struct{ byLength [mostLength + 1]sieved }

// sieved is the forms of one length.
type sieved struct {
	words []uint32     // the word that each is a form of
	full  []letterBits // of sixty-four forms each, never changed
	last  letterBits
}

// letterBits tells for each trait which of sixty-four forms have it.
type letterBits [len(sievedLetters)]uint64

// mostLength, in letters, is the length under which longer forms stand as well.
const mostLength = 31

// sievedLetters are the traits: to have a letter; in capitals, to have it twice. Those that tell most forms apart come first.
const sievedLetters = "iraentoslcumpdEIRATNOSgbfhvqyxzkjw"

// Add adds a folded word under a number: as it is written, and in the singular.
func (s *Sieve) Add(id uint32, word string) {
	s.add(id, traitsOf(word))
	if singular := Singular(word); singular != word {
		s.add(id, traitsOf(singular))
	}
}

func (s *Sieve) add(id uint32, t traits) {
	b := &s.byLength[t.length]
	for w := t.letters; w != 0; w &= w - 1 {
		b.last[bits.TrailingZeros64(w)] |= 1 << (len(b.words) & 63)
	}
	if b.words = append(b.words, id); len(b.words)&63 == 0 {
		b.full, b.last = append(b.full, b.last), letterBits{}
	}
}

// Near appends the numbers, in order, of the words that may be within k edits, one or two, of a folded word, as written or in the
// singular.
func (s *Sieve) Near(word string, k int, out []uint32) []uint32 {
	out = s.near(traitsOf(word), k, out)
	if singular := Singular(word); singular != word {
		out = s.near(traitsOf(singular), k, out)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// near goes by what an edit may change: the length by one, and then one trait, or else two traits.
func (s *Sieve) near(t traits, k int, out []uint32) []uint32 {
	for n := max(t.length-k, 0); n <= min(t.length+k, mostLength); n++ {
		most := 2*k - max(n-t.length, t.length-n)
		out = s.byLength[n].look(func(b *letterBits) uint64 { return b.differ(t.letters, most) }, out)
	}
	return out
}

// Beginnings appends the numbers, in order, of the words with a beginning that may be within k edits of a folded word.
func (s *Sieve) Beginnings(word string, k int, out []uint32) []uint32 {
	t := traitsOf(word)
	for n := max(t.length-k, 0); n <= mostLength; n++ {
		out = s.byLength[n].look(func(b *letterBits) uint64 { return b.lack(t.letters, k) }, out)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// look appends the words of the forms that may pass.
func (s *sieved) look(may func(*letterBits) uint64, out []uint32) []uint32 {
	for i := range s.full {
		for w := may(&s.full[i]); w != 0; w &= w - 1 {
			out = append(out, s.words[i<<6|bits.TrailingZeros64(w)])
		}
	}
	if n := len(s.words); n&63 != 0 {
		for w := may(&s.last) & (1<<(n&63) - 1); w != 0; w &= w - 1 {
			out = append(out, s.words[n&^63|bits.TrailingZeros64(w)])
		}
	}
	return out
}

// traits are what a sieve knows of a form.
type traits struct {
	letters uint64 // a bit for each of sievedLetters
	length  int
}

// traitOf is the trait that a letter makes, by its last five bits: once, and again.
var traitOf = func() (of [32]struct{ once, again uint64 }) {
	for i, r := range sievedLetters {
		if r >= 'a' {
			of[r&31].once = 1 << i
		} else {
			of[r&31].again = 1 << i
		}
	}
	return of
}()

func traitsOf(form string) (t traits) {
	for _, r := range form {
		if 'a' <= r && r <= 'z' {
			if is := traitOf[r&31]; t.letters&is.once == 0 {
				t.letters |= is.once
			} else {
				t.letters |= is.again
			}
		}
		t.length++
	}
	t.length = min(t.length, mostLength)
	return t
}

// differ are the forms that have other traits than those, but for one to four at most.
func (b *letterBits) differ(letters uint64, most int) uint64 {
	var limit [5]uint64
	limit[most] = ^uint64(0)
	var over0, over1, over2, over3, over4 uint64 // the forms that differ in more than 0, 1, … traits
	for i, w := range b {
		x := w ^ -(letters >> i & 1)
		over4 |= over3 & x
		over3 |= over2 & x
		over2 |= over1 & x
		over1 |= over0 & x
		over0 |= x
		if i&3 == 3 && over1&limit[1]|over2&limit[2]|over3&limit[3]|over4&limit[4] == ^uint64(0) {
			return 0
		}
	}
	return ^(over1&limit[1] | over2&limit[2] | over3&limit[3] | over4&limit[4])
}

// lack are the forms that have all of some traits but for one or two at most.
func (b *letterBits) lack(letters uint64, most int) uint64 {
	var more [3]uint64 // the forms that lack more than 0, 1, … traits
	for ; letters != 0; letters &= letters - 1 {
		x := ^b[bits.TrailingZeros64(letters)]
		more[2] |= more[1] & x
		more[1] |= more[0] & x
		more[0] |= x
	}
	return ^more[most]
}
