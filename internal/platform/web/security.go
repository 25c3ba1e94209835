package web

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// defaultHeaders are sent with every answer. Nothing inline is allowed, and nothing from elsewhere; Framable and
// AllowImages say otherwise for one answer.
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
	shared := make(http.Header, len(headers)) // each value alone: who changes a header replaces it
	for name, value := range headers {
		if value != "" {
			shared[http.CanonicalHeaderKey(name)] = []string{value}
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), shared)
		if IsTLS(r) {
			w.Header().Set("Strict-Transport-Security", hsts)
		}
		h.ServeHTTP(w, r)
	})
}

// Framable lets pages of any site show this answer in a frame.
func Framable(w http.ResponseWriter) {
	h := w.Header()
	h.Del("X-Frame-Options")
	changePolicy(h, "frame-ancestors", func([]string) []string { return []string{"*"} })
}

var imageOrigin = regexp.MustCompile(`^https://[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?$`)

// AllowImages lets the page of this answer show images of one more origin: "https://tiles.example:8443". It returns an error for what is no origin, and changes nothing.
func AllowImages(w http.ResponseWriter, origin string) error {
	if !imageOrigin.MatchString(origin) {
		return fmt.Errorf("web: %q is no origin of images", origin)
	}
	changePolicy(w.Header(), "img-src", func(sources []string) []string { return append(sources, origin) })
	return nil
}

// changePolicy replaces the sources of one directive of the Content-Security-Policy, where there is one.
func changePolicy(h http.Header, directive string, change func(sources []string) []string) {
	directives := strings.Split(h.Get("Content-Security-Policy"), ";")
	for i, text := range directives {
		if words := strings.Fields(text); len(words) > 0 && words[0] == directive {
			directives[i] = " " + strings.Join(append(words[:1], change(words[1:])...), " ")
			h.Set("Content-Security-Policy", strings.TrimSpace(strings.Join(directives, ";")))
		}
	}
}
