package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestFramed(t *testing.T) {
	h := Stack(Options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { Framed(w) }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "form-action 'none'", "sandbox allow-popups"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%q is missing in %q", want, policy)
		}
	}
	if strings.Contains(policy, "script") || w.Header().Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("%q, %q", policy, w.Header().Get("X-Frame-Options"))
	}
	w = httptest.NewRecorder()
	Stack(Options{}, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Header().Get("X-Frame-Options") != "DENY" {
		t.Error("another answer is changed as well")
	}
}
