// Package moderate is the one queue of what waits for a decision of the territory's team, under /gestion/moderation: what is proposed
// about cards, who claims one, cards that may be two of one, what imports found odd, what speaks against a card. Each sort of case has a
// Docket, which app hands in. It must not know what any case is about, nor decide who may decide: dockets do.
package moderate

import (
	"context"
	"embed"
	"html/template"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
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
	// Tally counts what waits.
	Tally(ctx context.Context, by account.Actor) (Tally, error)
	// Waiting gives what waits, the urgent and then the oldest first.
	Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]Line, error)
	// Show gives a case in full, also one that is decided already; errs.NotFound.
	Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (Sheet, error)
	// Decide does what a Choice of the case says. errs.Conflict where somebody else has decided, or where what was shown has changed
	// in what is decided; errs.Invalid with the fields "raison" or "champs".
	Decide(ctx context.Context, by account.Actor, id string, d Decision) (Done, error)
}

// Undoer is a docket whose decisions can be taken back for a while.
type Undoer interface {
	Undo(ctx context.Context, by account.Actor, id string) error
}

// Writer is a docket that writes to somebody about its decisions.
type Writer interface {
	// Letter is what would be mailed; ok is false where nobody would be written to.
	Letter(ctx context.Context, by account.Actor, id string, d Decision) (l mail.Letter, ok bool, err error)
}

// Tally is how much waits, and since when the oldest does.
type Tally struct {
	N      int
	Oldest time.Time
}

// The acts that every docket knows in its own way, and that can be done to many cases at once.
const (
	Accept = "accepter"
	Refuse = "refuser"
)

// Line is a case in the queue.
type Line struct {
	ID     string // unique in its docket
	Title  string // of what it is about: the card
	Detail string // what is proposed, in a few words
	Who    string // from whom it is, "" for a machine
	At     time.Time
	Urgent bool
	Badges []ui.Badge // what speaks against it
	Seen   string     // what Decide needs to know of what was shown
	Bulk   []string   // acts that can be done from the list
}

// Sheet is a case in full.
type Sheet struct {
	Title   string
	At      time.Time
	Facts   ui.Summary // who says it, which proof
	Notices []ui.Notice
	Message string // in the author's own words
	Fields  []Field
	Sides   []Side // what is compared: rivals, cards that may be one
	SidesAs string // what they are, in words
	Report  *ui.Table
	Choices []Choice // none where it is decided
	Reasons []string // ready-made ones: codes, their words are at "moderate.reason." + code
	Lang    string   // of who is written to, "" where nobody is
	Seen    string
	Links   []ui.Button // where one looks further
}

// Field is one field of a card that would change.
type Field struct {
	Name   string // as Decision.Take has it
	Label  string
	Held   template.HTML // what the author saw, where the card says something else now; else ""
	Now    template.HTML
	Next   template.HTML
	Note   string // why it is not taken as it is
	Tone   ui.Tone
	Taken  bool // its box is ticked
	Cannot bool // it can not be taken
}

// Side is one of several things that stand beside each other.
type Side struct {
	Title  string
	URL    string
	Badge  *ui.Badge
	Facts  ui.Summary
	Choice *ui.Option // one of them is chosen, as Decision.Pick
}

// Choice is something that can be done with a case.
type Choice struct {
	Act    string
	Label  string
	Hint   string
	Kind   ui.Kind
	Key    string // of the keyboard: "a", "r"
	Reason bool   // asks for a reason
}

// Decision is what somebody decides about a case.
type Decision struct {
	Act   string
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
