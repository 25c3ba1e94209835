package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// statusClientGone is what the log says of a request whose client left (nginx's 499).
const statusClientGone = 499

// retryAfter is when to come back, in seconds, where who could not serve did not say.
const retryAfter = "5"

// ErrTimeout is the cause of a request's context that ran out of time.
var ErrTimeout = errors.New("web: the request ran out of time")

// Failure is an error as a person or a program is told of it. Nothing of the inner error is in it.
type Failure struct {
	Status    int
	Key       string // the sentence
	Args      errs.Args
	Fields    []errs.Field
	RequestID string
}

// FailureOf says how an error of a request is shown. Errors that are no errs.E are recognised (a body too large, a time
// that ran out) or else are internal.
func FailureOf(ctx context.Context, err error) Failure {
	f := Failure{RequestID: RequestID(ctx)}
	tooLarge, isTooLarge := errors.AsType[*http.MaxBytesError](err)
	status, hasStatus := errors.AsType[*statusError](err)
	e := errs.As(err)
	switch {
	case isTooLarge:
		e = errs.New(errs.TooLarge, "web.too_large", errs.Args{"limit": locale.Size(tooLarge.Limit)})
	case isTimeout(ctx, err):
		e = errs.New(errs.Unavailable, "web.timeout", nil)
	case e == nil || e.Key == "":
		kind := errs.KindOf(err)
		e = errs.New(kind, genericKey(kind), nil)
	}
	f.Status, f.Key, f.Args, f.Fields = e.Kind.Status(), e.Key, e.Args, e.Fields
	if hasStatus {
		f.Status = status.status
	}
	return f
}

// logged is the failure as the log may tell it: nothing that a client typed.
func (f Failure) logged() string {
	text := f.Key
	for _, field := range f.Fields {
		text += " [" + field.Name + ": " + field.Key + "]"
	}
	return text
}

func isTimeout(ctx context.Context, err error) bool {
	if errors.Is(err, ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	// Drivers wrap the cancellation in words of their own: what counts is that the time was over, and no one said more.
	return errors.Is(context.Cause(ctx), ErrTimeout) && errs.KindOf(err) == errs.Internal
}

// genericKey is the sentence for an error that brings none of its own.
func genericKey(kind errs.Kind) string {
	switch kind {
	case errs.Invalid, errs.Usage:
		return "web.invalid"
	case errs.NotFound:
		return "web.not_found"
	case errs.Gone:
		return "web.gone"
	case errs.Conflict:
		return "web.conflict"
	case errs.Unauthenticated:
		return "web.unauthenticated"
	case errs.Forbidden:
		return "web.forbidden"
	case errs.TooLarge:
		return "web.too_large_any"
	case errs.TooMany:
		return "web.too_many_any"
	case errs.Unavailable:
		return "web.unavailable"
	default:
		return "web.internal"
	}
}

// ErrorPage renders an error as a page; FailureOf(r.Context(), err) says its status and sentence. It returns an error when
// it could not and wrote nothing. It is also called for requests that were refused before any other handler saw them (a
// rate, an origin), so that nothing but the request itself may be taken for granted.
type ErrorPage func(w http.ResponseWriter, r *http.Request, err error) error

// Errors is the one place that renders errors: a page, or application/problem+json (RFC 9457) where the client prefers
// JSON or the path is of the API.
type Errors struct {
	Page    ErrorPage                             // nil: a bare page
	Printer func(r *http.Request) *locale.Printer // nil: the language of Accept-Language, over Texts only

	texts *locale.Catalogues // Texts, once loaded
}

// RenderError answers with the error, through the Errors of the Stack around the request. Failures of ours are logged with
// their inner error; those of the client only at level debug, by the key of their sentence and the names of the faulty
// fields: what was typed may name persons.
func RenderError(w http.ResponseWriter, r *http.Request, err error) {
	q := requestOf(r.Context())
	f := FailureOf(r.Context(), err)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil && f.Key != "web.timeout" {
		w.WriteHeader(statusClientGone) // nobody reads it
		return
	}
	level, attrs := slog.LevelDebug, []any{"status", f.Status, "error", f.logged()}
	if f.Status >= http.StatusInternalServerError {
		level, attrs[3] = slog.LevelError, err.Error()
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, "stack", string(p.stack))
	}
	q.logger().Log(r.Context(), level, "request failed", attrs...)
	if q.sent != nil && q.sent.status != 0 {
		panic(http.ErrAbortHandler) // the client must see that the answer is not whole
	}
	dropHeaders(w.Header())
	if f.Status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	if isAPI(r.URL.Path) {
		allowReading(w.Header())
	}
	if prefersJSON(r) {
		q.errors.problem(w, r, f)
		return
	}
	if q.bare || q.errors.Page == nil || q.errors.page(w, r, err) != nil {
		if q.sent != nil && q.sent.status != 0 {
			panic(http.ErrAbortHandler)
		}
		q.errors.barePage(w, r, f)
	}
}

// page calls the page that was handed in; a panic in it is an error like any other.
func (e *Errors) page(w http.ResponseWriter, r *http.Request, err error) (failed error) {
	defer func() {
		if v := recover(); v != nil {
			failed = &panicError{v, debug.Stack()}
		}
		if failed != nil {
			Logger(r.Context()).Error("error page failed", "error", failed.Error())
		}
	}()
	return e.Page(w, r, err)
}

// dropHeaders forgets what the handler said of the answer that it did not give.
func dropHeaders(h http.Header) {
	for _, name := range []string{
		"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Location",
	} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
}
