package words

import "unicode/utf8"

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
