package pagecache

import "context"

// flightKey is a request under a version: one of an older version makes another page.
type flightKey struct {
	key     Key
	version Version
}

// flight is a page that somebody is making.
type flight struct {
	done chan struct{}
	page *Page // nil where the answer was not one to keep
}

// Join waits for the page that another caller is making for the same request, or else gives a function by which this caller, who
// now makes it, tells the others what became of it: nil where nothing was kept, as of an error or a change meanwhile. Then each
// of them makes its own, and none waits for another. Join returns the context's error when that ends first.
func (c *Cache) Join(ctx context.Context, k Key, v Version) (page *Page, made func(*Page), err error) {
	id := flightKey{k, v}
	c.mu.Lock()
	f, ok := c.flights[id]
	if !ok {
		f = &flight{done: make(chan struct{})}
		c.flights[id] = f
		c.mu.Unlock()
		return nil, func(p *Page) { c.land(id, f, p) }, nil
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		if f.page != nil {
			return f.page, nil, nil
		}
		return nil, func(*Page) {}, nil
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}

// land ends a flight; the second time it does nothing.
func (c *Cache) land(id flightKey, f *flight, p *Page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[id] != f {
		return
	}
	delete(c.flights, id)
	f.page = p
	close(f.done)
}
