// Package web is HTTP for the house: handlers that return errors, one place that renders them, the stack of middleware,
// health and metrics, and a server that starts and stops well. It must not know pages, templates,
// territories, sessions or features.
package web

import (
	"context"
	"embed"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// Texts are the sentences of this room, for locale.Load: the generic errors and those of the server's start.
//
//go:embed texts/*.json
var Texts embed.FS

// Handler answers a request or says why not; the error is rendered by the Errors of the Stack around it. It must not
// have written anything when it returns an error: what is half sent can only be cut off.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP makes a Handler an http.Handler.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		RenderError(w, r, err)
	}
}

type contextKey struct{}

// request is what the Stack knows of a request. One goroutine serves it, so that it needs no lock.
type request struct {
	id        string
	route     string // the pattern that matched, "" for none
	client    netip.Addr
	tls       bool
	errors    *Errors
	stack     *stack
	rates     rates
	bare      bool          // an error is rendered at the least cost
	open      bool          // the path is PublicRead: made for programs
	base      *slog.Logger  // of the Stack
	log       *slog.Logger  // base with the identifier, once somebody asked for it
	sent      *recorder     // innermost recorder: what the handler has sent, before compression
	body      io.ReadCloser // the body before its limit
	timer     *time.Timer
	outermost recorder
	counted   bool          // the request has taken its token
	wait      time.Duration // until the client may ask again: above 0 for one that is refused
	asked
}

func requestOf(ctx context.Context) *request {
	if q, ok := ctx.Value(contextKey{}).(*request); ok {
		return q
	}
	return &request{errors: &Errors{}, base: slog.Default(), log: slog.Default()}
}

// RequestID is the identifier of the request, which the log and the error page both name; "" outside of a Stack.
func RequestID(ctx context.Context) string { return requestOf(ctx).id }

// ClientAddr is the address of the client, behind trusted proxies where there are some; invalid outside of a Stack. It is
// personal data: it limits rates and is never logged.
func ClientAddr(ctx context.Context) netip.Addr { return requestOf(ctx).client }

// IsTLS reports whether the client's connection is encrypted, here or at a trusted proxy.
func IsTLS(r *http.Request) bool { return r.TLS != nil || requestOf(r.Context()).tls }

// Logger is the log of the request: each line carries its identifier.
func Logger(ctx context.Context) *slog.Logger { return requestOf(ctx).logger() }

func (q *request) logger() *slog.Logger {
	if q.log == nil {
		q.log = q.base.With("request_id", q.id)
	}
	return q.log
}

// Extend gives a request more time than the usual one, from now on: a long export, an upload, a stream.
func Extend(w http.ResponseWriter, r *http.Request, d time.Duration) error {
	if timer := requestOf(r.Context()).timer; timer != nil {
		timer.Reset(d)
	}
	control, until := http.NewResponseController(w), time.Now().Add(d)
	if err := control.SetWriteDeadline(until); err != nil {
		return err
	}
	return control.SetReadDeadline(until)
}

// LimitBody replaces the usual limit of the request's body by n bytes: an upload. It must be called before the body is
// read. A body that is longer fails to be read with an error that becomes the status 413.
func LimitBody(w http.ResponseWriter, r *http.Request, n int64) {
	body := r.Body
	if original := requestOf(r.Context()).body; original != nil {
		body = original
	}
	r.Body = http.MaxBytesReader(w, body, n)
}

// recorder remembers what was sent through it.
type recorder struct {
	http.ResponseWriter
	direct bool // what it is given goes to the connection as it is
	status int
	bytes  int64
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// sent is the status that the client was sent: 200 where the handler said nothing.
func (rec *recorder) sent() int {
	if rec.status == 0 {
		return http.StatusOK
	}
	return rec.status
}

// Flush sends what is buffered, where the connection can.
func (rec *recorder) Flush() {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	_ = http.NewResponseController(rec.ResponseWriter).Flush() // a writer that cannot flush has nothing to lose
}

// Unwrap is for http.ResponseController.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
