package web

import (
	"net/http"
	"strings"
	"time"

	"grappe/internal/platform/pagecache"
)

// Kept lets the page cache of the Stack keep what h answers, as long as the version of what it is about is the same: for answers
// that are the same for everybody, however they ask. A handler whose answer shows more than the scope of its version is KeptWide.
// Nothing is kept unless a route says so, nor where the answer is no 200, says no-store, sets a cookie, or varies by more than its
// coding; who asks with a cookie or with credentials is answered by h. Many who ask at once are served by one answer.
func Kept(h Handler) Handler { return kept(h, false) }

// KeptWide is Kept for an answer that shows more than its scope: it is kept as long as nothing at all changes.
func KeptWide(h Handler) Handler { return kept(h, true) }

// Until says that the answer may be another one from that moment on.
func Until(r *http.Request, t time.Time) {
	if q := requestOf(r.Context()); q.until.IsZero() || t.Before(q.until) {
		q.until = t
	}
}

// asked is what of a request the page cache goes by.
type asked struct {
	pages   *pagecache.Cache // nil where nothing is to be kept
	key     pagecache.Key
	version pagecache.Version
	outer   *http.Request // as the Stack was given it
	start   time.Time
	until   time.Time
	answers *keeping
}

// keeping is the page cache as the Stack knows it.
type keeping struct {
	pages   *pagecache.Cache
	version func(r *http.Request) (pagecache.Version, bool)
	now     func() time.Time
}

// anonymous reports whether a request is one of those that everybody gets the same answer to. Any cookie may be somebody's.
func anonymous(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	return len(r.Header["Cookie"]) == 0 && len(r.Header["Authorization"]) == 0 && len(r.Header["Range"]) == 0
}

// find gives the page that answers a request, nil for none; it notes what a handler needs to keep one.
func (k *keeping) find(q *request, r *http.Request, start time.Time) *pagecache.Page {
	if k == nil || !anonymous(r) {
		return nil
	}
	key := pagecache.Key{TLS: q.tls, Host: r.Host, URI: r.RequestURI}
	if key.URI == "" {
		key.URI = r.URL.RequestURI() // made by a program, not read from a connection
	}
	if !key.Fits() {
		return nil
	}
	v, ok := k.version(r)
	if !ok {
		return nil
	}
	if page := k.pages.Find(key, v, start); page != nil {
		return page
	}
	q.asked = asked{pages: k.pages, key: key, version: v, outer: r, start: start, answers: k}
	return nil
}

func kept(h Handler, wide bool) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := requestOf(r.Context())
		if q.pages == nil {
			return h(w, r)
		}
		page, made, err := q.pages.Join(r.Context(), q.key, q.version)
		if err != nil {
			return err
		}
		if page != nil {
			body, header := page.Form(r.Header.Get("Accept-Encoding"))
			sendPage(w, r, page, body, header)
			return nil
		}
		defer func() { made(page) }()
		c := &capture{header: w.Header()}
		if err := h(c, whole(r)); err != nil {
			return err
		}
		if page = q.keep(c, wide); page == nil {
			c.replay(w, r)
			return nil
		}
		made(page)
		body, header := page.Plain()
		sendPage(w, r, page, body, header)
		return nil
	}
}

// whole asks for all of what a request asks for, whatever its client has of it.
func whole(r *http.Request) *http.Request {
	if r.Method == http.MethodGet && len(r.Header["If-None-Match"]) == 0 && len(r.Header["If-Modified-Since"]) == 0 {
		return r
	}
	full := r.WithContext(r.Context())
	full.Method, full.Header = http.MethodGet, r.Header.Clone()
	full.Header.Del("If-None-Match")
	full.Header.Del("If-Modified-Since")
	return full
}

// keep gives the page of an answer, nil where it is not one to keep.
func (q *request) keep(c *capture, wide bool) *pagecache.Page {
	if c.status != http.StatusOK || !keepable(c.header) {
		return nil
	}
	if v, ok := q.answers.version(q.outer); !ok || v != q.version {
		return nil // something changed while the page was made: it may show a part of it
	}
	if c.header.Get("Cache-Control") == "" {
		c.header.Set("Cache-Control", "private, no-cache")
	}
	header := c.header.Clone()
	for _, name := range []string{"X-Request-Id", "Ratelimit", "Ratelimit-Policy", "Retry-After", "Date", "Content-Length", "Content-Encoding", "Etag"} {
		delete(header, name)
	}
	a := pagecache.Answer{Header: header, Body: c.body, Route: q.route, Wide: wide, Until: q.until}
	return q.pages.Keep(q.key, q.version, a, q.start, q.answers.now())
}

// keepable reports whether an answer may be given to others, by what it says itself.
func keepable(h http.Header) bool {
	if len(h["Set-Cookie"]) > 0 || len(h["Content-Encoding"]) > 0 || strings.Contains(strings.Join(h["Cache-Control"], ","), "no-store") {
		return false
	}
	for _, name := range splitList(h["Vary"]) {
		if !strings.EqualFold(name, "Accept-Encoding") {
			return false
		}
	}
	return true
}

// sendPage answers by a form of a page, or by 304 to the client that has it.
func sendPage(w http.ResponseWriter, r *http.Request, page *pagecache.Page, body []byte, header http.Header) {
	h := w.Header()
	if given := r.Header["If-None-Match"]; len(given) > 0 && (given[0] == page.Tag() || matches(given, page.Tag())) {
		for _, name := range []string{"Content-Type", "Content-Language", "Content-Length"} {
			delete(h, name) // where the handler has just said them
		}
		for name, values := range page.Unchanged() {
			h[name] = values
		}
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for name, values := range header {
		h[name] = values
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	write := func() {
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body) // the only failure is a client that left, and there is no one to tell
	}
	if rec, ok := w.(*recorder); ok && rec.direct {
		wholly(r, len(body), write)
	} else {
		write()
	}
}

// capture holds what a handler answers until it is known whether it is kept. The header is that of the answer.
type capture struct {
	header http.Header
	status int
	body   []byte
}

func (c *capture) Header() http.Header { return c.header }

func (c *capture) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

func (c *capture) Write(b []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	c.body = append(c.body, b...)
	return len(b), nil
}

// replay answers as the handler did.
func (c *capture) replay(w http.ResponseWriter, r *http.Request) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	if tag := c.header.Get("Etag"); c.status == http.StatusOK && tag != "" && NotModified(w, r, tag) {
		return
	}
	w.WriteHeader(c.status)
	if r.Method != http.MethodHead && len(c.body) > 0 {
		_, _ = w.Write(c.body)
	}
}
