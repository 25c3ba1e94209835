package words

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What follows marks texts as Highlighter does, looking at every word in every way.

// plainMeets reports whether a token, with its stem, fills the slot.
func plainMeets(s Slot, t Token, stem string) bool {
	switch s.Kind {
	case IsWord:
		return t.Text == s.Text
	case HasStem:
		return !t.Stop && stem == s.Text
	default:
		return !t.Stop && strings.HasPrefix(t.Text, s.Text)
	}
}

// plainMarks marks in texts what a query matched. The zero value marks nothing.
type plainMarks struct {
	rows [][]Slot
}

// Highlight cuts a text into marked and other segments; put together they are the text.
func (h plainMarks) Highlight(text string) []Segment {
	return plainSegments(text, 0, len(text), h.marked(Tokens(text)))
}

// marked are the byte ranges of a text that the query matched, in order and apart.
func (h plainMarks) marked(list []Token) [][2]int {
	if len(h.rows) == 0 {
		return nil
	}
	content := make([]int, 0, len(list)) // the words that count
	stems := make([]string, len(list))
	for i, t := range list {
		stems[i] = Stem(t.Text)
		if !t.Stop {
			content = append(content, i)
		}
	}
	to := make([]int, len(list)) // one past the last token marked from here
	for i := range list {
		for _, row := range h.rows {
			if len(row) == 1 && plainMeets(row[0], list[i], stems[i]) {
				to[i] = max(to[i], i+1)
			}
		}
	}
	for c, i := range content {
		for _, row := range h.rows {
			if len(row) > 1 && len(row) <= len(content)-c && meetsRow(row, list, stems, content[c:]) {
				to[i] = max(to[i], content[c+len(row)-1]+1)
			}
		}
	}
	var out [][2]int
	for i, end := range to {
		if end == 0 {
			continue
		}
		from, until := list[i].Start, list[end-1].End
		if n := len(out); n > 0 && from < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], until)
		} else {
			out = append(out, [2]int{from, until})
		}
	}
	return out
}

func meetsRow(row []Slot, list []Token, stems []string, content []int) bool {
	for k, s := range row {
		if at := content[k]; !plainMeets(s, list[at], stems[at]) {
			return false
		}
	}
	return true
}

func plainSegments(text string, from, to int, marks [][2]int) []Segment {
	var out []Segment
	add := func(end int, marked bool) {
		if end = min(end, to); end > from {
			out = append(out, Segment{text[from:end], marked})
			from = end
		}
	}
	for _, m := range marks {
		if m[1] <= from {
			continue
		}
		add(m[0], false)
		add(m[1], true)
	}
	add(to, false)
	return out
}

// Snippet is the piece of a text that shows the most matches, of about maxRunes characters, cut between words, with an
// ellipsis where something is left out. Line breaks become spaces.
func (h plainMarks) Snippet(text string, maxRunes int) []Segment {
	text = strings.Join(strings.Fields(text), " ")
	list := Tokens(text)
	marks := h.marked(list)
	from, to := plainWindow(text, list, marks, maxRunes)
	out := plainSegments(text, from, to, marks)
	if from > 0 {
		out = append([]Segment{{Text: "… "}}, out...)
	}
	if to < len(text) {
		out = append(out, Segment{Text: "…"})
	}
	return out
}

// window chooses the bytes to show: it begins at a word, as early as keeps the most marked bytes.
func plainWindow(text string, list []Token, marks [][2]int, maxRunes int) (from, to int) {
	if maxRunes <= 0 || len(list) == 0 {
		return 0, 0
	}
	at := runeStarts(text)
	if len(at)-1 <= maxRunes {
		return 0, len(text)
	}
	runeOf := make(map[int]int, len(list))
	next := 0
	for r, b := range at {
		for next < len(list) && list[next].Start == b {
			runeOf[b] = r
			next++
		}
	}
	best, bestMarked := [2]int{0, wordEndBefore(list, at[maxRunes])}, -1
	for i, t := range list {
		start := t.Start
		if i == 0 {
			start = 0
		} else if text[start-1] != ' ' {
			continue
		}
		end := min(runeOf[start]+maxRunes, len(at)-1)
		until := len(text)
		if at[end] < len(text) {
			until = wordEndBefore(list, at[end])
		}
		marked := 0
		for _, m := range marks {
			if m[0] >= start && m[1] <= until {
				marked += m[1] - m[0]
			}
		}
		if marked > bestMarked {
			best, bestMarked = [2]int{start, until}, marked
		}
		if until == len(text) {
			break
		}
	}
	if best[1] <= best[0] { // one word longer than the window
		best[1] = at[min(runeOf[best[0]]+maxRunes, len(at)-1)]
	}
	return best[0], best[1]
}

// runeStarts are the byte offsets of the characters, and the end.
func runeStarts(text string) []int {
	var at []int
	for i := range text {
		at = append(at, i)
	}
	return append(at, len(text))
}

// wordEndBefore is the end of the last word that ends by a byte offset.
func wordEndBefore(list []Token, limit int) int {
	after := sort.Search(len(list), func(i int) bool { return list[i].End > limit })
	if after == 0 {
		return 0
	}
	return list[after-1].End
}

// TestMarksAgainstPlain proves that passing over most words changes nothing of what is marked and quoted.
func TestMarksAgainstPlain(t *testing.T) {
	list := []string{
		"site", "sites", "Été", "été", "œuvre", "travaux", "travail", "la", "de", "l’", "3 D", "C++", "sécurité", "sécurisées", "\u0301", "日本", "×",
		"numérique", "-", " ", " ", "  ", "\n", "\u00a0", "\u202f", ".", "internet", "information", "\xff", "e-", "commerce", "Ÿ", "ÿ", "ß",
	}
	word := rapid.SampledFrom(list)
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(0, 40).Draw(t, "length") {
			text.WriteString(word.Draw(t, "word"))
			if rapid.IntRange(0, 3).Draw(t, "apart") > 0 {
				text.WriteString(" ")
			}
		}
		var rows [][]Slot
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row []Slot
			for range rapid.IntRange(1, 3).Draw(t, "slots") {
				w := Fold(strings.TrimSpace(word.Draw(t, "wanted")))
				switch kind := rapid.SampledFrom([]SlotKind{IsWord, HasStem, HasPrefix}).Draw(t, "kind"); {
				case w == "":
				case kind == HasStem:
					row = append(row, Slot{kind, Stem(w)})
				case kind == HasPrefix:
					row = append(row, Slot{kind, w[:1+len(w)/2]})
				default:
					row = append(row, Slot{kind, w})
				}
			}
			if len(row) > 0 {
				rows = append(rows, row)
			}
		}
		h, plain := Mark(rows), plainMarks{rows}
		if got, want := h.Highlight(text.String()), plain.Highlight(text.String()); !slices.Equal(got, want) {
			t.Fatalf("%q %v:\n got %v\nwant %v", text.String(), rows, got, want)
		}
		runes := rapid.IntRange(0, 60).Draw(t, "runes")
		if got, want := h.Snippet(text.String(), runes), plain.Snippet(text.String(), runes); !slices.Equal(got, want) {
			t.Fatalf("%q %v, %d runes:\n got %v\nwant %v", text.String(), rows, runes, got, want)
		}
	})
}

func TestStemBeginsLikeItsWord(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("aeiouyqurstlnmcdjxz")), 1, 14, -1)
	rapid.Check(t, func(t *rapid.T) {
		w := letters.Draw(t, "word") + rapid.SampledFrom([]string{"", "s", "aux", "eaux", "ee", "euse", "trice", "ation", "er", "e"}).Draw(t, "ending")
		if s := Stem(w); s == "" || s[0] != w[0] {
			t.Fatalf("the stem of %q is %q", w, s)
		}
	})
}
