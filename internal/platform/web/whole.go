package web

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// firstWrite is how much of an answer net/http gathers before it writes: longer ones are written in two pieces, each a call of the
// system and a packet that wakes the client.
const firstWrite = 4 << 10

// wholeListener gives connections that can write an answer at once.
type wholeListener struct{ net.Listener }

// Accept implements net.Listener.
func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &wholeConn{TCPConn: tcp}, err
	}
	return c, err
}

// wholeConn keeps one write back on demand, and sends it with the next. It belongs to the goroutine that answers.
type wholeConn struct {
	*net.TCPConn
	waits bool
	held  *[]byte
}

// held buffers are taken from here for the moment between two writes: thousands of idle connections must not keep one each.
var heldBuffers = sync.OnceValue(func() *sync.Pool {
	return &sync.Pool{New: func() any { return new(make([]byte, 0, firstWrite)) }}
})

// Write implements net.Conn.
func (c *wholeConn) Write(b []byte) (int, error) {
	switch {
	case c.waits:
		c.waits = false
		c.held = heldBuffers().Get().(*[]byte)
		*c.held = append((*c.held)[:0], b...)
		return len(b), nil
	case c.held != nil:
		held := c.held
		c.held = nil
		defer heldBuffers().Put(held)
		n, err := (&net.Buffers{*held, b}).WriteTo(c.TCPConn)
		return max(0, int(n)-len(*held)), err
	}
	return c.TCPConn.Write(b)
}

// release sends what still waits for a second write.
func (c *wholeConn) release() {
	c.waits = false
	if c.held != nil {
		_, _ = c.Write(nil) // a connection that is broken is found so by the next write
	}
}

type connKey struct{}

// withConn lets wholly find the connection of a request.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if whole, ok := c.(*wholeConn); ok {
		return context.WithValue(ctx, connKey{}, whole)
	}
	return ctx
}

// wholly lets an answer with a body of so many bytes go out at once: write writes it, by one call, and nothing was written before.
func wholly(r *http.Request, size int, write func()) {
	c, ok := r.Context().Value(connKey{}).(*wholeConn)
	if !ok || size < 2*firstWrite || r.ProtoMajor != 1 {
		write()
		return
	}
	c.waits = true
	defer c.release()
	write()
}
