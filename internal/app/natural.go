package app

import (
	"context"
	"maps"
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
)

// consented lets the cards of a company follow what its natural person decides, in the same transaction.
func (a *App) consented(ctx context.Context, tx *db.Tx, company string, given bool) error {
	_, err := listing.Store{}.Consent(ctx, tx, company, given, a.now())
	return err
}

// natural reports whether the cards of a company need the consent of the natural person that it is.
func (a *App) natural(ctx context.Context, company string) (bool, error) {
	found, err := a.Listings.NaturalPersons(ctx, a.DB.Read(), []string{company})
	return found[company], err
}

// publicCard is the path of a company's published card, "" for none.
func (a *App) publicCard(ctx context.Context, company string) (string, error) {
	cards, err := a.Listings.OfCompanies(ctx, a.DB.Read(), []string{company})
	if card := cards[company]; err == nil && card.State == listing.Published {
		return "/annuaire/" + card.Slug, nil
	}
	return "", err
}

// consentsWanted tells the managers of a natural person's company that its card waits for a consent.
type consentsWanted struct{ app *App }

var _ office.Waiter = consentsWanted{}

// Waiting implements office.Waiter.
func (c consentsWanted) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	var managed []string
	for _, id := range slices.Sorted(maps.Keys(by.Companies)) {
		if by.For(id, account.CompanyManager) {
			managed = append(managed, id)
		}
	}
	q := c.app.DB.Read()
	natural, err := c.app.Listings.NaturalPersons(ctx, q, managed)
	if err != nil || len(natural) == 0 {
		return nil, err
	}
	stored, err := company.Store{}.ByIDs(ctx, q, slices.Sorted(maps.Keys(natural)))
	if err != nil {
		return nil, err
	}
	p := c.app.printer(ctx, lang)
	var waiting []office.Waiting
	for _, id := range managed {
		firm, ok := stored[id]
		if !ok || firm.Territory != by.Territory {
			continue
		}
		_, held, err := c.app.Accounts.Consent(ctx, q, id)
		if err != nil {
			return nil, err
		}
		if !held {
			waiting = append(waiting, office.Waiting{
				Title: p.T("app.consent_wanted", "company", firm.Name()), Detail: p.T("app.consent_wanted_detail"),
				Action: p.T("app.consent_decide"), Path: "/espace/entreprises/" + id + "/consentement", Icon: "file-text",
			})
		}
	}
	return waiting, nil
}
