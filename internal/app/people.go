package app

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/mailroom"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/throttle"
	"grappe/internal/signin"
	"grappe/internal/signin/passkey"
)

// MailOptions say how the instance sends its mails.
type MailOptions struct {
	Transport mail.Transport // nil: mails wait until there is one
	From      string         // the address that they come from
	Bounce    string         // the address that failures come back to, "" for none
}

// openPeople makes the rooms that everything personal stands on.
func (a *App) openPeople() {
	o := a.options
	a.secrets = &secrets{db: a.DB}
	a.Queue = queue.New(queue.Options{DB: a.DB, Now: a.now, Log: a.log, Zone: a.zone})
	a.Outbox = mail.NewOutbox(mail.Options{
		DB: a.DB, Queue: a.Queue, Now: a.now, Log: a.log, Transport: o.Mail.Transport, From: o.Mail.From, Bounce: o.Mail.Bounce,
		Hostname: "grappe.invalid", Keep: o.Fictional,
	})
	a.Accounts = account.NewService(account.Rooms{
		DB: a.DB, Outbox: a.Outbox, Sites: sites{a}, Companies: company.Store{}, Now: a.now, Log: a.log, CodeIsEnough: o.Fictional,
		Holders: a.holders, Unsubscribe: a.unsubscribe, Consented: a.consented,
	})
	a.SignIn = signin.New(signin.Rooms{
		DB: a.DB, Accounts: a.Accounts, Outbox: a.Outbox, Sites: sites{a}, Key: a.secrets.key, Now: a.now, Log: a.log, Demo: o.Fictional, HasKeys: a.hasKeys,
		Silent: o.Mail.Transport == nil && !o.Fictional,
	})
	a.openFreshness()
	a.openCuration()
	a.openClaims()
	a.openEdit()
	a.openWatch()
	a.openImports()
	a.schedule()
}

// schedule has done what is due every day: what is over is deleted, who waits is written to.
func (a *App) schedule() {
	night := 3 * time.Hour
	a.Queue.Daily("signin.purge", night, a.SignIn.Purge)
	a.Queue.Daily("throttle.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return throttle.Purge(ctx, tx, a.now()) })
	})
	a.Queue.Daily("queue.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return a.Queue.PurgeDead(ctx, tx, a.now().Add(-deadKept)) })
	})
	a.Queue.Daily("mail.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return a.Outbox.Purge(ctx, tx, a.now()) })
	})
	a.Queue.Daily("audit.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return audit.Purge(ctx, tx, a.now().Add(-auditKept)) })
	})
	a.Queue.Daily("passkey.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return a.keys().Purge(ctx, tx) })
	})
	a.Queue.Daily("listing.purge", night, a.purgeRevisions)
	a.Queue.Daily("files.purge", night+30*time.Minute, a.purgeFiles)
	a.Queue.Daily("account.purge", night+10*time.Minute, a.Accounts.Purge)
	a.Queue.Daily("account.erase", night+20*time.Minute, a.Accounts.EraseDue)
	a.Queue.Daily("account.remind", 8*time.Hour, a.Accounts.Remind)
}

// zone is that of most territories, of the first of them where several are as common; UTC where there is none: night and morning are theirs.
func (a *App) zone(ctx context.Context) *time.Location {
	list, err := a.Territories.List(ctx)
	if err != nil {
		a.log.WarnContext(ctx, "the time zone of the territories cannot be read", "error", err)
		return time.UTC
	}
	common, count := time.UTC, map[string]int{}
	for _, t := range list {
		count[t.Location().String()]++
	}
	for _, t := range list {
		if count[t.Location().String()] > count[common.String()] {
			common = t.Location()
		}
	}
	return common
}

// auditKept is how long the audit trail goes back: long enough for a programme that is audited after its end.
const auditKept = 5 * 365 * 24 * time.Hour

// unsubscribe is the path by which a person refuses a topic of mails, in the transaction of what is mailed.
func (a *App) unsubscribe(ctx context.Context, tx *db.Tx, person, topic string) (string, error) {
	key, err := a.secrets.keyIn(ctx, tx, keyUnsubscribe)
	return mailroom.Path(key, person, topic), err
}

// deadKept is how long jobs that failed for good wait for somebody to look at them.
const deadKept = 90 * 24 * time.Hour

// keys are the passkeys, for who neither makes nor proves any.
func (a *App) keys() *passkey.Service {
	return passkey.NewService(passkey.Options{DB: a.DB, Now: a.now})
}

// hasKeys reports whether somebody has a passkey, for any host.
func (a *App) hasKeys(ctx context.Context, person string) (bool, error) {
	list, err := a.keys().Keys(ctx, person)
	return len(list) > 0, err
}

// keyHolder tells a person of their passkeys, and erases them.
type keyHolder struct{ keys *passkey.Service }

var _ account.Holder = keyHolder{}

// PersonalData implements account.Holder.
func (h keyHolder) PersonalData(ctx context.Context, _ db.Querier, person string) ([]account.DataSection, error) {
	list, err := h.keys.Keys(ctx, person)
	section := account.DataSection{Name: "app.data.passkeys", Purpose: "app.data.for.passkeys"}
	for _, k := range list {
		section.Rows = append(section.Rows, account.DataRow{
			{Name: "app.data.field.name", Value: k.Name},
			{Name: "app.data.field.host", Value: k.Host},
			{Name: "app.data.field.made", Value: k.CreatedAt},
			{Name: "app.data.field.used", Value: k.UsedAt},
		})
	}
	return []account.DataSection{section}, err
}

// Erase implements account.Holder.
func (h keyHolder) Erase(ctx context.Context, tx *db.Tx, person string) error {
	return h.keys.Erase(ctx, tx, person)
}

// holders are the rooms that hold something about persons, beside their accounts.
func (a *App) holders() []account.Holder {
	return []account.Holder{a.SignIn, keyHolder{a.keys()}, a.Curation, a.Edit, revisionHolder{a}, a.Claims, a.Imports}
}
