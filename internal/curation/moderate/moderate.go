// Package moderate is the one queue of what waits for a decision of the territory's team, under /gestion/moderation: what is proposed
// about cards, who claims one, cards that may be two of one, what imports found odd, what speaks against a card. Each sort of case has a
// Docket, which app hands in. It must not know what any case is about, nor decide who may decide: dockets do.
package moderate

import (
	"context"
	"embed"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
)

// Texts holds the sentences of these pages, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Path is that of the queue.
const Path = office.Desk + "/moderation"

// CasePath is the path of one case.
func CasePath(kind, id string) string { return Path + "/" + kind + "/" + id }

// Docket is a sort of cases. Each method checks what the actor may do: readers of the team see, project managers decide.
type Docket interface {
	// Kind is its name in addresses, "revendication"; its words are at "moderate.kind." + Kind.
	Kind() string
	// Waiting gives what waits, the urgent and then the oldest first, the doubtful last.
	Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]Line, error)
	// Show gives a case in full, also one that is decided already; errs.NotFound.
	Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (Sheet, error)
	// Decide does what a Choice of the case says. errs.Conflict where somebody else has decided, or where what was shown has changed
	// in what is decided; errs.Invalid with the fields "raison" or "champs".
	Decide(ctx context.Context, by account.Actor, id string, d Decision) (Done, error)
}

// Counter counts what waits of one or several kinds of cases, by the kind: readers of the team may ask.
type Counter func(ctx context.Context, by account.Actor) (map[string]Tally, error)

// Undoer is a docket whose decisions can be taken back for a while.
type Undoer interface {
	Undo(ctx context.Context, by account.Actor, id string) error
}

// Limited is an Undoer that says for how long.
type Limited interface {
	UndoFor() time.Duration
}

// Writer is a docket that writes to somebody about its decisions.
type Writer interface {
	// Letters are what would be mailed after each of some decisions; none where nobody would be written to.
	Letters(ctx context.Context, by account.Actor, id string, decisions []Decision) ([][]Draft, error)
}

// Draft is a letter that a decision would send.
type Draft struct {
	Who    string // whom it goes to, "" where that is known
	N      int    // how many get it, each one their own
	To     string // key of the sentence that says to whom it goes and why, N its "n"; "" for the author of the case alone
	Letter mail.Letter
}

// Tally is how much waits, and since when the oldest does; beside that, how much is doubtful.
type Tally struct {
	N        int
	Oldest   time.Time
	Doubtful int
}

// The acts that every docket knows in its own way, and that can be done to many cases at once; Discard only where cases are doubtful.
const (
	Accept  = "accepter"
	Refuse  = "refuser"
	Discard = "ecarter" // and answer nobody
)

// Line is a case in the queue.
type Line struct {
	ID     string // unique in its docket
	Title  string // of what it is about: the card
	Detail string // what is proposed, in a few words
	Who    string // from whom it is, "" for a machine
	At     time.Time
	Urgent bool
	// Doubtful stands apart, below all others: it looks like spam.
	Doubtful bool
	Badges   []ui.Badge // what speaks against it
	Seen     string     // what Decide needs to know of what was shown
	Bulk     []string   // acts that can be done from the list
}

// Sheet is a case in full.
type Sheet struct {
	Title   string
	At      time.Time
	Facts   ui.Summary // who says it, which proof
	Notices []ui.Notice
	Message string         // in the author's own words
	Changes ui.Differences // fields that would change; those with a box (TakeBox) are taken one by one
	Sides   []Side         // what is compared: rivals, cards that may be one
	SidesAs string         // what they are, in words
	Report  *ui.Table
	Choices []Choice // none where it is decided
	Final   bool     // what is decided is not taken back from here: no key does it alone
	Reasons []string // ready-made ones: codes, their words are at "moderate.reason." + code
	// ReasonAs says in words what a reason is asked for, "" where it is to refuse.
	ReasonAs string
	Lang     string // of who is written to, "" where nobody is
	Seen     string
	Links    []ui.Button // where one looks further
}

// TakeBox is the box beside a field of Sheet.Changes that can be taken.
func TakeBox(field, label string, checked bool) *ui.Check {
	return &ui.Check{ID: "prendre-" + field, Name: takeName, Value: field, Label: label, Checked: checked}
}

// Side is one of several things that stand beside each other.
type Side struct {
	Title   string
	URL     string
	Badge   *ui.Badge
	Facts   ui.Summary
	Message string     // in its author's own words
	Decide  *ui.Link   // to where it is decided
	Choice  *ui.Option // one of them is chosen, as Decision.Pick
}

// Choice is something that can be done with a case.
type Choice struct {
	Act    string
	Label  string
	Hint   string
	Kind   ui.Kind
	Key    string // of the keyboard: "a", "r"
	Reason bool   // asks for a reason
	Ask    string // what the key says before it does it, "" where it does it at once
}

// Decision is what somebody decides about a case.
type Decision struct {
	Act   string
	All   bool // it was picked in the list: all that can be taken is
	Take  []string
	Pick  string
	Ready string // code of a ready-made reason
	Text  string // in the decider's own words, after it
	Seen  string
}

// Done is what a decision has done.
type Done struct {
	Title string // what the case was about
	As    string // what it is called, where the act alone does not say: "partie"; its text is at "moderate.done." + As
	Undo  bool   // it can be taken back for a while
}

// OneByOne is the error of a docket about a case that is not decided from the list.
func OneByOne() error { return errs.New(errs.Invalid, "moderate.one_by_one", nil) }
