package directory

import (
	"context"

	"grappe/internal/listing"
)

// Published calls f with all published cards of a territory and their companies, in the order of their ids, from the base
// and not from the index: it needs no Load. Cards are read page by page, so that memory does not grow.
func (s *Service) Published(ctx context.Context, code string, f func(listing.Record) error) error {
	return s.listings.EachRecord(ctx, s.db.Read(), code, func(r listing.Record) error {
		if r.Listing.State != listing.Published {
			return nil
		}
		return f(r)
	})
}

// Param is the name that a facet has in an address: "categorie" for FacetCategory.
func Param(facet string) string { return param(facet) }
