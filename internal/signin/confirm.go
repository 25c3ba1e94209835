package signin

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// confirmPage asks somebody who is signed in to prove it again, or more strongly, before something sensitive.
type confirmPage struct {
	ui.Frame
	Errors  ui.FormErrors
	Why     string
	Mail    string
	Next    string
	HasKeys bool
	ByCode  bool // a code is proof enough
	MakeKey bool // a first passkey is to be made
	ways
	Parked bool
}

func (p *Pages) confirmPage(w http.ResponseWriter, r *http.Request) error {
	return p.showConfirm(w, r, http.StatusOK, LocalPath(r.URL.Query().Get("suite")), nil)
}

func (p *Pages) showConfirm(w http.ResponseWriter, r *http.Request, status int, next string, fault error) error {
	f, by := ui.Private(r, ui.Of(r).P.T("signin.confirm_title"), withNext("/connexion/confirmer", next)), account.Of(r.Context())
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	page := confirmPage{
		Frame: f, Errors: ui.NewFormErrors(f.P, fault), Mail: by.Mail, Next: next, ByCode: p.codeIsEnough(by), Parked: hasParked(next),
		Why: f.P.T("signin.confirm_why"),
	}
	if !page.ByCode {
		page.Why = f.P.T("signin.confirm_why_team")
	}
	keys, err := p.keys(r, by)
	if err != nil {
		return err
	}
	page.HasKeys = keys > 0
	known, err := p.service.Accounts.HasIdentity(r.Context(), p.service.DB.Read(), by.Person)
	if err != nil {
		return err
	}
	if keys == 0 && !known && !page.ByCode {
		// The first passkey is made right after a proof of any kind: there is none yet to ask for.
		page.MakeKey = p.service.Now().Sub(by.ProvedAt) <= account.FreshFor
		page.ByCode = !page.MakeKey
	}
	if page.ways, err = p.ways(r, next, true); err != nil {
		return err
	}
	return p.views.Render(w, r, status, "confirmer", page)
}

func (p *Pages) keys(r *http.Request, by account.Actor) (int, error) {
	if p.service.Keys == nil {
		return 0, nil
	}
	return p.service.Keys(r, by.Person)
}

// codeIsEnough reports whether a code by mail proves the actor strongly enough for all that they may do.
func (p *Pages) codeIsEnough(by account.Actor) bool {
	return !by.NeedsStrong() || p.service.Accounts.CodeIsEnough
}

// confirm mails a code to who is signed in.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	by, next := account.Of(r.Context()), LocalPath(r.PostForm.Get("suite"))
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	err := p.askFor(w, r, asking{Mail: by.Mail, Next: next, By: by})
	if errs.Is(err, errs.TooMany) {
		return p.showConfirm(w, r, http.StatusTooManyRequests, next, err)
	}
	return err
}
