package words

import (
	"strings"
	"unicode"
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
	g := glanceAt(text)
	return segments(text, 0, len(text), h.marked(&g))
}

// glances are the words of a text, of each of which is found out only what is asked for.
type glances struct {
	text  string
	words []glance
	notes []note
}

// glance is a word of a text.
type glance struct {
	start, end int32
	note       int32 // its place in notes plus one; 0 as long as nothing was asked
	first      byte  // of the folded word
}

// note is what was found out of a word.
type note struct {
	text string
	stem string // "" until it is asked for
	stop bool
}

func glanceAt(text string) glances {
	g := glances{text: text, words: make([]glance, 0, len(text)/6+1)}
	Cut(text, func(w Piece) bool {
		one := glance{start: int32(w.Start), end: int32(w.End)}
		switch c := text[w.Start]; {
		case 'A' <= c && c <= 'Z':
			one.first = c + 'a' - 'A'
		case c < utf8.RuneSelf:
			one.first = c
		case c == 0xc3 && w.End-w.Start > 1 && plainLetters[text[w.Start+1]&0x3f] != '?':
			one.first = plainLetters[text[w.Start+1]&0x3f]
		default:
			n := g.of(&one)
			if n.text == "" {
				return true
			}
			one.first = n.text[0]
		}
		g.words = append(g.words, one)
		return true
	})
	return g
}

// of is what is known of a word, which is folded when it is first asked for.
func (g *glances) of(w *glance) *note {
	if w.note == 0 {
		t := TokenOf(g.text, Piece{Start: int(w.start), End: int(w.end)})
		g.notes = append(g.notes, note{text: t.Text, stop: t.Stop})
		w.note = int32(len(g.notes))
	}
	return &g.notes[w.note-1]
}

// meets reports whether the i-th word fills a slot. A stem begins with the letter that its word begins with.
func (g *glances) meets(i int, s Slot) bool {
	if s.Text == "" || g.words[i].first != s.Text[0] {
		return false
	}
	n := g.of(&g.words[i])
	switch s.Kind {
	case IsWord:
		return n.text == s.Text
	case HasPrefix:
		return !n.stop && strings.HasPrefix(n.text, s.Text)
	}
	if n.stop {
		return false
	}
	if n.stem == "" {
		n.stem = Stem(n.text)
	}
	return n.stem == s.Text
}

// marked are the byte ranges of a text that the query matched, in order and apart.
func (h Highlighter) marked(g *glances) [][2]int {
	var out [][2]int
	if h.starts == nil {
		return nil
	}
	for i := range g.words {
		if !h.starts[g.words[i].first] {
			continue
		}
		end := 0 // one past the last word marked from here
		for _, row := range h.rows {
			end = max(end, g.rowEnd(i, row))
		}
		if end == 0 {
			continue
		}
		from, until := int(g.words[i].start), int(g.words[end-1].end)
		if n := len(out); n > 0 && from < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], until)
		} else {
			out = append(out, [2]int{from, until})
		}
	}
	return out
}

// rowEnd is one past the last word of a row that begins at the i-th; 0 where none does. Little words within do not count.
func (g *glances) rowEnd(i int, row []Slot) int {
	if len(row) == 0 || !g.meets(i, row[0]) {
		return 0
	}
	if len(row) > 1 && g.of(&g.words[i]).stop {
		return 0
	}
	for _, s := range row[1:] {
		for i++; i < len(g.words) && g.of(&g.words[i]).stop; i++ {
		}
		if i == len(g.words) || !g.meets(i, s) {
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
	g := glanceAt(text)
	marks := h.marked(&g)
	from, to := window(text, g.words, marks, maxRunes)
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
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == ' ' && space || c < ' ' || c >= 0xc2 && blankAt(text[i:]) {
			return strings.Join(strings.Fields(text), " ")
		}
		space = c == ' '
	}
	if space {
		return strings.TrimSuffix(text, " ")
	}
	return text
}

// blankAt reports whether a text may begin with a blank beyond ASCII.
func blankAt(text string) bool {
	switch text[0] {
	case 0xc2, 0xe1, 0xe3:
	case 0xe2:
		if strings.HasPrefix(text, "’") || strings.HasPrefix(text, "…") { // most that begin so
			return false
		}
	default:
		return false
	}
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(r)
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
		start := int(list[i].start)
		if i == 0 {
			start = 0
		} else if text[start-1] != ' ' {
			continue
		}
		end = after(text, end, utf8.RuneCountInString(text[at:start]))
		at = start
		until := len(text)
		if end < len(text) {
			for next < len(list) && int(list[next].end) <= end {
				next++
			}
			if until = 0; next > 0 {
				until = int(list[next-1].end)
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
