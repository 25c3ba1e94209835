// Package curation is how a card of the directory changes by other hands than an import's: what its owners write, what anybody
// suggests, which organisations are proposed, whom of the owners the team trusts to publish at once, and what becomes of what
// waits. It must not know pages, claims, imports nor how a card grows old; its inner packages are the pages.
package curation

import (
	"embed"
	"slices"
	"time"

	"grappe/internal/listing"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// ChangeKind is the kind under which the change log tells of proposed changes. No public page shows any.
const ChangeKind = "curation"

// Kind is what sort of change is proposed.
type Kind string

// The kinds of changes.
const (
	Edit       Kind = "edit"       // by an owner who is not trusted yet
	Suggestion Kind = "suggestion" // by anybody, of a card that is there
	New        Kind = "new"        // an organisation that is proposed
)

// Kinds lists the kinds in the order shown.
func Kinds() []Kind { return []Kind{Edit, New, Suggestion} }

// State is what has become of a change.
type State string

// The states of a change.
const (
	Unconfirmed State = "unconfirmed" // its author has not confirmed the mail address yet
	Waiting     State = "waiting"     // for a decision
	Offered     State = "offered"     // the team finds it right; what the owner wrote is theirs to correct
	Accepted    State = "accepted"
	Partly      State = "partly" // accepted in part
	Refused     State = "refused"
	Withdrawn   State = "withdrawn"  // by its author
	Superseded  State = "superseded" // by what its author has written since: see Change.Next
	Joined      State = "joined"     // to one that waits and says the same: see Change.Next
	Expired     State = "expired"    // nobody answered in time
)

// Key is the key of the state's name: "curation.state.waiting".
func (s State) Key() string { return "curation.state." + string(s) }

// Open reports whether somebody may still decide.
func (s State) Open() bool { return s == Waiting || s == Offered }

// Key is the key of the kind's name: "curation.kind.edit".
func (k Kind) Key() string { return "curation.kind." + string(k) }

// Change is one proposed change of a card, or a proposed card.
type Change struct {
	ID        string
	Territory string
	Listing   string // "" for a New one
	Company   string // of the card when it was proposed, "" for a New one
	Kind      Kind
	State     State
	Base      int64           // version of the card that the author saw
	Fields    []string        // JSON names, as listing.Fields has them; none where Message says all
	Before    listing.Content // of Fields alone, as the author saw them
	After     listing.Content // of Fields alone
	About     string          // code of what a suggestion is about, "" for none: see Abouts
	Number    Number          // of the register, of a New one
	Natural   bool            // a New one presents a natural person, whose consent its card waits for

	Person  string // identifier of the author, "" for who has no account
	Mail    string
	Name    string
	Lang    string   // of the author
	Message string   // to the team
	Signs   []string // of spam: codes, see Signs

	CreatedAt   time.Time
	ConfirmedAt time.Time // when it began to wait
	DecidedAt   time.Time
	DecidedBy   string   // identifier of a person
	ByOwner     bool     // who decided did so for the company of the card, not for the team
	Taken       []string // fields that the card took
	Passed      []string // fields that the owner wrote and is asked about
	Reason      string   // as it was mailed
	Created     string   // the card that a New one became
	Next        string   // the change that took its place, of a Superseded one; the one that it says the same as, of one that was Joined
}

// Number is a register number as it was typed.
type Number struct {
	Scheme  string `json:"scheme"` // of company.Schemes
	Written string `json:"written"`
}

// What a suggestion may be about where it corrects no field, or beside that.
const (
	AboutClosed    = "closed"    // the organisation is no more
	AboutDuplicate = "duplicate" // it is in the directory twice
	AboutOffence   = "offence"   // what the card says should not be public
	AboutOther     = "other"
	AboutOwn       = "own" // of a New one: its author says that it is theirs
)

// Abouts lists what a suggestion may be about.
func Abouts() []string {
	return []string{AboutClosed, AboutDuplicate, AboutOffence, AboutOther, AboutOwn}
}

// Suspicious reports whether anything speaks for spam.
func (c Change) Suspicious() bool { return len(c.Signs) > 0 }

// Trust is how far the team trusts the people of a company.
type Trust string

// The degrees of trust. Staff set Watched and take it back; Newcomer ends with the first edit that is accepted whole.
const (
	Trusted  Trust = "trusted"  // what they write is public at once; what holds where nothing was said
	Newcomer Trust = "newcomer" // what they write waits
	Watched  Trust = "watched"  // what they write always waits
	Disputed Trust = "disputed" // what they write waits until it is decided whether they act for the company: nobody sets it
)

// Trusts lists the degrees of trust that can be set.
func Trusts() []Trust { return []Trust{Trusted, Newcomer, Watched} }

// Known reports whether t is one of Trusts.
func (t Trust) Known() bool { return slices.Contains(Trusts(), t) }

// Key is the key of the words for the degree: "curation.trust.newcomer".
func (t Trust) Key() string { return "curation.trust." + string(t) }

// Outcome is what became of something that was submitted.
type Outcome struct {
	Published bool            // the card says it now
	Listing   listing.Listing // the card as it stands
	Changed   []string        // fields that it changed
	Change    Change          // what waits, where nothing was published; zero where nothing differed
}

// Filter chooses among the changes that wait.
type Filter struct {
	Kind       Kind   // "" for all
	Suspicious *bool  // nil for all
	After      string // identifier of the last one that was read
	Limit      int    // 0 for 50
}

// Decision is what somebody decides about a change.
type Decision struct {
	Take   []string // the fields to take; none refuses
	Done   bool     // takes nothing, but what the message said has been seen to: accepted
	End    string   // with Done, of one about AboutClosed: FlagHidden or FlagCeased, done to its card; "" for neither
	Silent bool     // refuses what looks like spam, and writes to nobody
	Reason string   // mailed to the author; needed to refuse
	Card   string   // identifier of the card that was shown, "" for none or whichever it was
	Seen   int64    // its version
}

// AboutKey is the key of the words for what a suggestion is about: "curation.about.closed".
func AboutKey(about string) string { return "curation.about." + about }
