package passkey

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// The paths. A ceremony's cookie goes to the two territories of each purpose only: below /connexion, and below /espace.
const (
	signInOptions = "/connexion/cle/options"
	signIn        = "/connexion/cle"
	enrolOptions  = "/espace/cles/options"
	enrol         = "/espace/cles"

	cookieName = "grappe_passkey"
	mostAnswer = 64 << 10 // bytes of an answer; certificates of an authenticator's maker are the longest part
)

// Routes answers the addresses of passkeys.
func (s *Service) Routes(router *web.Router) {
	router.Handle("POST "+signInOptions, spoken(s.signInOptions))
	router.Handle("POST "+signIn, spoken(s.signIn))
	router.Handle("POST "+enrolOptions, spoken(s.enrolOptions))
	router.Handle("POST "+enrol, spoken(s.enrol))
	router.Handle("POST "+enrol+"/{id}", s.rename)
	router.Handle("POST "+enrol+"/{id}/suppression", s.remove)
}

// spoken makes a handler answer JSON, and its errors application/problem+json, whatever the client says that it accepts: only
// scripts ask there. Nothing of it may be kept.
func spoken(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		r.Header.Set("Accept", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		web.LimitBody(w, r, mostAnswer)
		return h(w, r)
	}
}

// siteOf is the site of the request.
func (s *Service) siteOf(r *http.Request) site {
	origin, host, name := s.o.Site(r)
	return site{strings.ToLower(origin), strings.ToLower(host), name}
}

// Works reports whether passkeys can be used at the address of the request.
func (s *Service) Works(r *http.Request) bool { return s.siteOf(r).usable() }

// browserOf is what the browser's cookie says, "" where it has none.
func browserOf(r *http.Request) string {
	for _, c := range r.CookiesNamed(cookieName) {
		if isBrowser(c.Value) {
			return c.Value
		}
	}
	return ""
}

// marked gives the browser's mark, and makes it last as long as the ceremony that begins. A browser keeps the mark that it has,
// so that two of its tabs do not end each other's ceremonies.
func marked(w http.ResponseWriter, r *http.Request, below string) string {
	browser := browserOf(r)
	if browser == "" {
		browser = newBrowser()
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: browser, Path: ui.Of(r).Path(below), MaxAge: int(Lasts.Seconds()),
		HttpOnly: true, Secure: web.IsTLS(r), SameSite: http.SameSiteStrictMode,
	})
	return browser
}

func (s *Service) signInOptions(w http.ResponseWriter, r *http.Request) error {
	options, err := s.beginSignIn(r.Context(), s.siteOf(r), marked(w, r, "/connexion"))
	if err != nil {
		return err
	}
	return web.JSON(w, r, http.StatusOK, options)
}

// led says where a page goes from here; nothing where it knows itself.
type led struct {
	Next string `json:"next,omitempty"`
}

func (s *Service) signIn(w http.ResponseWriter, r *http.Request) error {
	answer, err := body(r)
	if err != nil {
		return err
	}
	who, err := s.finishSignIn(r.Context(), s.siteOf(r), browserOf(r), answer)
	if err != nil {
		return err
	}
	next, err := s.o.Door.Prove(w, r, who)
	if err != nil {
		return err
	}
	return web.JSON(w, r, http.StatusOK, led{next})
}

func (s *Service) enrolOptions(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	options, err := s.beginEnrol(r.Context(), s.siteOf(r), marked(w, r, "/espace"), by)
	if err != nil {
		return err
	}
	return web.JSON(w, r, http.StatusOK, options)
}

func (s *Service) enrol(w http.ResponseWriter, r *http.Request) error {
	if err := account.Of(r.Context()).RequireSignedIn(); err != nil {
		return err
	}
	answer, err := body(r)
	if err != nil {
		return err
	}
	var sent struct {
		Name       string          `json:"name"`
		Credential json.RawMessage `json:"credential"`
	}
	if err := json.Unmarshal(answer, &sent); err != nil {
		return errs.Wrap(err, errs.Usage, "passkey.unreadable", nil)
	}
	frame := ui.Of(r)
	if strings.TrimSpace(sent.Name) == "" && frame.P != nil {
		sent.Name = frame.P.T("passkey.name_default", "day", s.o.Now())
	}
	if _, err := s.finishEnrol(r.Context(), s.siteOf(r), browserOf(r), account.Of(r.Context()), sent.Name, sent.Credential); err != nil {
		return err
	}
	return web.JSON(w, r, http.StatusOK, led{frame.Path(Back)})
}

// body reads JSON, and nothing that a form of another site could send.
func body(r *http.Request) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, errs.New(errs.Usage, "passkey.unreadable", nil)
	}
	return io.ReadAll(r.Body)
}

func (s *Service) rename(w http.ResponseWriter, r *http.Request) error {
	if err := s.Rename(r.Context(), account.Of(r.Context()), r.PathValue("id"), r.PostFormValue("name")); err != nil {
		return err
	}
	return back(w, r)
}

func (s *Service) remove(w http.ResponseWriter, r *http.Request) error {
	if err := s.Remove(r.Context(), account.Of(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	return back(w, r)
}

func back(w http.ResponseWriter, r *http.Request) error {
	return ui.SeeOther(w, r, Back)
}
