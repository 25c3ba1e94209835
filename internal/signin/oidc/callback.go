package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	protocol "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// callback is where the service sends the browser back.
func (s *Service) callback(w http.ResponseWriter, r *http.Request) error {
	quiet(w)
	p, err := s.asked(r)
	if err != nil {
		return err
	}
	c, err := s.match(r, p)
	if err != nil {
		return err
	}
	if f := ui.Of(r); f.LangPrefix != c.Lang {
		if f.LangPrefix != "" {
			return fault(r, p, errs.Usage, "oidc.start_again", errors.New("oidc: in another language"))
		}
		// The service knows one address. From here on the person reads their own language again.
		f.LangPrefix = c.Lang
		http.Redirect(w, r, f.Path(ReturnPath(p.Code)+"?"+r.URL.Query().Encode()), http.StatusSeeOther)
		return nil
	}
	s.consume(w, r, c)
	d, err := s.catalogue.of(r.Context(), p.Issuer)
	if err != nil {
		return s.down(r, p, err)
	}
	given, err := s.code(r, p, d)
	if err != nil {
		return err
	}
	proof, err := s.identify(r, p, c, d, given)
	if err != nil {
		return err
	}
	return s.door.Prove(w, r, proof)
}

// match is the ceremony that the browser keeps, where this is the answer to it.
func (s *Service) match(r *http.Request, p Provider) (ceremony, error) {
	c, err := s.kept(r)
	if err != nil {
		return ceremony{}, fault(r, p, errs.Usage, "oidc.start_again", err)
	}
	q := r.URL.Query()
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(q[name]) > 1 {
			return ceremony{}, fault(r, p, errs.Usage, "oidc.start_again", fmt.Errorf("oidc: %s twice", name))
		}
	}
	switch {
	case c.Territory != territory.Of(r.Context()).Code || subtle.ConstantTimeCompare([]byte(c.State), []byte(q.Get("state"))) != 1:
		return ceremony{}, fault(r, p, errs.Usage, "oidc.start_again", errors.New("oidc: the state is not that of the ceremony"))
	case c.Provider != p.Code:
		return ceremony{}, fault(r, p, errs.Forbidden, "oidc.other_provider", errors.New("oidc: the ceremony is one with another service"))
	}
	return c, nil
}

// code is the code of an answer that says yes.
func (s *Service) code(r *http.Request, p Provider, d *description) (string, error) {
	q := r.URL.Query()
	// RFC 9207: who says that its answers name it must be named, in those that say no as well.
	if q.Has("iss") && q.Get("iss") != p.Issuer || !q.Has("iss") && d.namesSelf {
		return "", fault(r, p, errs.Forbidden, "oidc.other_provider", fmt.Errorf("oidc: the answer says that %q gave it", clip(q.Get("iss"))))
	}
	said := fmt.Errorf("oidc: it said %q: %q", clip(q.Get("error")), clip(q.Get("error_description")))
	switch q.Get("error") {
	case "":
		if q.Get("code") == "" {
			return "", fault(r, p, errs.Usage, "oidc.start_again", errors.New("oidc: an answer without code"))
		}
		return q.Get("code"), nil
	case "access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required":
		return "", fault(r, p, errs.Usage, "oidc.cancelled", said)
	case "server_error", "temporarily_unavailable":
		return "", fault(r, p, errs.Unavailable, "oidc.down", said)
	default:
		return "", fault(r, p, errs.Unavailable, "oidc.misconfigured", said)
	}
}

// exchange gives the code for the tokens.
func (s *Service) exchange(r *http.Request, p Provider, c ceremony, d *description, given string) (*oauth2.Token, error) {
	ctx := protocol.ClientContext(r.Context(), s.client)
	token, err := client(r, p, d).Exchange(ctx, given, oauth2.VerifierOption(c.Verifier))
	if err == nil {
		return token, nil
	}
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case isNetwork(err):
		return nil, s.down(r, p, err)
	case !ok:
		return nil, fault(r, p, errs.Forbidden, "oidc.bad_answer", err)
	case refused.ErrorCode == "invalid_grant":
		return nil, fault(r, p, errs.Usage, "oidc.start_again", err)
	case slices.Contains([]string{"invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type", "invalid_scope"}, refused.ErrorCode):
		return nil, fault(r, p, errs.Unavailable, "oidc.misconfigured", err)
	}
	return nil, s.down(r, p, err)
}

// isNetwork reports whether nothing was answered at all.
func isNetwork(err error) bool {
	_, ok := errors.AsType[*url.Error](err)
	return ok || errors.Is(err, context.DeadlineExceeded)
}
