package words

import (
	"strings"
	"unicode/utf8"
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

// Highlighter marks in texts what a query matched. The zero value marks nothing.
type Highlighter struct {
	rows   [][]Slot
	starts *[256]bool // first bytes of what fills the first slot of a row: most words of a text are passed over by theirs
}

// Mark makes a Highlighter of rows of slots: what fills all slots of a row, one after the other, is marked.
func Mark(rows [][]Slot) Highlighter {
	h := Highlighter{rows: rows}
	if len(rows) > 0 {
		h.starts = &[256]bool{}
	}
	for _, row := range rows {
		if len(row) > 0 && row[0].Text != "" {
			h.starts[row[0].Text[0]] = true
		}
	}
	return h
}

// Highlight cuts a text into marked and other segments; put together they are the text.
func (h Highlighter) Highlight(text string) []Segment {
	if len(h.rows) == 0 {
		return segments(text, 0, len(text), nil)
	}
	return segments(text, 0, len(text), h.marked(text, glances(text)))
}

// glance is a word of a text, of which is found out only what is asked for.
type glance struct {
	Piece
	first  byte // of the folded word
	folded bool
	stop   bool
	text   string
	stem   string // "" until it is asked for
}

// glances are the words of a text.
func glances(text string) []glance {
	out := make([]glance, 0, len(text)/5+1)
	Cut(text, func(w Piece) bool {
		g := glance{Piece: w}
		switch c := text[w.Start]; {
		case 'A' <= c && c <= 'Z':
			g.first = c + 'a' - 'A'
		case c < utf8.RuneSelf:
			g.first = c
		case c == 0xc3 && w.End-w.Start > 1 && plainLetters[text[w.Start+1]&0x3f] != '?':
			g.first = plainLetters[text[w.Start+1]&0x3f]
		default:
			if g.fold(text); g.text == "" {
				return true
			}
			g.first = g.text[0]
		}
		out = append(out, g)
		return true
	})
	return out
}

func (g *glance) fold(text string) {
	if !g.folded {
		t := TokenOf(text, g.Piece)
		g.text, g.stop, g.folded = t.Text, t.Stop, true
	}
}

// meets reports whether the word fills a slot. A stem begins with the letter that its word begins with.
func (g *glance) meets(text string, s Slot) bool {
	if s.Text == "" || g.first != s.Text[0] {
		return false
	}
	g.fold(text)
	switch s.Kind {
	case IsWord:
		return g.text == s.Text
	case HasPrefix:
		return !g.stop && strings.HasPrefix(g.text, s.Text)
	}
	if g.stop {
		return false
	}
	if g.stem == "" {
		g.stem = Stem(g.text)
	}
	return g.stem == s.Text
}

// marked are the byte ranges of a text that the query matched, in order and apart.
func (h Highlighter) marked(text string, list []glance) [][2]int {
	var out [][2]int
	for i := range list {
		if h.starts == nil || !h.starts[list[i].first] {
			continue
		}
		end := 0 // one past the last word marked from here
		for _, row := range h.rows {
			end = max(end, rowEnd(text, list, i, row))
		}
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

// rowEnd is one past the last word of a row that begins at the i-th; 0 where none does. Little words within do not count.
func rowEnd(text string, list []glance, i int, row []Slot) int {
	if len(row) == 0 || !list[i].meets(text, row[0]) {
		return 0
	}
	if len(row) > 1 && list[i].stop {
		return 0
	}
	for _, s := range row[1:] {
		for i++; i < len(list); i++ {
			if list[i].fold(text); !list[i].stop {
				break
			}
		}
		if i == len(list) || !list[i].meets(text, s) {
			return 0
		}
	}
	return i + 1
}

func segments(text string, from, to int, marks [][2]int) []Segment {
	out := make([]Segment, 0, 2*len(marks)+1)
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
	text = oneLine(text)
	list := glances(text)
	marks := h.marked(text, list)
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

// oneLine is a text with one space wherever it has blanks, and none at its ends.
func oneLine(text string) string {
	space := true // as if one stood before
	for i := range len(text) {
		c := text[i]
		if c == ' ' && space || c < ' ' || c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 { // blanks beyond ASCII begin so
			return strings.Join(strings.Fields(text), " ")
		}
		space = c == ' '
	}
	if space {
		return strings.TrimSuffix(text, " ")
	}
	return text
}

// window chooses the bytes to show: it begins at a word, as early as keeps the most marked bytes.
func window(text string, list []glance, marks [][2]int, maxRunes int) (from, to int) {
	if maxRunes <= 0 || len(list) == 0 {
		return 0, 0
	}
	end := after(text, 0, maxRunes) // maxRunes behind the beginning
	if end == len(text) {
		return 0, len(text)
	}
	next := 0 // of the words, the first that ends behind the window
	best, most := [2]int{}, -1
	for i, at := 0, 0; i < len(list); i++ {
		start := list[i].Start
		if i == 0 {
			start = 0
		} else if text[start-1] != ' ' {
			continue
		}
		end = after(text, end, utf8.RuneCountInString(text[at:start]))
		at = start
		until := len(text)
		if end < len(text) {
			for next < len(list) && list[next].End <= end {
				next++
			}
			if until = 0; next > 0 {
				until = list[next-1].End
			}
		}
		marked := 0
		for _, m := range marks {
			if m[0] >= start && m[1] <= until {
				marked += m[1] - m[0]
			}
		}
		if marked > most {
			best, most = [2]int{start, until}, marked
		}
		if until == len(text) || len(marks) == 0 {
			break
		}
	}
	if best[1] <= best[0] { // one word longer than the window
		best[1] = after(text, best[0], maxRunes)
	}
	return best[0], best[1]
}

// after is where so many characters behind a place end, or the text does.
func after(text string, i, runes int) int {
	for ; runes > 0 && i < len(text); runes-- {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return i
}
