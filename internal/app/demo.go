package app

import (
	"context"

	"grappe/internal/demo"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

const (
	demoTerritory = "nc"
)

// FillDemo writes the fictional New Caledonia into the base: the same for the same seed. A base that holds cards already
// stays as it is.
func (a *App) FillDemo(ctx context.Context, seed uint64) error {
	t, _, err := a.Ensure(ctx, demoTerritory)
	if err != nil {
		return err
	}
	held, err := a.Listings.Count(ctx, a.DB.Read(), t.Code)
	if err != nil || held > 0 {
		return err
	}
	entries, err := demo.Generate(seed, t, a.now())
	if err != nil {
		return err
	}
	if err := a.Territories.SetContact(ctx, t.Code, "equipe@example.org"); err != nil {
		return err
	}
	records := make([]listing.Record, 0, len(entries))
	for _, e := range entries {
		records = append(records, listing.Record{Company: e.Company, Listing: e.Listing})
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(ctx, tx, records, a.now())
		return err
	})
}
