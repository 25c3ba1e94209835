package company

import (
	"cmp"
	"context"

	"grappe/internal/platform/db"
)

// Name is what the company is called, "" where nobody knows.
func (c Company) Name() string { return cmp.Or(c.UsualName, c.LegalName) }

// CompanyName names a company to rooms that know no more of one, and its territory; errs.NotFound when there is none.
func (s Store) CompanyName(ctx context.Context, q db.Querier, id string) (name, territory string, err error) {
	c, err := s.ByID(ctx, q, id)
	return c.Name(), c.Territory, err
}

// CompanyNames gives the names of the companies of the ids that exist, by id.
func (s Store) CompanyNames(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	found, err := s.ByIDs(ctx, q, ids)
	names := make(map[string]string, len(found))
	for id, c := range found {
		names[id] = c.Name()
	}
	return names, err
}
