package signin

import (
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// The cookies. Their values are secrets of 256 bits; none is read by scripts, and none goes along with what other sites send.
const (
	sessionCookie = "grappe_session"  // who is signed in
	askingCookie  = "grappe_demande"  // which browser asked for a code
	deviceCookie  = "grappe_appareil" // that this browser was here before
	parkedCookie  = "grappe_saisie"   // whose form waits for its person
)

const deviceLasts = 395 * 24 * time.Hour

// sessionName is the name of the session's cookie: over an encrypted connection one that browsers accept from this host alone.
func sessionName(r *http.Request) string {
	if web.IsTLS(r) {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// SessionToken is the token of the session that a request brings, "" for none.
func SessionToken(r *http.Request) string {
	return cookieOf(r, sessionName(r))
}

func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > 100 {
		return ""
	}
	return c.Value
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value, path string, lasts time.Duration) {
	c := &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: int(lasts / time.Second), HttpOnly: true, Secure: web.IsTLS(r), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func setSession(w http.ResponseWriter, r *http.Request, token string) {
	setCookie(w, r, sessionName(r), token, "/", account.LastsFor)
}

// setAsking marks the browser that asks for a code. It is sent with the pages of the sign-in alone, in each language.
func setAsking(w http.ResponseWriter, r *http.Request, f ui.Frame, token string) {
	setBelow(w, r, f, askingCookie, token, holdsFor)
}

// setDevice marks a browser from which somebody signed in, for the pages of the sign-in in each language.
func setDevice(w http.ResponseWriter, r *http.Request, f ui.Frame, token string) {
	setBelow(w, r, f, deviceCookie, token, deviceLasts)
}

// setBelow sets a cookie for the pages of the sign-in in each language of the territory.
func setBelow(w http.ResponseWriter, r *http.Request, f ui.Frame, name, value string, lasts time.Duration) {
	for i, lang := range f.Languages {
		f.LangPrefix = ""
		if i > 0 {
			f.LangPrefix = "/" + lang
		}
		setCookie(w, r, name, value, f.Path("/connexion"), lasts)
	}
}
