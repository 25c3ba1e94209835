package listing

import (
	"context"
	"fmt"
	"time"

	"grappe/internal/platform/db"
)

// CountFlagged counts the flags of the published cards of a territory, and tells since when the oldest stands.
func (Reader) CountFlagged(ctx context.Context, q db.Querier, territory string) (n int, oldest time.Time, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*), coalesce(min(since), 0) FROM listing_flags WHERE territory = $1 AND EXISTS (SELECT 1 FROM listings l
		WHERE l.id = listing_id AND l.state = $2)`, territory, string(Published)).Scan(&n, db.Millis(&oldest))
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("listing: flags: %w", err)
	}
	return n, oldest, nil
}
