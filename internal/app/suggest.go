package app

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/suggest"
	"grappe/internal/directory"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
)

// suggestions adds the pages on which anybody reports an error of a card, or proposes an organisation.
func (h *house) suggestions() error {
	a := h.app
	pages, err := suggest.NewPages(suggest.New(suggest.Rooms{
		DB: a.DB, Changes: a.Curation, Outbox: a.Outbox, Sites: sites{a}, Competences: a.Taxonomies.Competences, Key: a.secrets.key, Now: a.now,
		Address: h.address, Named: a.namedCards, Original: a.original, Places: "/annuaire/lieux", Claim: office.ClaimPath,
		Silent: a.options.Mail.Transport == nil && !a.options.Fictional, Demo: a.options.Fictional,
	}))
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}

// namedCards finds published cards of a territory by the words of a name, however they are spelt.
func (a *App) namedCards(ctx context.Context, territory, name string, limit int) ([]string, error) {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) // nothing is a sign of the search
	if len(words) == 0 {
		return nil, nil
	}
	q := directory.Query{Text: strings.Join(words, " "), Sort: directory.ByRelevance, Page: 1}
	found, err := a.Directory.Search(ctx, territory, q, directory.Options{Limit: limit, FacetLimit: -1})
	ids := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		ids[i] = hit.ID
	}
	return ids, err
}

// missing leads who does not find an organisation to where it is proposed: nowhere in the copy of another instance's directory.
func (h *house) missing(f ui.Frame, name string) ui.Link {
	if _, copied := h.app.copies.of(context.Background(), f.Brand.Code); copied {
		return ui.Link{}
	}
	path := suggest.ProposePath
	if name != "" {
		path += "?" + url.Values{"nom": {name}}.Encode()
	}
	return ui.Link{Label: f.P.T("suggest.propose"), URL: f.Path(path), Icon: "plus"}
}

// wordsUnderWay tells a person of what they have reported or proposed that is not decided yet.
type wordsUnderWay struct{ app *App }

var _ office.Waiter = wordsUnderWay{}

// Waiting implements office.Waiter.
func (w wordsUnderWay) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	own, err := w.app.Curation.Mine(ctx, by)
	own = slices.DeleteFunc(own, func(c curation.Change) bool {
		return c.Kind == curation.Edit || !slices.Contains([]curation.State{curation.Waiting, curation.Joined, curation.Offered}, c.State)
	})
	if err != nil || len(own) == 0 {
		return nil, err
	}
	ids := make([]string, 0, len(own))
	for _, c := range own {
		ids = append(ids, c.Listing) // "" for a proposal
	}
	cards, err := w.app.Listings.ByIDs(ctx, w.app.DB.Read(), ids)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(cards))
	for _, l := range cards {
		names[l.ID] = l.Name
	}
	key, err := w.app.secrets.key(ctx, suggest.KeyPurpose)
	if err != nil {
		return nil, err
	}
	p := w.app.printer(ctx, lang)
	var list []office.Waiting
	for _, c := range own {
		name := c.After.Name
		if c.Kind == curation.Suggestion {
			name = names[c.Listing]
		}
		list = append(list, office.Waiting{
			Title: p.T("app.word_waits."+string(c.Kind), "name", name), Detail: p.T("app.word_waits_for", "day", c.CreatedAt),
			Action: p.T("app.word_follow"), Path: suggest.FollowPath(key, c.ID), Icon: "hourglass",
		})
	}
	return list, nil
}
