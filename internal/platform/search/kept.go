package search

import (
	"grappe/internal/platform/search/dictionary"
	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/sections"
)

// Write writes the index as it is now; others may ask and change it meanwhile. Words and codes are written after the segments were
// taken: a word or a code more than they have does no harm.
func (x *Index) Write(w *sections.Writer) {
	views := x.now.Load().views
	x.words.Write(w)
	x.codes.Write(w)
	w.Number(len(views))
	w.End()
	for i := range views {
		views[i].Write(w)
	}
}

// Read reads an index of the same shape. Where it returns no error, the index answers as the one that was written; but the file
// is not known to be whole before its end was reached.
func Read(c Config, r *sections.Reader) (*Index, error) {
	x := newIndex(c)
	x.words = dictionary.Read(r)
	x.codes = segment.ReadCodebook(x.shape.Shape, r)
	r.Next()
	n := r.Number()
	var views []segment.View
	for i := 0; i < n && r.Err() == nil; i++ {
		views = append(views, segment.ReadView(x.shape.Shape, r))
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	x.publish(x.tidy(views))
	return x, nil
}
