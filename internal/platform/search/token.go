package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is one raw word of a text: bytes start to end, and whether only a hyphen stands between it and the word before.
type piece struct {
	start, end int
	glued      bool
}

// elided are the words that lose their last letter before an apostrophe; they are left out.
func elided(word string) bool {
	switch strings.ToLower(word) {
	case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
		return true
	}
	return false
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == 'ʼ' || r == '‘' || r == '`' || r == '´'
}

func isHyphen(r rune) bool { return r == '-' || r == '‐' || r == '‑' }

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return plainWord(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

func plainWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// latin reports whether a letter of two bytes stands at i: those from À to ſ, which French has (U+00C0 to U+017F; × and ÷
// are signs).
func latin(text string, i int) bool {
	if i+1 >= len(text) || text[i] < 0xc3 || text[i] > 0xc5 {
		return false
	}
	second := text[i+1]
	return second&0xc0 == 0x80 && (text[i] != 0xc3 || second != 0x97 && second != 0xb7)
}

// words cuts a text into raw words until yield says stop. A hyphen, like any sign, ends a word; an elided article is
// skipped; "3 D" and "3-D" are one word, and so are "C++" and "C#".
func words(text string, yield func(piece) bool) {
	glued := false
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && !plainWord(c) {
			glued = false
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(text[i:]); !isWord(r) {
			glued = false
			i += size
			continue
		}
		w := piece{start: i, end: wordEnd(text, i), glued: glued}
		if w.end == len(text) || text[w.end] == ' ' && w.end-w.start > 1 { // nothing to look at behind it
			if !yield(w) {
				return
			}
			i, glued = w.end, false
			continue
		}
		if next, size := utf8.DecodeRuneInString(text[w.end:]); isApostrophe(next) && startsWord(text, w.end+size) && elided(text[w.start:w.end]) {
			i = w.end + size
			continue
		}
		w.end = dimension(text, w)
		if !yield(w) {
			return
		}
		i, glued = w.end, false
		if next, size := utf8.DecodeRuneInString(text[i:]); isHyphen(next) {
			i += size
			glued = startsWord(text, i)
		}
	}
}

func startsWord(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return isWord(r)
}

func wordEnd(text string, i int) int {
	start := i
	for i < len(text) {
		if text[i] < utf8.RuneSelf {
			if !plainWord(text[i]) {
				break
			}
			i++
			continue
		}
		if latin(text, i) {
			i += 2
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWord(r) {
			break
		}
		i += size
	}
	if i-start == 1 { // C++, C#, F#
		end := i
		for end < len(text) && end < i+2 && (text[end] == '+' || text[end] == '#') {
			end++
		}
		if !startsWord(text, end) {
			return end
		}
	}
	return i
}

// dimension extends "3" over a following " D" or "-D".
func dimension(text string, w piece) int {
	if w.end-w.start != 1 || text[w.start] < '2' || text[w.start] > '4' || w.end+1 >= len(text) {
		return w.end
	}
	if sep, d := text[w.end], text[w.end+1]; (sep == ' ' || sep == '-') && (d == 'd' || d == 'D') && !startsWord(text, w.end+2) {
		return w.end + 2
	}
	return w.end
}

// token is a word of a text as it is compared.
type token struct {
	piece
	text string // folded
	stop bool   // a little word
}

// tokenOf folds one raw word.
func tokenOf(text string, w piece) token {
	raw := text[w.start:w.end]
	if w.end-w.start == 3 && '2' <= raw[0] && raw[0] <= '4' && (raw[1] == ' ' || raw[1] == '-') {
		raw = raw[:1] + "d"
	}
	t := token{piece: w, text: Fold(raw)}
	t.stop = stopWord(t.text)
	return t
}

// tokens are the words of a text.
func tokens(text string) []token { return appendTokens(nil, text) }

func appendTokens(out []token, text string) []token {
	words(text, func(w piece) bool {
		if t := tokenOf(text, w); t.text != "" {
			out = append(out, t)
		}
		return true
	})
	return out
}
