// Package suggest is what anybody may say about the directory, without an account: that a card is wrong, and that an organisation is
// missing. What they say waits for the team once their mail is confirmed, and they follow it by a link. It must not write any card
// nor decide what becomes of what was said: curation does.
package suggest

import (
	"context"
	"embed"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
	"grappe/internal/taxonomy"
)

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed view/*.html
var viewFiles embed.FS

// Rooms are what this one needs of others.
type Rooms struct {
	DB          *db.DB
	Changes     *curation.Service
	Outbox      Outbox
	Sites       account.Sites
	Competences *taxonomy.Taxonomy
	Key         func(ctx context.Context, purpose string) ([]byte, error) // secret keys of the instance, one per purpose
	Now         func() time.Time

	// Address gives the absolute address of a page as letters may name it to whoever made the request, "" where nobody vouches for
	// the host.
	Address func(r *http.Request, path string) string
	// Named finds published cards of a territory by a name, however it is spelt; nil: only what has the same name is found.
	Named func(ctx context.Context, territory, name string, limit int) (ids []string, err error)
	// Original is the page elsewhere that a copied card comes from, "" where the card is the instance's own; nil: no card is a copy.
	Original func(ctx context.Context, territory, listing string) (address string, err error)
	// Places is the path that completes names of places, "" for none.
	Places string
	// Claim is the path where somebody says that a card is theirs; nil: nowhere.
	Claim func(slug string) string

	// Silent says that no mail leaves: nobody has set a mail server yet.
	Silent bool
	// Demo eases what a demonstration needs not, and tells where its mails are shown.
	Demo bool
}

// Outbox takes letters, in the transaction of what they speak of, and is told which addresses were proved.
type Outbox interface {
	account.Outbox
	// Cleared notes that an address takes mail, whatever servers said of it before.
	Cleared(ctx context.Context, tx *db.Tx, address string) error
}

// Service takes what people say.
type Service struct {
	Rooms
	listings listing.Reader
	limits   limits
}

// New makes the service.
func New(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	now := r.Now
	r.Now = func() time.Time { return now().UTC().Truncate(time.Millisecond) }
	return &Service{Rooms: r, limits: newLimits(r.Demo)}
}

// KeyPurpose is the purpose of the key that signs forms and links.
const KeyPurpose = "suggest"

func (s *Service) key(ctx context.Context) ([]byte, error) { return s.Key(ctx, KeyPurpose) }

// FollowPath is where the author of a change follows it, for the letters about it: whoever has it may act for the author. key is that of
// KeyPurpose.
func FollowPath(key []byte, change string) string { return path + token(key, mayAct, change) }

// Samples are the letters of this room, for a preview.
func Samples() []mail.Sample { return []mail.Sample{confirmSample()} }
