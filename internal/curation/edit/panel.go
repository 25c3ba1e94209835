package edit

import (
	"context"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
)

// panel is the section with a person's cards, on the page of another room.
type panel struct {
	ui.Frame
	Cards []mine
}

// mine is one card of the person's companies.
type mine struct {
	Name     string
	Avatar   ui.Avatar
	State    ui.Badge
	Facts    []string
	News     []ui.Badge
	Edit     string
	History  string
	Public   string // address of the page, "" for none
	Confirm  string
	Version  int64
	Gone     string // that the team has taken it from the public, and why; "" where it has not
	Urgent   bool   // it is time to confirm it
	Complete int
	Offers   ui.Link // to the corrections that others propose, none without Label
}

// Panel is the section with the cards of the companies of the actor of the request, each with what one can do with it.
func (p *Pages) Panel(r *http.Request) (template.HTML, error) {
	actor := by(r)
	if err := actor.RequireSignedIn(); err != nil {
		return "", err
	}
	q := p.DB.Read()
	cards, open, err := p.ownCards(r.Context(), q, actor)
	if err != nil {
		return "", err
	}
	drafts, err := p.store.draftsOf(r.Context(), q, actor.Person)
	if err != nil {
		return "", err
	}
	var hidden []string
	for _, l := range cards {
		if l.State == listing.Hidden && !l.Withheld {
			hidden = append(hidden, l.ID)
		}
	}
	reasons, err := p.Curation.HidingReasons(r.Context(), q, hidden)
	if err != nil {
		return "", err
	}
	part := panel{Frame: ui.Of(r)}
	for _, l := range cards {
		m := p.mine(part.Frame, l, open[l.ID], drafts)
		if slices.Contains(hidden, l.ID) {
			m.Confirm, m.Gone = "", part.Frame.P.T("edit.panel_hidden")
			if why := reasons[l.ID]; why != "" {
				m.Gone = part.Frame.P.T("edit.panel_hidden_why", "reason", why)
			}
		}
		part.Cards = append(part.Cards, m)
	}
	if len(part.Cards) == 0 {
		return "", nil
	}
	return p.views.Part("fin", "panel", part)
}

// ownCards are the cards of the actor's companies, with what waits about each.
func (s *Service) ownCards(ctx context.Context, q db.Querier, by account.Actor) ([]listing.Listing, map[string][]curation.Change, error) {
	cards, err := s.listings.OwnedBy(ctx, q, slices.Sorted(maps.Keys(by.Companies)))
	if err != nil {
		return nil, nil, err
	}
	cards = slices.DeleteFunc(cards, func(l listing.Listing) bool { return l.Territory != by.Territory })
	open, err := s.Curation.OpenOn(ctx, by, cards...)
	return cards, open, err
}

// Own are the cards that the actor may vouch for.
func (s *Service) Own(ctx context.Context, by account.Actor) ([]listing.Listing, error) {
	cards, err := s.listings.OwnedBy(ctx, s.DB.Read(), slices.Sorted(maps.Keys(by.Companies)))
	return slices.DeleteFunc(cards, func(l listing.Listing) bool {
		return l.Territory != by.Territory || !by.For(l.CompanyID, account.CompanyEditor)
	}), err
}

// Offer is a correction that somebody proposes to the company of a card.
type Offer struct {
	Card   listing.Listing
	Change curation.Change
	Fields []string // that it is about
	Path   string   // of the page that answers it, within the territory
}

// Offers are the corrections that wait for an answer of the actor's companies.
func (s *Service) Offers(ctx context.Context, by account.Actor) ([]Offer, error) {
	cards, open, err := s.ownCards(ctx, s.DB.Read(), by)
	var all []Offer
	for _, l := range cards {
		_, offers := parted(open[l.ID])
		for _, c := range offers {
			all = append(all, Offer{l, c, asksAbout(c), OfferPath(l.ID, c.ID)})
		}
	}
	return all, err
}

func (p *Pages) mine(f ui.Frame, l listing.Listing, open []curation.Change, drafts []Draft) mine {
	y, now := way{p, Owner}, p.Now()
	m := mine{
		Name: l.Name, Avatar: ui.Avatar{Name: l.Name, Image: l.OwnLogo()}, Edit: f.Path(y.path(l.ID)), History: f.Path(y.path(l.ID) + "/historique"),
		Confirm: f.Path(y.path(l.ID) + "/confirmation"), Version: l.Version, Complete: l.Completeness,
		State: stateBadge(f, l), Facts: []string{f.P.T("edit.panel_complete", "n", l.Completeness), f.P.T("edit.panel_never")},
	}
	age := p.ages(l.Territory, f.P.Zone()).Of(l.ConfirmedAt, now)
	m.Urgent = age != listing.Fresh || l.State == listing.Lapsed
	if !l.ConfirmedAt.IsZero() {
		m.Facts[1] = f.P.T("edit.panel_confirmed", "ago", f.P.Ago(l.ConfirmedAt, now))
	}
	if l.State == listing.Published {
		m.Public = f.Path(curation.CardPath(l.Slug))
	}
	for _, d := range drafts {
		if d.Listing == l.ID {
			m.News = append(m.News, ui.Badge{Label: f.P.T("edit.panel_draft", "day", f.P.DayMonth(d.SavedAt.In(f.P.Zone()))), Tone: ui.Info})
		}
	}
	pending, offers := parted(open)
	if pending != nil {
		m.News = append(m.News, ui.Badge{Label: f.P.T("edit.panel_pending"), Tone: ui.Info})
	}
	if len(offers) > 0 {
		m.News = append(m.News, ui.Badge{Label: f.P.T("edit.panel_offers", "n", len(offers)), Tone: ui.Warn})
		m.Offers = ui.Link{Label: f.P.T("edit.panel_offers_link", "n", len(offers)), URL: m.Edit} // which shows them all
		if len(offers) == 1 {
			m.Offers.URL = f.Path(OfferPath(l.ID, offers[0].ID))
		}
	}
	return m
}

func stateBadge(f ui.Frame, l listing.Listing) ui.Badge {
	b := ui.Badge{Label: f.P.T(l.State.Key()), Tone: ui.Warn}
	switch {
	case l.Withheld:
		b.Label = f.P.T("edit.panel_withheld")
	case l.State == listing.Published:
		b.Tone = ui.OK
	case l.State == listing.Draft:
		b.Tone = ui.Neutral
	}
	return b
}

// ages are those of a territory's cards, on its calendar.
func (r Rooms) ages(territory string, zone *time.Location) listing.Ages {
	var a listing.Ages
	if r.Ages != nil {
		a = r.Ages(territory)
	}
	a.Zone = zone
	return a
}
