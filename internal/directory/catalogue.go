package directory

import (
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// catalogue is one territory's listings in the index, with what the pages say of them.
type catalogue struct {
	territory  *territory.Territory
	taxonomies *Taxonomies
	zones      map[string]territory.Zone
	index      *search.Index
	collator   *nameKeys

	mu        sync.RWMutex
	confirmed map[string]time.Time      // by listing: when somebody last vouched for it
	tags      map[string][]string       // by listing: its tags as written
	uses      map[string]map[string]int // by tag key: how often each spelling is used
}

func newCatalogue(t *territory.Territory, tax *Taxonomies, synonyms *search.Vocabulary) *catalogue {
	c := &catalogue{
		territory: t, taxonomies: tax, zones: make(map[string]territory.Zone, len(t.Zones)), collator: newNameKeys(),
		index:     search.New(search.Config{Fields: searchFields(), Facets: facetSpecs(t), Synonyms: synonyms}),
		confirmed: map[string]time.Time{}, tags: map[string][]string{}, uses: map[string]map[string]int{},
	}
	for _, z := range t.Zones {
		c.zones[z.Code] = z
	}
	return c
}

// apply brings the index up to the listings; those that are not public, and the gone ones, leave it.
func (c *catalogue) apply(listings []listing.Listing, gone []string) {
	var docs []search.Doc
	for _, l := range listings {
		if l.State == listing.Published {
			docs = append(docs, c.document(l))
			c.note(l.ID, l.Tags, l.ConfirmedAt)
		} else {
			gone = append(gone, l.ID)
		}
	}
	for _, id := range gone {
		c.note(id, nil, time.Time{})
	}
	c.index.Apply(docs, gone)
}

// note remembers what is counted over all listings; a listing that left has no tags and no date.
func (c *catalogue) note(id string, tags []string, confirmed time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if confirmed.IsZero() {
		delete(c.confirmed, id)
	} else {
		c.confirmed[id] = confirmed
	}
	for _, t := range c.tags[id] {
		key := listing.TagKey(t)
		if c.uses[key][t]--; c.uses[key][t] <= 0 {
			delete(c.uses[key], t)
		}
		if len(c.uses[key]) == 0 {
			delete(c.uses, key)
		}
	}
	delete(c.tags, id)
	if len(tags) == 0 {
		return
	}
	c.tags[id] = slices.Clone(tags)
	for _, t := range tags {
		key := listing.TagKey(t)
		if c.uses[key] == nil {
			c.uses[key] = map[string]int{}
		}
		c.uses[key][t]++
	}
}

// confirmedSince counts the listings that somebody vouched for after t.
func (c *catalogue) confirmedSince(t time.Time) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	n := 0
	for _, at := range c.confirmed {
		if at.After(t) {
			n++
		}
	}
	return n
}

// spelling is the most used spelling of a tag's key; the key itself when nobody uses it any more.
func (c *catalogue) spelling(key string) string {
	c.mu.RLock()
	uses := maps.Clone(c.uses[key])
	c.mu.RUnlock()
	if s, ok := listing.Spelling(uses)[key]; ok {
		return s
	}
	return key
}

// nameKeys makes keys that sort names as a French dictionary does. The collator keeps buffers, hence the lock.
type nameKeys struct {
	mu  sync.Mutex
	col *collate.Collator
	buf collate.Buffer
}

func newNameKeys() *nameKeys {
	return &nameKeys{col: collate.New(language.French, collate.IgnoreCase, collate.Numeric)}
}

func (k *nameKeys) Key(name string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := string(k.col.KeyFromString(&k.buf, name))
	k.buf.Reset()
	return key
}
