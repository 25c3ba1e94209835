package segment

import (
	"slices"
	"time"

	"grappe/internal/platform/geo"
)

// Doc is one document. Text and Facets follow the order of the index's fields and facets.
type Doc struct {
	ID        string
	Text      [][]string // per field: its values, plain text
	Facets    [][]string // per facet: codes
	Point     *geo.Point // kept to a ten-millionth of a degree: a centimetre
	Serves    []string   // codes of the served facet that it matches though it sits elsewhere
	ServesAll bool       // it matches every code of the served facet
	Quality   float32    // 0 to 1: how complete it is
	Fresh     time.Time
	Added     time.Time // for the order Newest
	NameKey   string    // for the order Name, compared byte by byte, 256 at most: a collation key
}

// Shape is what documents of one index have in common.
type Shape struct {
	Suggest  []bool // of each text field: its values complete what is typed
	Facets   []Facet
	Capacity int                   // documents of a segment, MostDocs at most
	inside   []map[string][]string // per facet: code → the codes inside it
}

// Facet is one facet, of which a Doc has codes.
type Facet struct {
	Parent func(code string) string // nil when the facet is flat
	Codes  []string                 // those known beforehand
	Served bool                     // Doc.Serves and Doc.ServesAll speak of it
}

// NewShape makes a shape.
func NewShape(suggest []bool, facets []Facet) *Shape {
	s := &Shape{Suggest: suggest, Facets: facets, Capacity: MostDocs, inside: make([]map[string][]string, len(facets))}
	for i, f := range facets {
		s.inside[i] = map[string][]string{}
		for _, code := range f.Codes {
			for _, up := range ancestors(f, code) {
				s.inside[i][up] = append(s.inside[i][up], code)
			}
		}
	}
	return s
}

// maxDepth stops a Parent that goes round.
const maxDepth = 64

// ancestors are the codes above a code, nearest first.
func ancestors(f Facet, code string) []string {
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

// expand appends every code that a document matches: its own and their ancestors, then, flagged, those it only serves: the
// codes served, what is inside them and what they are inside of.
func (s *Shape) expand(f int, book *Codebook, codes, serves []string, out []uint32) []uint32 {
	if len(codes)+len(serves) == 0 {
		return out
	}
	from := len(out)
	add := func(code string, flag uint32) {
		id := book.learn(f, code)
		if !slices.ContainsFunc(out[from:], func(c uint32) bool { return c&^ServedOnly == id }) {
			out = append(out, id|flag)
		}
	}
	for _, code := range codes {
		if code == "" {
			continue
		}
		add(code, 0)
		for _, up := range ancestors(s.Facets[f], code) {
			add(up, 0)
		}
	}
	for _, code := range serves {
		if code == "" {
			continue
		}
		add(code, ServedOnly)
		for _, up := range ancestors(s.Facets[f], code) {
			add(up, ServedOnly)
		}
		for _, in := range s.inside[f][code] {
			add(in, ServedOnly)
		}
	}
	return out
}
