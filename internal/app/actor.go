package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
)

// who finds the person of a request, and what they typed before they had to sign in again; it completes the frame.
func (h *house) who(r *http.Request, p place, f *ui.Frame) (context.Context, error) {
	ctx := r.Context()
	by, err := h.app.Accounts.Actor(ctx, signin.SessionToken(r), p.territory.Code)
	if err != nil {
		return nil, err
	}
	f.Tools = h.tools(r, p, *f, by)
	h.furnish(r, p, f, by)
	if r.Method == http.MethodGet {
		typed, err := h.app.SignIn.Resumed(r, by, p.path)
		if err != nil {
			return nil, err
		}
		if typed != nil {
			ctx = web.WithResumed(ctx, typed)
			f.Notice = f.P.T("app.resumed")
		}
	}
	return account.With(ctx, by), nil
}

// tools are the links at the end of the header: where a person goes, or signs in.
func (h *house) tools(r *http.Request, p place, f ui.Frame, by account.Actor) []ui.Link {
	under := func(path string) bool { return p.path == path || strings.HasPrefix(p.path, path+"/") }
	if !by.SignedIn() {
		v := url.Values{}
		if r.Method == http.MethodGet && p.path != "/" && !under("/connexion") {
			v.Set("suite", (&url.URL{Path: p.path, RawQuery: r.URL.RawQuery}).RequestURI())
		}
		path := "/connexion"
		if len(v) > 0 {
			path += "?" + v.Encode()
		}
		return []ui.Link{{Label: f.P.T("app.tool_sign_in"), URL: f.Path(path), Icon: "log-in", Current: under("/connexion")}}
	}
	var links []ui.Link
	if by.Staff() {
		links = append(links, ui.Link{Label: f.P.T("app.tool_desk"), URL: f.Path("/gestion"), Icon: "clipboard-list", Current: p.path == "/gestion"})
	}
	return append(links, ui.Link{Label: f.P.T("app.tool_space"), URL: f.Path("/espace"), Icon: "user-round", Current: p.path == "/espace"})
}

// leadOn answers an error that a proof of who somebody is would mend, by leading to where it is given; what was typed is kept
// meanwhile. It reports false for any other error.
func (h *house) leadOn(w http.ResponseWriter, r *http.Request, err error) bool {
	f, e := ui.Of(r), errs.As(err)
	if f.P == nil || e == nil {
		return false
	}
	door := "/connexion"
	switch {
	case e.Kind == errs.Unauthenticated:
	case e.Key == account.KeyStrong || e.Key == account.KeyConfirm:
		door = "/connexion/confirmer"
	default:
		return false
	}
	next, err := h.comeBack(w, r)
	if err != nil {
		web.Logger(r.Context()).ErrorContext(r.Context(), "a form cannot be kept", "error", err)
	}
	if next != "" {
		door += "?" + url.Values{"suite": {next}}.Encode()
	}
	http.Redirect(w, r, f.Path(door), http.StatusSeeOther)
	return true
}

// comeBack is the path that somebody is led back to, with what they sent parked for it.
func (h *house) comeBack(w http.ResponseWriter, r *http.Request) (string, error) {
	if strings.HasPrefix(r.URL.Path, "/connexion/") {
		return signin.LocalPath(r.FormValue("suite")), nil // where its pages lead in the end
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return signin.LocalPath(r.URL.RequestURI()), nil
	}
	path := r.URL.Path
	for path != "/" && !h.inside.Answers(http.MethodGet, path) {
		path = path[:max(1, strings.LastIndexByte(path, '/'))]
	}
	if path != r.URL.Path {
		return signin.LocalPath(path), nil // the form was a button: nothing was typed
	}
	person := account.Of(r.Context()).Person
	if person == "" {
		var err error
		if person, err = h.app.Accounts.Former(r.Context(), signin.SessionToken(r)); err != nil {
			return path, err
		}
	}
	token, err := h.app.SignIn.Park(w, r, path, person)
	if token != "" {
		path += "?" + signin.ResumeParam + "=" + token
	}
	return signin.LocalPath(path), err
}
