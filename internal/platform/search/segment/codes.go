package segment

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"
)

// Codebook numbers the codes of each facet. It only grows, and may be taught by several builders at once.
type Codebook struct {
	mu    sync.RWMutex
	ids   []map[string]uint32 // guarded by mu, as names
	names [][]string
}

// NewCodebook makes the codebook of a shape, with the codes that it knows beforehand.
func NewCodebook(s *Shape) *Codebook {
	c := &Codebook{ids: make([]map[string]uint32, len(s.Facets)), names: make([][]string, len(s.Facets))}
	for f := range s.Facets {
		c.ids[f] = map[string]uint32{}
		for _, code := range s.Facets[f].Codes {
			c.learn(f, code)
		}
	}
	return c
}

func (c *Codebook) learn(f int, code string) uint32 {
	if id, ok := c.ID(f, code); ok {
		return id
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.ids[f][code]
	if !ok {
		id = uint32(len(c.names[f]))
		c.ids[f][code] = id
		c.names[f] = append(c.names[f], code)
	}
	return id
}

// ID is the number of a code.
func (c *Codebook) ID(f int, code string) (uint32, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok := c.ids[f][code]
	return id, ok
}

// Now are the codes of each facet by their numbers, as known so far.
func (c *Codebook) Now() [][]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Clone(c.names)
}

// FacetColumn holds the codes of every document. Documents share sets of codes: each has the number of its set. A code that
// they serve without sitting there is flagged; Everywhere stands for all codes served.
type FacetColumn struct {
	Of     []uint16 // the set of each document
	start  []uint32 // of each set in codes, and the end
	codes  []uint32
	Totals []uint32 // documents of each set
}

// What a code of a set may be beside its number: one that is only served, and all codes at once.
const (
	ServedOnly = 1 << 31
	Everywhere = ServedOnly | 1<<30
)

// Sets is how many sets there are.
func (f *FacetColumn) Sets() int { return len(f.start) - 1 }

// Set is a set by its number. Everywhere comes last.
func (f *FacetColumn) Set(i uint16) []uint32 { return f.codes[f.start[i]:f.start[i+1]] }

// facetBuilder makes a FacetColumn.
type facetBuilder struct {
	FacetColumn
	known map[string]uint16 // by what they were made of
	key   []byte
	last  []byte // the key of the document before; neighbours have much in common
}

func newFacetBuilder(n int) facetBuilder {
	return facetBuilder{FacetColumn: FacetColumn{start: []uint32{0}, Of: make([]uint16, 0, n)}, known: map[string]uint16{}}
}

// note gives the next document the set under the key; where there is none yet, make appends its codes.
func (b *facetBuilder) note(key []byte, make func(out []uint32) []uint32) {
	if len(b.Of) > 0 && bytes.Equal(key, b.last) {
		set := b.Of[len(b.Of)-1]
		b.Of = append(b.Of, set)
		b.Totals[set]++
		return
	}
	b.last = append(b.last[:0], key...)
	set, ok := b.known[string(key)]
	if !ok {
		set = uint16(b.Sets())
		b.known[string(key)] = set
		b.codes = make(b.codes)
		b.start = append(b.start, uint32(len(b.codes)))
		b.Totals = append(b.Totals, 0)
	}
	b.Of = append(b.Of, set)
	b.Totals[set]++
}

// add gives the next document the codes that it has, and those that it serves.
func (b *facetBuilder) add(s *Shape, f int, book *Codebook, codes, serves []string, all bool) {
	b.key = b.key[:0]
	for _, list := range [...][]string{codes, serves} {
		b.key = binary.AppendUvarint(b.key, uint64(len(list)))
		for _, code := range list {
			b.key = binary.AppendUvarint(b.key, uint64(len(code)))
			b.key = append(b.key, code...)
		}
	}
	if all {
		b.key = append(b.key, 1)
	}
	b.note(b.key, func(out []uint32) []uint32 {
		out = s.expand(f, book, codes, serves, out)
		if all {
			out = append(out, Everywhere)
		}
		return out
	})
}

// take gives the next document a set of another column.
func (b *facetBuilder) take(from *FacetColumn, set uint16) {
	codes := from.Set(set)
	b.key = b.key[:0]
	for _, c := range codes {
		b.key = binary.LittleEndian.AppendUint32(b.key, c)
	}
	b.note(b.key, func(out []uint32) []uint32 { return append(out, codes...) })
}

// column is what was built, in no more memory than it needs.
func (b *facetBuilder) column() FacetColumn {
	c := b.FacetColumn
	c.start, c.codes, c.Totals = slices.Clone(c.start), slices.Clone(c.codes), slices.Clone(c.Totals)
	return c
}
