package importer

import (
	"context"

	"grappe/internal/platform/db"
)

// Settle notes, in the transaction of whoever decides, that two cards were found to be one or to be two: the pair leaves the list.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, territory, a, b string, one bool) error {
	state := suspectDismissed
	if one {
		state = suspectMerged
	}
	return s.settle(ctx, tx, territory, a, b, state)
}
