package opendata

import (
	"net/http/httptest"
	"testing"
	"time"
)

// The next version may write the same cards otherwise: what the client has of this one is not the same.
func TestTagsChangeWithTheProgram(t *testing.T) {
	tag := func(program string) string {
		at := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
		p := &Pages{program: func() string { return program }, rooms: Rooms{Now: func() time.Time { return at.Add(time.Hour) }}}
		w := httptest.NewRecorder()
		p.unchanged(w, httptest.NewRequest("GET", "/donnees/annuaire.csv", nil), selection{whole: true, at: at}, "csv")
		return w.Header().Get("Etag")
	}
	if one := tag("1"); one == "" || one == tag("2") || one != tag("1") {
		t.Errorf("the tag is %q, and %q by the next version", one, tag("2"))
	}
}
