package suggest

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
	"grappe/internal/platform/throttle"
)

// limits are how often somebody may speak up, so that no mailbox is filled, no card is buried and no disk either. A whole workshop
// may sit behind one network.
type limits struct {
	client, clientDay, mail, mailDay, card, territory throttle.Rule // beyond: refused for now
	often, again                                      throttle.Rule // beyond: a sign
}

// easier is how many times more a demonstration allows.
const easier = 50

func newLimits(demo bool) limits {
	rule := func(name string, most int, per time.Duration) throttle.Rule {
		if demo {
			most *= easier
		}
		return throttle.Rule{Name: "suggest." + name, Most: most, Per: per}
	}
	const day = 24 * time.Hour
	return limits{
		client: rule("client", 15, time.Hour), clientDay: rule("client_day", 50, day),
		mail: rule("mail", 5, time.Hour), mailDay: rule("mail_day", 15, day),
		card: rule("card", 20, day), territory: rule("territory", 400, day),
		often: rule("often", 10, day), again: rule("again", 3, day),
	}
}

// counted is one rule and whom it counts.
type counted struct {
	rule    throttle.Rule
	subject string
}

// take counts one act for each, and returns errs.TooMany at the first that was too often: those after it are not counted.
func take(ctx context.Context, tx *db.Tx, now time.Time, acts ...counted) error {
	for _, a := range acts {
		wait, err := throttle.Take(ctx, tx, a.rule, a.subject, now)
		if err != nil {
			return err
		}
		if wait > 0 {
			return errs.New(errs.TooMany, "suggest.too_many", errs.Args{"n": int((wait + time.Minute - 1) / time.Minute)})
		}
	}
	return nil
}

// beyond counts one act, and reports whether there were too many.
func beyond(ctx context.Context, tx *db.Tx, now time.Time, rule throttle.Rule, subject string) (bool, error) {
	if subject == "" {
		return false, nil
	}
	wait, err := throttle.Take(ctx, tx, rule, subject, now)
	return wait > 0, err
}

// alike is what the same words have in common however they are written, "" for too few to tell.
func alike(text string) string {
	words := strings.Fields(spelling.Plain(text))
	if len(words) < 6 {
		return ""
	}
	return strings.Join(words, " ")
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
