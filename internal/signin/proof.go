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
		if err := s.mayLink(r, tx, p); err != nil {
			return entered{}, err
		}
		err := s.Accounts.LinkIdentity(r.Context(), tx, p, a.Territory, account.Identity{
			Issuer: a.Identity.Issuer, Subject: a.Identity.Subject, Provider: a.Identity.Provider,
		})
		if err != nil {
			return entered{}, err
		}
	}
	out, err := s.enter(r.Context(), tx, s.entering(r, p, method, method == account.ByOIDC))
	out.New, out.Next = added, a.Next
	return out, err
}

// mayLink returns errs.Forbidden where an organisation's account would open the account of somebody who proves themselves by
// better than a mail already: then they link it themselves, right after such a proof. Else a mailbox that is read by somebody else
// would be enough.
func (s *Service) mayLink(r *http.Request, tx *db.Tx, p account.Person) error {
	strong, err := s.Accounts.HasIdentity(r.Context(), tx, p.ID)
	if err == nil && !strong && s.HasKeys != nil {
		strong, err = s.HasKeys(r.Context(), p.ID)
	}
	if err != nil || !strong {
		return err
	}
	by := account.Of(r.Context())
	if by.Person != p.ID {
		return errs.New(errs.Forbidden, "signin.link_needs_key", nil)
	}
	return by.RequireFresh(s.Now())
}

// entering is a proof that a request has just given. What an organisation says was proved some time ago is not fresh.
func (s *Service) entering(r *http.Request, p account.Person, method account.Method, stale bool) entering {
	return entering{
		Person: p, By: account.Of(r.Context()), Former: SessionToken(r), Device: cookieOf(r, deviceCookie),
		Proof: account.Proof{Method: method, Territory: territory.Of(r.Context()).Code, Agent: account.AgentName(r.UserAgent()), Stale: stale},
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
		out, err = p.service.enter(r.Context(), tx, p.service.entering(r, who, account.ByPasskey, false))
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
		out, err = p.service.enter(r.Context(), tx, p.service.entering(r, who, account.ByOIDC, !o.Fresh))
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
