package app

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/territory"
)

// weeksInDemo is how far back the health of the demonstration's directory goes.
const weeksInDemo = 40

// freshDemo has the reminders of the demonstration begin, and tells how its directory was kept before: as if its cards had been
// confirmed every nine months.
func (a *App) freshDemo(ctx context.Context, t *territory.Territory, records []listing.Record) error {
	if err := a.Freshness.Begin(ctx, account.Operator(t.Code), t); err != nil {
		return err
	}
	ages := listing.Ages{Zone: t.Location()}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		for week := weeksInDemo; week > 0; week-- {
			at := a.now().AddDate(0, 0, -7*week)
			day := at.In(t.Location()).Format(time.DateOnly)
			if err := a.Freshness.Recall(ctx, tx, t.Code, day, countsInDemo(records, ages, at)); err != nil {
				return err
			}
		}
		return nil
	})
}

func countsInDemo(records []listing.Record, ages listing.Ages, at time.Time) freshness.Counts {
	var c freshness.Counts
	for _, r := range records {
		confirmed := r.Listing.ConfirmedAt
		for confirmed.After(at) {
			confirmed = confirmed.AddDate(0, -9, 0)
		}
		c.Cards++
		switch ages.Of(confirmed, at) {
		case listing.Fresh:
			c.Fresh++
		case listing.Ageing:
			c.Ageing++
		case listing.Stale, listing.Unconfirmed:
			c.Unconfirmed++
		}
		if r.Listing.Completeness < 50 {
			c.Incomplete++
		}
	}
	c.Orphaned = c.Cards
	return c
}

// askInDemo has the first letters of a demonstration go out as soon as it is known where they lead to.
func (a *App) askInDemo(ctx context.Context) {
	if !a.options.Fictional {
		return
	}
	if err := a.Freshness.Tick(ctx); err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "nobody is asked in the demonstration", "error", err)
	}
}
