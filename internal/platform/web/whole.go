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

type connKey struct{}

// withConn lets wholly find the connection of a request.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if whole, ok := c.(*wholeConn); ok {
		return context.WithValue(ctx, connKey{}, whole)
	}
	return ctx
}

// wholly says that an answer with a body of so many bytes is about to be written by one call. Nothing may be written before.
func wholly(r *http.Request, size int) {
	if size < firstWrite { // it may be written in one piece, for which no second would come
		return
	}
	if c, ok := r.Context().Value(connKey{}).(*wholeConn); ok && r.ProtoMajor == 1 && r.TLS == nil {
		c.waits = true
	}
}
