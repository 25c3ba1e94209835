package oidc

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/signin"
	"grappe/internal/territory"
)

// start sends the browser to the service. Nothing is written here: what the way back needs, the browser keeps. It is a GET since
// no form may lead to another host (form-action of the Content-Security-Policy).
func (s *Service) start(w http.ResponseWriter, r *http.Request) error {
	quiet(w)
	p, err := s.asked(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if address := elsewhere(r, p.Code); address != "" {
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
	d, err := s.catalogue.of(r.Context(), p.Issuer)
	if err != nil {
		return s.down(r, p, err)
	}
	f, c := ui.Of(r), newCeremony(p, s.now())
	c.Next, c.Lang, c.Confirm = signin.LocalPath(q.Get(NextParam)), f.LangPrefix, q.Get(ConfirmParam) == "1"
	if err := s.keep(w, r, c); err != nil {
		return err
	}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(c.Verifier), oauth2.SetAuthURLParam("nonce", c.Nonce), oauth2.SetAuthURLParam("ui_locales", f.Lang),
	}
	if c.Confirm {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	http.Redirect(w, r, client(r, p, d).AuthCodeURL(c.State, options...), http.StatusSeeOther)
	return nil
}

// quiet keeps an answer out of caches, and its address, which may hold a code, out of what is asked next.
func quiet(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// asked is the service that the path names.
func (s *Service) asked(r *http.Request) (Provider, error) {
	name := r.PathValue("provider")
	if !codeForm.MatchString(name) {
		return Provider{}, errs.New(errs.NotFound, "oidc.none", nil)
	}
	return s.Get(r.Context(), territory.Of(r.Context()).Code, name)
}

// returnAddress is the redirect address, as the operator registered it: the one of the territory's own host, in no language.
func returnAddress(f ui.Frame, code string) string {
	f.LangPrefix = ""
	return f.URL(ReturnPath(code))
}

// elsewhere is the address of this very start on the host to which the service sends browsers back, where this is another one:
// the browser must keep the ceremony there. It is "" where the browser is right, or was led here already: behind a proxy that hides the host,
// a request never seems to come by the right one.
func elsewhere(r *http.Request, code string) string {
	f, q := ui.Of(r), r.URL.Query()
	if strings.EqualFold(hostOf(returnAddress(f, code)), r.Host) && !f.AtRoot || q.Get(hereParam) != "" {
		return ""
	}
	onward := url.Values{hereParam: {"1"}}
	if next := signin.LocalPath(q.Get(NextParam)); next != "" {
		if inside, ok := strings.CutPrefix(next, f.Base); ok && f.AtRoot && (inside == "" || inside[0] == '/') {
			next = signin.LocalPath("/" + strings.TrimPrefix(inside, "/"))
		}
		onward.Set(NextParam, next)
	}
	if q.Get(ConfirmParam) == "1" {
		onward.Set(ConfirmParam, "1")
	}
	return f.URL(Path(code) + "?" + onward.Encode())
}

// client is the client that the territory is, for the service.
func client(r *http.Request, p Provider, d *description) *oauth2.Config {
	endpoint := d.endpoint
	if p.ClientSecret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: returnAddress(ui.Of(r), p.Code),
		Scopes: []string{"openid", "email", "profile"},
	}
}

// The faults that a person is told of. What a service wrote is in the log alone, and not much of it.

func (s *Service) down(r *http.Request, p Provider, err error) error {
	if cause := context.Cause(r.Context()); cause != nil && !errors.Is(cause, web.ErrTimeout) {
		return cause // nobody waits any more
	}
	return fault(r, p, errs.Unavailable, "oidc.down", err)
}

func fault(r *http.Request, p Provider, kind errs.Kind, key string, err error) error {
	log := web.Logger(r.Context()).Warn
	if kind == errs.Usage {
		log = web.Logger(r.Context()).Debug // anybody can cause these
	}
	log("signing in by a service failed", "provider", p, "key", key, "error", clip(err.Error()))
	return errs.New(kind, key, errs.Args{"provider": p.Name})
}

const mostLogged = 300

// clip keeps what a service wrote from filling the log.
func clip(s string) string {
	if len(s) > mostLogged {
		s = s[:mostLogged] + "…"
	}
	return strings.ToValidUTF8(s, "")
}
