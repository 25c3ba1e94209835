package freshness

import (
	"context"
	"maps"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/locale"
)

// owners has cards wait for the people of their companies.
type owners struct{ *Service }

// team has the beginning of the reminders wait for who may begin them.
type team struct{ *Service }

// Owners asks the people of companies, in their space, about cards that are due to be confirmed.
func (s *Service) Owners() office.Waiter { return owners{s} }

// Team asks the administrators, at their desk, to begin the reminders.
func (s *Service) Team() office.Waiter { return team{s} }

// Waiting implements office.Waiter.
func (o owners) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	if len(by.Companies) == 0 {
		return nil, nil
	}
	cards, err := o.cards.OfCompanies(ctx, o.DB.Read(), slices.Sorted(maps.Keys(by.Companies)))
	if err != nil {
		return nil, err
	}
	site, err := o.Sites.Site(ctx, by.Territory, lang)
	if err != nil {
		return nil, err
	}
	ages := o.Ages(by.Territory)
	ages.Zone = site.P.Zone()
	var list []office.Waiting
	for _, l := range cards {
		left := l.State == listing.Lapsed
		if !left && (l.State != listing.Published || ages.Of(l.ConfirmedAt, o.Now()) == listing.Fresh) {
			continue
		}
		path, err := o.invite(ctx, l.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, office.Waiting{
			Title: site.P.T("freshness.waiting", "name", oneLine(l.Name)), Detail: o.why(site.P, l, left), Action: site.P.T("freshness.waiting_action"),
			Path: path, Icon: "badge-check", Urgent: left,
		})
	}
	slices.SortFunc(list, func(a, b office.Waiting) int { return strings.Compare(a.Title, b.Title) })
	return list, nil
}

func (o owners) why(p *locale.Printer, l listing.Listing, left bool) string {
	switch {
	case left:
		return p.T("freshness.waiting_left")
	case l.ConfirmedAt.IsZero():
		return p.T("freshness.waiting_never")
	}
	return p.T("freshness.waiting_since", "ago", p.Ago(l.ConfirmedAt, o.Now()))
}

// Waiting implements office.Waiter.
func (t team) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	t.mu.RLock()
	runs := t.policies[by.Territory].Runs()
	t.mu.RUnlock()
	if runs || !by.Is(account.Administrator) {
		return nil, nil
	}
	keeper, err := t.cards.Keeper(ctx, t.DB.Read(), by.Territory)
	if err != nil || keeper != "" {
		return nil, err
	}
	site, err := t.Sites.Site(ctx, by.Territory, lang)
	if err != nil {
		return nil, err
	}
	return []office.Waiting{{
		Title: site.P.T("freshness.begin"), Detail: site.P.T("freshness.begin_detail"), Action: site.P.T("freshness.begin_action"), Path: SettingsPath, Icon: "bell-ring",
	}}, nil
}
