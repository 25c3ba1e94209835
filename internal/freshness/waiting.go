package freshness

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/office"
)

// team has the beginning of the reminders wait for who may begin them.
type team struct{ *Service }

// Team asks the administrators, at their desk, to begin the reminders.
func (s *Service) Team() office.Waiter { return team{s} }

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
