package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// CacheRevalidate lets the client keep the answer, and ask each time whether it still holds.
func CacheRevalidate(w http.ResponseWriter) { w.Header().Set("Cache-Control", "private, no-cache") }

// CacheNever is for what must not stay on any disk.
func CacheNever(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// NoStore keeps what h answers, its errors too, off every disk.
func NoStore(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		CacheNever(w)
		return h(w, r)
	}
}

// Secret is NoStore for an address that may hold a secret: where a link or a form of the answer leads to another site, that one
// is not told where it comes from.
func Secret(h Handler) Handler {
	return NoStore(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Referrer-Policy", "same-origin")
		return h(w, r)
	})
}

// NotModified sets the entity tag (as ETag gives it) and answers 304 when the client has it already.
func NotModified(w http.ResponseWriter, r *http.Request, etag string) bool {
	w.Header().Set("Etag", etag)
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !matches(r.Header.Values("If-None-Match"), etag) {
		return false
	}
	notModified(w)
	return true
}

// Unchanged says what stands at an address and answers 304 to the client that has it (RFC 9110, 13.1.3): by the entity tag
// (as ETag gives it; "" for an answer that has none yet), or by when it last changed, where the client sends no tag. More may
// change in a second that is not over now, so that the second before is told; the zero time tells none.
func Unchanged(w http.ResponseWriter, r *http.Request, etag string, changed, now time.Time) bool {
	h := w.Header()
	if !changed.IsZero() {
		if now.Sub(changed) < time.Second {
			changed = changed.Add(-time.Second)
		}
		changed = changed.UTC().Truncate(time.Second)
		h.Set("Last-Modified", changed.Format(http.TimeFormat))
	}
	if etag != "" && NotModified(w, r, etag) {
		return true
	}
	if changed.IsZero() || r.Method != http.MethodGet && r.Method != http.MethodHead || len(r.Header.Values("If-None-Match")) > 0 {
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	if err != nil || changed.After(since) {
		return false
	}
	notModified(w)
	return true
}

// notModified answers 304, which has no content to describe.
func notModified(w http.ResponseWriter) {
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Disposition"} {
		w.Header().Del(name)
	}
	w.WriteHeader(http.StatusNotModified)
}

// matches compares weakly (RFC 9110, 8.8.3.2).
func matches(values []string, etag string) bool {
	for _, candidate := range splitList(values) {
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// ETag is the weak tag of a content: weak, because its compressed forms share it.
func ETag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// Write answers with a whole body. A 200 carries an entity tag, and becomes a 304 for the client that has it; unless the
// handler said otherwise, the client may keep it and has to ask again.
func Write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) error {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		CacheRevalidate(w)
	}
	if status == http.StatusOK && h.Get("Cache-Control") != "no-store" && NotModified(w, r, ETag(body)) {
		return nil
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the only failure is a client that left, and there is no one to tell
	}
	return nil
}
