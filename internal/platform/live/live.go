// Package live tells programs and pages, over connections that stay open (Server-Sent Events), that what they follow has
// changed up to a position. What changed they then read where they always read it, so that a connection holds no queue: a
// number, and the wish to be woken. It must not know what is followed, nor territories or the change log.
package live

import (
	"context"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"grappe/internal/platform/errs"
)

// Options bound the connections. The zero value is safe: every limit has a default.
type Options struct {
	Most      int           // connections in all; 0: 10,000
	PerClient int           // of one client, an IPv4 address or an IPv6 network of 64 bits; 0: 50, below 0: no limit
	Beat      time.Duration // how often a quiet connection shows that it lives; 0: 25 s, below what proxies wait
	Patience  time.Duration // how long a client may take to receive one event; 0: 10 s
	Spacing   time.Duration // between two rounds of news: what happens meanwhile is one; 0: 200 ms
}

const (
	defaultMost      = 10_000
	defaultPerClient = 50
	defaultBeat      = 25 * time.Second
	defaultPatience  = 10 * time.Second
	defaultSpacing   = 200 * time.Millisecond
)

func (o Options) withDefaults() Options {
	if o.Most == 0 {
		o.Most = defaultMost
	}
	if o.PerClient == 0 {
		o.PerClient = defaultPerClient
	}
	if o.Beat == 0 {
		o.Beat = defaultBeat
	}
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Spacing == 0 {
		o.Spacing = defaultSpacing
	}
	return o
}

// ringSize is in how many parts the beat is divided, so that thousands of quiet connections do not all speak at once.
const ringSize = 32

// Hub holds the connections. Its methods may be called concurrently.
type Hub struct {
	o    Options
	news chan struct{} // holds one wake at most
	stop context.CancelFunc
	ctx  context.Context // ends when the connections have to

	mu      sync.Mutex
	at      int64 // how far everything is known
	topics  map[string]*topic
	clients map[netip.Prefix]int
	rings   [ringSize]map[*conn]struct{}
	count   int
	next    int // ring that takes a connection
	turn    int // ring that hears that the server lives
	closed  bool

	running sync.WaitGroup
}

// New makes a hub that takes connections. They are told nothing before Run.
func New(o Options) *Hub {
	h := &Hub{
		o: o.withDefaults(), news: make(chan struct{}, 1), topics: map[string]*topic{}, clients: map[netip.Prefix]int{},
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	for i := range h.rings {
		h.rings[i] = map[*conn]struct{}{}
	}
	return h
}

// Tell says that everything is known up to a position, and that there is news in the topics. Positions only grow. It never
// waits for anybody.
func (h *Hub) Tell(at int64, topics ...string) {
	h.mu.Lock()
	h.at = max(h.at, at)
	told := false
	for _, name := range topics {
		if t := h.topics[name]; t != nil && at > t.at {
			t.at, t.fresh, told = at, true, true
		}
	}
	h.mu.Unlock()
	if told {
		select {
		case h.news <- struct{}{}:
		default: // they will be woken anyway
		}
	}
}

// Connections is how many are open.
func (h *Hub) Connections() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// Run wakes the connections when there is news, and shows them that the server lives, until ctx ends. It then ends all of
// them, takes no more, and returns when the last one is gone.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(max(h.o.Beat/ringSize, time.Millisecond))
	defer tick.Stop()
	spacing := time.NewTimer(0)
	defer spacing.Stop()
	var news <-chan struct{} // nil while the last round is too near
	for {
		select {
		case <-ctx.Done():
			h.close()
			return
		case <-spacing.C:
			news = h.news
		case <-tick.C:
			wakeAll(h.due())
		case <-news:
			wakeAll(h.behind())
			news = nil
			spacing.Reset(h.o.Spacing)
		}
	}
}

// due are the connections whose turn it is to hear that the server lives.
func (h *Hub) due() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turn = (h.turn + 1) % ringSize
	list := make([]*conn, 0, len(h.rings[h.turn]))
	for c := range h.rings[h.turn] {
		c.beat.Store(true)
		list = append(list, c)
	}
	return list
}

// behind are the connections of the topics that have news.
func (h *Hub) behind() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*conn
	for _, t := range h.topics {
		if !t.fresh {
			continue
		}
		t.fresh = false
		for c := range t.conns {
			list = append(list, c)
		}
	}
	return list
}

// wakesAtOnce is how many connections are woken before others' work has its turn: a page must not wait behind ten
// thousand events.
const wakesAtOnce = 64

func wakeAll(list []*conn) {
	for i, c := range list {
		c.line.wake()
		if i%wakesAtOnce == wakesAtOnce-1 {
			runtime.Gosched()
		}
	}
}

// close ends all connections, and waits for it.
func (h *Hub) close() {
	h.mu.Lock()
	h.closed = true
	h.stop()
	// Under the lock none of them can exit, and its writer is still one.
	for _, ring := range h.rings {
		for c := range ring {
			c.line.cut()
		}
	}
	h.mu.Unlock()
	h.running.Wait()
}

// reserve takes a place for a client, which release gives back. It returns errs.Unavailable when all are taken or the hub is
// closed, and errs.TooMany when the client has too many already.
func (h *Hub) reserve(client netip.Prefix) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed || h.count >= h.o.Most:
		return errs.New(errs.Unavailable, "", nil)
	case h.o.PerClient > 0 && h.clients[client] >= h.o.PerClient:
		return errs.New(errs.TooMany, "", nil)
	}
	h.clients[client]++
	h.count++
	h.running.Add(1)
	return nil
}

func (h *Hub) release(client netip.Prefix) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.clients[client]--; h.clients[client] == 0 {
		delete(h.clients, client)
	}
	h.count--
	h.running.Done()
}

// enter lets a connection be woken. What it is not told by its topic's position then, it is woken for.
func (h *Hub) enter(s Stream, l line) *conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[s.Topic]
	if t == nil {
		t = &topic{name: s.Topic, at: h.at, event: s.Event, conns: map[*conn]struct{}{}}
		h.topics[s.Topic] = t
	}
	// A position beyond ours is another node's, or one of a log that is no more.
	c := &conn{hub: h, topic: t, line: l, ring: h.next, told: min(s.After, t.at)}
	h.next = (h.next + 1) % ringSize
	t.conns[c], h.rings[c.ring][c] = struct{}{}, struct{}{}
	return c
}

// exit takes back what enter did.
func (h *Hub) exit(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(c.topic.conns, c)
	if len(c.topic.conns) == 0 {
		delete(h.topics, c.topic.name)
	}
	delete(h.rings[c.ring], c)
}

// network is what counts as one client.
func network(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() && !addr.Is4In6() {
		bits = 64
	}
	prefix, _ := addr.Prefix(bits) // an unknown address has the one zero prefix
	return prefix
}
