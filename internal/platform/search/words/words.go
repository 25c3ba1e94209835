// Package words is French as the index reads it: where a text has words, how they are folded and stemmed, which of them are
// little, what they also mean, how far two are apart by their letters, and what a query matched in a text. It must not know
// documents, postings or queries.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is one raw word of a text: bytes start to end, and whether only a hyphen stands between it and the word before.
type Piece struct {
	Start, End int
	Glued      bool
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

// InWord reports whether a character may stand in a word.
func InWord(r rune) bool {
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

// Cut cuts a text into raw words until yield says stop. A hyphen, like any sign, ends a word; an elided article is
// skipped; "3 D" and "3-D" are one word, and so are "C++" and "C#".
func Cut(text string, yield func(Piece) bool) {
	glued := false
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && !plainWord(c) {
			glued = false
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(text[i:]); !InWord(r) {
			glued = false
			i += size
			continue
		}
		w := Piece{Start: i, End: wordEnd(text, i), Glued: glued}
		if w.End == len(text) || text[w.End] == ' ' && w.End-w.Start > 1 { // nothing to look at behind it
			if !yield(w) {
				return
			}
			i, glued = w.End, false
			continue
		}
		if next, size := utf8.DecodeRuneInString(text[w.End:]); isApostrophe(next) && startsWord(text, w.End+size) && elided(text[w.Start:w.End]) {
			i = w.End + size
			continue
		}
		w.End = dimension(text, w)
		if !yield(w) {
			return
		}
		i, glued = w.End, false
		if next, size := utf8.DecodeRuneInString(text[i:]); isHyphen(next) {
			i += size
			glued = startsWord(text, i)
		}
	}
}

func startsWord(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return InWord(r)
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
		if !InWord(r) {
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
func dimension(text string, w Piece) int {
	if w.End-w.Start != 1 || text[w.Start] < '2' || text[w.Start] > '4' || w.End+1 >= len(text) {
		return w.End
	}
	if sep, d := text[w.End], text[w.End+1]; (sep == ' ' || sep == '-') && (d == 'd' || d == 'D') && !startsWord(text, w.End+2) {
		return w.End + 2
	}
	return w.End
}

// Token is a word of a text as it is compared.
type Token struct {
	Piece
	Text string // folded
	Stop bool   // a little word
}

// TokenOf folds one raw word.
func TokenOf(text string, w Piece) Token {
	raw := text[w.Start:w.End]
	if w.End-w.Start == 3 && '2' <= raw[0] && raw[0] <= '4' && (raw[1] == ' ' || raw[1] == '-') {
		raw = raw[:1] + "d"
	}
	t := Token{Piece: w, Text: Fold(raw)}
	t.Stop = Little(t.Text)
	return t
}

// Tokens are the words of a text.
func Tokens(text string) []Token { return AppendTokens(nil, text) }

// AppendTokens appends the words of a text.
func AppendTokens(out []Token, text string) []Token {
	Cut(text, func(w Piece) bool {
		if t := TokenOf(text, w); t.Text != "" {
			out = append(out, t)
		}
		return true
	})
	return out
}

// longKey is from how many bytes on no more words are added to a key.
const longKey = 200

// Key is a text as folded words with a space between them, cut where it is long.
func Key(text string) string {
	var key []byte
	Cut(text, func(w Piece) bool {
		if t := TokenOf(text, w); t.Text != "" {
			key = AppendKey(key, t.Text)
		}
		return true
	})
	return string(key)
}

// AppendKey appends one more folded word to a key.
func AppendKey(key []byte, word string) []byte {
	if len(key) >= longKey {
		return key
	}
	if len(key) > 0 {
		key = append(key, ' ')
	}
	return append(key, word...)
}
