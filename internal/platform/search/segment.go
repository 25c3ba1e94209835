package search

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"grappe/internal/platform/geo"
)

// A posting list is a run of 32-bit words: a document, then its occurrences in reading order, the last one flagged. An
// occurrence is the field (4 bits) and the position in the document (27 bits).
const (
	lastOcc   = 1 << 31
	fieldBits = 27
	valueGap  = 64 // positions between two values, more than any phrase or nearness spans
)

func occField(occ uint32) uint32 { return occ &^ lastOcc >> fieldBits }

// segment is an immutable part of the index: terms in order with their postings, and the columns of its documents.
type segment struct {
	terms  []string
	stems  []string // of each term; "" for a little word
	shown  []string // the commonest way it is written
	sigs   []signatures
	byStem []uint32 // terms in the order of their stems, little words left out
	start  []uint32 // of each term in post, and the end
	post   []uint32

	docs   []column
	facets []facetColumn
	values []value // suggested values, by key
	starts []start // where in a value a word starts, in order
}

// column is what an order or a filter needs of one document.
type column struct {
	id        string
	hash      uint64
	lat, lon  float64 // NaN without a point
	x, y      uint32  // the point in coordinates of the world
	added     int64   // Unix seconds
	nameKey   string
	freshDay  int32 // days since 1970, noDay when unknown
	quality   uint8 // points
	servesAll bool
}

const noDay = math.MinInt32

func (c *column) point() (geo.Point, bool) {
	return geo.Point{Lat: c.lat, Lon: c.lon}, !math.IsNaN(c.lat)
}

// facetColumn holds the codes of every document; servedOnly flags those that it serves without sitting there.
type facetColumn struct {
	start []uint32
	codes []uint32
}

const servedOnly = 1 << 31

func (f *facetColumn) of(doc uint32) []uint32 { return f.codes[f.start[doc]:f.start[doc+1]] }

// signature tells in a few instructions that two words are too far apart: which letters it has, and how many.
type signature struct {
	letters uint32
	length  uint8
}

// signatures are those of a word as written and in the singular.
type signatures struct {
	written, singular signature
}

func signaturesOf(word string) signatures {
	return signatures{signatureOf(word), signatureOf(singular(word))}
}

func signatureOf(word string) (s signature) {
	for _, r := range word {
		s.letters |= 1 << (r & 31)
		s.length++
	}
	return s
}

// tooFar reports whether words surely differ by more than k edits: an edit changes the length by one at most, and at most
// two letters of the set.
func (s signature) tooFar(o signature, k int) bool {
	return int(s.length)-int(o.length) > k || int(o.length)-int(s.length) > k || bits.OnesCount32(s.letters^o.letters) > 2*k
}

// slotKind is how one place of a reading meets a term.
type slotKind uint8

const (
	isTerm slotKind = iota
	hasStem
	hasPrefix
)

// slot is one place of a reading.
type slot struct {
	kind slotKind
	text string
}

// meets reports whether a token, with its stem, fills the slot.
func (s slot) meets(t token, stem string) bool {
	switch s.kind {
	case isTerm:
		return t.text == s.text
	case hasStem:
		return !t.stop && stem == s.text
	default:
		return !t.stop && strings.HasPrefix(t.text, s.text)
	}
}

// find appends the terms that fill a slot.
func (g *segment) find(s slot, out []uint32) []uint32 {
	switch s.kind {
	case isTerm:
		if i, ok := slices.BinarySearch(g.terms, s.text); ok {
			out = append(out, uint32(i))
		}
	case hasStem:
		i, _ := slices.BinarySearchFunc(g.byStem, s.text, func(t uint32, want string) int {
			return strings.Compare(g.stems[t], want)
		})
		for ; i < len(g.byStem) && g.stems[g.byStem[i]] == s.text; i++ {
			out = append(out, g.byStem[i])
		}
	case hasPrefix:
		i, _ := slices.BinarySearch(g.terms, s.text)
		for ; i < len(g.terms) && strings.HasPrefix(g.terms[i], s.text); i++ {
			if g.stems[i] != "" {
				out = append(out, uint32(i))
			}
		}
	}
	return out
}

func (g *segment) has(term string) bool {
	_, ok := slices.BinarySearch(g.terms, term)
	return ok
}

// postings is the run of one term.
func (g *segment) postings(term uint32) []uint32 { return g.post[g.start[term]:g.start[term+1]] }

// next splits the first posting off a run.
func next(run []uint32) (doc uint32, occs, rest []uint32) {
	i := 1
	for run[i]&lastOcc == 0 {
		i++
	}
	return run[0], run[1 : i+1], run[i+1:]
}

// indexStems fills byStem.
func (g *segment) indexStems() {
	g.byStem = make([]uint32, 0, len(g.terms))
	for i, s := range g.stems {
		if s != "" {
			g.byStem = append(g.byStem, uint32(i))
		}
	}
	slices.SortStableFunc(g.byStem, func(a, b uint32) int { return strings.Compare(g.stems[a], g.stems[b]) })
}
