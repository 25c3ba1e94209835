// Package mailroom holds the pages about mails: where the link of a mail stops what it was about (/desabonnement), and in the
// demo, which sends nothing, the letters themselves (/courrier). It must not know what mails are about, nor who may do what: the
// link of a mail is its own permission.
package mailroom

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"time"

	"grappe/internal/office"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Texts holds the sentences of these pages, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Refusals keeps which topics of mails a person does not want. A person who is not there (any more) gives errs.NotFound.
type Refusals interface {
	Refuse(ctx context.Context, person, topic string) error
	Allow(ctx context.Context, person, topic string) error
	Refuses(ctx context.Context, person, topic string) (bool, error)
}

// Outbox is where the letters of the demo stay.
type Outbox interface {
	List(ctx context.Context, f mail.Filter) ([]mail.Mail, error)
	Get(ctx context.Context, id string) (mail.Mail, error)
}

// Rooms are what the pages need of others.
type Rooms struct {
	Key      []byte // of KeySize bytes, the same as Path is given: it signs the links that stop mails
	Refusals Refusals
	Topics   func() []office.Topic
	Outbox   Outbox               // the demo's letters, which anybody may read; nil: /courrier does not exist
	Samples  func() []mail.Sample // a letter of each kind, for /courrier/modeles
	// Printer speaks another language than the page's, for previews; nil: they are in the page's alone.
	Printer func(r *http.Request, lang string) *locale.Printer
	Now     func() time.Time // nil: time.Now
}

// Pages are these pages.
type Pages struct {
	Rooms
	views *ui.Pages
}

// NewPages parses the views; it fails when one does not parse, and for a key that is too short or too long.
func NewPages(r Rooms) (*Pages, error) {
	if len(r.Key) != KeySize {
		return nil, fmt.Errorf("mailroom: a key of %d bytes, not %d", len(r.Key), KeySize)
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{r, views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /desabonnement/{token}", p.unsubscribe)
	router.Handle("POST /desabonnement/{token}", p.stop)
	router.Handle("POST /desabonnement/{token}/retour", p.takeBack)
	if p.Outbox == nil {
		return
	}
	router.Handle("GET /courrier", p.letters)
	router.Handle("GET /courrier/{id}", p.letter)
	router.Handle("GET /courrier/{id}/{form}", p.letterHTML)
	router.Handle("GET /courrier/modeles", p.samples)
	router.Handle("GET /courrier/modeles/{kind}", p.sample)
	router.Handle("GET /courrier/modeles/{kind}/html", p.sampleHTML)
}

// begin is the frame of a page that is for one reader and no search engine.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, title string) ui.Frame {
	web.CacheNever(w)
	return ui.Private(r, title, r.URL.Path)
}
