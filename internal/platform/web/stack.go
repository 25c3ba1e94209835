package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/pagecache"
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

	Pages *pagecache.Cache // what Kept and KeptWide keep; nil: nothing
	// Version is that of what the answer to a request shows; false where nobody can tell now, and nothing is kept.
	Version func(r *http.Request) (pagecache.Version, bool)
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

// Stack puts around a handler, from the outside: request identifier and client address, metrics and access log, the rate limit's
// count, pages that are kept, security headers, refusal of cross-origin writes and of too many requests, compression, panic
// recovery, body limit and timeout. A page that is kept is answered at once, with the headers that all this gave it when it was made.
func Stack(o Options, h http.Handler) http.Handler {
	o = o.withDefaults()
	h = limits(o, h)
	h = recovered(h)
	h = compressed(h)
	h = rateLimited(h)
	h = sameOrigin(o.TrustedOrigins, h)
	h = securityHeaders(o.Headers, h)
	s := &stack{
		Options: o, inner: h,
		requests: newLimiter(o.Rate.or(20, 200)), heavy: newLimiter(o.Heavy.or(2, 200)),
	}
	if o.Pages != nil && o.Version != nil {
		s.keeping = &keeping{pages: o.Pages, version: o.Version, now: o.Now}
		o.Metrics.watch(o.Pages)
	}
	return s
}

// stack is what stands outermost: all of it is done for a page that is kept as well.
type stack struct {
	Options
	inner           http.Handler
	requests, heavy *limiter
	keeping         *keeping
	idle            sync.Pool // of *request, for pages that are kept: no handler has seen those
}

// ServeHTTP implements http.Handler.
func (s *stack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.Now()
	q, ok := s.idle.Get().(*request)
	if !ok {
		q = &request{}
	}
	s.identify(q, w, r, start)
	rec := &q.outermost
	rec.ResponseWriter = w
	s.Metrics.begin()
	pooled := false
	defer func() {
		took := s.Now().Sub(start)
		s.Metrics.end(r.Method, q.route, rec.sent(), took)
		s.log(q, r, took)
		if pooled {
			*q = request{}
			s.idle.Put(q)
		}
	}()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		s.count(q, start)
		if page := s.keeping.find(q, r, start); page != nil && q.wait == 0 {
			q.route, rec.direct = page.Route(), true
			body, header := page.Form(r.Header.Get("Accept-Encoding"))
			sendPage(rec, r, page, body, header)
			pooled = true
			return
		}
	}
	s.inner.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), contextKey{}, q)))
}

// identify gives the request its identifier, and finds the client behind trusted proxies. The identifier that a client
// sends is not taken: only a trusted proxy's is.
func (s *stack) identify(q *request, w http.ResponseWriter, r *http.Request, now time.Time) {
	q.errors, q.tls, q.base, q.stack = &s.Errors, r.TLS != nil, s.Logger, s
	trusted := false
	q.client, trusted = s.Proxies.client(r)
	if trusted {
		q.tls = q.tls || s.Proxies.encrypted(r)
		q.id = saneID(r.Header.Get("X-Request-Id"))
	}
	if q.id == "" {
		q.id = newID(now)
	}
	w.Header()["X-Request-Id"] = []string{q.id}
}

// count takes the token of a request, once.
func (s *stack) count(q *request, now time.Time) {
	if !q.counted {
		q.counted = true
		q.rates.requests, q.wait = s.requests.take(q.client, 1, now)
	}
}

// longestLogged is how long a part of a path may be that no pattern knows: an identifier fits, what opens something does not.
const longestLogged = 36

// loggedPath is the path as the log may hold it: of a pattern with a {token}, which opens something by itself, the pattern alone.
// Of an address that nothing answers (a slash too many, another method) long parts are left out, which may be just that.
func (q *request) loggedPath(r *http.Request) string {
	if q.route == "" {
		parts := strings.Split(r.URL.Path, "/")
		for i, part := range parts {
			if len(part) > longestLogged {
				parts[i] = "…"
			}
		}
		return strings.Join(parts, "/")
	}
	if !strings.Contains(q.route, "{token}") {
		return r.URL.Path
	}
	_, path, _ := strings.Cut(q.route, " ")
	return path
}

// log writes the line of a request. Neither the query nor the address is logged: both may be personal data.
func (s *stack) log(q *request, r *http.Request, took time.Duration) {
	if !s.Logger.Enabled(r.Context(), slog.LevelInfo) {
		return
	}
	s.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("request_id", q.id),
		slog.String("method", r.Method), slog.String("path", q.loggedPath(r)), slog.String("route", q.route),
		slog.Int("status", q.outermost.sent()), slog.Int64("bytes", q.outermost.bytes), slog.Duration("duration", took))
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

// quickly is the level of gzip for what is sent once: a page of 75 KB takes 0.26 ms and 13.1 KB, at the usual level 0.44 ms and 12.1 KB.
// What is sent again is packed better, by pagecache.
const quickly = 2

// compressed sends zstd or gzip to clients that take it, for texts of more than 1 KB.
func compressed(h http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(gzhttp.DefaultMinSize), gzhttp.CompressionLevel(quickly))
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
