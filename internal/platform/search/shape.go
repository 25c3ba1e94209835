package search

import (
	"slices"

	"grappe/internal/platform/search/segment"
)

// shape is the Config, checked once.
type shape struct {
	*segment.Shape
	fields       []Field
	facets       []FacetSpec
	facetAt      map[string]int
	synonyms     *Vocabulary
	points       [Typo + 1][16]uint16 // what a match is worth, by level and field
	mergedAtOnce int                  // the most documents that are merged while an edit waits
}

// maxWeight keeps the points of a word within 16 bits.
const maxWeight = 6500

// mergedAtOnce documents are merged in some milliseconds.
const mergedAtOnce = 2048

func shapeOf(c Config) *shape {
	s := &shape{
		fields: slices.Clone(c.Fields[:min(len(c.Fields), 16)]), facets: slices.Clone(c.Facets[:min(len(c.Facets), 31)]),
		facetAt: map[string]int{}, synonyms: c.Synonyms, mergedAtOnce: mergedAtOnce,
	}
	suggest := make([]bool, len(s.fields))
	for i := range s.fields {
		f := &s.fields[i]
		suggest[i] = f.Suggest
		f.Weight = min(max(f.Weight, 1), maxWeight)
		if i > 0 {
			f.Weight = min(f.Weight, s.fields[i-1].Weight)
		}
		for l := Exact; l <= Typo; l++ {
			s.points[l][i] = uint16(max(1, f.Weight*l.percent()/10))
		}
	}
	facets := make([]segment.Facet, len(s.facets))
	for i, f := range s.facets {
		s.facetAt[f.Name] = i
		facets[i] = segment.Facet{Parent: f.Parent, Codes: f.Codes, Served: f.Served}
	}
	s.Shape = segment.NewShape(suggest, facets)
	return s
}
