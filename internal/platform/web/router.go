package web

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/platform/errs"
)

// Router matches requests by the patterns of http.ServeMux ("GET /annuaire/{slug}", where GET also answers HEAD). What
// matches nothing, or not with that method, is an error like any other.
type Router struct {
	mux      *http.ServeMux
	patterns []string
}

// NewRouter makes an empty router.
func NewRouter() *Router { return &Router{mux: http.NewServeMux()} }

// Handle answers a pattern. Like http.ServeMux it panics when two patterns conflict: a fault of the program at start.
func (rt *Router) Handle(pattern string, h Handler) { rt.Mount(pattern, h) }

// Mount answers a pattern by any http.Handler, a router of a room for one.
func (rt *Router) Mount(pattern string, h http.Handler) {
	rt.mux.Handle(pattern, h)
	rt.patterns = append(rt.patterns, pattern)
}

// Patterns are those that are answered, for tests that go through all of them.
func (rt *Router) Patterns() []string { return slices.Clone(rt.patterns) }

// Answers reports whether some pattern answers a method at a path, other than by a redirect.
func (rt *Router) Answers(method, path string) bool {
	_, pattern := rt.mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}})
	return pattern != ""
}

// ServeHTTP finds the handler and tells the log and the metrics which pattern it was.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := rt.mux.Handler(r)
	if pattern != "" {
		requestOf(r.Context()).route = pattern
		rt.mux.ServeHTTP(w, r)
		return
	}
	// The mux answers by a handler of its own: 404, 405, or a redirect to the clean path.
	answer := &probe{header: http.Header{}}
	h.ServeHTTP(answer, r)
	switch answer.status {
	case http.StatusNotFound:
		RenderError(w, r, errs.New(errs.NotFound, "web.not_found", nil))
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", answer.header.Get("Allow"))
		RenderError(w, r, &statusError{answer.status, errs.New(errs.Usage, "web.method_not_allowed", nil)})
	default:
		h.ServeHTTP(w, r)
	}
}

// probe learns the status that a handler would send.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) WriteHeader(status int)      { p.status = status }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// statusError is an error whose status no errs.Kind has.
type statusError struct {
	status int
	e      *errs.E
}

func (s *statusError) Error() string { return s.e.Error() }
func (s *statusError) Unwrap() error { return s.e }
