package curation

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// OpenOn gives what waits for a decision about some cards, the latest first, by the card, to who acts for their companies: their own
// edits, and the suggestions that they may answer, as OfListing shows them.
func (s *Service) OpenOn(ctx context.Context, by account.Actor, cards ...listing.Listing) (map[string][]Change, error) {
	out := map[string][]Change{}
	if len(cards) == 0 {
		return out, nil
	}
	args := []any{string(Waiting), string(Offered), string(Edit)}
	for _, l := range cards {
		if err := by.RequireFor(l.CompanyID, account.CompanyEditor); err != nil {
			return nil, err
		}
		args = append(args, l.ID)
	}
	found, err := s.store.find(ctx, s.DB.Read(), "(state = $2 OR state = $1 AND (kind = $3 OR "+trustedSQL+")) AND listing_id IN "+
		company.InSQL(4, len(cards))+" ORDER BY id DESC", args...)
	if err != nil {
		return nil, err
	}
	var asked []string // companies of which something is suggested that they could answer
	for _, c := range found {
		if c.Kind != Edit && c.State == Waiting {
			asked = append(asked, c.Company)
		}
	}
	disputed, err := s.disputed(ctx, s.DB.Read(), asked...)
	for _, c := range found {
		shown := []Change{c.Change}
		switch {
		case c.Kind != Edit && c.State == Waiting && disputed[c.Company]:
			shown = nil
		case c.Kind != Edit:
			shown = s.shownToOwner(by, []stored{c})
		}
		out[c.Listing] = append(out[c.Listing], shown...)
	}
	return out, err
}
