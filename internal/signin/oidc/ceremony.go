package oidc

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

const (
	ceremonyFor   = 10 * time.Minute
	longestCookie = 4000
)

// ceremony is what a browser keeps, sealed, while its person is at the service.
type ceremony struct {
	Territory string `json:"t"`
	Provider  string `json:"p"`
	State     string `json:"s"`
	Nonce     string `json:"n"`
	Verifier  string `json:"v"`
	Next      string `json:"x,omitempty"`
	Lang      string `json:"l,omitempty"` // ui.Frame.LangPrefix of the page where it began
	Confirm   bool   `json:"c,omitempty"`
	Begun     int64  `json:"b"` // in milliseconds
}

func newCeremony(p Provider, now time.Time) ceremony {
	return ceremony{
		Territory: p.Territory, Provider: p.Code, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Begun: now.UnixMilli(),
	}
}

// begun is when the browser was sent away.
func (c ceremony) begun() time.Time { return time.UnixMilli(c.Begun) }

// cookieName is that of the cookie that holds a ceremony. Over TLS no page that is not can write it.
func cookieName(r *http.Request) string {
	if web.IsTLS(r) {
		return "__Secure-grappe-oidc"
	}
	return "grappe-oidc"
}

// cookiePaths are where the ceremony's cookie is sent: the sign-in pages of the territory, in its default language, in which the
// service's answer comes, and in that of the person.
func cookiePaths(f ui.Frame, lang string) []string {
	paths := []string{f.Base + home}
	if lang != "" {
		paths = append(paths, f.Base+lang+home)
	}
	return paths
}

func (s *Service) cookie(r *http.Request, path, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(r), Value: value, Path: path, MaxAge: age, HttpOnly: true, Secure: web.IsTLS(r), SameSite: http.SameSiteLaxMode,
	}
}

// keep gives the ceremony to the browser.
func (s *Service) keep(w http.ResponseWriter, r *http.Request, c ceremony) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	nonce := make([]byte, s.seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	value := base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, text, nil))
	for _, path := range cookiePaths(ui.Of(r), c.Lang) {
		http.SetCookie(w, s.cookie(r, path, value, int(ceremonyFor/time.Second)))
	}
	return nil
}

// consume takes the ceremony from the browser: it serves once.
func (s *Service) consume(w http.ResponseWriter, r *http.Request, c ceremony) {
	for _, path := range cookiePaths(ui.Of(r), c.Lang) {
		http.SetCookie(w, s.cookie(r, path, "", -1))
	}
}

var errNoCeremony = errors.New("oidc: the browser holds no ceremony that can be read")

// kept is the ceremony that the browser holds, if it is ours and not over.
func (s *Service) kept(r *http.Request) (ceremony, error) {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil || len(cookie.Value) > longestCookie {
		return ceremony{}, errNoCeremony
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(sealed) < s.seal.NonceSize() {
		return ceremony{}, errNoCeremony
	}
	n := s.seal.NonceSize()
	text, err := s.seal.Open(nil, sealed[:n], sealed[n:], nil)
	if err != nil {
		return ceremony{}, errNoCeremony
	}
	var c ceremony
	if err := json.Unmarshal(text, &c); err != nil {
		return ceremony{}, errNoCeremony
	}
	if age := s.now().Sub(c.begun()); age < -time.Minute || age > ceremonyFor {
		return ceremony{}, errors.New("oidc: the ceremony is over")
	}
	return c, nil
}
