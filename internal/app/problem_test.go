package app

import (
	"net/http"
	"strings"
	"testing"
)

// A problem speaks the language of its address, wherever it was found out, and whatever the browser likes.
func TestProblemsSpeakTheLanguageOfTheAddress(t *testing.T) {
	f := newFront(t, filled(t))
	for _, tt := range []struct {
		method, path string
		status       int
		fr, en       string
	}{
		{"GET", "/api/v1/listings?limit=0", http.StatusBadRequest, "est un nombre entier", "is a whole number"},
		{"GET", "/api/v1/nothing", http.StatusNotFound, "n’existe pas", "does not exist"},
		{"GET", "/api/v1/listings/nothing", http.StatusNotFound, "", ""},
		{"POST", "/api/v1/listings", http.StatusMethodNotAllowed, "ne répond pas", "does not answer"},
	} {
		for prefix, want := range map[string]string{"/nc": tt.fr, "/nc/en": tt.en} {
			other := map[string]string{"/nc": "en", "/nc/en": "fr"}[prefix]
			got := f.ask(t, tt.method, "http://annuaire.test"+prefix+tt.path, "Accept-Language", other)
			if got.status != tt.status || got.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(got.body, want) {
				t.Errorf("%s %s%s: %d %s, want %q", tt.method, prefix, tt.path, got.status, got.body, want)
			}
		}
	}
}
