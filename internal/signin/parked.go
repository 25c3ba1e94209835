package signin

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

const (
	parkedFor  = time.Hour
	mostParked = 64 << 10 // bytes of a form
)

// ResumeParam is the parameter of an address whose form is to be filled with what was parked.
const ResumeParam = "reprise"

// Park keeps the form of a request that came without the proof it needs, for an hour, and gives the parameter by which
// Resumed finds it. person is whose it is, "" where nobody knows. It is "" for a request without a form, for a form of files
// and for one that is too long.
func (s *Service) Park(ctx context.Context, r *http.Request, path, person string) (string, error) {
	if r.Method != http.MethodPost || r.ParseForm() != nil || len(r.PostForm) == 0 || len(r.PostForm.Encode()) > mostParked {
		return "", nil
	}
	token := account.NewToken()
	p := parked{Person: person, Path: path, Form: r.PostForm}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.store.park(ctx, tx, account.HashToken(token), p, s.Now().Add(parkedFor))
	})
	return token, err
}

// Resumed gives what was parked for a path of the actor, nil for nothing. What is another person's is nobody else's to see.
func (s *Service) Resumed(ctx context.Context, by account.Actor, path, token string) (url.Values, error) {
	if token == "" || !by.SignedIn() {
		return nil, nil
	}
	p, err := s.store.parked(ctx, s.DB.Read(), account.HashToken(token), s.Now())
	if errs.Is(err, errs.NotFound) || err == nil && (p.Path != path || p.Person != "" && p.Person != by.Person) {
		return nil, nil
	}
	return p.Form, err
}
