package app

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
)

// keyWaiter suggests a passkey to who has none: whoever comes twice a year need not wait for a mail.
type keyWaiter struct{ app *App }

var _ office.Waiter = keyWaiter{}

// Waiting implements office.Waiter.
func (w keyWaiter) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	keys, err := w.app.keys().Keys(ctx, by.Person)
	if err != nil || len(keys) > 0 {
		return nil, err
	}
	p := w.app.printer(ctx, lang)
	return []office.Waiting{{
		Title: p.T("app.key_suggestion"), Detail: p.T("app.key_suggestion_detail"), Action: p.T("app.key_suggestion_action"), Path: "/espace/securite", Icon: "key-round",
	}}, nil
}

// cardsToConfirm tells people that nobody has vouched for their cards lately, before the cards leave.
type cardsToConfirm struct{ app *App }

var _ office.Waiter = cardsToConfirm{}

// Waiting implements office.Waiter.
func (c cardsToConfirm) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	cards, err := c.app.Edit.Own(ctx, by)
	p, now, ages := c.app.texts.Printer(lang, nil, ""), c.app.now(), c.app.ages(by.Territory)
	w := office.Waiting{Action: p.T("app.confirm_action"), Icon: "clock-alert"}
	var name string
	n := 0
	for _, l := range cards {
		age := ages.Of(l.ConfirmedAt, now)
		gone := l.State == listing.Lapsed
		if !gone && (l.State != listing.Published || age == listing.Fresh) {
			continue
		}
		n++
		name, w.Path = l.Name, office.EditPath(l.ID)+"/publier"
		w.Urgent = w.Urgent || gone || age != listing.Ageing
		switch months := c.app.Freshness.Leaves(by.Territory); {
		case gone:
			w.Detail = p.T("app.confirm_gone")
		case age != listing.Ageing && months > 0:
			w.Detail = p.T("app.confirm_stale_leaves", "months", months)
		case age != listing.Ageing:
			w.Detail = p.T("app.confirm_stale")
		case months > 0:
			w.Detail = p.T("app.confirm_ageing_leaves", "ago", p.Ago(l.ConfirmedAt, now), "months", months)
		default:
			w.Detail = p.T("app.confirm_ageing", "ago", p.Ago(l.ConfirmedAt, now))
		}
	}
	switch n {
	case 0:
		return nil, err
	case 1:
		w.Title = p.T("app.confirm_one", "name", name)
	default:
		w.Title, w.Detail, w.Path = p.T("app.confirm_many", "n", n), p.T("app.confirm_many_detail"), "/espace#fiches"
	}
	return []office.Waiting{w}, err
}
