// Package claim is how a company takes hold of its card: by an address that it can only have where it is that company's, by a code
// that is mailed to an address which the card shows, or by a request that people decide. It must not know how a card is written
// or shown, nor what a person may do once they act for the company.
package claim

import (
	"embed"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// State is how far a claim is.
type State string

// The states.
const (
	Coded     State = "code"      // a code was mailed, and is waited for
	Waiting   State = "waiting"   // for a decision
	Granted   State = "granted"   //
	Disputed  State = "disputed"  // it was granted, and somebody who reads the card's mail says that it was not them
	Refused   State = "refused"   //
	Withdrawn State = "withdrawn" // by who made it
	Expired   State = "expired"   // the code was not typed in time
)

// Key is the key of the state's name.
func (s State) Key() string { return "claim.state." + string(s) }

// Proof is how a claim is proved.
type Proof string

// The proofs.
const (
	ByDomain  Proof = "domain"  // the person's address is of the domain of the card's web site
	ByMail    Proof = "mail"    // the person's address is one that the card shows
	ByCode    Proof = "code"    // the person read a code that was mailed to an address that the card shows
	ByRequest Proof = "request" // none: somebody decides
)

// Key is the key of the proof's name.
func (p Proof) Key() string { return "claim.proof." + string(p) }

// Ask is who decides about a request.
type Ask string

// Who is asked.
const (
	AskTeam     Ask = "team"
	AskManagers Ask = "managers" // of a company for which people act already
)

// Claim is somebody's word that a card is their company's.
type Claim struct {
	ID           string
	Territory    string // code
	Listing      string // identifier
	Company      string // identifier
	Person       string // identifier
	Lang         string
	Name, Mail   string // of the person, for who decides; "" for who is erased
	State        State
	Proof        Proof
	Ask          Ask
	Message      string
	Document     string // identifier of a private file, "" for none
	DocumentName string
	CreatedAt    time.Time
	EndedAt      time.Time // when it left Coded and Waiting
	DisputedAt   time.Time
	SettledAt    time.Time // when a dispute was decided
	DecidedBy    string    // identifier of a person, "" where a proof decided
	Reason       string

	code code
}

// code is what waits to be typed.
type code struct {
	Published string // the address that it went to
	MAC       string
	Tries     int
	ExpiresAt time.Time
}

// Open reports whether somebody has still to do something about the claim.
func (c Claim) Open() bool { return c.State == Coded || c.State == Waiting || c.State == Disputed }

// disputable reports whether who reads the mail of the card may say that it was not them: once, for the team has looked then.
func (c Claim) disputable(now time.Time) bool {
	return c.State == Granted && c.SettledAt.IsZero() && now.Sub(c.EndedAt) <= DisputableFor
}

// How long things last.
const (
	CodeFor       = time.Hour           // somebody else may read the company's mail
	ManagersFor   = 14 * 24 * time.Hour // then the team sees a request that no manager has answered
	DisputableFor = 60 * 24 * time.Hour
	RefusedFor    = 14 * 24 * time.Hour // a refusal is among what a person has under way
	DocumentFor   = 90 * 24 * time.Hour // after the end
	KeepMonths    = 24                  // after the end
)

// The limits of a request.
const (
	MostMessage  = 2000
	MostDocument = 10 << 20
	mostTries    = 5 // of a million codes
	mostShown    = 4 // addresses of a card that a code may go to
)

// claimable reports whether a card can be claimed by anybody.
func claimable(l listing.Listing) bool {
	return l.State == listing.Published || l.State == listing.Lapsed
}

// awaits says why a code that is typed now lets nobody in, nil where it may.
func (c Claim) awaits(now time.Time) error {
	switch {
	case c.ID == "" || c.State != Coded:
		return errs.New(errs.Gone, "claim.code_none", nil)
	case c.code.Tries >= mostTries:
		return errs.New(errs.TooMany, "claim.code_locked", nil)
	case !now.Before(c.code.ExpiresAt):
		return errs.New(errs.Gone, "claim.code_expired", nil)
	}
	return nil
}
