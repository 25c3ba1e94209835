package directory

import (
	"context"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
)

// Counts are the cards of a territory by place and by competence.
type Counts struct {
	Total       int
	Zones       map[string]int // by code: the cards that sit in the zone or inside it
	Competences map[string]int // by code, whatever competence was chosen
	Unseated    int            // cards that sit in no zone
}

// Counts counts the published cards of a territory, those of a competence where its code or slug is given. It returns
// errs.Usage for a competence that does not exist, and errs.Unavailable while the index is being built.
func (s *Service) Counts(ctx context.Context, code, competence string) (Counts, error) {
	c, err := s.open(code)
	if err != nil {
		return Counts{}, err
	}
	var q search.Query
	if competence != "" {
		known, ok := c.code(FacetCompetence, competence)
		if !ok {
			return Counts{}, invalid("competence", "directory.bad_competence", errs.Args{"value": short(competence)})
		}
		q.Filters = map[string][]string{FacetCompetence: {known}}
	}
	res, err := c.index.Search(ctx, q)
	if err != nil {
		return Counts{}, err
	}
	counts := Counts{Total: res.Total, Zones: numbered(res.Facets[facetSeat]), Competences: numbered(res.Facets[FacetCompetence])}
	counts.Unseated = counts.Total
	for _, root := range c.territory.Tree().Roots() {
		counts.Unseated -= counts.Zones[root.Code]
	}
	return counts, nil
}

func numbered(counts []search.Count) map[string]int {
	out := make(map[string]int, len(counts))
	for _, c := range counts {
		if c.N > 0 {
			out[c.Code] = c.N
		}
	}
	return out
}
