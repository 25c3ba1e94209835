package directory_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

// Who edits a card sees it as its page shows it, before it is public, without what leads on from it.
func TestPreview(t *testing.T) {
	h := sample(t)
	pages, err := directory.NewPages(h.directory)
	if err != nil {
		t.Fatal(err)
	}
	records, err := h.store.Records(t.Context(), h.db.Read(), []string{h.bySlug(t, "lagon-web").ID})
	if err != nil || len(records) != 1 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	record := records[0]
	record.Listing.State, record.Listing.Headline = listing.Hidden, "Tout autre chose"
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/espace/fiches/x", nil)
	r = r.WithContext(ui.With(territory.With(r.Context(), h.territory), h.frames["fr"]))
	for _, inside := range []bool{true, false} {
		shown, err := pages.Preview(r, record, inside)
		if err != nil {
			t.Fatal(err)
		}
		body := string(shown)
		headings := 1
		if inside {
			headings = 0
		}
		uitest.Count(t, body, "h1", headings)
		uitest.One(t, body, "a[href='mailto:bonjour@lagon-web.example']")
		if !strings.Contains(body, "Tout autre chose") || !strings.Contains(body, "Lagon Web") {
			t.Errorf("inside %v: %.500s", inside, body)
		}
		for _, leads := range []string{"/revendiquer", "vue=carte", `class="crumbs"`, "application/ld+json"} {
			if strings.Contains(body, leads) {
				t.Errorf("inside %v: it holds %q", inside, leads)
			}
		}
	}
}
