package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"grappe/internal/platform/web"
)

// Stream is what one connection is told.
type Stream struct {
	Topic  string
	Client netip.Addr // for the limit of each client
	After  int64      // the position that the client knows already; 0 to be told at once where things stand

	// Event writes the event of a position. That of the topic's first connection serves all, after its request as well: it
	// must not hold anything of the request.
	Event func(ctx context.Context, at int64) (Event, error)
}

// Event is one message: what a client brings back as Last-Event-ID, and a line of data.
type Event struct {
	ID, Data string
}

// topic is what several connections follow.
type topic struct {
	name  string
	event func(ctx context.Context, at int64) (Event, error)

	// Guarded by the hub's lock.
	at    int64
	fresh bool // there is news that nobody was woken for
	conns map[*conn]struct{}

	mu      sync.Mutex
	written int64 // the position of frame
	frame   []byte
}

// frameAt is the event of a position as it goes over the wire, written once for all connections.
func (t *topic) frameAt(ctx context.Context, at int64) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frame == nil || t.written != at {
		e, err := t.event(ctx, at)
		if err != nil {
			return nil, err
		}
		t.written, t.frame = at, fmt.Appendf(nil, "id: %s\ndata: %s\n\n", e.ID, e.Data)
	}
	return t.frame, nil
}

// conn is one connection. Its goroutine alone writes to the client; others wake it.
type conn struct {
	hub   *Hub
	topic *topic
	line  line
	ring  int
	told  int64       // the position that the client knows
	beat  atomic.Bool // it is time to show that the server lives
}

// line is how a connection is woken. Both methods return at once.
type line interface {
	wake()
	cut() // wakes it for the last time, even out of a write
}

// heartbeat is a comment, which clients pass over.
const heartbeat = ":\n\n"

// retryAfter is in how many seconds somebody may try again for whom there was no room.
const retryAfter = "30"

// Serve answers a request by the events of the stream, until the client leaves or the hub ends. Where that can be (HTTP/1)
// the connection is taken out of the server's hands, and Serve returns at once: a quiet one then costs a small goroutine and
// nothing else. It returns errs.TooMany and errs.Unavailable where there is no room, and has written nothing then.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	header := w.Header()
	if r.Method != http.MethodHead {
		if err := h.reserve(network(s.Client)); err != nil {
			header.Set("Retry-After", retryAfter)
			return err
		}
	}
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // for nginx, which would keep events until its buffer is full
	out := web.Uncompressed(w, r)
	if r.Method == http.MethodHead {
		out.WriteHeader(http.StatusOK)
		return nil
	}
	if r.ProtoMajor == 1 {
		// A writer that cannot be hijacked (a test's, a middleware's) is streamed to like one of HTTP/2.
		if taken, _, err := http.NewResponseController(out).Hijack(); err == nil {
			go h.own(taken, head(header), s)
			return nil
		}
	}
	defer h.release(network(s.Client))
	h.stream(out, r, s)
	return nil
}

// Browsers that lose the connection try again after a time that differs from one to the next: they do not all come back at
// once after a restart.
const (
	retryFirst  = 2 * time.Second
	retrySpread = 6 * time.Second
)

// greeting is what a connection begins with.
func greeting() []byte {
	pause := retryFirst + rand.N(retrySpread) //nolint:gosec // no secret
	return fmt.Appendf(nil, "retry: %d\n\n", pause.Milliseconds())
}

// next is what has to be said now, nil for nothing.
func (c *conn) next() ([]byte, error) {
	beat := c.beat.Swap(false)
	c.hub.mu.Lock()
	at := c.topic.at
	c.hub.mu.Unlock()
	switch {
	case at > c.told:
		c.told = at
		return c.topic.frameAt(c.hub.ctx, at)
	case beat:
		return []byte(heartbeat), nil
	}
	return nil, nil
}
