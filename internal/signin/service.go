package signin

import (
	"context"
	"net/netip"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
	"grappe/internal/platform/web"
)

// keptFor is how long attempts that are over stay: so that an old link says why it leads nowhere.
const keptFor = 7 * 24 * time.Hour

// asking is somebody who asks for a code.
type asking struct {
	Mail      string // as it was typed
	Browser   string // secret that the asking browser holds, from now on
	Before    string // the one that it held for a request before, "" for none
	Device    string // token by which the browser is known from before, "" for none
	Territory string
	Lang      string
	Next      string
	By        account.Actor // who proves themselves again; a visitor signs in
	Identity  identity
	Client    netip.Addr
	Link      func(token string) string // absolute address, "" where there is none
}

// ask mails a code and a link, whether or not the address has an account. It returns errs.Invalid for what is no address, and
// errs.TooMany, which tells nothing of accounts either.
func (s *Service) ask(ctx context.Context, in asking) error {
	address, err := account.ParseMail(in.Mail)
	if err != nil {
		return err
	}
	site, err := s.Sites.Site(ctx, in.Territory, in.Lang)
	if err != nil {
		return err
	}
	now, code, link := s.Now(), newCode(), account.NewToken()
	a := attempt{
		ID: db.NewID(), Browser: account.HashToken(in.Browser), Territory: in.Territory, Mail: address, Lang: in.Lang, Next: in.Next,
		Person: in.By.Person, Identity: in.Identity, LinkHash: account.HashToken(link), CreatedAt: now, ExpiresAt: now.Add(holdsFor),
	}
	a.CodeMAC = codeMAC(in.Browser, a.ID, code)
	var refused error
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		whom, err := s.addressee(ctx, tx, address, in.Device)
		if err != nil {
			return err
		}
		// Who asks comes before who is asked about, and that before all others. What was counted is committed with a refusal.
		if refused = throttle.TakeAll(ctx, tx, now, keyTooMany,
			s.limits.askClient.By(web.Network(in.Client).String()), s.limits.askMail.By(whom), s.limits.askMailDay.By(whom),
			s.limits.askTerritory.By(in.Territory),
		); refused != nil {
			return throttle.Commits(refused)
		}
		if refused = throttle.PeekAll(ctx, tx, now, keyTooMany, s.limits.wrongMail.By(whom)); refused != nil {
			return throttle.Commits(refused)
		}
		if err := s.store.replace(ctx, tx, account.HashToken(in.Before), now); err != nil {
			return err
		}
		if err := s.store.add(ctx, tx, a); err != nil {
			return err
		}
		_, err = s.Outbox.Put(ctx, tx, codeMessage(a, site, code, in.Link(link)))
		return err
	})
	if err != nil {
		return err
	}
	return refused
}

// try judges a typed code. It gives the attempt that it ends well; errs.Invalid, with the field "code", for a wrong one,
// errs.TooMany for the one that locks and for all after it, errs.Gone where no code is awaited any more.
func (s *Service) try(ctx context.Context, tx *db.Tx, browser, device, code string, client netip.Addr) (a attempt, verdict, err error) {
	now := s.Now()
	a, err = s.store.latest(ctx, tx.Serialize("signin", account.HashToken(browser)), account.HashToken(browser))
	if err != nil {
		return a, nil, err
	}
	if verdict = a.state(now); verdict != nil {
		return a, verdict, nil
	}
	whom, err := s.addressee(ctx, tx, a.Mail, device)
	if err != nil {
		return a, nil, err
	}
	if verdict = throttle.PeekAll(ctx, tx, now, keyTooMany, s.limits.wrongMail.By(whom), s.limits.wrongClient.By(web.Network(client).String())); verdict != nil {
		return a, verdict, throttle.Commits(verdict)
	}
	after, right := a.tried(browser, typedCode(code), now)
	ended, err := s.store.end(ctx, tx, after)
	switch {
	case err != nil:
		return a, nil, err
	case !ended:
		return a, errs.New(errs.Gone, "signin.used", nil), nil
	case right:
		return after, nil, nil
	}
	verdict = throttle.TakeAll(ctx, tx, now, keyTooMany, s.limits.wrongMail.By(whom), s.limits.wrongClient.By(web.Network(client).String()))
	if err := throttle.Commits(verdict); err != nil {
		return a, nil, err
	}
	if after.Outcome == locked {
		return after, after.state(now), s.tellGuessed(ctx, tx, after)
	}
	return after, &errs.E{Kind: errs.Invalid, Key: "signin.wrong", Fields: []errs.Field{
		{Name: "code", Key: "signin.wrong_code", Args: errs.Args{"n": mostTries - after.Tries}},
	}}, nil
}

// tellGuessed writes to the owner of an address, where there is one, that somebody typed wrong codes for it: once a day.
func (s *Service) tellGuessed(ctx context.Context, tx *db.Tx, a attempt) error {
	p, err := s.Accounts.Known(ctx, tx, a.Mail)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	site, err := s.Sites.Site(ctx, a.Territory, p.Lang)
	if err != nil {
		return err
	}
	_, err = s.Outbox.Put(ctx, tx, guessedMessage(p, a.Territory, site, s.Now()))
	return err
}

// link gives the attempt of a mailed link as its page shows it: whether this browser asked for it, and why it opens nothing.
func (s *Service) link(ctx context.Context, q db.Querier, browser, token string) (a attempt, verdict, err error) {
	if a, err = s.store.ofLink(ctx, q, account.HashToken(token)); err != nil {
		return a, nil, err
	}
	if verdict = a.state(s.Now()); verdict == nil && a.Browser != account.HashToken(browser) {
		verdict = errs.New(errs.Forbidden, "signin.other_browser", nil)
	}
	return a, verdict, nil
}

// follow ends the attempt of a mailed link well, once, in the browser that asked.
func (s *Service) follow(ctx context.Context, tx *db.Tx, browser, token string) (a attempt, verdict, err error) {
	if a, verdict, err = s.link(ctx, tx.Serialize("signin", account.HashToken(browser)), browser, token); err != nil || verdict != nil {
		return a, verdict, err
	}
	a.EndedAt, a.Outcome = s.Now(), used
	ended, err := s.store.end(ctx, tx, a)
	if err == nil && !ended {
		verdict = errs.New(errs.Gone, "signin.used", nil)
	}
	return a, verdict, err
}

// entered is what a proof opened.
type entered struct {
	Token  string // of the session
	Device string // of the browser
	New    bool   // the person has just come
	Next   string // path within the territory
}

// entering is a proof and the browser in which it was.
type entering struct {
	Person account.Person
	Proof  account.Proof
	By     account.Actor // who proves themselves again, a visitor for who signs in
	Former string        // token of the session so far
	Device string        // token of the browser so far
}

// enter opens a session, or strengthens that of who proves themselves again, and writes to the person about a browser that was
// never seen.
func (s *Service) enter(ctx context.Context, tx *db.Tx, in entering) (out entered, err error) {
	if in.By.SignedIn() && in.By.Person == in.Person.ID {
		out.Token, err = s.Accounts.Prove(ctx, tx, in.By, in.Proof)
	} else {
		out.Token, err = s.Accounts.Enter(ctx, tx, in.Person, in.Proof, in.Former)
	}
	if err != nil {
		return out, err
	}
	if out.Device = in.Device; out.Device == "" {
		out.Device = account.NewToken()
	}
	known, err := s.Accounts.Meet(ctx, tx, in.Person.ID, out.Device, in.Proof.Agent)
	if err != nil || known {
		return out, err
	}
	return out, s.Accounts.NewDevice(ctx, tx, in.Person, in.Proof.Territory, in.Proof.Agent)
}

// Purge deletes what is over, for a daily schedule.
func (s *Service) Purge(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.purge(ctx, tx, s.Now()) })
}
