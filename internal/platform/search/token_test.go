package search

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// plainWords cuts a text into words as words does, letter by letter.
func plainWords(text string) (out []piece) {
	glued := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWord(r) {
			glued = false
			i += size
			continue
		}
		w := piece{start: i, glued: glued}
		for w.end = i; w.end < len(text); {
			r, size := utf8.DecodeRuneInString(text[w.end:])
			if !isWord(r) {
				break
			}
			w.end += size
		}
		if w.end-w.start == 1 {
			w.end = wordEnd(text, i) // C++
		}
		if next, size := utf8.DecodeRuneInString(text[w.end:]); isApostrophe(next) && startsWord(text, w.end+size) && elided(text[w.start:w.end]) {
			i = w.end + size
			continue
		}
		w.end = dimension(text, w)
		out = append(out, w)
		next, size := utf8.DecodeRuneInString(text[w.end:])
		i, glued = w.end, false
		if isHyphen(next) {
			i += size
			glued = startsWord(text, i)
		}
	}
	return out
}

func TestWords(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"site", "été", "œuvre", "×", "÷", "ſ", "À", "l", "d", "c", "C", "++", "#", "3", "2", "D", "d", "-", "‑", "’", "'", " ", " ", "\u00a0", "e\u0301",
		"日本", "\xff", "\xc3", "\xc5", "ß", "qu", ".", ",", "\n",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			text += pieces.Draw(t, "piece")
		}
		var got []piece
		words(text, func(w piece) bool {
			got = append(got, w)
			return true
		})
		if want := plainWords(text); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}
