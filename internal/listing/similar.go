package listing

import (
	"slices"
	"strings"
)

// Likeness says how alike two names are.
type Likeness uint8

// The degrees of likeness of names. Near is close enough to ask a person, Close to go with another sign, Equal the
// same name in another spelling.
const (
	Unlike Likeness = iota
	Near
	Close
	Equal
)

// Thresholds for normalised names of at least minClose letters, tried on the TechOnMap data (2,120 names).
const (
	minClose   = 5
	jaroClose  = 0.94
	diceClose  = 0.72
	jaroNear   = 0.90
	diceNear   = 0.60
	bigramSize = 2
)

// CompareNames compares two names as written: Equal when they normalise to the same words in any order or differ only
// by their separations, Close when a slip of the pen parts them, Near when they resemble or one holds all words of
// the other. Names that differ in a number ("Agence 1", "Agence 2") are Unlike.
func CompareNames(a, b string) Likeness {
	return compareNormalized(NormalizeName(a), NormalizeName(b))
}

func compareNormalized(a, b string) Likeness {
	if a == "" || b == "" {
		return Unlike
	}
	a, b = shortened(a), shortened(b)
	wordsA, wordsB := strings.Fields(a), strings.Fields(b)
	slices.Sort(wordsA)
	slices.Sort(wordsB)
	x, y := strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", "")
	if x == y || slices.Equal(slices.Compact(wordsA), slices.Compact(wordsB)) {
		return Equal
	}
	if digitsOf(x) != digitsOf(y) {
		return Unlike
	}
	if min(len(x), len(y)) >= minClose {
		jaro, dice := jaroWinkler(x, y), dice(x, y)
		switch {
		case jaro >= jaroClose && dice >= diceClose:
			return Close
		case jaro >= jaroNear && dice >= diceNear:
			return Near
		}
	}
	if contains(wordsA, wordsB) || contains(wordsB, wordsA) {
		return Near
	}
	return Unlike
}

// shortened bounds the work on a name that someone filled with a whole text.
func shortened(name string) string {
	if len(name) <= 300 {
		return name
	}
	return strings.ToValidUTF8(name[:300], "")
}

// contains reports whether all words of part stand in whole, and part is more than a short word.
func contains(whole, part []string) bool {
	letters := 0
	for _, w := range part {
		letters += len(w)
		if !slices.Contains(whole, w) {
			return false
		}
	}
	return letters >= minClose
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// dice is Dice's coefficient over the pairs of neighbouring letters: 1 for the same pairs, 0 for none in common.
func dice(a, b string) float64 {
	x, y := bigrams(a), bigrams(b)
	if len(x)+len(y) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			common++
			i++
			j++
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

func bigrams(s string) []string {
	r := []rune(s)
	var out []string
	for i := 0; i+bigramSize <= len(r); i++ {
		out = append(out, string(r[i:i+bigramSize]))
	}
	slices.Sort(out)
	return out
}

// jaroWinkler is the similarity of Jaro with Winkler's bonus for a common beginning of up to four letters (W. E.
// Winkler, 1990), 0 to 1.
func jaroWinkler(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	j := jaro(x, y)
	prefix := 0
	for prefix < min(len(x), len(y), 4) && x[prefix] == y[prefix] {
		prefix++
	}
	return j + 0.1*float64(prefix)*(1-j)
}

func jaro(x, y []rune) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	reach := max(0, max(len(x), len(y))/2-1)
	inX, inY := make([]bool, len(x)), make([]bool, len(y))
	matches := 0
	for i := range x {
		for k := max(0, i-reach); k < min(len(y), i+reach+1); k++ {
			if !inY[k] && x[i] == y[k] {
				inX[i], inY[k] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	moved, k := 0, 0
	for i := range x {
		if !inX[i] {
			continue
		}
		for !inY[k] {
			k++
		}
		if x[i] != y[k] {
			moved++
		}
		k++
	}
	m := float64(matches)
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(moved)/2)/m) / 3
}
