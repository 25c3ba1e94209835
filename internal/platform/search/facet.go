package search

import (
	"encoding/binary"
	"slices"
	"sync"
)

// shape is the Config, checked once.
type shape struct {
	fields   []Field
	facets   []FacetSpec
	facetAt  map[string]int
	inside   []map[string][]string // per facet: code → the codes inside it
	synonyms *Vocabulary
	points   [Typo + 1][16]uint16 // what a match is worth, by level and field
	capacity int                  // of a segment
}

// maxDepth stops a Parent that goes round.
const maxDepth = 64

// maxWeight keeps the points of a word within 16 bits.
const maxWeight = 6500

func shapeOf(c Config) *shape {
	s := &shape{
		fields: slices.Clone(c.Fields), facets: slices.Clone(c.Facets), facetAt: map[string]int{}, synonyms: c.Synonyms, capacity: capacity,
	}
	if len(s.fields) > 16 {
		s.fields = s.fields[:16]
	}
	for i := range s.fields {
		s.fields[i].Weight = min(max(s.fields[i].Weight, 1), maxWeight)
		if i > 0 {
			s.fields[i].Weight = min(s.fields[i].Weight, s.fields[i-1].Weight)
		}
		for l := Exact; l <= Typo; l++ {
			s.points[l][i] = uint16(max(1, s.fields[i].Weight*l.percent()/10))
		}
	}
	if len(s.facets) > 31 {
		s.facets = s.facets[:31]
	}
	s.inside = make([]map[string][]string, len(s.facets))
	for i, f := range s.facets {
		s.facetAt[f.Name] = i
		s.inside[i] = map[string][]string{}
		for _, code := range f.Codes {
			for _, up := range ancestors(f, code) {
				s.inside[i][up] = append(s.inside[i][up], code)
			}
		}
	}
	return s
}

// ancestors are the codes above a code, nearest first.
func ancestors(f FacetSpec, code string) []string {
	if f.Parent == nil {
		return nil
	}
	var up []string
	for range maxDepth {
		code = f.Parent(code)
		if code == "" || slices.Contains(up, code) {
			break
		}
		up = append(up, code)
	}
	return up
}

// codebook numbers the codes of each facet. It only grows, and may be taught by several builders at once.
type codebook struct {
	mu    sync.RWMutex
	ids   []map[string]uint32 // guarded by mu, as names
	names [][]string
}

func newCodebook(s *shape) *codebook {
	c := &codebook{ids: make([]map[string]uint32, len(s.facets)), names: make([][]string, len(s.facets))}
	for f := range s.facets {
		c.ids[f] = map[string]uint32{}
		for _, code := range s.facets[f].Codes {
			c.learn(f, code)
		}
	}
	return c
}

func (c *codebook) learn(f int, code string) uint32 {
	if id, ok := c.id(f, code); ok {
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

func (c *codebook) id(f int, code string) (uint32, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok := c.ids[f][code]
	return id, ok
}

// now are the codes of each facet by their numbers, as known so far.
func (c *codebook) now() [][]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Clone(c.names)
}

// A facetColumn holds the codes of every document. Documents share sets of codes: each has the number of its set. A code that
// they serve without sitting there is flagged; everywhere stands for all codes served.
type facetColumn struct {
	of     []uint16 // the set of each document
	start  []uint32 // of each set in codes, and the end
	codes  []uint32
	totals []uint32 // documents of each set
}

const (
	servedOnly = 1 << 31
	everywhere = servedOnly | 1<<30
)

func (f *facetColumn) sets() int { return len(f.start) - 1 }

func (f *facetColumn) set(i uint16) []uint32 { return f.codes[f.start[i]:f.start[i+1]] }

// facetBuilder makes a facetColumn.
type facetBuilder struct {
	facetColumn
	known map[string]uint16 // by what they were made of
	key   []byte
}

func newFacetBuilder(n int) facetBuilder {
	return facetBuilder{facetColumn: facetColumn{start: []uint32{0}, of: make([]uint16, 0, n)}, known: map[string]uint16{}}
}

// note gives the next document the set under the key; where there is none yet, make appends its codes.
func (b *facetBuilder) note(key []byte, make func(out []uint32) []uint32) {
	set, ok := b.known[string(key)]
	if !ok {
		set = uint16(b.sets())
		b.known[string(key)] = set
		b.codes = make(b.codes)
		b.start = append(b.start, uint32(len(b.codes)))
		b.totals = append(b.totals, 0)
	}
	b.of = append(b.of, set)
	b.totals[set]++
}

// add gives the next document the codes that it has, and those that it serves.
func (b *facetBuilder) add(s *shape, f int, book *codebook, codes, serves []string, all bool) {
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
			out = append(out, everywhere)
		}
		return out
	})
}

// take gives the next document a set of another column.
func (b *facetBuilder) take(from *facetColumn, set uint16) {
	codes := from.set(set)
	b.key = b.key[:0]
	for _, c := range codes {
		b.key = binary.LittleEndian.AppendUint32(b.key, c)
	}
	b.note(b.key, func(out []uint32) []uint32 { return append(out, codes...) })
}

// column is what was built, in no more memory than it needs.
func (b *facetBuilder) column() facetColumn {
	c := b.facetColumn
	c.start, c.codes, c.totals = slices.Clone(c.start), slices.Clone(c.codes), slices.Clone(c.totals)
	return c
}

// expand appends every code that a document matches: its own and their ancestors, then, flagged, those it only serves: the
// codes served, what is inside them and what they are inside of.
func (s *shape) expand(f int, book *codebook, codes, serves []string, out []uint32) []uint32 {
	if len(codes)+len(serves) == 0 {
		return out
	}
	from := len(out)
	add := func(code string, flag uint32) {
		id := book.learn(f, code)
		if !slices.ContainsFunc(out[from:], func(c uint32) bool { return c&^servedOnly == id }) {
			out = append(out, id|flag)
		}
	}
	for _, code := range codes {
		if code == "" {
			continue
		}
		add(code, 0)
		for _, up := range ancestors(s.facets[f], code) {
			add(up, 0)
		}
	}
	for _, code := range serves {
		if code == "" {
			continue
		}
		add(code, servedOnly)
		for _, up := range ancestors(s.facets[f], code) {
			add(up, servedOnly)
		}
		for _, in := range s.inside[f][code] {
			add(in, servedOnly)
		}
	}
	return out
}
