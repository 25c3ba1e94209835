package app

import (
	"context"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// openFreshness makes the room that keeps cards true, and what it does every hour.
func (a *App) openFreshness() {
	a.Freshness = freshness.NewService(freshness.Rooms{
		DB: a.DB, Accounts: a.Accounts, Listings: listing.NewService(a.DB, a.now), Territories: a.Territories, Competences: a.Taxonomies.Competences,
		Outbox: a.Outbox, Sites: sites{a}, Key: a.secrets.key, Now: a.now, Log: a.log, Unsubscribe: a.unsubscribe, Early: a.options.Fictional,
		Says: func(t *territory.Territory, p *locale.Printer, c listing.Content, field string) []string {
			return curation.NamesOf(t, curation.Taxonomies{Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors}, p).Said(c, field)
		},
	})
	a.Queue.Every("freshness.day", time.Hour, a.Freshness.Tick)
}

// ages says when the cards of a territory age.
func (a *App) ages(code string) listing.Ages { return a.Freshness.Ages(code) }

// freshen reads anew when cards age where changes tell of it.
func (a *App) freshen(ctx context.Context, changes []db.Change) error {
	if !slices.ContainsFunc(changes, func(c db.Change) bool { return c.Kind == freshness.ChangeKind }) {
		return nil
	}
	return a.Freshness.Reload(ctx)
}

// freshness adds the pages of the button and of the directory's health.
func (h *house) freshness() error {
	pages, err := freshness.NewPages(h.app.Freshness)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	h.entries = append(h.entries, h.app.Freshness.Entries()...)
	return nil
}

// refusals are those of persons, and of addresses without an account.
type refusals struct {
	*account.Service
	fresh *freshness.Service
}

// Refuse implements mailroom.Refusals.
func (r refusals) Refuse(ctx context.Context, whom, topic string) error {
	if freshness.IsAddress(whom) {
		return r.fresh.Refuse(ctx, whom, topic)
	}
	return r.Service.Refuse(ctx, whom, topic)
}

// Allow implements mailroom.Refusals.
func (r refusals) Allow(ctx context.Context, whom, topic string) error {
	if freshness.IsAddress(whom) {
		return r.fresh.Allow(ctx, whom, topic)
	}
	return r.Service.Allow(ctx, whom, topic)
}

// Refuses implements mailroom.Refusals.
func (r refusals) Refuses(ctx context.Context, whom, topic string) (bool, error) {
	if freshness.IsAddress(whom) {
		return r.fresh.Refuses(ctx, whom, topic)
	}
	return r.Service.Refuses(ctx, whom, topic)
}

// agesThere is ages on the territory's own calendar.
func (h *house) agesThere(code string) listing.Ages {
	ages := h.app.ages(code)
	if t := h.registry.held.Load().byCode[code]; t != nil {
		ages.Zone = t.Location()
	}
	return ages
}
