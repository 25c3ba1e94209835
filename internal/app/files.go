package app

import (
	"context"
	"maps"

	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
)

// fileUsers are the rooms that name files: what none of them names is deleted after a while.
func (a *App) fileUsers() []files.Used {
	return []files.Used{a.Listings.LogosUsed, a.Curation.LogosUsed, a.Edit.LogosUsed, a.Claims.DocumentsUsed}
}

// purgeFiles deletes the files that nothing names any more.
func (a *App) purgeFiles(ctx context.Context) error {
	used, err := a.filesUsed(ctx, a.DB.Read())
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		deleted, err := files.Purge(ctx, tx, a.now(), used)
		if deleted > 0 {
			a.log.InfoContext(ctx, "files that nothing names were deleted", "count", deleted)
		}
		return err
	})
}

func (a *App) filesUsed(ctx context.Context, q db.Querier) (map[string]bool, error) {
	used := map[string]bool{}
	for _, user := range a.fileUsers() {
		found, err := user(ctx, q)
		if err != nil {
			return nil, err
		}
		maps.Copy(used, found)
	}
	return used, nil
}
