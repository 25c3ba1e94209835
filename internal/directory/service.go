package directory

import (
	"context"
	"fmt"
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

// indexBatch is how many listings go into the index at a time.
const indexBatch = 2000

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
	now         func() time.Time
	log         *slog.Logger

	mu         sync.RWMutex
	catalogues map[string]*catalogue

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
	Now     func() time.Time
	Log     *slog.Logger
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
		taxonomies: r.Taxonomies, synonyms: r.Synonyms, credit: r.Credit, original: r.Original, locator: r.Locator, now: r.Now, log: r.Log, catalogues: map[string]*catalogue{},
	}
}

// Load reads the listings of the territories, of all where none is named, into fresh indexes. It gives the position in
// the change log from which to Apply what follows.
func (s *Service) Load(ctx context.Context, codes ...string) (int64, error) {
	after, err := db.LastChange(ctx, s.db.Read())
	if err != nil {
		return 0, err
	}
	territories, err := s.territories.List(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range territories {
		if len(codes) > 0 && !contains(codes, t.Code) {
			continue
		}
		if err := s.load(ctx, t); err != nil {
			return 0, fmt.Errorf("directory: index of %s: %w", t.Code, err)
		}
	}
	return after, nil
}

func (s *Service) load(ctx context.Context, t *territory.Territory) error {
	c := newCatalogue(t, s.taxonomies, s.synonyms)
	at, err := lastChanged(ctx, s.db.Read(), t.Code) // before the cards: they may be younger than it says, never older
	if err != nil {
		return err
	}
	c.touch(at)
	batch := make([]listing.Listing, 0, indexBatch)
	err = s.listings.Each(ctx, s.db.Read(), t.Code, func(l listing.Listing) error {
		if batch = append(batch, l); len(batch) == indexBatch {
			c.apply(batch, nil)
			batch = batch[:0]
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.apply(batch, nil)
	s.mu.Lock()
	s.catalogues[t.Code] = c
	s.mu.Unlock()
	return nil
}

// Apply brings the indexes up to changes of the log. A territory that changed is read anew once, however often it did.
func (s *Service) Apply(ctx context.Context, changes []db.Change) error {
	byTerritory, anew, at := map[string]map[string]bool{}, map[string]bool{}, map[string]time.Time{}
	for _, ch := range changes {
		switch ch.Kind {
		case territory.ChangeKind:
			anew[ch.ID] = true
		case listing.ChangeKind:
			if byTerritory[ch.Territory] == nil {
				byTerritory[ch.Territory] = map[string]bool{}
			}
			byTerritory[ch.Territory][ch.ID] = true
			if ch.At.After(at[ch.Territory]) {
				at[ch.Territory] = ch.At
			}
		}
	}
	if err := s.reload(ctx, anew); err != nil {
		return err
	}
	for code, ids := range byTerritory {
		c := s.catalogueOf(code)
		if c == nil {
			continue
		}
		if err := s.refresh(ctx, c, ids); err != nil {
			return err
		}
		c.touch(at[code])
	}
	return nil
}

// reload reads territories anew; the index of one that cannot be read goes.
func (s *Service) reload(ctx context.Context, codes map[string]bool) error {
	if len(codes) == 0 {
		return nil
	}
	list, err := s.territories.List(ctx)
	if err != nil {
		return err
	}
	here := map[string]bool{}
	for _, t := range list {
		here[t.Code] = true
		if !codes[t.Code] {
			continue
		}
		if err := s.load(ctx, t); err != nil {
			return fmt.Errorf("directory: index of %s: %w", t.Code, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for code := range codes {
		if !here[code] {
			delete(s.catalogues, code)
		}
	}
	return nil
}

func (s *Service) refresh(ctx context.Context, c *catalogue, ids map[string]bool) error {
	s.held.forget(ids)
	wanted := make([]string, 0, len(ids))
	for id := range ids {
		wanted = append(wanted, id)
	}
	found, err := s.listings.ByIDs(ctx, s.db.Read(), wanted)
	if err != nil {
		return err
	}
	for _, l := range found {
		delete(ids, l.ID)
	}
	gone := make([]string, 0, len(ids))
	for id := range ids {
		gone = append(gone, id)
	}
	c.apply(found, gone)
	return nil
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

func contains(codes []string, code string) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}
