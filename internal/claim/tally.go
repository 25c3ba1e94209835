package claim

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
)

// Tally is how many Waiting would list without a limit, and when the oldest of these was made.
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
