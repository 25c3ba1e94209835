package words

import (
	"sort"
	"strings"
)

// Segment is a piece of a text, marked when the query matched it. It is text: whoever shows it escapes it.
type Segment struct {
	Text   string
	Marked bool
}

// SlotKind is how one place of a reading meets a term.
type SlotKind uint8

// The kinds: the word itself, one of its forms, a word that begins so.
const (
	IsWord SlotKind = iota
	HasStem
	HasPrefix
)

// Slot is one place of a reading.
type Slot struct {
	Kind SlotKind
	Text string
}

// meets reports whether a token, with its stem, fills the slot.
func (s Slot) meets(t Token, stem string) bool {
	switch s.Kind {
	case IsWord:
		return t.Text == s.Text
	case HasStem:
		return !t.Stop && stem == s.Text
	default:
		return !t.Stop && strings.HasPrefix(t.Text, s.Text)
	}
}

// Highlighter marks in texts what a query matched. The zero value marks nothing.
type Highlighter struct {
	rows [][]Slot
}

// Mark makes a Highlighter of rows of slots: what fills all slots of a row, one after the other, is marked.
func Mark(rows [][]Slot) Highlighter { return Highlighter{rows} }

// Highlight cuts a text into marked and other segments; put together they are the text.
func (h Highlighter) Highlight(text string) []Segment {
	return segments(text, 0, len(text), h.marked(Tokens(text)))
}

// marked are the byte ranges of a text that the query matched, in order and apart.
func (h Highlighter) marked(list []Token) [][2]int {
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
			if len(row) == 1 && row[0].meets(list[i], stems[i]) {
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
		if at := content[k]; !s.meets(list[at], stems[at]) {
			return false
		}
	}
	return true
}

func segments(text string, from, to int, marks [][2]int) []Segment {
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
func (h Highlighter) Snippet(text string, maxRunes int) []Segment {
	text = strings.Join(strings.Fields(text), " ")
	list := Tokens(text)
	marks := h.marked(list)
	from, to := window(text, list, marks, maxRunes)
	out := segments(text, from, to, marks)
	if from > 0 {
		out = append([]Segment{{Text: "… "}}, out...)
	}
	if to < len(text) {
		out = append(out, Segment{Text: "…"})
	}
	return out
}

// window chooses the bytes to show: it begins at a word, as early as keeps the most marked bytes.
func window(text string, list []Token, marks [][2]int, maxRunes int) (from, to int) {
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
