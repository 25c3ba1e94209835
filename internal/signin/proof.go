package signin

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// proved opens the session of the person of an attempt that has ended well.
func (s *Service) proved(r *http.Request, tx *db.Tx, a attempt, method account.Method) (entered, error) {
	p, added, err := s.Accounts.Arrive(r.Context(), tx, a.Mail, a.Territory, a.Lang)
	if err != nil {
		return entered{}, err
	}
	if err := s.Outbox.Cleared(r.Context(), tx, a.Mail); err != nil {
		return entered{}, err
	}
	if a.Identity != (identity{}) {
		// The organisation's account and the mail are proved, both by this browser: they are one person's from now on.
		method = account.ByOIDC
		err := s.Accounts.LinkIdentity(r.Context(), tx, p, a.Territory, account.Identity{
			Issuer: a.Identity.Issuer, Subject: a.Identity.Subject, Provider: a.Identity.Provider,
		})
		if err != nil {
			return entered{}, err
		}
	}
	out, err := s.enter(r.Context(), tx, s.entering(r, p, method))
	out.New, out.Next = added, a.Next
	return out, err
}

// entering is a proof that a request has just given.
func (s *Service) entering(r *http.Request, p account.Person, method account.Method) entering {
	return entering{
		Person: p, By: account.Of(r.Context()), Former: SessionToken(r), Device: cookieOf(r, deviceCookie),
		Proof: account.Proof{Method: method, Territory: territory.Of(r.Context()).Code, Agent: account.AgentName(r.UserAgent())},
	}
}

// Passkey ends a sign-in by a passkey: it opens or strengthens the session of the person, and gives where to go on to.
func (p *Pages) Passkey(w http.ResponseWriter, r *http.Request, person, next string) (path string, err error) {
	var out entered
	err = p.service.DB.Write(r.Context(), func(tx *db.Tx) error {
		who, err := p.service.Accounts.Person(r.Context(), person)
		if err != nil {
			return err
		}
		out, err = p.service.enter(r.Context(), tx, p.service.entering(r, who, account.ByPasskey))
		return err
	})
	if err != nil {
		return "", err
	}
	f := ui.Of(r)
	setSession(w, r, out.Token)
	setDevice(w, r, f, out.Device)
	if next = LocalPath(next); next == "" {
		next = "/espace"
	}
	return f.Path(next), nil
}

// Organisation is a proof by an organisation's account.
type Organisation struct {
	Issuer, Subject string
	Provider        string // as people know it
	Mail            string // that the provider says it has verified
	SpeaksFor       bool   // the operator said that the provider speaks for the domain of the mail
	Fresh           bool   // the provider asked the person just now
	Next            string
}

// Organisation ends a sign-in by an organisation's account. One that is known, or whose provider speaks for the address, opens
// the session; for any other the address is proved by a code first, since a provider may say what it likes.
func (p *Pages) Organisation(w http.ResponseWriter, r *http.Request, o Organisation) error {
	var out entered
	unknown := false
	err := p.service.DB.Write(r.Context(), func(tx *db.Tx) error {
		unknown = false
		who, err := p.service.Accounts.ByIdentity(r.Context(), tx, o.Issuer, o.Subject)
		if errs.Is(err, errs.NotFound) && o.SpeaksFor {
			who, err = p.service.linked(r, tx, o)
		}
		if errs.Is(err, errs.NotFound) {
			unknown = true
			return nil
		}
		if err != nil {
			return err
		}
		if account.Of(r.Context()).Person == who.ID && !o.Fresh {
			return errs.New(errs.Forbidden, "signin.not_asked_again", nil)
		}
		out, err = p.service.enter(r.Context(), tx, p.service.entering(r, who, account.ByOIDC))
		return err
	})
	if err != nil {
		return err
	}
	if unknown {
		return p.askFor(w, r, asking{
			Mail: o.Mail, Next: LocalPath(o.Next), Identity: identity{Issuer: o.Issuer, Subject: o.Subject, Provider: o.Provider},
		})
	}
	out.Next = o.Next
	return p.welcome(w, r, out)
}

// linked gives the person of an address that a provider speaks for, whose account it is from now on.
func (s *Service) linked(r *http.Request, tx *db.Tx, o Organisation) (account.Person, error) {
	address, err := account.ParseMail(o.Mail)
	if err != nil {
		return account.Person{}, err
	}
	code := territory.Of(r.Context()).Code
	who, _, err := s.Accounts.Arrive(r.Context(), tx, address, code, ui.Of(r).Lang)
	if err != nil {
		return who, err
	}
	return who, s.Accounts.LinkIdentity(r.Context(), tx, who, code, account.Identity{Issuer: o.Issuer, Subject: o.Subject, Provider: o.Provider})
}
