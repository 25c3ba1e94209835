package directory

import (
	"context"
	"html/template"
	"log/slog"
	"sync"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// Service answers for the directories of all territories of the instance. Its methods may be called concurrently.
type Service struct {
	db          *db.DB
	listings    listing.Reader
	territories *territory.Service
	taxonomies  *Taxonomies
	synonyms    *search.Vocabulary
	credit      func(ctx context.Context, source, lang string) (Credit, error)
	original    func(ctx context.Context, code, listingID string) (string, error)
	locator     func(ctx context.Context, code string, p geo.Point, f ui.Frame) (template.HTML, error)
	renewing    func(code string) (done func())
	ages        func(code string) listing.Ages
	now         func() time.Time
	log         *slog.Logger

	scans chan struct{} // the turns of those who look for cards in the base

	applying sync.Mutex     // held while changes are applied or a catalogue takes another's place
	loading  map[string]int // guarded by applying: how many readings of a territory's cards are under way
	followed int64          // guarded by applying: the position of the change log that all catalogues have followed
	keeper   keeper         // of indexes on disk

	mu         sync.RWMutex
	catalogues map[string]*catalogue
	preparing  map[string]*catalogue // of territories whose cards are still being read

	held heldCards
}

// Rooms are what the directory stands on.
type Rooms struct {
	DB          *db.DB
	Territories *territory.Service
	Taxonomies  *Taxonomies
	Synonyms    *search.Vocabulary
	// Credit names a source of imported cards; nil names none.
	Credit func(ctx context.Context, source, lang string) (Credit, error)
	// Original is the address of the page elsewhere that a card was copied from, "" for a card of this instance; nil for none.
	Original func(ctx context.Context, code, listingID string) (string, error)
	// Locator draws where in the territory a point lies, for the page of a card; nil draws nothing.
	Locator func(ctx context.Context, code string, p geo.Point, f ui.Frame) (template.HTML, error)
	// Ages says from when on the cards of a territory count as ageing and as unconfirmed; nil for the usual months.
	Ages func(code string) listing.Ages
	Now  func() time.Time
	Log  *slog.Logger
	// Renewing is told that another index is about to answer for a territory, though nothing of its cards changed; what it gives
	// is called when it does. Nil for nobody.
	Renewing func(code string) (done func())
	Keeping  Keeping
}

// Credit says whose data a card was made from.
type Credit struct {
	Title       string // for readers, in their language
	Attribution string // whom the licence asks to name
	Licence     string
	URL         string
}

// New makes the service; it answers for a territory once Load has read its listings.
func New(r Rooms) *Service {
	return &Service{
		db: r.DB, territories: r.Territories,
		taxonomies: r.Taxonomies, synonyms: r.Synonyms, credit: r.Credit, original: r.Original, locator: r.Locator, now: r.Now, log: r.Log, renewing: r.Renewing, ages: r.Ages,
		keeper: keeper{Keeping: r.Keeping},
		scans:  make(chan struct{}, scansAtOnce), loading: map[string]int{}, catalogues: map[string]*catalogue{}, preparing: map[string]*catalogue{},
	}
}

// Ages says when the cards of a territory age, on its own calendar.
func (s *Service) Ages(t *territory.Territory) listing.Ages {
	var a listing.Ages
	if s.ages != nil {
		a = s.ages(t.Code)
	}
	a.Zone = t.Location()
	return a
}

func (s *Service) catalogueOf(code string) *catalogue {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.catalogues[code]
}

// open is the catalogue of a territory. It returns errs.Unavailable while its listings are still being read.
func (s *Service) open(code string) (*catalogue, error) {
	if c := s.catalogueOf(code); c != nil {
		return c, nil
	}
	return nil, errs.New(errs.Unavailable, "directory.not_ready", nil)
}

// openEarly is open for those who can do without the index: while the listings are still being read it is a catalogue that
// knows the territory and no card, and says so.
func (s *Service) openEarly(t *territory.Territory) *catalogue {
	if c := s.catalogueOf(t.Code); c != nil {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.catalogues[t.Code]; c != nil {
		return c
	}
	c := s.preparing[t.Code]
	if c == nil || c.territory != t {
		c = newCatalogue(t, s.taxonomies, s.synonyms)
		c.preparing = true
		s.preparing[t.Code] = c
	}
	return c
}
