package dictionary

import (
	"slices"
	"strings"
)

// texts are strings in one piece of memory: a header of each would take more than most words do. A copy never changes: more of them
// are added behind its end.
type texts struct {
	all   string
	start []uint32         // of each in all, and the end
	grow  *strings.Builder // all, to be added to
}

func (t *texts) add(text string) {
	if t.grow == nil {
		t.grow, t.start = &strings.Builder{}, []uint32{0}
	}
	t.grow.WriteString(text)
	t.all = t.grow.String()
	t.start = append(t.start, uint32(len(t.all)))
}

func (t *texts) of(i uint32) string { return t.all[t.start[i]:t.start[i+1]] }

// fewTexts are texts of few of all numbers; they come in the order of these.
type fewTexts struct {
	ids   []uint32
	texts texts
}

func (f *fewTexts) add(id uint32, text string) {
	f.ids = append(f.ids, id)
	f.texts.add(text)
}

func (f *fewTexts) of(id uint32) (string, bool) {
	i, ok := slices.BinarySearch(f.ids, id)
	if !ok {
		return "", false
	}
	return f.texts.of(uint32(i)), true
}
