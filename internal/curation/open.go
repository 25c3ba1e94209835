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
	args, companies := []any{string(Waiting), string(Offered)}, []string{}
	for _, l := range cards {
		if err := by.RequireFor(l.CompanyID, account.CompanyEditor); err != nil {
			return nil, err
		}
		args, companies = append(args, l.ID), append(companies, l.CompanyID)
	}
	trusted, err := s.trusted(ctx, s.DB.Read(), companies)
	if err != nil {
		return nil, err
	}
	found, err := s.store.find(ctx, s.DB.Read(), "state IN ($1, $2) AND listing_id IN "+company.InSQL(3, len(cards))+" ORDER BY id DESC", args...)
	for _, c := range found {
		shown := []Change{c.Change}
		switch {
		case c.Kind != Edit && c.State == Waiting && !trusted[c.Company]: // the team's to decide
			shown = nil
		case c.Kind != Edit:
			shown = s.shownToOwner(by, []stored{c})
		}
		out[c.Listing] = append(out[c.Listing], shown...)
	}
	return out, err
}
