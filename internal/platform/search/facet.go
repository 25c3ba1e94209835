package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// shape is the Config, checked once.
type shape struct {
	fields   []Field
	facets   []FacetSpec
	facetAt  map[string]int
	inside   []map[string][]string // per facet: code → the codes inside it
	synonyms *Vocabulary
}

// maxDepth stops a Parent that goes round.
const maxDepth = 64

func shapeOf(c Config) *shape {
	s := &shape{fields: slices.Clone(c.Fields), facets: slices.Clone(c.Facets), facetAt: map[string]int{}, synonyms: c.Synonyms}
	if len(s.fields) > 16 {
		s.fields = s.fields[:16]
	}
	for i := range s.fields {
		s.fields[i].Weight = max(s.fields[i].Weight, 1)
		if i > 0 {
			s.fields[i].Weight = min(s.fields[i].Weight, s.fields[i-1].Weight)
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

// codebook numbers the codes of each facet. It only grows; a changed one is a copy.
type codebook struct {
	ids   []map[string]uint32
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

func (c *codebook) learn(f int, code string) {
	if _, ok := c.ids[f][code]; !ok {
		c.ids[f][code] = uint32(len(c.names[f]))
		c.names[f] = append(c.names[f], code)
	}
}

// with is a codebook that also knows the codes of documents: itself when it already does.
func (c *codebook) with(s *shape, docs []Doc) *codebook {
	out := c
	for f := range s.facets {
		copied := false
		learn := func(code string) {
			if _, ok := out.ids[f][code]; ok {
				return
			}
			if out == c {
				out = &codebook{ids: slices.Clone(c.ids), names: slices.Clone(c.names)}
			}
			if !copied {
				out.ids[f], out.names[f], copied = maps.Clone(c.ids[f]), slices.Clone(c.names[f]), true
			}
			out.learn(f, code)
		}
		known := map[string]bool{}
		for i := range docs {
			var codes []string
			if f < len(docs[i].Facets) {
				codes = docs[i].Facets[f]
			}
			if s.facets[f].Served {
				codes = append(slices.Clone(codes), docs[i].Serves...)
			}
			for _, code := range codes {
				if code == "" || known[code] {
					continue
				}
				known[code] = true
				learn(code)
				for _, up := range ancestors(s.facets[f], code) {
					learn(up)
				}
			}
		}
	}
	return out
}

// expand appends every code that a document matches: its own and their ancestors, then, flagged, those it only serves: the
// codes served, what is inside them and what they are inside of.
func (s *shape) expand(f int, book *codebook, codes, serves []string, out []uint32) []uint32 {
	if len(codes)+len(serves) == 0 {
		return out
	}
	seen := make(map[uint32]bool, 8)
	add := func(code string, flag uint32) {
		if id := book.ids[f][code]; !seen[id] {
			seen[id] = true
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

// tally counts, for each facet, the documents that each code would give.
type tally struct {
	perCode [][]int32
	everyAt []int32 // documents that match every code of the facet
}

func newTally(book *codebook) *tally {
	t := &tally{perCode: make([][]int32, len(book.names)), everyAt: make([]int32, len(book.names))}
	for f, names := range book.names {
		t.perCode[f] = make([]int32, len(names))
	}
	return t
}

func (t *tally) add(f int, codes []uint32, all bool) {
	if all {
		t.everyAt[f]++
		return
	}
	counts := t.perCode[f]
	for _, c := range codes {
		counts[c&^servedOnly]++
	}
}

// counts lists the codes of a facet that would give something, most first, then by code, with those chosen whatever they give.
func (t *tally) counts(f int, book *codebook, chosen []string, limit int) []Count {
	var out []Count
	for id, n := range t.perCode[f] {
		if n += t.everyAt[f]; n > 0 {
			code := book.names[f][id]
			out = append(out, Count{Code: code, N: int(n), Chosen: slices.Contains(chosen, code)})
		}
	}
	for _, code := range chosen {
		if !slices.ContainsFunc(out, func(c Count) bool { return c.Code == code }) {
			out = append(out, Count{Code: code, Chosen: true})
		}
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Code, b.Code))
	})
	if limit <= 0 || len(out) <= limit {
		return out
	}
	kept := out[:limit:limit]
	for _, c := range out[limit:] {
		if c.Chosen {
			kept = append(kept, c)
		}
	}
	return kept
}
