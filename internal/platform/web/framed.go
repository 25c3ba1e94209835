package web

import (
	"net/http"
	"strings"
)

// Framed is for a document from elsewhere, such as a letter, that a page of this site shows in a frame: only this site may frame
// it, it runs nothing, fetches nothing and sends nothing, in an origin of its own. Its styles may stand within it, and its links
// open other windows.
func Framed(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "frame-ancestors 'self'", "base-uri 'none'",
		"form-action 'none'", "sandbox allow-popups allow-popups-to-escape-sandbox",
	}, "; "))
	h.Set("X-Frame-Options", "SAMEORIGIN")
}
