package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// OpenOn gives what waits for a decision about some cards, the latest first, by the card, to who acts for their companies: their own
// edits, and of suggestions what OfListing shows them.
func (s *Service) OpenOn(ctx context.Context, by account.Actor, cards ...listing.Listing) (map[string][]Change, error) {
	out := map[string][]Change{}
	if len(cards) == 0 {
		return out, nil
	}
	args := []any{string(Waiting), string(Offered)}
	for _, l := range cards {
		if err := by.RequireFor(l.CompanyID, account.CompanyEditor); err != nil {
			return nil, err
		}
		args = append(args, l.ID)
	}
	found, err := s.store.find(ctx, s.DB.Read(), "state IN ($1, $2) AND listing_id IN "+company.InSQL(3, len(cards))+" ORDER BY id DESC", args...)
	for _, c := range found {
		shown := []Change{c.Change}
		if c.Kind != Edit {
			shown = s.shownToOwner(by, []stored{c})
		}
		out[c.Listing] = append(out[c.Listing], shown...)
	}
	return out, err
}
