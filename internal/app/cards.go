package app

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// teamCards adds the pages of the team's cards, and of the history that owners read too.
func (h *house) teamCards() error {
	a := h.app
	pages, err := teamcards.NewPages(teamcards.NewService(teamcards.Rooms{
		DB: a.DB, Accounts: a.Accounts, Listings: listing.NewService(a.DB, a.now), Changes: a.Curation, Territories: a.Territories,
		Taxonomies: curation.Taxonomies{Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors}, Twins: a.Importer,
		Source: a.sourceTitle, Cluster: a.clusterName, Ages: h.agesThere, Found: flagDetail, Now: a.now,
	}))
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	h.entries = append(h.entries, teamcards.Entries()...)
	return nil
}

// sourceTitle is what an imported file or a register is called, "" where nobody knows.
func (a *App) sourceTitle(ctx context.Context, source, lang string) (string, error) {
	c, err := a.credit(ctx, source, lang)
	return c.Title, err
}

// clusterName is the name of a territory's cluster.
func (a *App) clusterName(ctx context.Context, territory, lang string) (string, error) {
	site, err := sites{a}.Site(ctx, territory, lang)
	return site.Cluster, err
}

// revisionsKept is how far the history of a card goes back.
const revisionsKept = 36 // months

// purgeRevisions deletes what was done to cards long ago.
func (a *App) purgeRevisions(ctx context.Context) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		return listing.Store{}.PurgeRevisions(ctx, tx, a.now().AddDate(0, -revisionsKept, 0))
	})
}

// revisionHolder tells a person what they did to cards, and takes them out of the history of all.
type revisionHolder struct{ app *App }

var _ account.Holder = revisionHolder{}

// PersonalData implements account.Holder.
func (h revisionHolder) PersonalData(ctx context.Context, q db.Querier, person string) ([]account.DataSection, error) {
	section := account.DataSection{Name: "app.data.revisions", Purpose: "app.data.for.revisions"}
	revisions, err := h.app.Listings.RevisionsOf(ctx, q, person)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(revisions))
	for i, r := range revisions {
		ids[i] = r.Listing
	}
	names, err := h.cardNames(ctx, q, ids)
	for _, r := range revisions {
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "app.data.field.when", Value: r.At.In(time.UTC)},
			{Name: "app.data.field.act", Value: string(r.Act), Words: r.Act.Key()},
			{Name: "app.data.field.card", Value: names[r.Listing]},
			{Name: "app.data.field.fields", Value: r.Fields},
		})
	}
	return []account.DataSection{section}, err
}

func (h revisionHolder) cardNames(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	found, err := h.app.Listings.ByIDs(ctx, q, ids)
	names := make(map[string]string, len(found))
	for _, l := range found {
		names[l.ID] = l.Name
	}
	return names, err
}

// Erase implements account.Holder.
func (revisionHolder) Erase(ctx context.Context, tx *db.Tx, person string) error {
	return listing.Store{}.ForgetPerson(ctx, tx, person)
}
