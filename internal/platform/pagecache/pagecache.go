// Package pagecache keeps whole answers in memory for as long as they are what would be made anew: up to a number of bytes,
// those that are asked for again before those that were asked for once, compressed once. It must not know what the answers
// show, who asks, nor what changes them: it is handed a Version, and an answer of another one is never given.
package pagecache

import (
	"container/list"
	"strings"
	"sync"
	"time"
)

// Version is the state of all that answers show. Two answers to one request under one version are equal, byte for byte.
type Version struct {
	Scope string // what the answer is about; answers that are Wide show other scopes as well
	Own   uint64 // another one after each change within the scope
	All   uint64 // another one after each change anywhere
	Day   int    // the date, for what says how long ago something was
}

// Key names a request: everything of it that an answer may depend on.
type Key struct {
	TLS       bool
	Host, URI string // as the client wrote them
}

// longestURI is the longest address of which an answer is kept: whoever writes a longer one asks for nothing that others want.
const longestURI = 1000

// Fits reports whether answers to such a request are kept at all.
func (k Key) Fits() bool { return len(k.URI) <= longestURI && len(k.Host) <= longestURI }

// Cache holds pages. Its methods may be called concurrently.
type Cache struct {
	most   int64
	packer *packer

	mu       sync.Mutex
	pages    map[Key]*list.Element
	seen     *list.List // of *Page: those asked for again since they were kept, the last asked for first
	fresh    *list.List // of *Page: those that nobody has asked for again, the last kept first
	size     int64
	sizeSeen int64
	current  map[string]Version // by scope, the last that was asked for
	changed  bool               // one of them is another than when the cache was last swept
	swept    time.Time
	flights  map[flightKey]*flight
}

// New makes a cache of so many bytes.
func New(bytes int64) *Cache {
	return &Cache{
		most: bytes, packer: newPacker(), pages: map[Key]*list.Element{}, seen: list.New(), fresh: list.New(),
		current: map[string]Version{}, flights: map[flightKey]*flight{},
	}
}

// shareSeen is the part of the memory, of ten, that pages asked for again may fill. The rest is for new ones: a flood of
// requests that nobody repeats only pushes out its own kind.
const shareSeen = 8

// Find gives the page that answers a request now, nil for none.
func (c *Cache) Find(k Key, v Version, now time.Time) *Page {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current[v.Scope] != v {
		c.current[v.Scope], c.changed = v, true
	}
	e, ok := c.pages[k]
	if !ok {
		return nil
	}
	p := e.Value.(*Page)
	if !p.holds(v, now) {
		c.drop(e)
		return nil
	}
	if p.again {
		c.seen.MoveToFront(e)
		return p
	}
	p.again = true
	c.fresh.Remove(e)
	c.pages[k] = c.seen.PushFront(p)
	c.sizeSeen += p.size
	for c.sizeSeen > c.most*shareSeen/10 && c.seen.Len() > 1 {
		c.demote(c.seen.Back())
	}
	return p
}

// demote makes a page one that has to be asked for again to stay.
func (c *Cache) demote(e *list.Element) {
	p := e.Value.(*Page)
	c.seen.Remove(e)
	c.sizeSeen -= p.size
	p.again = false
	c.pages[p.key] = c.fresh.PushFront(p)
}

// sweepEvery is how often, at the most, pages of versions that are over are looked for.
const sweepEvery = time.Second

// Keep takes an answer that a handler began to make at a time, under a version that still was the one when it had ended. It
// gives the page, which may be sent whether the cache has room for it or not.
func (c *Cache) Keep(k Key, v Version, a Answer, from, now time.Time) *Page {
	k.Host, k.URI = strings.Clone(k.Host), strings.Clone(k.URI) // parts of a larger text else
	p := newPage(c, k, v, a, from)
	if p.holds(v, now) {
		c.keep(p, now)
	}
	return p
}

func (c *Cache) keep(p *Page, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed && now.Sub(c.swept).Abs() >= sweepEvery {
		c.sweep(now)
	}
	if e, ok := c.pages[p.key]; ok {
		c.drop(e)
	}
	if p.size > c.most/2 {
		return
	}
	p.kept = true
	c.pages[p.key] = c.fresh.PushFront(p)
	c.size += p.size
	c.shrink()
}

// sweep drops the pages that nobody can be given any more.
func (c *Cache) sweep(now time.Time) {
	for _, e := range c.pages {
		if p := e.Value.(*Page); !p.holds(c.current[p.version.Scope], now) {
			c.drop(e)
		}
	}
	c.changed, c.swept = false, now
}

// shrink drops pages until the rest fits.
func (c *Cache) shrink() {
	for c.size > c.most {
		last := c.fresh.Back()
		if last == nil {
			last = c.seen.Back()
		}
		c.drop(last)
	}
}

// drop forgets a page. Whoever was given it may go on sending it.
func (c *Cache) drop(e *list.Element) {
	p := e.Value.(*Page)
	if p.again {
		c.seen.Remove(e)
		c.sizeSeen -= p.size
	} else {
		c.fresh.Remove(e)
	}
	delete(c.pages, p.key)
	c.size -= p.size
	p.kept = false
}

// grew notes that a page takes so many more bytes.
func (c *Cache) grew(p *Page, by int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !p.kept { // dropped meanwhile
		return
	}
	p.size += by
	c.size += by
	if p.again {
		c.sizeSeen += by
	}
	c.shrink()
}

// Usage is how many pages the cache holds, and how many bytes they take.
func (c *Cache) Usage() (pages int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pages), c.size
}
