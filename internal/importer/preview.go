package importer

import (
	"context"

	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Seen is what one row would become: a draft, or a rejection.
type Seen struct {
	Draft     Draft
	Rejection *Rejection
}

// Preview reads a few rows as an import would, but for what only the whole file tells. It writes nothing.
func (s *Service) Preview(ctx context.Context, t *territory.Territory, m *Mapping, rows []tabular.Row) ([]Seen, error) {
	places, err := s.places(ctx, t)
	if err != nil {
		return nil, err
	}
	mapper := NewMapper(m, Env{Territory: t, Places: places, Taxonomy: s.rooms.Taxonomy, Abroad: s.rooms.Abroad, Now: s.now()})
	seen := make([]Seen, len(rows))
	for i, row := range rows {
		seen[i].Draft, seen[i].Rejection = mapper.Map(row)
		if seen[i].Rejection == nil {
			checkPlace(&seen[i].Draft, t, places)
		}
	}
	return seen, nil
}
