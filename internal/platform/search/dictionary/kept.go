package dictionary

import (
	"maps"
	"slices"
	"strings"

	"grappe/internal/platform/sections"
)

// Write writes the dictionary, with all words that it has by now; others may teach it meanwhile.
func (d *Dictionary) Write(w *sections.Writer) {
	d.mu.Lock()
	l, times := d.now(), slices.Clone(d.shownFor)
	d.mu.Unlock()
	l.text.write(w)
	sections.Put(w, l.stemmed)
	l.stem.write(w)
	l.shown.write(w)
	later := slices.Sorted(maps.Keys(l.later))
	sections.Put(w, later)
	for _, id := range later {
		w.Text(l.later[id])
	}
	for _, o := range [...]*order{&l.byText, &l.byStem} {
		sections.Put(w, o.base)
		sections.Put(w, o.recent)
	}
	sections.Put(w, times)
	w.End()
}

// Read reads a dictionary. What is quickly made of the words themselves is not in the file: their letters, and the table by which they
// are found.
func Read(r *sections.Reader) *Dictionary {
	d := New()
	l := &d.lex
	r.Next()
	l.text.read(r)
	l.stemmed = sections.List[uint8](r)
	l.stem.read(r)
	l.shown.read(r)
	for _, id := range sections.List[uint32](r) {
		if l.later == nil {
			l.later = map[uint32]string{}
		}
		l.later[id] = r.Text()
	}
	for _, o := range [...]*order{&l.byText, &l.byStem} {
		o.base, o.recent = sections.List[uint32](r), sections.List[uint32](r)
	}
	d.shownFor = sections.List[uint16](r)
	r.Want(l.text.len() == l.len() && l.byText.len() == l.len() && len(d.shownFor) == l.len())
	if r.Err() != nil {
		return nil
	}
	size := len(l.table)
	for l.len()*4 > size*3 {
		size *= 2
	}
	l.rehash(size)
	for id := range uint32(l.len()) {
		l.sieve.Add(id, l.text.of(id))
	}
	return d
}

func (t *texts) len() int { return max(len(t.start)-1, 0) }

func (t *texts) write(w *sections.Writer) {
	sections.Put(w, t.start)
	w.Text(t.all)
}

func (t *texts) read(r *sections.Reader) {
	t.start = sections.List[uint32](r)
	all := r.Text()
	n := len(t.start)
	r.Want(slices.IsSorted(t.start) && (n == 0 && all == "" || n > 0 && t.start[0] == 0 && int(t.start[n-1]) == len(all)))
	if n == 0 || r.Err() != nil {
		*t = texts{}
		return
	}
	t.grow = &strings.Builder{}
	t.grow.WriteString(all)
	t.all = t.grow.String()
}

func (f *fewTexts) write(w *sections.Writer) {
	sections.Put(w, f.ids)
	f.texts.write(w)
}

func (f *fewTexts) read(r *sections.Reader) {
	f.ids = sections.List[uint32](r)
	f.texts.read(r)
	r.Want(len(f.ids) == f.texts.len())
}
