package locale

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Sorter gives texts keys that compare, byte by byte, as a dictionary of the language sorts: accents count only between equal
// letters, case does not, figures count by their value. It keeps buffers: one goroutine uses it at a time.
type Sorter struct {
	collator *collate.Collator
	buffer   collate.Buffer
}

// NewSorter makes the sorter of a language.
func NewSorter(tag language.Tag) *Sorter {
	return &Sorter{collator: collate.New(tag, collate.IgnoreCase, collate.Numeric)}
}

// Key is the key of a text, of about two bytes a letter. Half of what a collator gives are the accents, two bytes each behind all
// letters, and most are none. None, 0020, is the least of them: left out at the end, it sorts as before.
func (s *Sorter) Key(text string) string {
	key := s.collator.KeyFromString(&s.buffer, text)
	s.buffer.Reset()
	n := len(key)
	for n >= 2 && key[n-2] == 0 && key[n-1] == 0x20 {
		n -= 2
	}
	return string(key[:n])
}
