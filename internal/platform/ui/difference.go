package ui

import (
	"slices"
	"strings"
	"unicode"
)

// Differences show things before and after, side by side where there is room. What went is marked on one side, what came on the
// other, in words as well as by colour.
type Differences struct {
	Before, After string // what the sides are; ui.difference.before and after when empty
	New           bool   // there is nothing before: one side
	Level         int    // of the headings, 2 to 4; 3 when 0
	Items         []Difference
}

// HeadingLevel is 2, 3 or 4.
func (d Differences) HeadingLevel() int {
	if d.Level == 0 {
		return 3
	}
	return d.Level
}

// BeforeOr is what the first side is.
func (d Differences) BeforeOr(usual string) string { return either(d.Before, usual) }

// AfterOr is what the second side is.
func (d Differences) AfterOr(usual string) string { return either(d.After, usual) }

// Difference is one thing before and after.
type Difference struct {
	ID     string // anchor, none when empty
	Label  string // unused where a Check stands in its place
	Note   string // in small: who wrote it, why it cannot be chosen
	Link   Link   // where it is edited; none without Label
	Check  *Check // chooses the thing, in a form
	Before Side
	After  Side
}

// Side is what something says: one line, or several that are a list.
type Side []SideLine

// SideLine is a line; its mark is for the whole of it.
type SideLine struct {
	Parts []Part
	Mark  Mark
	Image string // address of a picture that is shown instead
}

// Part is some words of a line.
type Part struct {
	Text string
	Mark Mark
}

// Mark says that something stands on one side only.
type Mark string

// The marks.
const (
	Same Mark = ""
	Gone Mark = "gone"
	Come Mark = "come"
)

// PlainSide is a side of one line without marks, none for an empty text.
func PlainSide(text string) Side {
	if text == "" {
		return nil
	}
	return Side{{Parts: []Part{{Text: text}}}}
}

// CompareLists marks the lines that stand in one list only.
func CompareLists(before, after []string) (was, is Side) {
	mark := func(lines, others []string, m Mark) (side Side) {
		for _, line := range lines {
			l := SideLine{Parts: []Part{{Text: line}}}
			if !slices.Contains(others, line) {
				l.Mark = m
			}
			side = append(side, l)
		}
		return side
	}
	return mark(before, after, Gone), mark(after, before, Come)
}

// mostCompared is how many pairs of words are compared at most; what is longer is told as replaced.
const mostCompared = 4_000_000

// CompareTexts marks the words that stand in one text only. Texts that have little in common are told as replaced, for marks
// strewn all over help nobody.
func CompareTexts(before, after string) (was, is Side) {
	a, b := words(before), words(after)
	numbers := map[string]int{}
	keptA, keptB := common(numbered(a, numbers), numbered(b, numbers))
	kept := 0
	for _, k := range keptA {
		if k {
			kept++
		}
	}
	if 4*kept < min(len(a), len(b)) {
		keptA, keptB = make([]bool, len(a)), make([]bool, len(b))
	}
	return marked(a, keptA, Gone), marked(b, keptB, Come)
}

// numbered gives words that are seen as the same the same number: a blank more or less is not seen, a new line is.
func numbered(words []string, numbers map[string]int) []int {
	out := make([]int, len(words))
	for i, w := range words {
		seen := strings.TrimSpace(w) + strings.Repeat("\n", strings.Count(w, "\n"))
		n, ok := numbers[seen]
		if !ok {
			n = len(numbers)
			numbers[seen] = n
		}
		out[i] = n
	}
	return out
}

// marked is a text as one line whose words are marked that are not kept.
func marked(words []string, kept []bool, m Mark) Side {
	var parts []Part
	for i, w := range words {
		mark := m
		if kept[i] {
			mark = Same
		}
		if n := len(parts); n > 0 && parts[n-1].Mark == mark {
			parts[n-1].Text += w
		} else {
			parts = append(parts, Part{Text: w, Mark: mark})
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return Side{{Parts: parts}}
}

// common tells which words of two texts belong to the longest run of words that both have in the same order.
func common(a, b []int) (keptA, keptB []bool) {
	keptA, keptB = make([]bool, len(a)), make([]bool, len(b))
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		keptA[start], keptB[start] = true, true
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA--
		endB--
		keptA[endA], keptB[endB] = true, true
	}
	between(a[start:endA], b[start:endB], keptA[start:endA], keptB[start:endB])
	return keptA, keptB
}

func between(a, b []int, keptA, keptB []bool) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > mostCompared {
		return
	}
	width := len(b) + 1
	longest := make([]uint16, (len(a)+1)*width) // from each pair of places to the ends
	for i := len(a) - 1; i >= 0; i-- {
		row, below := longest[i*width:(i+1)*width], longest[(i+1)*width:(i+2)*width]
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				row[j] = below[j+1] + 1
			} else {
				row[j] = max(below[j], row[j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			keptA[i], keptB[j] = true, true
			i++
			j++
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			i++
		default:
			j++
		}
	}
}

// words parts a text into words, each with the space after it.
func words(text string) []string {
	var out []string
	begin, inSpace := 0, false
	for i, r := range text {
		space := unicode.IsSpace(r)
		if inSpace && !space {
			out = append(out, text[begin:i])
			begin = i
		}
		inSpace = space
	}
	if begin < len(text) {
		out = append(out, text[begin:])
	}
	return out
}
