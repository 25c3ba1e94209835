package app

import (
	"context"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
	"grappe/internal/signin/oidc"
	"grappe/internal/signin/passkey"
	"grappe/internal/space"
	"grappe/internal/territory"
)

// newPasskeys makes the room of passkeys over the pages of the sign-in.
func (h *house) newPasskeys(pages *signin.Pages) *passkey.Service {
	a := h.app
	return passkey.NewService(passkey.Options{
		DB: a.DB, Now: a.now, Confirm: "/connexion/confirmer?suite=" + url.QueryEscape(passkey.Back), Door: passkeyDoor{pages}, Site: passkeySite, MayEnrol: a.mayEnrol, OnChange: a.keyChanged,
	})
}

// passkeySite is where the browser of a request is. A browser makes and uses a passkey for the host that it is at, whatever a
// request says.
func passkeySite(r *http.Request) (origin, rpID, name string) {
	origin = web.Origin(r)
	u, err := url.Parse(origin)
	if err != nil || origin == "" {
		return "", "", ""
	}
	return origin, u.Hostname(), ui.Of(r).Brand.Cluster
}

// keysHere counts the passkeys that a person has for the host of a request.
func keysHere(keys *passkey.Service) func(r *http.Request, person string) (int, error) {
	return func(r *http.Request, person string) (here int, err error) {
		list, err := keys.Keys(r.Context(), person)
		_, host, _ := passkeySite(r)
		for _, k := range list {
			if k.Host == host {
				here++
			}
		}
		return here, err
	}
}

// passkeyDoor ends a sign-in by a passkey.
type passkeyDoor struct{ pages *signin.Pages }

// Prove implements passkey.Door.
func (d passkeyDoor) Prove(w http.ResponseWriter, r *http.Request, person string) (next string, err error) {
	return d.pages.Passkey(w, r, person, r.URL.Query().Get("suite"))
}

// mayEnrol says who may make a passkey: the first one right after a proof of any kind, since there is nothing better yet; a
// further one after a proof as strong as the person's roles ask for.
func (a *App) mayEnrol(ctx context.Context, by account.Actor, held passkey.Held) error {
	known, err := a.Accounts.HasIdentity(ctx, a.DB.Read(), by.Person)
	if err != nil || !known && held.All == 0 && a.now().Sub(by.ProvedAt) <= account.FreshFor {
		return err
	}
	return by.RequireFresh(a.now())
}

// keyChanged writes down what happened to a passkey, and tells its person by mail.
func (a *App) keyChanged(ctx context.Context, tx *db.Tx, c passkey.Change) error {
	code := territory.Of(ctx).Code
	who, err := a.Accounts.Person(ctx, c.Key.Person)
	if err != nil {
		return err
	}
	err = a.Accounts.Note(ctx, tx, c.By, audit.Entry{Territory: code, Action: "passkey." + string(c.Kind), Kind: "person", Object: who.ID})
	if err != nil {
		return err
	}
	notice := account.PasskeyAdded
	switch c.Kind {
	case passkey.Removed:
		notice = account.PasskeyRemoved
	case passkey.Suspected:
		notice = account.PasskeySuspected
	}
	return a.Accounts.SecurityNotice(ctx, tx, who, code, notice, c.Key.Name)
}

// Organisations makes the room of organisations' accounts. Without a door it only writes down which there are.
func (a *App) Organisations(ctx context.Context, door oidc.Door) (*oidc.Service, error) {
	key, err := a.secrets.key(ctx, "oidc")
	if err != nil {
		return nil, err
	}
	return oidc.New(oidc.Options{DB: a.DB, Door: door, Key: key, Private: a.options.PrivateNetworks, UserAgent: "Grappe", Now: a.now})
}

// organisations adds signing in by organisations' accounts.
func (h *house) organisations(pages *signin.Pages) error {
	door := &organisationDoor{pages: pages, accounts: h.app.Accounts}
	service, err := h.app.Organisations(context.Background(), door)
	if err != nil {
		return err
	}
	door.service = service
	service.Routes(h.inside)
	h.app.SignIn.Providers = func(r *http.Request, next string, again bool) ([]ui.Link, error) {
		buttons, err := service.Buttons(r.Context(), territory.Of(r.Context()).Code)
		query := url.Values{}
		if next != "" {
			query.Set(oidc.NextParam, next)
		}
		if again {
			query.Set(oidc.ConfirmParam, "1")
		}
		links := make([]ui.Link, 0, len(buttons))
		for _, b := range buttons {
			links = append(links, ui.Link{Label: b.Label, URL: ui.Of(r).Path(b.Path) + "?" + query.Encode()})
		}
		return links, err
	}
	return nil
}

// organisationDoor ends a sign-in by an organisation's account.
type organisationDoor struct {
	pages    *signin.Pages
	accounts *account.Service
	service  *oidc.Service
}

// Knows implements oidc.Door.
func (d *organisationDoor) Knows(ctx context.Context, _, issuer, subject string) (bool, error) {
	return d.accounts.KnowsIdentity(ctx, issuer, subject)
}

// Prove implements oidc.Door.
func (d *organisationDoor) Prove(w http.ResponseWriter, r *http.Request, p oidc.Proof) error {
	provider, err := d.service.Get(r.Context(), p.Territory, p.Provider)
	if err != nil {
		return err
	}
	return d.pages.Organisation(w, r, signin.Organisation{
		Issuer: p.Issuer, Subject: p.Subject, Provider: provider.Name, Mail: p.Mail, SpeaksFor: p.SpeaksFor, Fresh: p.Fresh, Next: p.Next,
	})
}

// identities are the organisations' accounts of a person, for their space.
type identities struct{ accounts *account.Service }

// Identities implements space.Identities.
func (i identities) Identities(ctx context.Context, _ string) ([]space.Identity, error) {
	list, err := i.accounts.Identities(ctx, account.Of(ctx))
	out := make([]space.Identity, 0, len(list))
	for _, id := range list {
		out = append(out, space.Identity{Provider: id.Provider, Issuer: id.Issuer, Subject: id.Subject, LinkedAt: id.LinkedAt, UsedAt: id.UsedAt})
	}
	return out, err
}
