package edit

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// Erasing all hours, or all that one is reached by, is asked about once: as a question, not as something wrong.
func TestErasingIsAskedAboutOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for path, tt := range map[string]struct {
		erase func(v url.Values)
		left  func() string
	}{
		"/horaires": {func(v url.Values) {
			for name := range v {
				if strings.HasPrefix(name, hoursField) {
					v.Del(name)
				}
			}
			v.Set(inputMode, hoursWeek)
		}, func() string { return h.now().OpeningHours }},
		"/lieu": {func(v url.Values) { v.Set("zone", "") }, func() string { return h.now().Zone }},
		"/contact": {func(v url.Values) {
			for _, field := range contacts() {
				v[field] = nil
			}
		}, func() string {
			return strings.Join(append(append(h.now().Phones, h.now().Emails...), h.now().Websites...), "")
		}},
	} {
		v := form(t, h.page(h.louise, h.at(path), http.StatusOK))
		tt.erase(v)
		v.Set(inputDo, doPublish)
		got := h.posts(h.louise, h.at(path), v)
		if got.status != http.StatusUnprocessableEntity || tt.left() == "" {
			t.Fatalf("%s: %d to %s", path, got.status, got.to)
		}
		uitest.Count(t, got.body, ".errors-ask .errors-list a", 1)
		uitest.Count(t, got.body, ".edit-controls .field-error, .edit-controls [aria-invalid]", 0)
		review := h.page(h.louise, h.at("/publier"), http.StatusOK)
		if says := strings.Join(uitest.Texts(t, review, ".errors-ask li"), " "); !strings.Contains(says, "étape") || strings.Contains(says, "continuez") {
			t.Errorf("%s: the review says %q", path, says)
		}
		v = form(t, got.body)
		v.Set(inputDo, doPublish)
		if got := h.posts(h.louise, h.at(path), v); got.to != h.at("/fin?fait=publiee") || tt.left() != "" {
			t.Errorf("%s: %d to %s, left %q", path, got.status, got.to, tt.left())
		}
	}
}
