package suggest

import (
	"context"
	"strings"
	"time"

	"grappe/internal/curation"
	"grappe/internal/platform/db"
	"grappe/internal/platform/throttle"
)

// limits are how often somebody may speak up, so that no mailbox is filled, no card is buried and no disk either. A whole workshop
// may sit behind one network.
type limits struct {
	client, clientDay, mail, mailDay, card, territory throttle.Rule // beyond: refused for now
	often, again                                      throttle.Rule // beyond: a sign
}

func newLimits(demo bool) limits {
	rule := throttle.Named("suggest", demo)
	const day = 24 * time.Hour
	return limits{
		client: rule("client", 15, time.Hour), clientDay: rule("client_day", 50, day),
		mail: rule("mail", 5, time.Hour), mailDay: rule("mail_day", 15, day),
		card: rule("card", 20, day), territory: rule("territory", 400, day),
		often: rule("often", 10, day), again: rule("again", 3, day),
	}
}

// beyond counts one act, and reports whether there were too many.
func beyond(ctx context.Context, tx *db.Tx, now time.Time, rule throttle.Rule, subject string) (bool, error) {
	if subject == "" {
		return false, nil
	}
	wait, err := throttle.Take(ctx, tx, rule, subject, now)
	return wait > 0, err
}

// alike is what messages of the same words have in common, "" for too few of them to tell.
func alike(text string) string {
	words := curation.Alike(text)
	if strings.Count(words, " ") < 5 {
		return ""
	}
	return words
}
