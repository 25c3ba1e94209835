package signin

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
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

func newLimits(demo bool) limits {
	rule := throttle.Named("signin", demo)
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

const keyTooMany = "signin.too_many"
