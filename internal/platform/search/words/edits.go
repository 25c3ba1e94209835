package words

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Typos is how many typos a word may have: one from four letters, two from eight, none with a digit.
func Typos(word string) int {
	n := utf8.RuneCountInString(word)
	switch {
	case n < 4 || hasDigit(word):
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// Signature tells in a few instructions that two words are too far apart: which letters it has, and how many.
type Signature struct {
	letters uint32
	length  uint8
}

// Signatures are those of a word as written and in the singular.
type Signatures struct {
	Written, Singular Signature
}

// SignaturesOf are the signatures of a folded word.
func SignaturesOf(word string) Signatures {
	return Signatures{signatureOf(word), signatureOf(Singular(word))}
}

// Glance is both signatures, so that what they share tells of most words that they are too far apart in every number: the length
// and the letters as written, then what the singular has otherwise.
type Glance uint64

const (
	// pluralLetters are those that a word may lose in the singular.
	pluralLetters = 1<<('s'&31) | 1<<('x'&31)
	// shorter is the bit of words whose singular has a letter less, keptS and keptX are those of words whose singular has these letters.
	shorter, keptS, keptX = 40, 41, 42
	// irregular marks words in -aux, whose singular has other letters.
	irregular = 1 << 63
	// irregularLetters are those by which it then differs: -al, -ail.
	irregularLetters = 1<<('u'&31) | 1<<('l'&31) | 1<<('i'&31)
)

// GlanceOf is that of a folded word.
func GlanceOf(word string) Glance {
	s := SignaturesOf(word)
	g := Glance(s.Written.letters)<<8 | Glance(s.Written.length) | Glance(s.Written.length-s.Singular.length)&1<<shorter |
		Glance(s.Singular.letters>>('s'&31)&1)<<keptS | Glance(s.Singular.letters>>('x'&31)&1)<<keptX
	if strings.HasSuffix(word, "aux") {
		g |= irregular
	}
	return g
}

// Signatures are both, unless the word is irregular.
func (g Glance) Signatures() (s Signatures, ok bool) {
	s.Written = Signature{letters: uint32(g >> 8), length: uint8(g)}
	s.Singular = Signature{
		letters: s.Written.letters&^pluralLetters | uint32(g>>keptS&1)<<('s'&31) | uint32(g>>keptX&1)<<('x'&31),
		length:  s.Written.length - uint8(g>>shorter&1),
	}
	return s, g&irregular == 0
}

// Lacks reports whether a word has so few of the letters of another that none of its beginnings is within k edits of that.
func (g Glance) Lacks(other Glance, k int) bool {
	return bits.OnesCount32(uint32(other>>8)&^uint32(g>>8)) > k
}

// TooFar reports whether words are surely further apart than k edits, as written and in the singular. A singular has one letter
// less at most.
func (g Glance) TooFar(o Glance, k int) bool {
	other := uint64((g ^ o) >> 8 & (1<<32 - 1) &^ pluralLetters)
	if (g|o)&irregular != 0 {
		other &^= irregularLetters
	}
	if bits.OnesCount64(other) > 2*k {
		return true
	}
	apart := int(g&0xff) - int(o&0xff)
	return apart > k+1 || apart < -k-1
}

func signatureOf(word string) (s Signature) {
	for _, r := range word {
		s.letters |= 1 << (r & 31)
		s.length++
	}
	return s
}

// TooFar reports whether words surely differ by more than k edits: an edit changes the length by one at most, and at most
// two letters of the set.
func (s Signature) TooFar(o Signature, k int) bool {
	return int(s.length)-int(o.length) > k || int(o.length)-int(s.length) > k || bits.OnesCount32(s.letters^o.letters) > 2*k
}

// Pattern is a word to compare others with: for each letter, the bits of the places where the word has it.
type Pattern struct {
	ascii  [utf8.RuneSelf]uint64
	others map[rune]uint64
	length int
}

// Set makes it the pattern of a folded word.
func (p *Pattern) Set(word string) {
	*p = Pattern{}
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

// Edits is the optimal string alignment distance to a word: a letter more, less or other, or two neighbours swapped, each
// count one (the restricted Damerau–Levenshtein distance). A column of the table is one 64-bit word: H. Hyyrö, “A
// bit-vector algorithm for computing Levenshtein and Damerau edit distances”, Nordic Journal of Computing 10, 2003. It
// returns the least distance to a beginning of the word as well. The pattern has a letter at least.
func (p *Pattern) Edits(word string) (whole, beginning int) {
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
