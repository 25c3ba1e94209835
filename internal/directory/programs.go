package directory

import (
	"context"
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// Unknown are the choices of a query that name nothing the territory knows, which Search leaves out, the place as it was
// typed among them. It returns errs.Unavailable while the index is being built.
func (s *Service) Unknown(code string, q Query) ([]Choice, error) {
	c, err := s.open(code)
	if err != nil {
		return nil, err
	}
	var found Found
	c.filters(&q, &found)
	return found.Unknown, nil
}

// CardByID is Card by the card's identifier, through mergings as well: the caller redirects when the identifier differs.
func (s *Service) CardByID(ctx context.Context, code, id string) (listing.Record, error) {
	l, err := s.listings.ByID(ctx, s.db.Read(), id)
	if errs.Is(err, errs.NotFound) || err == nil && l.Territory != code {
		return listing.Record{}, errs.New(errs.NotFound, "directory.card_not_found", nil)
	}
	if err != nil {
		return listing.Record{}, err
	}
	return s.Card(ctx, code, l.Slug)
}

// WithCompanies are the cards of an answer with their companies, which take one statement, without cards that were hidden
// since the index followed.
func (s *Service) WithCompanies(ctx context.Context, hits []FoundListing) ([]listing.Record, error) {
	ids := make([]string, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.CompanyID)
	}
	slices.Sort(ids)
	companies, err := company.Store{}.ByIDs(ctx, s.db.Read(), slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	records := make([]listing.Record, 0, len(hits))
	for _, h := range hits {
		if h.State == listing.Published {
			records = append(records, listing.Record{Listing: h.Listing, Company: companies[h.CompanyID]})
		}
	}
	return records, nil
}

// Linked is a card as linked data (JSON-LD), in the words of schema.org, for the readers of a frame. It returns
// errs.Unavailable while the index is being built.
func (s *Service) Linked(f ui.Frame, code string, r listing.Record) (any, error) {
	c, err := s.open(code)
	if err != nil {
		return nil, err
	}
	v := card{shown: shown{Frame: f, catalogue: c, rooms: &Pages{service: s}}, Record: r}
	return v.structured(), nil
}
