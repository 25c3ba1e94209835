package claim

import (
	"context"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/picture"
)

// Outbox takes letters, and knows which addresses refuse mail.
type Outbox interface {
	account.Outbox
	Refuses(ctx context.Context, q db.Querier, address string) (bool, error)
}

// Rooms are what the service needs of others.
type Rooms struct {
	DB       *db.DB
	Accounts *account.Service
	Outbox   Outbox
	Sites    account.Sites
	Key      func(ctx context.Context, purpose string) ([]byte, error) // secret keys of the instance, one per purpose
	Now      func() time.Time

	// Trust is told, in the same transaction, that somebody took a company's card in hand: proven or by a decision.
	Trust func(ctx context.Context, tx *db.Tx, company string, proven bool) error
	// Silence takes back, in the same transaction, what persons wrote for a company that waits to be read: they are taken away from it.
	Silence func(ctx context.Context, tx *db.Tx, by account.Actor, company string, persons []string) error
	// Original is the address of the page elsewhere that a card was copied from, "" for a card of this instance.
	Original func(ctx context.Context, territory, listing string) (string, error)
	// Picture reads the picture of a document; nil: picture.Read.
	Picture func(ctx context.Context, data []byte, o picture.Options) (picture.Picture, error)

	// Demo eases the limits, and tells where the mails of the demonstration are shown.
	Demo bool
}

// Service is what people do with claims. Each method that takes an Actor checks what it may do.
type Service struct {
	Rooms
	store  store
	cards  listing.Reader
	limits limits
}

// New makes the service.
func New(r Rooms) *Service {
	now := r.Now
	if now == nil {
		now = time.Now
	}
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	if r.Picture == nil {
		r.Picture = func(_ context.Context, data []byte, o picture.Options) (picture.Picture, error) {
			return picture.Read(data, o)
		}
	}
	return &Service{Rooms: r, limits: newLimits(r.Demo)}
}

// The keys of errors that a page tells apart.
const (
	KeyClosed  = "claim.closed"   // errs.Gone: the card is not public
	KeyNoProof = "claim.no_proof" // errs.Forbidden: the address proves nothing about the card
)

// enter locks all that is claimed of the company of a card, and gives the card as it stands. It returns errs.Unauthenticated for a
// visitor, errs.Forbidden for a card that is kept elsewhere, errs.Gone for one that is not public, errs.NotFound for one of
// another territory, errs.Conflict for one that was merged a moment ago.
func (s *Service) enter(ctx context.Context, tx *db.Tx, by account.Actor, id string) (r listing.Record, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return r, err
	}
	r, err = s.record(ctx, tx, id)
	if err != nil {
		return r, err
	}
	lock(tx, r.Company.ID)
	company := r.Company.ID
	if r, err = s.record(ctx, tx, id); err != nil {
		return r, err
	}
	switch {
	case r.Listing.Territory != by.Territory:
		return r, absent()
	case r.Listing.State == listing.Merged || r.Company.ID != company:
		return r, errs.New(errs.Conflict, "listing.changed", nil)
	}
	if err := (listing.Store{}).MayWrite(ctx, tx, r.Listing.Territory); err != nil {
		return r, err
	}
	if claimable(r.Listing) {
		return r, nil
	}
	proof, err := s.proves(ctx, tx, by.Mail, r)
	if err == nil && (!r.Listing.Withheld || proof == "") {
		err = errs.New(errs.Gone, KeyClosed, nil)
	}
	return r, err
}

func (s *Service) record(ctx context.Context, q db.Querier, id string) (listing.Record, error) {
	found, err := s.cards.Records(ctx, q, []string{id})
	if err != nil {
		return listing.Record{}, err
	}
	if len(found) == 0 {
		return listing.Record{}, absent()
	}
	return found[0], nil
}

func absent() error { return errs.New(errs.NotFound, "claim.no_card", nil) }

// lock has all that is done to the claims of a company done one after the other. It comes before the lock of its people.
func lock(tx *db.Tx, company string) { tx.Serialize("claim", company) }

// natural reports whether a card needs the consent of a natural person.
func natural(r listing.Record) bool { return r.Company.NaturalPerson || r.Listing.KinNatural }

// Next is where somebody goes on who has just taken a card in hand: to what it says, or first to whether it may be published.
func Next(r listing.Record) string {
	if natural(r) {
		return "/espace/entreprises/" + r.Company.ID + "/consentement"
	}
	return office.EditPath(r.Listing.ID)
}

// ClaimPath is where somebody follows their claim, and the managers of a company answer one.
func ClaimPath(id string) string { return "/espace/demandes/" + id }

// note writes into the audit trail what was done to a claim.
func (s *Service) note(ctx context.Context, tx *db.Tx, by account.Actor, action string, c Claim) error {
	return s.Accounts.Note(ctx, tx, by, audit.Entry{
		Territory: c.Territory, Action: action, OnBehalf: c.Company, Kind: "company", Object: c.Company,
		Detail: map[string]string{"claim": c.ID, "person": c.Person, "listing": c.Listing, "proof": string(c.Proof)},
	})
}
