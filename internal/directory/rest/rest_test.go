package rest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api/apitest"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

func newAPI(t *testing.T) *API {
	t.Helper()
	var lists [2]*taxonomy.Taxonomy
	for i, name := range []string{taxonomy.Competences, taxonomy.Sectors} {
		var err error
		if lists[i], err = taxonomy.Load(presets.FS, name); err != nil {
			t.Fatal(err)
		}
	}
	a, err := New(Rooms{Taxonomies: &directory.Taxonomies{Competences: lists[0], Sectors: lists[1]}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The API can be described for every built-in territory, and each description has all of its texts.
func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, Texts))
	a := newAPI(t)
	all, err := territory.LoadAll(presets.FS)
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, place := range all {
		described, err := a.describe(sampleOf(place, "lagon-web"))
		if err != nil {
			t.Fatalf("%s: %v", place.Code, err)
		}
		apitest.Texts(t, described, Texts)
	}
}

// A cursor that is ours and lies beyond the end of the log comes from a base that was set back by hand: start again.
func TestChangesAheadOfTheLog(t *testing.T) {
	d := dbtest.SQLite(t)
	territories := territory.NewService(d, presets.FS)
	place, err := territories.Add(t.Context(), "nc")
	if err != nil {
		t.Fatal(err)
	}
	service := directory.New(directory.Rooms{
		DB: d, Territories: territories, Taxonomies: newAPI(t).rooms.Taxonomies, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	a, err := New(Rooms{Directory: service, Taxonomies: newAPI(t).rooms.Taxonomies, Keys: keysOf("one"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	end, err := db.LastChange(t.Context(), d.Read())
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[int64]int{0: 200, end: 200, end + 1: 410, 1 << 62: 410, -1: 410} {
		cursor, err := cursors{keysOf("one")}.make(t.Context(), scope{"changes", "nc", ""}, feedPosition{after})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/changes?cursor="+cursor, nil)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r.WithContext(territory.With(r.Context(), place)))
		if w.Code != want || want == 410 && !strings.Contains(w.Body.String(), `"name":"cursor"`) {
			t.Errorf("after %d of %d: %d %s", after, end, w.Code, w.Body)
		}
	}
}

func TestSparse(t *testing.T) {
	far := 1.5
	page := Listings{Listings: []Card{
		{Aged: Aged{listing.Public{ID: "a", Name: "Café « x »", City: "Nouméa", Tags: []string{"x,y", `"`}}, listing.Stale}, DistanceKm: &far},
		{Aged: Aged{listing.Public{ID: "b", Name: "B"}, listing.Fresh}},
	}}
	for _, test := range []struct {
		fields []string
		want   []string
	}{
		{[]string{"name", "city"}, []string{`{"id":"a","name":"Café « x »","city":"Nouméa"}`, `{"id":"b","name":"B"}`}},
		{[]string{"city", "distance_km", "tags"}, []string{`{"id":"a","tags":["x,y","\""],"city":"Nouméa","distance_km":1.5}`, `{"id":"b"}`}},
		{[]string{"name", "age"}, []string{`{"id":"a","name":"Café « x »","age":"stale"}`, `{"id":"b","name":"B","age":"fresh"}`}},
		{[]string{"id"}, []string{`{"id":"a"}`, `{"id":"b"}`}},
	} {
		sparse, err := page.sparse(test.fields)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range test.want {
			if got := string(sparse.Cards[i]); got != want {
				t.Errorf("%v: %s, want %s", test.fields, got, want)
			}
		}
	}
	if fields := cardFields(); !slices.Contains(fields, "distance_km") || !slices.Contains(fields, "opening_hours") || slices.Contains(fields, "") {
		t.Errorf("the fields are %q", fields)
	}
}

func TestPrefersLinked(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "application/*": false, "text/html,application/xhtml+xml,*/*;q=0.8": false,
		"application/ld+json": true, "application/ld+json, application/json;q=0.5": true, "application/json, application/ld+json;q=0.9": false,
		"application/ld+json;q=0": false, "application/ld+json;profile=\"http://www.w3.org/ns/json-ld#compacted\"": true, "application/ld+json;q=x": false,
		";;;,,,application/ld+json": true,
	} {
		if got := prefersLinked([]string{accept}); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
}
