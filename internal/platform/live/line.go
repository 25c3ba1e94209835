package live

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"grappe/internal/platform/web"
)

// past is a time by which a deadline is over at once.
func past() time.Time { return time.Unix(1, 0) }

// ownLine is a connection that was taken out of the server's hands. Its goroutine waits in a read, which ends when the client
// leaves, and is woken by a deadline that is over: it needs neither a second goroutine nor a channel.
type ownLine struct{ net.Conn }

func (l ownLine) wake() { _ = l.SetReadDeadline(past()) } // a connection that is closed has woken already
func (l ownLine) cut()  { _ = l.SetDeadline(past()) }

// head is the beginning of an answer that ends when the connection does.
func head(h http.Header) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	h.Set("Connection", "close")
	_ = h.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	return b.Bytes()
}

// own serves a connection until its client leaves, or does not take what it is told.
func (h *Hub) own(taken net.Conn, head []byte, s Stream) {
	defer h.release(network(s.Client))
	defer taken.Close()
	if h.write(taken, append(head, greeting()...)) != nil {
		return
	}
	c := h.enter(s, ownLine{taken})
	defer h.exit(c)
	var said [1]byte
	for {
		// First the deadline, then the look: who wakes does it the other way round, so that no wake is missed.
		if taken.SetReadDeadline(time.Time{}) != nil {
			return
		}
		if frame, err := c.next(); err != nil || len(frame) > 0 && h.write(taken, frame) != nil {
			return
		}
		if h.ctx.Err() != nil {
			return
		}
		if _, err := taken.Read(said[:]); !errors.Is(err, os.ErrDeadlineExceeded) {
			return // it left, or speaks where nobody listens
		}
	}
}

// write sends everything within the hub's patience, or fails.
func (h *Hub) write(to net.Conn, text []byte) error {
	if err := to.SetWriteDeadline(time.Now().Add(h.o.Patience)); err != nil {
		return err
	}
	if err := h.ctx.Err(); err != nil { // cut before the deadline was set
		return err
	}
	_, err := to.Write(text)
	return err
}

// plainLine is a connection that stays in the server's hands.
type plainLine struct {
	woken   chan struct{}
	control *http.ResponseController
}

func (l plainLine) wake() {
	select {
	case l.woken <- struct{}{}:
	default:
	}
}

// cut ends a write. A goroutine that waits does so for the hub's end as well.
func (l plainLine) cut() { _ = l.control.SetWriteDeadline(past()) }

// stream serves a connection in the goroutine of its request.
func (h *Hub) stream(w http.ResponseWriter, r *http.Request, s Stream) {
	line := plainLine{make(chan struct{}, 1), http.NewResponseController(w)}
	c := h.enter(s, line)
	defer h.exit(c)
	text := greeting()
	for {
		frame, err := c.next()
		if err != nil {
			return
		}
		if text = append(text, frame...); len(text) > 0 {
			// A writer without deadlines has none that could pass: such errors do not count.
			_ = line.control.SetWriteDeadline(time.Now().Add(h.o.Patience))
			if h.ctx.Err() != nil { // cut before the deadline was set
				return
			}
			if _, err := w.Write(text); err != nil || line.control.Flush() != nil {
				return
			}
			// Over HTTP/2 a deadline ends a stream that waits as well. This one passes when not even a heartbeat goes out.
			_ = web.Extend(w, r, h.o.Beat+2*h.o.Patience)
			text = nil
		}
		select {
		case <-r.Context().Done():
			return
		case <-h.ctx.Done():
			return
		case <-line.woken:
		}
	}
}
