package directory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// Elsewhere is what another territory of the instance offers to the people of this one.
type Elsewhere struct {
	Territory *territory.Territory
	Total     int            // cards found there that serve this territory
	Hits      []FoundListing // the first of them
}

// Elsewhere asks the other territories for cards that serve this one, from afar or because they name it or one of its
// zones, with the words, competences, categories, sectors and tags of the query, and without its places. Of the words, only
// names of places of this territory may be left out. It gives at most `most` cards of each territory, read in one statement;
// the territory with the most cards comes first. There are none for a query that asks only for who sits in a place. It
// returns errs.Unavailable while the index is being built.
func (s *Service) Elsewhere(ctx context.Context, code string, q Query, most int) ([]Elsewhere, error) {
	home, err := s.open(code)
	if err != nil {
		return nil, err
	}
	others := s.others(code)
	if len(others) == 0 || q.Seated {
		return nil, nil
	}
	reach := home.reachedBy()
	var out []Elsewhere
	var results [][]search.Hit
	for _, c := range others {
		if !c.notes.reachesAny(reach) {
			continue
		}
		iq := c.fromElsewhere(home, q)
		iq.Filters[facetReach], iq.Limit, iq.FacetLimit, iq.Day = reach, most, -1, home.day(s.now())
		iq.Current = s.current(c, iq.Day)
		res, err := c.index.Search(ctx, iq)
		if err != nil {
			return nil, err
		}
		if res.Total > 0 && home.areZones(res.Dropped) {
			out = append(out, Elsewhere{Territory: c.territory, Total: res.Total})
			results = append(results, res.Hits)
		}
	}
	if err := s.readEach(ctx, out, results); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b Elsewhere) int { return cmp.Compare(b.Total, a.Total) })
	return out, nil
}

// readEach reads the cards of all hits at once, and gives each territory its own.
func (s *Service) readEach(ctx context.Context, out []Elsewhere, results [][]search.Hit) error {
	all := slices.Concat(results...)
	if len(all) == 0 {
		return nil
	}
	found, err := s.read(ctx, all)
	if err != nil {
		return err
	}
	byID := make(map[string]FoundListing, len(found))
	for _, f := range found {
		byID[f.ID] = f
	}
	for i, hits := range results {
		for _, h := range hits {
			if f, ok := byID[h.ID]; ok {
				out[i].Hits = append(out[i].Hits, f)
			}
		}
	}
	return nil
}

// others are the catalogues of the other territories, in the order of their codes.
func (s *Service) others(code string) []*catalogue {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*catalogue
	for _, other := range slices.Sorted(maps.Keys(s.catalogues)) {
		if other != code {
			out = append(out, s.catalogues[other])
		}
	}
	return out
}

// reachedBy are the codes of reach that serve the territory's people.
func (c *catalogue) reachedBy() []string {
	codes := make([]string, 0, len(c.zones)+2)
	codes = append(codes, reachesAll, c.territory.Code)
	for code := range c.zones {
		codes = append(codes, code)
	}
	return codes
}

// fromElsewhere is what a query made at home asks of this catalogue. What it chooses and nobody here has is still chosen: it
// finds nothing.
func (c *catalogue) fromElsewhere(home *catalogue, q Query) search.Query {
	iq := search.Query{Text: q.Text, Filters: map[string][]string{}, Sort: q.indexSort()}
	if iq.Sort == search.Distance {
		iq.Sort = search.Relevance
	}
	for _, facet := range []string{FacetCompetence, FacetCategory, FacetSector, FacetTag} {
		for _, value := range q.Choices[facet] {
			code, _ := home.code(facet, value)
			iq.Filters[facet] = append(iq.Filters[facet], code)
		}
	}
	return iq
}

// areZones reports whether all words name zones of the territory.
func (c *catalogue) areZones(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		_, _, ok := c.territory.Match(word, "")
		return !ok
	})
}
