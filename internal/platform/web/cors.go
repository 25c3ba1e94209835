package web

import "net/http"

// Public answers a path to everybody, pages of other sites included: GET and HEAD by PublicRead(h), and OPTIONS with what
// browsers ask beforehand.
func (rt *Router) Public(path string, h Handler) {
	rt.Handle("GET "+path, PublicRead(h))
	rt.Handle("OPTIONS "+path, preflight)
}

// PublicRead lets scripts and pages of any other site read what h answers, errors included, and tells the client what is
// left of its rate (see Rate). No cookie goes along: what is read is what anybody may read. An error of it is a page only for who
// asks for HTML by name.
func PublicRead(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := requestOf(r.Context())
		q.open = true
		allowReading(w.Header())
		q.rates.tell(w.Header())
		return h(w, r)
	}
}

// allowReading says that any site may read the answer, with the headers that matter to a program (Fetch standard, CORS).
func allowReading(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Last-Modified, Link, Content-Disposition, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers what a browser asks before it sends another site's request: any header is welcome, since none of
// them opens anything.
func preflight(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	allowReading(h)
	requestOf(r.Context()).rates.tell(h)
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "*")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Allow", "GET, HEAD, OPTIONS")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
