// Package mirror keeps in this instance current, read-only copies of other instances' territories, from their change
// feeds. A source may be down, slow or hostile: what was copied last stays as it is. It must not know pages, nor what the
// directory does with the cards.
package mirror

import (
	"context"
	"embed"
	"log/slog"
	"net/url"
	"path"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Texts holds the sentences of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Every is how often a mirror is brought up to date where nobody says otherwise.
const Every = 5 * time.Minute

// What a source may make us read and keep, whatever it says.
const (
	MaxCards    = 200_000
	maxPage     = 8 << 20
	maxSync     = 2 << 30 // bytes of one synchronisation
	maxPages    = 4000    // of one synchronisation
	cardsAPage  = 500     // that we ask for
	fewestCards = 20      // that we ask for where a page is too large
	maxChanges  = 2000    // that we take where a source sends more than it was asked for
	maxCursor   = 1000
)

// limits are those of one synchronisation.
type limits struct {
	cards, pages int
	bytes        int64
	time         time.Duration // of one that nobody waits for
}

// Mirror is a territory whose cards are copied from another instance, and how that goes.
type Mirror struct {
	Territory    string    `json:"territory"`
	Source       string    `json:"source"`                // the address of the original's pages: "https://annuaire.example.pf"
	Title        string    `json:"title,omitempty"`       // what the source calls the territory
	Attribution  string    `json:"attribution,omitempty"` // whom the source asks to name
	Licence      string    `json:"licence,omitempty"`     // under which it publishes its cards, as it names it
	Cards        int       `json:"cards"`
	Complete     bool      `json:"complete"` // the whole feed was read once since the copy began, or began anew
	AddedAt      time.Time `json:"added_at"`
	LastTryAt    time.Time `json:"last_try_at,omitzero"`
	LastOKAt     time.Time `json:"last_ok_at,omitzero"`
	FailingSince time.Time `json:"failing_since,omitzero"`
	Failures     int       `json:"failures"` // since the last success
	Fault        *Fault    `json:"fault,omitempty"`
	NextAt       time.Time `json:"next_at,omitzero"` // not before then, unless somebody asks

	// Terms are that licence, the zero value where the source says none, or none that can be told.
	Terms territory.Licence `json:"terms,omitzero"`

	place      string // in the change feed
	generation int64
	described  time.Time // when the source last said what it is
}

// Fault is the sentence about a failure, as it is stored.
type Fault struct {
	Key  string    `json:"key"`
	Args errs.Args `json:"args,omitempty"`
}

// Name is the name under which the provenance of the cards' fields knows the source: "grappe:annuaire.example.pf/pf".
func (m Mirror) Name() string { return NamePrefix + m.Host() + "/" + m.Territory }

// NamePrefix begins the name of every source that is another instance.
const NamePrefix = "grappe:"

// Host is the source's host, as people know it.
func (m Mirror) Host() string {
	if u, err := url.Parse(m.Source); err == nil && u.Host != "" {
		return u.Host
	}
	return m.Source
}

// At is the address of a page or a service of the source: At("/annuaire").
func (m Mirror) At(p string) string { return at(m.Source, p) }

func at(base, p string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base + p
	}
	u.Path = path.Join("/", u.Path, p)
	return u.String()
}

// Stale reports whether the copy has not been brought up to date for so long that readers should know why.
func (m Mirror) Stale(now time.Time) bool {
	return m.Failures > 0 && now.Sub(m.LastOKAt) > 24*time.Hour
}

// Getter gets what stands at an address: a fetch.Client.
type Getter interface {
	Get(ctx context.Context, address, accept string, most int64) (fetch.Answer, error)
}

// Rooms are what mirrors need of the rest of the house.
type Rooms struct {
	DB          *db.DB
	Client      Getter
	Territory   func(ctx context.Context, code string) (*territory.Territory, error)
	Competences *taxonomy.Taxonomy
	Sectors     *taxonomy.Taxonomy
	Every       time.Duration // how often a mirror is brought up to date; 0 for Every
	Now         func() time.Time
	Log         *slog.Logger
}

// Service adds, brings up to date and removes mirrors. Who may do so is the caller's to have checked. Its methods may be
// called from any goroutine and from several processes.
type Service struct {
	rooms  Rooms
	db     *db.DB
	store  store
	limits limits
	pause  func(ctx context.Context, d time.Duration) error
	now    func() time.Time
	log    *slog.Logger
}

// New makes the service.
func New(r Rooms) *Service {
	if r.Every <= 0 {
		r.Every = Every
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		rooms: r, db: r.DB, limits: limits{cards: MaxCards, pages: maxPages, bytes: maxSync, time: longestSync}, pause: pause, now: r.Now, log: r.Log,
	}
}

// List gives the mirrors in the order of their territories.
func (s *Service) List(ctx context.Context) ([]Mirror, error) {
	return s.store.mirrors(ctx, s.db.Read(), "ORDER BY territory")
}

// Get gives the mirror of a territory; errs.NotFound where it is none.
func (s *Service) Get(ctx context.Context, code string) (Mirror, error) {
	return s.store.mirror(ctx, s.db.Read(), code)
}

// Original is the address of the page from which a card was copied, empty for a card that was not.
func (s *Service) Original(ctx context.Context, listingID string) (string, error) {
	return s.store.original(ctx, s.db.Read(), listingID)
}

// Add makes a territory of the instance the mirror of a source that Probe found, without copying anything yet. It returns
// errs.Conflict for a territory that holds cards of its own or mirrors another source; nothing changes where it mirrors this
// one already, except what the source says of itself.
func (s *Service) Add(ctx context.Context, source Source) (Mirror, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := listing.KeptBy(source.Address).Keep(ctx, tx, source.Territory); err != nil {
			return err
		}
		return s.store.add(ctx, tx, source, s.now())
	})
	if err != nil {
		return Mirror{}, err
	}
	return s.Get(ctx, source.Territory)
}

// Remove ends a mirror and gives the number of its cards: they are deleted, or with keep stay as the territory's own, to be
// edited here from now on. One that is interrupted leaves a mirror that the same call ends and a synchronisation mends.
func (s *Service) Remove(ctx context.Context, code string, keep bool) (int, error) {
	r, err := s.begin(ctx, code)
	if err != nil {
		return 0, err
	}
	stop := r.keepAlive(ctx)
	n, err := r.remove(ctx, keep)
	stop()
	if err != nil {
		r.letGo(ctx)
	}
	return n, err
}
