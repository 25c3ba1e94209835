package app

import (
	"context"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/signin/oidc"
	"grappe/internal/signin/passkey"
	"grappe/internal/territory"
)

// settingServed is the public address that the instance was last served with: letters that the command line writes lead there.
const settingServed = "public_url"

// NotePublicURL keeps the public address for AsServed.
func (a *App) NotePublicURL(ctx context.Context) error {
	kept, err := setting(ctx, a.DB.Read(), settingServed)
	if err != nil || kept == a.options.PublicURL {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return setSetting(ctx, tx, settingServed, a.options.PublicURL) })
}

// AsServed takes the public address over that the instance was last served with, unless the options name one. It comes right after
// Open.
func (a *App) AsServed(ctx context.Context) error {
	if a.options.PublicURL != "" {
		return nil
	}
	kept, err := setting(ctx, a.DB.Read(), settingServed)
	if err == nil {
		a.options.PublicURL = kept
	}
	return err
}

// Address is the absolute address of a page of a territory, in its first language; "" where the operator has not said where the
// territory stands.
func (a *App) Address(t *territory.Territory, path string) string {
	base := a.base(t, t.Languages[0])
	if base == "" {
		return ""
	}
	return base + path
}

// ResetAccess is for who has lost their device: all passkeys are taken away, all sessions end.
func (a *App) ResetAccess(ctx context.Context, operator account.Actor, person string) (passkeys, sessions int, err error) {
	keys := a.keys()
	return a.Accounts.ResetAccess(ctx, operator, person, func(ctx context.Context, tx *db.Tx) (int, error) {
		held, err := keys.KeysTx(ctx, tx, person)
		if err != nil {
			return 0, err
		}
		return len(held), keys.Erase(ctx, tx, person)
	})
}

// Passkeys are those of a person.
func (a *App) Passkeys(ctx context.Context, person string) ([]passkey.Key, error) {
	return a.keys().Keys(ctx, person)
}

// Providers are the services by which people sign in, for who only writes down which there are.
type Providers struct {
	*oidc.Service
	app *App
}

// Providers opens them.
func (a *App) Providers(ctx context.Context) (Providers, error) {
	service, err := a.Organisations(ctx, nil)
	return Providers{service, a}, err
}

// Put writes a service as the operator says, and notes it in the audit trail. The errors are those of oidc.Configure.
func (p Providers) Put(ctx context.Context, operator account.Actor, set oidc.Settings) (saved oidc.Provider, err error) {
	err = p.app.DB.Write(ctx, func(tx *db.Tx) error {
		if saved, err = p.ConfigureTx(ctx, tx, operator.Territory, set); err != nil {
			return err
		}
		return p.note(ctx, tx, operator, "oidc.configured", saved.Code)
	})
	return saved, err
}

// Remove takes a service away, and notes it in the audit trail. It returns errs.NotFound where there is none.
func (p Providers) Remove(ctx context.Context, operator account.Actor, code string) error {
	return p.app.DB.Write(ctx, func(tx *db.Tx) error {
		if err := p.DeleteTx(ctx, tx, operator.Territory, code); err != nil {
			return err
		}
		return p.note(ctx, tx, operator, "oidc.removed", code)
	})
}

func (p Providers) note(ctx context.Context, tx *db.Tx, operator account.Actor, action, code string) error {
	return audit.Write(ctx, tx, audit.Entry{
		At: p.app.now(), Territory: operator.Territory, Actor: operator.Person, Action: action, Kind: "oidc_provider", Object: code,
	})
}

// ResendMail sends a mail again, and notes that the operator did. The errors are those of mail.Resend.
func (a *App) ResendMail(ctx context.Context, id string) error {
	m, err := a.Outbox.Get(ctx, id)
	if err != nil {
		return err
	}
	e := audit.Entry{Territory: m.Territory, Action: "desk.mail_resent", Kind: "mail", Object: id, Detail: map[string]string{"mail": m.Kind}}
	return a.byOperator(ctx, e, func(tx *db.Tx) error { return a.Outbox.ResendTx(ctx, tx, id) })
}

// RetryJob lets a dead letter of the queue be tried again, and notes that the operator did. The errors are those of queue.Retry.
func (a *App) RetryJob(ctx context.Context, id string) error {
	return a.onDead(ctx, id, "desk.job_retried", a.Queue.RetryTx)
}

// DiscardJob deletes a dead letter of the queue, and notes that the operator did. The errors are those of queue.Discard.
func (a *App) DiscardJob(ctx context.Context, id string) error {
	return a.onDead(ctx, id, "desk.job_discarded", a.Queue.DiscardTx)
}

// mostDead is how many dead letters are looked through for what the audit trail says of one.
const mostDead = 1000

func (a *App) onDead(ctx context.Context, id, action string, do func(ctx context.Context, tx *db.Tx, id string) error) error {
	dead, err := a.Queue.Dead(ctx, "", mostDead)
	if err != nil {
		return err
	}
	e := audit.Entry{Action: action, Kind: "job", Object: id}
	for _, d := range dead {
		if d.ID == id {
			e.Territory, e.Detail = d.Territory, map[string]string{"job": d.Kind}
		}
	}
	return a.byOperator(ctx, e, func(tx *db.Tx) error { return do(ctx, tx, id) })
}

func (a *App) byOperator(ctx context.Context, e audit.Entry, do func(tx *db.Tx) error) error {
	e.Actor, e.At = account.Operator("").Person, a.now()
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, e)
	})
}
