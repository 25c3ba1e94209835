package curation

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/queue"
)

// Rooms are what the service needs of others.
type Rooms struct {
	DB       *db.DB
	Accounts *account.Service
	Listings *listing.Service
	Outbox   account.Outbox
	Sites    account.Sites
	Queue    *queue.Queue
	Now      func() time.Time
	Log      *slog.Logger

	// Grace is for how long a decision can be taken back: its letter leaves when that is over. 0: at once, and nothing is taken back.
	Grace time.Duration
}

// Service is what people do with the changes of cards. Each method that takes an Actor checks what it may do.
type Service struct{ Rooms }

// NewService makes the service.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	now := r.Now
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	return &Service{Rooms: r}
}

var errSoon = errors.New("curation: comes with the next commit")

// Submit sets the named fields of a card to those of content: at once for the team (ProjectManager, as staff) and for the editors of
// a company that is trusted, as a change that waits for the others. version is that of the card that was shown.
//
// A *Clash (errs.Conflict) where somebody else has since written a field that is written here, too; errs.Gone
// "curation.card_merged", with the "address" (path) of the card that it is part of now; errs.Invalid with the faulty fields;
// errs.Forbidden where the staff would overwrite what the owner wrote, with those fields.
func (s *Service) Submit(ctx context.Context, by account.Actor, id string, version int64, content listing.Content, fields []string) (Outcome, error) {
	return Outcome{}, errSoon
}

// Propose stores a change of kind Suggestion or New, in the state Unconfirmed or Waiting. It fills in ID, Company, Base, Before,
// Signs (added to those that are there) and the times, and leaves out fields that say what the card says already. errs.Invalid with
// the faulty fields; errs.Gone for a card that is merged or not public.
func (s *Service) Propose(ctx context.Context, tx *db.Tx, c Change) (Change, error) {
	return c, errSoon
}

// Confirmed lets an Unconfirmed change wait, whose author has proved to read the mail address. One that does already stays.
func (s *Service) Confirmed(ctx context.Context, tx *db.Tx, id string) (Change, error) {
	return Change{}, errSoon
}

// Withdraw ends a change that waits; its author may, and who acts for the company of an edit.
func (s *Service) Withdraw(ctx context.Context, by account.Actor, id string) error { return errSoon }

// Waiting gives the changes that wait for the team, the oldest first. Readers see no mail addresses.
func (s *Service) Waiting(ctx context.Context, by account.Actor, f Filter) ([]Change, error) {
	return nil, errSoon
}

// Count counts the changes that wait for the team.
func (s *Service) Count(ctx context.Context, by account.Actor) (map[Kind]int, error) {
	return nil, errSoon
}

// Change gives a change with the card as it stands now: the one that stands for it where it was merged, the zero Record for a New
// one and for a card that is gone.
func (s *Service) Change(ctx context.Context, by account.Actor, id string) (Change, listing.Record, error) {
	return Change{}, listing.Record{}, errSoon
}

// Decide decides a change that waits: a project manager, for the team. The author is told, with the reason. errs.Conflict
// "curation.decided" for one that is decided already, naming by whom; a *Moved (errs.Conflict) where the card has since changed in a
// field that is to be taken.
func (s *Service) Decide(ctx context.Context, by account.Actor, id string, d Decision) (Change, error) {
	return Change{}, errSoon
}

// Answer is Decide for the owner of the card: of suggestions that wait and do not look like spam, where the company is trusted, and
// of those that the team passed on.
func (s *Service) Answer(ctx context.Context, by account.Actor, id string, d Decision) (Change, error) {
	return Change{}, errSoon
}

// Undo takes back a decision of the actor's own, within the grace: the card says again what it said, and the change waits.
func (s *Service) Undo(ctx context.Context, by account.Actor, id string) error { return errSoon }

// Mine gives the changes that the actor has proposed, the latest first.
func (s *Service) Mine(ctx context.Context, by account.Actor) ([]Change, error) { return nil, errSoon }

// OfListing gives the changes of a card that wait or were decided, the latest first: to the team, and to who acts for its company,
// who sees of other people's neither name nor address, and nothing that looks like spam before the team has.
func (s *Service) OfListing(ctx context.Context, by account.Actor, id string) ([]Change, error) {
	return nil, errSoon
}

// TrustOf gives how far a company is trusted.
func (s *Service) TrustOf(ctx context.Context, q db.Querier, company string) (Trust, error) {
	return "", errSoon
}

// SetTrust says how far a company is trusted: a project manager does.
func (s *Service) SetTrust(ctx context.Context, by account.Actor, company string, t Trust) error {
	return errSoon
}

// SetTrustIn is SetTrust for who has decided it otherwise, in their transaction.
func (s *Service) SetTrustIn(ctx context.Context, tx *db.Tx, company string, t Trust) error {
	return errSoon
}
