package signin

import (
	"net/http"
	"net/url"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
	"grappe/internal/platform/web"
)

const (
	parkedFor  = time.Hour
	mostParked = 64 << 10 // bytes of a form
)

// ResumeParam is the parameter of an address whose form is to be filled with what was parked.
const ResumeParam = "reprise"

// Park keeps the form of a request that came without the proof it needs, for an hour and for its browser, and gives the parameter
// by which Resumed finds it. person is whose it is, "" where nobody knows. It is "" for a request without a form, for a form of
// files, for one that is too long, and where too many came from one place.
func (s *Service) Park(w http.ResponseWriter, r *http.Request, path, person string) (string, error) {
	if r.Method != http.MethodPost || r.ParseForm() != nil || len(r.PostForm) == 0 || len(r.PostForm.Encode()) > mostParked {
		return "", nil
	}
	browser := cookieOf(r, parkedCookie)
	if browser == "" {
		browser = account.NewToken()
	}
	token, p, tooMany := account.NewToken(), parked{Person: person, Path: path, Form: r.PostForm}, false
	err := s.DB.Write(r.Context(), func(tx *db.Tx) error {
		err := throttle.TakeAll(r.Context(), tx, s.Now(), keyTooMany, s.limits.parkClient.By(web.Network(web.ClientAddr(r.Context())).String()))
		if tooMany = errs.Is(err, errs.TooMany); err != nil {
			return throttle.Commits(err)
		}
		return s.store.park(r.Context(), tx, parkedHash(browser, token), p, s.Now().Add(parkedFor))
	})
	if err != nil || tooMany {
		return "", err
	}
	setCookie(w, r, parkedCookie, browser, "/", parkedFor)
	return token, nil
}

// parkedHash is what the base knows of a form that is parked: the address of its page opens it in its own browser alone.
func parkedHash(browser, token string) string { return account.HashToken(browser + "." + token) }

// Resumed gives what was parked by the browser of a request for a path of the actor, nil for nothing. What is another person's or
// browser's is nobody else's to see: somebody could fill in a form and have another send it.
func (s *Service) Resumed(r *http.Request, by account.Actor, path string) (url.Values, error) {
	token, browser := r.URL.Query().Get(ResumeParam), cookieOf(r, parkedCookie)
	if token == "" || browser == "" || !by.SignedIn() {
		return nil, nil
	}
	p, err := s.store.parked(r.Context(), s.DB.Read(), parkedHash(browser, token), s.Now())
	if errs.Is(err, errs.NotFound) || err == nil && (p.Path != path || p.Person != "" && p.Person != by.Person) {
		return nil, nil
	}
	return p.Form, err
}
