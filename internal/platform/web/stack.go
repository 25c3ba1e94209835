package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzhttp"

	"grappe/internal/platform/errs"
)

// Options are those of a Stack. The zero value is safe: every limit has a default.
type Options struct {
	Errors         Errors
	Logger         *slog.Logger  // nil: slog.Default()
	Metrics        *Metrics      // nil: none are kept
	Proxies        Proxies       // the zero value trusts none
	TrustedOrigins []string      // other origins that may post forms here: "https://example.org"
	MaxBody        int64         // bytes; 0: 1 MB. LimitBody changes it for one request
	Timeout        time.Duration // 0: 15 s. Extend changes it for one request
	Rate           Rate
	Heavy          Rate              // tokens for what Cost is put around
	Headers        map[string]string // instead of a default header, or "" for none ("Content-Security-Policy": …)
	Now            func() time.Time  // nil: time.Now
}

const (
	defaultMaxBody = 1_000_000
	defaultTimeout = 15 * time.Second
)

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	o.Errors.texts = ownTexts()
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Stack puts around a handler, from the outside: request identifier and client address, metrics and access log, security
// headers, refusal of cross-origin writes, rate limit, compression, panic recovery, body limit and timeout.
func Stack(o Options, h http.Handler) http.Handler {
	o = o.withDefaults()
	h = limits(o, h)
	h = recovered(h)
	h = compressed(h)
	h = rateLimited(newLimiter(o.Rate.or(20, 200), o.Now), newLimiter(o.Heavy.or(2, 200), o.Now), h)
	h = sameOrigin(o.TrustedOrigins, h)
	h = securityHeaders(o.Headers, h)
	h = observed(o, h)
	return identified(o, h)
}

// identified gives the request its identifier, and finds the client behind trusted proxies. The identifier that a client
// sends is not taken: only a trusted proxy's is.
func identified(o Options, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{errors: &o.Errors, tls: r.TLS != nil}
		trusted := false
		q.client, trusted = o.Proxies.client(r)
		if trusted {
			q.tls = q.tls || o.Proxies.encrypted(r)
			q.id = saneID(r.Header.Get("X-Request-Id"))
		}
		if q.id == "" {
			q.id = uuid.Must(uuid.NewV7()).String()
		}
		q.log = o.Logger.With("request_id", q.id)
		w.Header().Set("X-Request-Id", q.id)
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, q)))
	})
}

// saneID is the identifier when it is 8 to 64 letters, digits, dots, dashes and underscores, else "".
func saneID(id string) string {
	if len(id) < 8 || len(id) > 64 {
		return ""
	}
	for _, c := range []byte(id) {
		alphanumeric := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alphanumeric && c != '-' && c != '_' && c != '.' {
			return ""
		}
	}
	return id
}

// observed measures and logs. Neither the query nor the address is logged: both may be personal data.
func observed(o Options, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, start := requestOf(r.Context()), o.Now()
		rec := &recorder{ResponseWriter: w}
		q.plain = rec
		done := o.Metrics.start()
		defer func() {
			took := o.Now().Sub(start)
			status := rec.status
			if status == 0 {
				status = http.StatusOK
			}
			done(r.Method, q.route, status, took)
			q.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("route", q.route),
				slog.Int("status", status), slog.Int64("bytes", rec.bytes), slog.Duration("duration", took))
		}()
		h.ServeHTTP(rec, r)
	})
}

// compressed sends zstd or gzip to clients that take it, for texts of more than 1 KB.
func compressed(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(gzhttp.DefaultMinSize))
	if err != nil {
		return h // cannot be: the options are constants
	}
	return wrap(h)
}

// panicError is what a handler panicked with.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// recovered makes of a panic an internal error. It stands inside of the compression, which would otherwise send what the
// handler had begun as if it were whole.
func recovered(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		requestOf(r.Context()).sent = rec
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			RenderError(rec, r, &panicError{v, debug.Stack()})
		}()
		h.ServeHTTP(rec, r)
	})
}

// limits bounds the body and the time of a request.
func limits(o Options, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := requestOf(r.Context())
		q.body = r.Body
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		q.timer = time.AfterFunc(o.Timeout, func() { cancel(ErrTimeout) })
		defer q.timer.Stop()
		// The mux notes the pattern and the path values in the request it is given, so that a copy is needed only here.
		inner := r.WithContext(ctx)
		inner.Body = http.MaxBytesReader(w, r.Body, o.MaxBody)
		h.ServeHTTP(w, inner)
	})
}

// sameOrigin refuses writes that a page of another site makes a browser send.
func sameOrigin(trusted []string, h http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(fmt.Sprintf("web: trusted origin: %v", err)) // a fault of the configuration, at start
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			RenderError(w, r, errs.Wrap(err, errs.Forbidden, "web.cross_origin", nil))
			return
		}
		h.ServeHTTP(w, r)
	})
}
