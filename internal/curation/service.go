package curation

import (
	"context"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/queue"
	"grappe/internal/territory"
)

// Rooms are what the service needs of others.
type Rooms struct {
	DB          *db.DB
	Accounts    *account.Service
	Listings    *listing.Service
	Territories *territory.Service
	Taxonomies  Taxonomies
	Sites       account.Sites
	Queue       *queue.Queue
	Now         func() time.Time

	// Follow gives the path of the page on which the author of a change follows it; nil where there is none.
	Follow func(ctx context.Context, tx *db.Tx, change string) (string, error)

	// Disputed tells of which companies somebody disputes who acts for them, until that is decided; nil where nobody can.
	Disputed func(ctx context.Context, q db.Querier, companies ...string) (map[string]bool, error)

	// Grace is for how long a decision can be taken back: its letter leaves when that is over. 0: at once, and nothing is taken back.
	Grace time.Duration
}

// Service is what people do with the changes of cards. Each method that takes an Actor checks what it may do.
type Service struct {
	Rooms
	store store
}

// NewService makes the service, and registers with its queue what tells the authors.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	now := r.Now
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	s := &Service{Rooms: r}
	if r.Queue != nil {
		r.Queue.Handle(jobTell, queue.Policy{}, s.tellLater)
		r.Queue.Handle(jobMerged, queue.Policy{}, s.tellMergedLater)
	}
	return s
}

// standing gives the card that stands for a card: see listing.Reader.RecordFor.
func standing(ctx context.Context, q db.Querier, id string) (r listing.Record, ok bool, err error) {
	return listing.Reader{}.RecordFor(ctx, q, id)
}

// lockCards serializes all that is written about a card and the one that stands for it, and gives the latter; ok is false where none
// is left.
func lockCards(ctx context.Context, tx *db.Tx, id string) (r listing.Record, ok bool, err error) {
	r, ok, err = standing(ctx, tx, id)
	if err != nil {
		return r, ok, err
	}
	ids := []string{id}
	if ok && r.Listing.ID != id {
		ids = append(ids, r.Listing.ID)
	}
	slices.Sort(ids) // the order in which cards are merged, too: no circle of waiting
	for _, one := range ids {
		tx.Serialize(listing.ChangeKind, one)
	}
	held := r.Listing.ID
	if r, ok, err = standing(ctx, tx, id); err == nil && r.Listing.ID != held {
		err = errs.New(errs.Conflict, "listing.changed", nil) // merged or parted between the two looks
	}
	return r, ok, err
}

// onChange runs f on a change of the actor's territory, behind the lock of its card, and hands it the card as it stands: the zero
// Record where there is none.
func (s *Service) onChange(
	ctx context.Context, by account.Actor, id string, f func(tx *db.Tx, c stored, now listing.Record) error,
) error {
	c, err := s.here(ctx, s.DB.Read(), by, id)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := lock(ctx, tx, c.Change)
		if err != nil {
			return err
		}
		c, err := s.here(ctx, tx, by, id)
		if err != nil {
			return err
		}
		return f(tx, c, now)
	})
}

// lock serializes what is done to a change, and gives the card as it stands: the zero Record where there is none.
func lock(ctx context.Context, tx *db.Tx, c Change) (now listing.Record, err error) {
	if c.Listing == "" {
		tx.Serialize(ChangeKind, c.ID)
		return now, nil
	}
	now, _, err = lockCards(ctx, tx, c.Listing)
	return now, err
}

// here reads a change of the actor's territory; errs.NotFound for any other.
func (s *Service) here(ctx context.Context, q db.Querier, by account.Actor, id string) (stored, error) {
	c, err := s.store.byID(ctx, q, id)
	if err == nil && c.Territory != by.Territory {
		err = errs.New(errs.NotFound, "curation.not_found", nil)
	}
	return c, err
}

// absent is the error about a card that is not there, of any kind: it is no more, or of another territory.
func absent() error { return errs.New(errs.NotFound, "listing.not_found", nil) }
