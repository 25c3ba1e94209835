package app

import (
	"context"

	"grappe/internal/demo"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

const demoTerritory = "nc"

// FillDemo writes the fictional New Caledonia into the base: the same for the same seed. The base says from then on that
// all of it is fictional. One that was filled before stays as it is; it returns errs.Conflict for one that holds anything
// else.
func (a *App) FillDemo(ctx context.Context, seed uint64) error {
	if err := a.claimForDemo(ctx); err != nil {
		return err
	}
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
	alone, natural := demo.SoleTrader(entries), naturalInDemo()
	records[alone], records[natural] = records[natural], records[alone]
	records[natural].Company.NaturalPerson = true
	records[naturalInDemo()+1].Listing.ConfirmedAt = a.now().AddDate(-1, 0, 0) // whose owner is asked today
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		records, err = listing.Store{}.SaveBatch(ctx, tx, records, a.now())
		return err
	})
	if err != nil {
		return err
	}
	if err := a.castDemo(ctx, t.Code, records); err != nil {
		return err
	}
	return a.freshDemo(ctx, t, records)
}

// claimForDemo marks an empty base as fictional, before anything fictional is in it.
func (a *App) claimForDemo(ctx context.Context) error {
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		mark, err := setting(ctx, tx.Serialize("instance", settingFictional), settingFictional)
		if err != nil || mark != "" {
			return err
		}
		here, faulty, err := a.Territories.Survey(ctx)
		if err != nil {
			return err
		}
		if len(here)+len(faulty) > 0 {
			return errs.New(errs.Conflict, "app.not_a_demo", errs.Args{"folder": a.options.Data})
		}
		return setSetting(ctx, tx, settingFictional, "yes")
	})
	if err == nil {
		a.options.Fictional = true
		a.openPeople() // which of its mails leave, and what proves who somebody is, is otherwise from now on
		err = a.Freshness.Reload(ctx)
	}
	return err
}
