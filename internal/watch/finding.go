package watch

import (
	"context"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// finding is something that speaks against a card now.
type finding struct {
	subject string // what it concerns: as long as it is the same, the team is told once
	detail  string // for the team
}

// known is a finding that was stored.
type known struct {
	subject  string
	raisedAt time.Time
}

// remind is when a flag that the team settled is raised once more, where what it said is still so.
const remind = 180 * day

// settled counts what settling did.
type settled struct{ raised, cleared int }

// settle makes the flags of a kind say what was found: now holds what speaks against cards. What was found before and is not there any
// more is cleared where over says so. A flag that the team has settled is not raised again for the same subject before half a year.
func (s *Service) settle(
	ctx context.Context, tx *db.Tx, territory string, kind listing.FlagKind, now map[string]finding, over func(card string) bool,
) (settled, error) {
	var did settled
	before, err := s.store.findings(ctx, tx.Serialize(lock, territory), territory, kind)
	if err != nil {
		return did, err
	}
	at := s.Now()
	fresh := map[string]string{}
	for id, f := range now {
		flag := listing.Flag{Listing: id, Territory: territory, Kind: kind, Detail: f.detail, Since: at, Seen: at}
		if held, was := before[id]; was && held.subject == f.subject && at.Sub(held.raisedAt) < remind {
			if err := s.listings.StillFlagged(ctx, tx, flag); err != nil {
				return did, err
			}
			continue
		}
		fresh[id] = f.subject
		added, err := s.listings.Raise(ctx, tx, flag)
		if err != nil {
			return did, err
		}
		if added {
			did.raised++
		}
	}
	if err := s.store.find(ctx, tx, territory, kind, fresh, at); err != nil {
		return did, err
	}
	for id := range before {
		if _, still := now[id]; still || !over(id) {
			continue
		}
		if err := s.listings.ClearFlag(ctx, tx, id, kind); err != nil {
			return did, err
		}
		if err := s.store.forget(ctx, tx, id, kind); err != nil {
			return did, err
		}
		did.cleared++
	}
	return did, nil
}

// always clears whatever is not found any more.
func always(string) bool { return true }
