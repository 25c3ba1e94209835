// Package spelling reduces what people write to keys that compare: case, accents, ligatures, apostrophes and
// hyphens gone. It must not know places, companies, competences or the text index, which stems on top.
package spelling

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ligatures and letters that Unicode does not decompose, after lower-casing.
func ligature(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ':
		return "d"
	}
	return ""
}

// glottal reports the marks that stand for a glottal stop in Polynesian names (ʻeta, okina): they vanish, where an
// apostrophe parts words.
func glottal(r rune) bool { return r == 'ʻ' || r == 'ʿ' || r == 'ʾ' }

// Plain is s in lower case without accents, with every character that is no letter and no digit turned into one
// space, and no space at the ends: "L’Île-des-Pins" gives "l ile des pins".
func Plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	put := func(t string) {
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(t)
	}
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r), glottal(r):
		case ligature(r) != "":
			put(ligature(r))
		case unicode.IsLetter(r), unicode.IsDigit(r):
			put(string(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// Slug is s as a part of a public address: "L’Île-des-Pins" gives "l-ile-des-pins". It is empty where s has
// neither letter nor digit.
func Slug(s string) string { return strings.ReplaceAll(Plain(s), " ", "-") }

// Compact is Plain without its spaces: "Mont Dore" and "Montdore" give the same.
func Compact(s string) string { return strings.ReplaceAll(Plain(s), " ", "") }

// Distance is the number of insertions, deletions, substitutions and swaps of neighbours that lead from a to b
// (the optimal string alignment form of Damerau and Levenshtein), counted in runes. It gives most+1 as soon as
// the distance is known to exceed most.
func Distance(a, b string, most int) int {
	s, t := []rune(a), []rune(b)
	if len(s)-len(t) > most || len(t)-len(s) > most {
		return most + 1
	}
	before, row, next := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			d := min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, before[j-2]+1)
			}
			next[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return min(row[len(t)], most+1)
}
