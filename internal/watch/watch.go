// Package watch notices what speaks against a card and raises a flag for the team: a web site that no longer answers, a published
// address that refuses mail, a company that a register says has ended. It asks sites politely and hides no card by itself. It must
// not know how flags are decided, nor how mail is sent or pages are made.
package watch

import (
	"context"
	"embed"
	"log/slog"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Asker says what stands at an address.
type Asker interface {
	Glance(ctx context.Context, address, accept string) (fetch.Answer, error)
}

// Rooms are what the service stands on.
type Rooms struct {
	DB          *db.DB
	Accounts    *account.Service
	Territories *territory.Service
	Refusing    func(ctx context.Context, q db.Querier) (map[string]bool, error) // addresses, in small letters, that refuse mail
	Printer     func(t *territory.Territory) *locale.Printer                     // in the language of a territory's team
	Sites       Asker                                                            // nil: no site is asked, and none is flagged
	Wait        func(ctx context.Context, d time.Duration) error                 // nil: by the clock
	Now         func() time.Time
	Log         *slog.Logger // nil: none
}

// Service watches.
type Service struct {
	Rooms
	listings listing.Store
	store    store
	reading  chan struct{} // holds one as long as a register file is read
}

// New makes a service.
func New(r Rooms) *Service {
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Wait == nil {
		r.Wait = wait
	}
	now := r.Now
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	return &Service{Rooms: r, reading: make(chan struct{}, 1)}
}

// wait returns when the time is over, or with the error of ctx.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// own lists the territories whose cards are this instance's own: copies are left to whoever keeps them.
func (s *Service) own(ctx context.Context) ([]*territory.Territory, error) {
	all, err := s.Territories.List(ctx)
	if err != nil {
		return nil, err
	}
	var own []*territory.Territory
	for _, t := range all {
		kept, err := s.listings.Keeper(ctx, s.DB.Read(), t.Code)
		if err != nil {
			return nil, err
		}
		if kept == "" {
			own = append(own, t)
		}
	}
	return own, nil
}

// lock is what a writer of a territory's findings holds.
const lock = "watch"
