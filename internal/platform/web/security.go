package web

import (
	"net/http"
	"strings"
)

// defaultHeaders are sent with every answer; a handler may replace one (frame-ancestors of a page made to be embedded).
// Nothing inline is allowed, and nothing from elsewhere: no page shows an image of another host.
func defaultHeaders() map[string]string {
	return map[string]string{
		"Content-Security-Policy": strings.Join([]string{
			"default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
			"connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'",
		}, "; "),
		"Referrer-Policy":            "strict-origin-when-cross-origin",
		"X-Content-Type-Options":     "nosniff",
		"X-Frame-Options":            "DENY",
		"Permissions-Policy":         "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
}

// hsts lets browsers remember for two years that the host is only reached encrypted.
const hsts = "max-age=63072000"

func securityHeaders(changed map[string]string, h http.Handler) http.Handler {
	headers := defaultHeaders()
	for name, value := range changed {
		headers[http.CanonicalHeaderKey(name)] = value
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			if value != "" {
				w.Header().Set(name, value)
			}
		}
		if IsTLS(r) {
			w.Header().Set("Strict-Transport-Security", hsts)
		}
		h.ServeHTTP(w, r)
	})
}
