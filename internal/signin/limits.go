package signin

import (
	"context"
	"net/netip"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
)

// limits are how often things may be done: so that nobody's mailbox is filled, no code is guessed, and forms of visitors do not fill
// the disk. A whole workshop signs in from one address.
type limits struct {
	askMail, askMailDay     throttle.Rule
	askClient, askTerritory throttle.Rule
	wrongMail, wrongClient  throttle.Rule
	parkClient              throttle.Rule
}

// easier is how many times more a demonstration allows.
const easier = 50

func newLimits(demo bool) limits {
	rule := func(name string, most int, per time.Duration) throttle.Rule {
		if demo {
			most *= easier
		}
		return throttle.Rule{Name: "signin." + name, Most: most, Per: per}
	}
	return limits{
		askMail:      rule("ask_mail", 6, time.Hour),
		askMailDay:   rule("ask_mail_day", 40, 24*time.Hour),
		askClient:    rule("ask_client", 60, time.Hour),
		askTerritory: rule("ask_territory", 1200, time.Hour),
		wrongMail:    rule("wrong_mail", 20, time.Hour),
		wrongClient:  rule("wrong_client", 100, time.Hour),
		parkClient:   rule("park_client", 60, time.Hour),
	}
}

// addressee is whom the limits of an address count. Who has signed in for it before from this browser is counted apart: nobody else
// can use up their share.
func (s *Service) addressee(ctx context.Context, tx *db.Tx, address, device string) (string, error) {
	known, err := s.Accounts.KnowsDevice(ctx, tx, address, device)
	if err != nil || !known {
		return address, err
	}
	return address + " " + account.HashToken(device), nil
}

// counted is one rule and whom it counts.
type counted struct {
	rule    throttle.Rule
	subject string
}

// take counts one act for each, and returns errs.TooMany at the first that was too often: those after it are not counted, so that
// who has had their share uses up nobody else's.
func take(ctx context.Context, tx *db.Tx, now time.Time, acts ...counted) error {
	for _, a := range acts {
		wait, err := throttle.Take(ctx, tx, a.rule, a.subject, now)
		if err != nil {
			return err
		}
		if wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

// peek returns errs.TooMany where one more act would be too often.
func peek(ctx context.Context, tx *db.Tx, now time.Time, acts ...counted) error {
	var longest time.Duration
	for _, a := range acts {
		wait, err := throttle.Peek(ctx, tx, a.rule, a.subject, now)
		if err != nil {
			return err
		}
		longest = max(longest, wait)
	}
	return tooMany(longest)
}

func tooMany(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return errs.New(errs.TooMany, "signin.too_many", errs.Args{"n": int((wait + time.Minute - 1) / time.Minute)})
}

// network is whom a limit counts for an address: an IPv6 network of 64 bits is one household.
func network(a netip.Addr) string {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(max(bits, 0)) // an unknown address has the zero prefix
	return p.String()
}
