package listing

import (
	"cmp"
	"context"
	"slices"

	"grappe/internal/platform/db"
)

// OwnedBy reads all cards of some companies, in whatever state but merged, by their names.
func (r Reader) OwnedBy(ctx context.Context, q db.Querier, companies []string) ([]Listing, error) {
	if len(companies) == 0 {
		return nil, nil
	}
	ids, err := r.showing(ctx, q, companies)
	if err != nil {
		return nil, err
	}
	cards, err := r.ByIDs(ctx, q, ids)
	cards = slices.DeleteFunc(cards, func(l Listing) bool { return l.State == Merged })
	slices.SortStableFunc(cards, func(a, b Listing) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return cards, err
}
