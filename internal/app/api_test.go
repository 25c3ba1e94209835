package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/api/apitest"
)

// described is the API of the demonstration, with its document.
func described(t *testing.T, f *front) (*api.API, []byte) {
	t.Helper()
	programs, err := f.programs()
	if err != nil {
		t.Fatal(err)
	}
	a, err := programs.Of(t.Context(), f.registry.all()[0])
	if err != nil {
		t.Fatal(err)
	}
	got := f.get(t, "http://annuaire.test/nc/api/openapi.json")
	if got.status != http.StatusOK {
		t.Fatalf("the document: %d %s", got.status, got.body)
	}
	return a, []byte(got.body)
}

// The document is what validators ask for, every example in it is answered as it says, and nothing that a stranger sends
// makes the server fail.
func TestAPIKeepsItsWord(t *testing.T) {
	if raced {
		t.Skip("thousands of requests one after the other have no race to find: run it without")
	}
	f := newFront(t, filled(t))
	a, document := described(t, f)
	t.Run("document", func(t *testing.T) { apitest.Document(t, document) })
	t.Run("english", func(t *testing.T) {
		apitest.Document(t, []byte(f.get(t, "http://annuaire.test/nc/en/api/openapi.json").body))
	})
	t.Run("examples", func(t *testing.T) { apitest.Replay(t, a, document, f.handler, "http://annuaire.test/nc") })
	t.Run("hostile", func(t *testing.T) { apitest.Hostile(t, a, f.handler, "http://annuaire.test/nc") })
}

// decoded reads an answer of the API.
func decoded[T any](t testing.TB, got answer) T {
	t.Helper()
	var v T
	if err := json.NewDecoder(strings.NewReader(got.body)).Decode(&v); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d, %v: %.300s", got.status, err, got.body)
	}
	return v
}

// What a page of the API costs, from the request to the last byte.
func BenchmarkAPI(b *testing.B) {
	f := newFront(b, filled(b))
	for name, path := range map[string]string{
		"page of 20": "/listings", "page of 200": "/listings?limit=200", "words": "/listings?q=site+internet", "clusters": "/clusters?zoom=9", "changes of 100": "/changes",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := f.get(b, "http://annuaire.test/nc/api/v1"+path); got.status != http.StatusOK {
					b.Fatal(got.status)
				}
			}
		})
	}
}
