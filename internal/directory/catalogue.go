package directory

import (
	"cmp"
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

	mu      sync.RWMutex
	public  map[string]noted          // by listing
	uses    map[string]map[string]int // by tag key: how often each spelling is used
	reaches map[string]int            // by code of the facet of reach: how many cards have it
	changed time.Time                 // of the latest change that the index has followed
}

func newCatalogue(t *territory.Territory, tax *Taxonomies, synonyms *search.Vocabulary) *catalogue {
	c := &catalogue{
		territory: t, taxonomies: tax, zones: make(map[string]territory.Zone, len(t.Zones)), collator: newNameKeys(),
		index:  search.New(search.Config{Fields: searchFields(), Facets: facetSpecs(t), Synonyms: synonyms}),
		public: map[string]noted{}, uses: map[string]map[string]int{}, reaches: map[string]int{},
	}
	for _, z := range t.Zones {
		c.zones[z.Code] = z
	}
	return c
}

// apply brings the index up to the listings; those that are not public, and the gone ones, leave it. A listing is noted before
// the index shows it, and forgotten after.
func (c *catalogue) apply(listings []listing.Listing, gone []string) {
	var docs []search.Doc
	public := make([]listing.Listing, 0, len(listings))
	for _, l := range listings {
		if l.State == listing.Published {
			docs, public = append(docs, c.document(l)), append(public, l)
		} else {
			gone = append(gone, l.ID)
		}
	}
	c.note(public)
	c.index.Apply(docs, gone)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range gone {
		c.forget(id)
	}
}

// noted is what is known of a public listing without reading it.
type noted struct {
	slug     string
	name     string
	category listing.Category
	updated  time.Time
	tags     []string // as written
	reach    []string
}

// note remembers public listings, in place of what it knew of them.
func (c *catalogue) note(listings []listing.Listing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range listings {
		c.forget(l.ID)
		n := noted{slug: l.Slug, name: l.Name, category: l.Category, updated: l.UpdatedAt, tags: slices.Clone(l.Tags), reach: c.reach(l.ServiceArea)}
		c.public[l.ID] = n
		for _, code := range n.reach {
			c.reaches[code]++
		}
		for _, t := range l.Tags {
			key := listing.TagKey(t)
			if c.uses[key] == nil {
				c.uses[key] = map[string]int{}
			}
			c.uses[key][t]++
		}
	}
}

// forget takes a listing away. The caller holds the lock.
func (c *catalogue) forget(id string) {
	for _, t := range c.public[id].tags {
		key := listing.TagKey(t)
		if c.uses[key][t]--; c.uses[key][t] <= 0 {
			delete(c.uses[key], t)
		}
		if len(c.uses[key]) == 0 {
			delete(c.uses, key)
		}
	}
	for _, code := range c.public[id].reach {
		if c.reaches[code]--; c.reaches[code] == 0 {
			delete(c.reaches, code)
		}
	}
	delete(c.public, id)
}

// touch notes that a change of a time has been followed.
func (c *catalogue) touch(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.changed) {
		c.changed = at
	}
}

// updatedAt is the time of the latest change.
func (c *catalogue) updatedAt() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.changed
}

// each calls f with every public listing, in the order of their slugs.
func (c *catalogue) each(f func(noted)) {
	c.mu.RLock()
	all := slices.Collect(maps.Values(c.public))
	c.mu.RUnlock()
	slices.SortFunc(all, func(a, b noted) int { return cmp.Compare(a.slug, b.slug) })
	for _, n := range all {
		f(n)
	}
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
