package app

import (
	"context"
	"time"

	"grappe/internal/curation"
	"grappe/internal/curation/suggest"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// How long a decision about a change can be taken back before its author is told: long enough to see one's mistake.
const (
	grace          = 2 * time.Minute
	graceFictional = 20 * time.Second // nobody waits for a mail in a demonstration
)

// openCuration makes the room of the changes of cards, and what it does every day.
func (a *App) openCuration() {
	rooms := curation.Rooms{
		DB: a.DB, Accounts: a.Accounts, Listings: listing.NewService(a.DB, a.now), Territories: a.Territories,
		Taxonomies: curation.Taxonomies{Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors},
		Sites:      sites{a}, Queue: a.Queue, Now: a.now, Grace: grace,
		Follow: func(ctx context.Context, tx *db.Tx, change string) (string, error) {
			key, err := a.secrets.keyIn(ctx, tx, suggest.KeyPurpose)
			return suggest.FollowPath(key, change), err
		},
	}
	rooms.Disputed = func(ctx context.Context, q db.Querier, companies ...string) (map[string]bool, error) {
		return a.Claims.Disputed(ctx, q, companies...)
	}
	if a.options.Fictional {
		rooms.Grace = graceFictional
	}
	a.Curation = curation.NewService(rooms)
	a.Queue.Daily("curation.purge", 3*time.Hour+30*time.Minute, func(ctx context.Context) error { return a.Curation.Purge(ctx) })
}
