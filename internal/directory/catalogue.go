package directory

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// catalogue is one territory's cards in the index, with what the pages say of them.
type catalogue struct {
	territory  *territory.Territory
	taxonomies *Taxonomies
	zones      map[string]territory.Zone
	index      *search.Index
	notes      *notes
	glossary   *glossary
	own        *sharedDrafter // of whoever applies changes
	plans      *plans         // the maps of the territory, as pages begin them
	alphabet   *alphabet      // of its zones
	preparing  bool           // the cards are still being read: index and notes are empty
	made       time.Time      // when all cards were read
	upTo       int64          // the position of the change log up to which it was right when it took its place, or was written
	onDisk     *atomic.Int64  // the position up to which what is on disk of it is right; 0 for nothing
}

type sharedDrafter struct {
	mu sync.Mutex
	*drafter
}

func newCatalogue(t *territory.Territory, tax *Taxonomies, synonyms *search.Vocabulary) *catalogue {
	c := &catalogue{
		territory: t, taxonomies: tax, zones: zonesOf(t), notes: newNotes(), plans: &plans{}, alphabet: &alphabet{},
		onDisk: &atomic.Int64{},
		index:  search.New(searchConfig(t, synonyms)),
	}
	c.glossary = c.newGlossary()
	c.own = &sharedDrafter{drafter: c.newDrafter()}
	return c
}

func searchConfig(t *territory.Territory, synonyms *search.Vocabulary) search.Config {
	return search.Config{Fields: searchFields(), Facets: facetSpecs(t), Synonyms: synonyms}
}

// of is the same catalogue under a territory that changed in nothing that the index knows.
func (c *catalogue) of(t *territory.Territory) *catalogue {
	same := *c
	same.territory, same.zones, same.plans, same.alphabet = t, zonesOf(t), &plans{}, &alphabet{}
	return &same
}

func zonesOf(t *territory.Territory) map[string]territory.Zone {
	zones := make(map[string]territory.Zone, len(t.Zones))
	for _, z := range t.Zones {
		zones[z.Code] = z
	}
	return zones
}

// indexedAlike reports whether the cards of two versions of a territory are the same documents: the rest of a territory is for
// its pages alone.
func indexedAlike(a, b *territory.Territory) bool {
	return a.Code == b.Code && slices.Equal(a.Languages, b.Languages) && a.TimeZone == b.TimeZone &&
		slices.EqualFunc(a.Zones, b.Zones, func(x, y territory.Zone) bool {
			return x.Code == y.Code && x.Parent == y.Parent && x.Name == y.Name && x.Slug == y.Slug
		})
}

// apply brings the index up to the cards; those that are not public, and the gone ones, leave it. A card is noted before the
// index shows it, and forgotten after.
func (c *catalogue) apply(cards []listing.Outline, gone []string) {
	c.own.mu.Lock()
	defer c.own.mu.Unlock()
	var docs []search.Doc
	for i := range cards {
		o := &cards[i]
		if o.State == listing.Published {
			doc, reach := c.own.document(o)
			docs = append(docs, doc)
			c.notes.note(o, reach)
		} else {
			gone = append(gone, o.ID)
		}
	}
	c.index.Apply(docs, gone)
	for _, id := range gone {
		c.notes.forget(id)
	}
}
