package claim

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// Tally is Count, with the time at which the oldest of these was made.
func (s *Service) Tally(ctx context.Context, by account.Actor) (n int, oldest time.Time, err error) {
	if err := by.Require(account.Reader); err != nil {
		return 0, time.Time{}, err
	}
	where, args := forTeam(by.Territory, s.Now())
	err = s.DB.Read().QueryRowContext(ctx, "SELECT count(*), coalesce(min(created_at), 0) FROM claims WHERE "+where, args...).Scan(&n, db.Millis(&oldest))
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("claim: tally: %w", db.Found(err))
	}
	return n, oldest, nil
}

// Previews gives the letters that decisions would send to who made a claim, in their order; none where nobody would be written to.
func (s *Service) Previews(ctx context.Context, by account.Actor, id string, decisions []Decision) ([]mail.Letter, error) {
	c, _, err := s.Shown(ctx, by, id)
	if err != nil || c.Mail == "" {
		return nil, err
	}
	site, err := s.Sites.Site(ctx, c.Territory, c.Lang)
	if err != nil {
		return nil, err
	}
	r, err := s.standing(ctx, s.DB.Read(), c.Listing)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	letters := make([]mail.Letter, 0, len(decisions))
	for _, d := range decisions {
		if d.Grant {
			l := letter(site, kindGranted, EditPath(r.Listing.ID), "name", mail.OneLine(r.Listing.Name))
			letters = append(letters, withReason(site, l, d.Reason))
		} else {
			letters = append(letters, refusedLetter(site, r.Listing, d.Reason))
		}
	}
	return letters, nil
}
