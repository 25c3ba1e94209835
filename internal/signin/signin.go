// Package signin is how people show who they are: a code and a link by mail, and what follows from any proof – the session, the
// way on, the letter about a browser that was never seen. Passkeys and accounts of organisations are inner packages. It must
// not know what a person may do once inside.
package signin

import (
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Rooms are what this one needs of others.
type Rooms struct {
	DB       *db.DB
	Accounts *account.Service
	Outbox   Outbox
	Sites    account.Sites
	Key      func(ctx context.Context, purpose string) ([]byte, error) // secret keys of the instance, one per purpose
	Now      func() time.Time
	Log      *slog.Logger

	// HasKeys tells whether somebody has a passkey, for any host; nil where there are none.
	HasKeys func(ctx context.Context, person string) (bool, error)
	// Silent says that no mail leaves: nobody has set a mail server yet.
	Silent bool

	// The other ways in, which app hands in, for it knows these rooms. Keys tells how many passkeys a person has for the host of
	// a request, KeyButton draws the button to sign in by one; Providers are the organisations' accounts that open the territory
	// of a request, again for who is to prove it once more. Each may be nil.
	Keys      func(r *http.Request, person string) (int, error)
	KeyButton func(r *http.Request, query url.Values) (template.HTML, error)
	Providers func(r *http.Request, next string, again bool) ([]ui.Link, error)

	// Demo eases what a demonstration needs not: many sign-ins from one address, forms sent at once; and tells where its
	// mails are shown.
	Demo bool
}

// Outbox takes letters, in the transaction of what they speak of, and is told which addresses were proved.
type Outbox interface {
	account.Outbox
	// Cleared notes that an address takes mail, whatever servers said of it before.
	Cleared(ctx context.Context, tx *db.Tx, address string) error
}

// Service is the sign-in by mail, and what every proof ends with.
type Service struct {
	Rooms
	store  store
	limits limits
}

// New makes the service.
func New(r Rooms) *Service {
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	now := r.Now
	if now == nil {
		now = time.Now
	}
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	return &Service{Rooms: r, limits: newLimits(r.Demo)}
}

// Samples are the letters of this room, for a preview.
func Samples() []mail.Sample {
	return []mail.Sample{codeSample(), guessedSample()}
}
