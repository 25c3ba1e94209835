package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxLen is the longest word kept, in bytes of its folded form; a longer one is cut there.
const MaxLen = 64

// Fold writes a word as it is compared: lower case, without accents, œ as oe and æ as ae.
func Fold(word string) string {
	plain := true
	for i := 0; i < len(word); i++ {
		if c := word[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			plain = false
			break
		}
	}
	if !plain {
		if short, ok := foldLatin(word); ok {
			return short
		}
		word = foldRunes(word)
	}
	if len(word) > MaxLen {
		cut := MaxLen
		for !utf8.RuneStart(word[cut]) {
			cut--
		}
		word = word[:cut]
	}
	return word
}

// plainLetters are the letters U+00C0 to U+00FF as they are folded; a question mark for those that are not one letter.
const plainLetters = "aaaaaa?ceeeeiiii?nooooo?ouuuuy??aaaaaa?ceeeeiiii?nooooo?ouuuuy?y"

// foldLatin folds a word of the letters of French; false for a long one, or one with any other.
func foldLatin(word string) (string, bool) {
	var short [MaxLen]byte
	if len(word) > MaxLen {
		return "", false
	}
	out := short[:0]
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == 0xc3 && i+1 < len(word) && word[i+1]&0xc0 == 0x80:
			i++
			if c = plainLetters[word[i]&0x3f]; c == '?' {
				return "", false
			}
		case c >= utf8.RuneSelf:
			return "", false
		}
		out = append(out, c)
	}
	return string(out), true
}

func foldRunes(word string) string {
	var b strings.Builder
	b.Grow(len(word) + 1)
	for _, r := range norm.NFKD.String(word) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == 'ß' || r == 'ẞ':
			b.WriteString("ss")
		case r == 'ø' || r == 'Ø':
			b.WriteByte('o')
		case r == 'ı':
			b.WriteByte('i')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func hasDigit(word string) bool { return strings.ContainsAny(word, "0123456789") }
