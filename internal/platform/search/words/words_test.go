package words

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// plainWords cuts a text into words as words does, letter by letter.
func plainWords(text string) (out []Piece) {
	glued := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !InWord(r) {
			glued = false
			i += size
			continue
		}
		w := Piece{Start: i, Glued: glued}
		for w.End = i; w.End < len(text); {
			r, size := utf8.DecodeRuneInString(text[w.End:])
			if !InWord(r) {
				break
			}
			w.End += size
		}
		if w.End-w.Start == 1 {
			w.End = wordEnd(text, i) // C++
		}
		if next, size := utf8.DecodeRuneInString(text[w.End:]); isApostrophe(next) && startsWord(text, w.End+size) && elided(text[w.Start:w.End]) {
			i = w.End + size
			continue
		}
		w.End = dimension(text, w)
		out = append(out, w)
		next, size := utf8.DecodeRuneInString(text[w.End:])
		i, glued = w.End, false
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
		var got []Piece
		Cut(text, func(w Piece) bool {
			got = append(got, w)
			return true
		})
		if want := plainWords(text); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}
