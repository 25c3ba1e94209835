package directory

import (
	"maps"
	"slices"

	"grappe/internal/platform/sections"
)

// write writes the notes while others change them. What it writes of a card that changes meanwhile may be as it was, as it became,
// nonsense or nothing: whoever reads it notes that card again, as the change log tells. Others wait while one part is copied, at most.
func (n *notes) write(w *sections.Writer) {
	n.writeTexts(w)
	n.writeCards(w)
}

// writeTexts comes first: what a card that does not change uses is there before and after.
func (n *notes) writeTexts(w *sections.Writer) {
	n.mu.RLock()
	texts := [...][]string{n.kinds.list(), n.tags.list(), n.reaches.list(), slices.Sorted(maps.Keys(n.faulty))}
	n.mu.RUnlock()
	for _, list := range texts {
		w.Texts(list)
	}
	w.End()
}

func (n *notes) writeCards(w *sections.Writer) {
	var keys, all []byte
	var ends []uint32
	for i := range n.parts {
		p := &n.parts[i]
		keys, all, ends = keys[:0], all[:0], ends[:0]
		p.mu.RLock()
		for key, note := range p.cards {
			keys, all = append(keys, key[:]...), append(all, note...)
			ends = append(ends, uint32(len(all)))
		}
		p.mu.RUnlock()
		sections.Put(w, keys)
		sections.Put(w, ends)
		sections.Put(w, all)
		w.End()
	}
}

// readNotes reads notes, and counts what they use. A note with a number that nothing had when the texts were written is of a card that
// changed meanwhile, and left out.
func readNotes(r *sections.Reader) *notes {
	n := newNotes()
	r.Next()
	n.kinds, n.tags.lexicon, n.reaches = uncounted(r.Texts()), uncounted(r.Texts()), uncounted(r.Texts())
	for _, id := range r.Texts() {
		n.faulty[id] = true
	}
	for i := range n.parts {
		r.Next()
		keys, ends, all := sections.List[uint8](r), sections.List[uint32](r), sections.List[uint8](r)
		r.Want(len(keys) == len(ends)*len(noteKey{}) && slices.IsSorted(ends) && (len(ends) == 0 || int(ends[len(ends)-1]) == len(all)))
		if r.Err() != nil {
			return nil
		}
		n.readPart(&n.parts[i], keys, ends, all)
	}
	n.kinds.settle()
	n.tags.settle()
	n.reaches.settle()
	for id, w := range n.tags.words {
		if w.n > 0 {
			n.tags.spell(uint32(id))
		}
	}
	return n
}

// readPart takes up the notes of a part, whose texts become one piece of memory.
func (n *notes) readPart(p *notePart, keys []byte, ends []uint32, all []byte) {
	p.cards = make(map[noteKey]string, len(ends))
	text, from := string(all), uint32(0)
	for i, end := range ends {
		if note := all[from:end]; n.uses(note, 0) {
			n.uses(note, 1)
			p.cards[noteKey(keys[i*len(noteKey{}):])] = text[from:end]
		}
		from = end
	}
}

// uses counts what a note uses so many times more; it reports false, and stops, at a number that nothing has.
func (n *notes) uses(note noteReader, times int) bool {
	note.number()
	note.skip()
	note.skip()
	if !n.kinds.use(note.number(), times) {
		return false
	}
	for range note.number() {
		if !n.tags.use(note.number(), times) {
			return false
		}
	}
	for len(note) > 0 {
		if !n.reaches.use(note.number(), times) {
			return false
		}
	}
	return true
}

// list are the texts of a lexicon by their numbers, "" where a number is free.
func (l *lexicon) list() []string {
	list := make([]string, len(l.words))
	for i, w := range l.words {
		list[i] = w.text
	}
	return list
}

// uncounted is a lexicon of texts whose uses have to be counted.
func uncounted(list []string) lexicon {
	l := lexicon{ids: make(map[string]uint32, len(list)), words: make([]counted, len(list))}
	for i, text := range list {
		l.words[i].text = text
	}
	return l
}

// use counts some uses of a number; it reports whether there is such a one.
func (l *lexicon) use(id uint64, times int) bool {
	if id >= uint64(len(l.words)) {
		return false
	}
	l.words[id].n += times
	return true
}

// settle ends the counting: numbers that nobody uses are free.
func (l *lexicon) settle() {
	for i := range l.words {
		if w := &l.words[i]; w.n > 0 {
			l.ids[w.text] = uint32(i)
		} else {
			w.text = ""
			l.free = append(l.free, uint32(i))
		}
	}
}
