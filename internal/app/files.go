package app

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
	"grappe/internal/signin"
)

// fileUsers are the rooms that name files: what none of them names is deleted after a while.
func (a *App) fileUsers() []files.Used {
	return []files.Used{a.Listings.LogosUsed, a.Curation.LogosUsed, a.Edit.LogosUsed, a.Claims.DocumentsUsed}
}

// mayRead reports whether who asks may read a private file: the logo of a card that is not public with it. The pages of its room hand
// out every other.
func (h *house) mayRead(r *http.Request, f files.File) (bool, error) {
	card, ok := strings.CutPrefix(f.Owner, listing.LogoOwner(""))
	if !ok {
		return false, nil
	}
	by, err := h.app.Accounts.Actor(r.Context(), signin.SessionToken(r), f.Territory)
	if err != nil {
		return false, err
	}
	return h.app.Edit.MaySeeLogo(r.Context(), by, card)
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
