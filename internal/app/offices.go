package app

import (
	"context"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
	"grappe/internal/signin"
	"grappe/internal/signin/oidc"
	"grappe/internal/signin/passkey"
	"grappe/internal/territory"
)

// people adds the pages of persons and of the team.
func (h *house) people() error {
	pages, err := signin.NewPages(h.app.SignIn, h.address)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	keys := h.newPasskeys(pages)
	keys.Routes(h.inside)
	h.app.SignIn.KeyButton = keys.Login
	h.app.SignIn.Keys = func(r *http.Request, person string) (int, error) {
		list, err := keys.Keys(r.Context(), person)
		here := 0
		for _, k := range list {
			if u, err := url.Parse("//" + r.Host); err == nil && k.Host == u.Hostname() {
				here++
			}
		}
		return here, err
	}
	return h.organisations(pages)
}

// organisations adds signing in by organisations' accounts. Its key is made of the instance's secret, when a page first asks.
func (h *house) organisations(pages *signin.Pages) error {
	door := organisationDoor{pages: pages, accounts: h.app.Accounts}
	service, err := h.app.Organisations(context.Background(), &door)
	if err != nil {
		return err
	}
	door.names = func(ctx context.Context, territory, code string) string {
		p, err := service.Get(ctx, territory, code)
		if err != nil {
			return code
		}
		return p.Name
	}
	service.Routes(h.inside)
	h.app.SignIn.Providers = func(r *http.Request, next string, again bool) ([]ui.Link, error) {
		buttons, err := service.Buttons(r.Context(), territory.Of(r.Context()).Code)
		f, query := ui.Of(r), url.Values{}
		if next != "" {
			query.Set(oidc.NextParam, next)
		}
		if again {
			query.Set(oidc.ConfirmParam, "1")
		}
		links := make([]ui.Link, 0, len(buttons))
		for _, b := range buttons {
			links = append(links, ui.Link{Label: b.Label, URL: f.Path(b.Path) + "?" + query.Encode()})
		}
		return links, err
	}
	return nil
}

// keyChanged writes down what happened to a passkey, and tells its person by mail.
func (a *App) keyChanged(ctx context.Context, tx *db.Tx, c passkey.Change) error {
	code := c.By.Territory
	if code == "" {
		if t := territory.Of(ctx); t != nil {
			code = t.Code
		}
	}
	who, err := a.Accounts.Person(ctx, c.Key.Person)
	if err != nil {
		return err
	}
	err = audit.Write(ctx, tx, audit.Entry{
		Territory: code, Actor: c.By.Person, ActorName: c.By.Name, Action: "passkey." + string(c.Kind), Kind: "person", Object: who.ID, At: a.now(),
	})
	if err != nil {
		return err
	}
	notice := account.PasskeyAdded
	if c.Kind == passkey.Removed {
		notice = account.PasskeyRemoved
	}
	return a.Accounts.SecurityNotice(ctx, tx, who, code, notice, c.Key.Name)
}
