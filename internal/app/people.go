package app

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/throttle"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
	"grappe/internal/signin/oidc"
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
	a.Queue = queue.New(queue.Options{DB: a.DB, Now: a.now, Log: a.log})
	a.Outbox = mail.NewOutbox(mail.Options{
		DB: a.DB, Queue: a.Queue, Now: a.now, Log: a.log, Transport: o.Mail.Transport, From: o.Mail.From, Bounce: o.Mail.Bounce,
		Hostname: "grappe.invalid", Keep: o.Fictional,
	})
	a.Accounts = account.NewService(account.Rooms{
		DB: a.DB, Outbox: a.Outbox, Sites: sites{a}, Companies: companies{}, Now: a.now, Log: a.log, CodeIsEnough: o.Fictional,
		Holders: a.holders,
	})
	a.SignIn = signin.New(signin.Rooms{
		DB: a.DB, Accounts: a.Accounts, Outbox: a.Outbox, Sites: sites{a}, Key: a.secrets.key, Now: a.now, Log: a.log, Demo: o.Fictional,
	})
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
	a.Queue.Daily("passkey.purge", night, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error { return a.keys().Purge(ctx, tx) })
	})
	a.Queue.Daily("account.purge", night+10*time.Minute, a.Accounts.Purge)
	a.Queue.Daily("account.erase", night+20*time.Minute, a.Accounts.EraseDue)
	a.Queue.Daily("account.remind", 21*time.Hour, a.Accounts.Remind)
}

// deadKept is how long jobs that failed for good wait for somebody to look at them.
const deadKept = 90 * 24 * time.Hour

// keys are the passkeys, for who neither makes nor proves any.
func (a *App) keys() *passkey.Service {
	return passkey.NewService(passkey.Options{DB: a.DB, Now: a.now})
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
			{Name: "app.data.field.name", Value: k.Name}, {Name: "app.data.field.host", Value: k.Host}, {Name: "app.data.field.made", Value: k.CreatedAt},
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
func (a *App) holders() []account.Holder { return []account.Holder{a.SignIn, keyHolder{a.keys()}} }

// companies names companies for the rooms of people.
type companies struct{}

var _ account.Companies = companies{}

// CompanyName implements account.Companies.
func (companies) CompanyName(ctx context.Context, q db.Querier, id string) (name, territory string, err error) {
	c, err := company.Store{}.ByID(ctx, q, id)
	if err != nil {
		return "", "", err
	}
	if c.UsualName != "" {
		return c.UsualName, c.Territory, nil
	}
	return c.LegalName, c.Territory, nil
}

// newPasskeys makes the room of passkeys over the pages of the sign-in.
func (h *house) newPasskeys(pages *signin.Pages) *passkey.Service {
	a := h.app
	return passkey.NewService(passkey.Options{
		DB: a.DB, Now: a.now, Confirm: "/connexion/confirmer", Door: passkeyDoor{pages},
		Site: func(r *http.Request) (origin, rpID, name string) {
			// A browser only makes and uses a passkey for the host that it is at, whatever a request says.
			if origin = web.Origin(r); origin == "" {
				return "", "", ""
			}
			u, err := url.Parse(origin)
			if err != nil {
				return "", "", ""
			}
			return origin, u.Hostname(), ui.Of(r).Brand.Cluster
		},
		MayEnrol:  a.mayEnrol,
		MayRemove: a.mayRemoveKey,
		OnChange:  a.keyChanged,
	})
}

// passkeyDoor ends a sign-in by a passkey.
type passkeyDoor struct{ pages *signin.Pages }

// Prove implements passkey.Door.
func (d passkeyDoor) Prove(w http.ResponseWriter, r *http.Request, person string) (next string, err error) {
	return d.pages.Passkey(w, r, person, r.URL.Query().Get("suite"))
}

// mayEnrol says who may make a passkey: the first one right after a proof of any kind, since there is nothing better yet;
// a further one by somebody of the team after a strong proof.
func (a *App) mayEnrol(_ context.Context, by account.Actor, held passkey.Held) error {
	if held.Here == 0 && a.now().Sub(by.ProvedAt) <= account.FreshFor {
		return nil
	}
	return by.RequireFresh(a.now())
}

// mayRemoveKey says who may take a passkey away.
func (a *App) mayRemoveKey(_ context.Context, by account.Actor, _ passkey.Held) error {
	return by.RequireFresh(a.now())
}

// organisationDoor ends a sign-in by an organisation's account.
type organisationDoor struct {
	pages    *signin.Pages
	accounts *account.Service
	names    func(ctx context.Context, territory, code string) string
}

// Knows implements oidc.Door.
func (d organisationDoor) Knows(ctx context.Context, _, issuer, subject string) (bool, error) {
	return d.accounts.KnowsIdentity(ctx, issuer, subject)
}

// Prove implements oidc.Door.
func (d organisationDoor) Prove(w http.ResponseWriter, r *http.Request, p oidc.Proof) error {
	return d.pages.Organisation(w, r, signin.Organisation{
		Issuer: p.Issuer, Subject: p.Subject, Provider: d.names(r.Context(), p.Territory, p.Provider), Mail: p.Mail, SpeaksFor: p.SpeaksFor,
		Fresh: p.Fresh, Next: p.Next,
	})
}

// Organisations makes the room of organisations' accounts, for who only writes down which there are.
func (a *App) Organisations(ctx context.Context, door oidc.Door) (*oidc.Service, error) {
	key, err := a.secrets.key(ctx, "oidc")
	if err != nil {
		return nil, err
	}
	return oidc.New(oidc.Options{DB: a.DB, Door: door, Key: key, Private: a.options.PrivateNetworks, UserAgent: "Grappe", Now: a.now})
}
