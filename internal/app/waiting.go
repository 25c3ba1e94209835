package app

import (
	"context"

	"grappe/internal/account"
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
