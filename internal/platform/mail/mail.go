// Package mail writes letters and sends them. A letter is put into the outbox in the transaction of what it speaks of, and sent
// from there by SMTP, again until a server has taken it: at least once, each time the same message with the same Message-ID. It
// knows which addresses refuse mail. It must not know what the letters are about, nor pages; no log line and no error of it
// ever holds an address, a subject or a body.
package mail

import (
	"embed"
	"log/slog"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/queue"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Address is who a mail is for. Name may be empty.
type Address struct{ Name, Mail string }

// Action is the one thing to do: a button, and its address in full below it. URL is absolute.
type Action struct{ Label, URL string }

// Letter is what a mail says, in the language of who reads it. All of it is text: what looks like HTML is shown as it is.
type Letter struct {
	Subject    string // never holds the code: subjects are kept and listed
	Heading    string
	Paragraphs []string
	Code       string  // shown large, to be copied or typed
	Action     *Action // nil for none
	Second     *Action // what one may do instead, as a link below the button; nil for none
	After      []string
	Why        string // why the reader gets this
}

// Message is a letter on its way to a person.
type Message struct {
	Event       string    // unique: "signin.code/<attempt id>"; the same twice is one mail
	Kind        string    // "signin.code"
	Topic       string    // "" transactional; else what can be unsubscribed ("reminders")
	To          Address   // Mail is refused unless it is one plain address
	Person      string    // identifier, "" for none
	Territory   string    // its code
	Lang        string    // "fr" or "en"
	From        string    // the name it comes from: the cluster's
	ReplyTo     string    // an address, "" for none
	Accent      string    // of the button, "#0A5A78"
	Letter      Letter    //
	Secret      bool      // the bodies are wiped once it is sent, and shown to nobody before
	Proving     bool      // it proves the address, so that it is sent even where the address refuses mail
	Unsubscribe string    // absolute URL, which takes GET and POST (RFC 8058); needed where Topic is not ""
	Until       time.Time // not sent any more after then; the zero time for no end
}

// Sample is a mail as the preview of a room's mails shows it.
type Sample struct {
	Kind    string
	Topic   string
	Message func(p *locale.Printer) Message
}

// State is how far a mail is.
type State string

// The states. Only Waiting ones are still to be sent.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Kept    State = "kept"    // in the demo: nothing is sent
	Refused State = "refused" // the address refuses, by an answer to this mail or to one before
	Failed  State = "failed"  // given up
	Expired State = "expired" // what it says had no more sense
	Erased  State = "erased"  // its person is erased
)

// Key is that of the words for a state.
func (s State) Key() string { return "mail.state." + string(s) }

// Options are what an outbox stands on.
type Options struct {
	DB        *db.DB
	Queue     *queue.Queue // NewOutbox registers its handlers there; so before Queue.Run
	Now       func() time.Time
	Log       *slog.Logger
	Transport Transport // nil: mails wait until there is one
	From      string    // the address that mails come from
	Bounce    string    // the address that failures come back to, "bounce@example.org": bounce+<mail id>@… in each mail; "" for none
	Hostname  string    // of the instance, for Message-IDs where From is not set
	Keep      bool      // the demo: nothing is sent, bodies stay
	Retry     queue.Policy
}

// Outbox takes letters and sends them. Its methods may be called from any goroutine.
type Outbox struct {
	db        *db.DB
	queue     *queue.Queue
	now       func() time.Time
	log       *slog.Logger
	transport Transport
	from      string
	bounce    string
	hostname  string
	keep      bool
	retry     queue.Policy
	store     store
}
