package listing

import (
	"strings"
	"unicode"

	"grappe/internal/platform/spelling"
)

// TagKey is equal for tags that differ by case, accent, plural, hyphen or space: "Services web", "service-web".
// TagKey(TagKey(s)) is TagKey(s).
func TagKey(tag string) string {
	lower := strings.ToLower(strings.TrimSpace(tag))
	var b strings.Builder
	for _, w := range strings.Fields(spelling.Plain(signsInTag(lower))) {
		b.WriteString(singular(w))
	}
	key := b.String()
	if key == "" {
		return lower
	}
	return singular(key)
}

// signsInTag keeps "c", "c++" and "c#" apart, and ".net" from "net".
func signsInTag(lower string) string {
	if !strings.ContainsAny(lower, "+#.&") {
		return lower
	}
	lower = strings.NewReplacer("+", "plus", "#", "sharp", "&", " et ").Replace(lower)
	if rest, ok := strings.CutPrefix(lower, "."); ok && rest != "" && unicode.IsLetter(rune(rest[0])) {
		return "dot" + rest
	}
	return lower
}

// singular takes the French and English marks of the plural off a folded word, as often as there are any, so that
// doing it twice changes nothing. It makes keys, not words: "devops" loses its s too, and that harms nobody.
func singular(word string) string {
	for {
		shorter := word
		switch {
		case len(word) <= 3 || strings.HasSuffix(word, "ss"):
		case strings.HasSuffix(word, "eaux") || strings.HasSuffix(word, "eux"):
			shorter = word[:len(word)-1]
		case strings.HasSuffix(word, "aux") && len(word) > 4 && !hasPluralInAux(word):
			shorter = word[:len(word)-3] + "al"
		case strings.HasSuffix(word, "s") || strings.HasSuffix(word, "x"):
			shorter = word[:len(word)-1]
		}
		if shorter == word {
			return word
		}
		word = shorter
	}
}

// hasPluralInAux is true for words in -au whose plural only adds an x.
func hasPluralInAux(word string) bool {
	for _, stem := range []string{"tuyaux", "joyaux", "noyaux", "boyaux"} {
		if strings.HasSuffix(word, stem) {
			return true
		}
	}
	return false
}

// Spelling chooses one spelling per TagKey: the most used; between equals the one with more accents, then the one
// with fewer capitals, then the first in alphabetical order, so that the choice never depends on the order read.
func Spelling(uses map[string]int) map[string]string {
	best := map[string]string{}
	for tag, n := range uses {
		key := TagKey(tag)
		if held, ok := best[key]; !ok || Preferred(tag, n, held, uses[held]) {
			best[key] = tag
		}
	}
	return best
}

// Preferred reports whether one spelling of a tag is chosen before another, each with how often it is used.
func Preferred(tag string, n int, other string, m int) bool {
	return n > m || n == m && finer(tag, other)
}

func finer(a, b string) bool {
	if x, y := count(a, isAccented), count(b, isAccented); x != y {
		return x > y
	}
	if x, y := count(a, unicode.IsUpper), count(b, unicode.IsUpper); x != y {
		return x < y
	}
	return a < b
}

func isAccented(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }

func count(s string, is func(rune) bool) int {
	n := 0
	for _, r := range s {
		if is(r) {
			n++
		}
	}
	return n
}

// JoinTags replaces each tag by the chosen spelling of its key, keeps the order and drops what is then twice.
func JoinTags(tags []string, spelling map[string]string) []string {
	var out []string
	seen := map[string]bool{}
	for _, tag := range tags {
		tag = strings.TrimSpace(tag)
		key := TagKey(tag)
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		if chosen, ok := spelling[key]; ok {
			tag = chosen
		}
		out = append(out, tag)
	}
	return out
}
