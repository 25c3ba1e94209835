package edit

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/platform/ui/uitest"
)

// What the team did not take is quoted where the company edits its card, with the reason, and can be taken up again in the draft.
func TestRefusedIsTakenUp(t *testing.T) {
	each(t, func(h *house) {
		h.trust(curation.Newcomer)
		h.opens(h.louise, Owner, Essential).types("headline", "La meilleure du monde").saves()
		out := h.publishes(h.louise, Owner)
		_, err := h.curation.Decide(t.Context(), h.jules, out.Change.ID, curation.Decision{Reason: "Restons sobres."})
		h.must(err)
		page := h.page(h.louise, h.at(""), http.StatusOK)
		note := strings.Join(uitest.Texts(t, page, `.notice:has(form[action$="/reprise"])`), " ")
		for _, want := range []string{"Restons sobres.", "« La meilleure du monde »"} {
			if !strings.Contains(note, want) {
				t.Errorf("%q without %q", note, want)
			}
		}
		if got := h.posts(h.louise, h.at("/reprise"), nil); got.to != h.at("/publier?fait=reprise") {
			t.Fatalf("%d to %s", got.status, got.to)
		}
		sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
		if err != nil || sheet.Content.Headline != "La meilleure du monde" || !slices.Equal(sheet.Changed, []string{"headline"}) {
			t.Errorf("%q %v, %v", sheet.Content.Headline, sheet.Changed, err)
		}
		uitest.Count(t, h.page(h.louise, h.at(""), http.StatusOK), `form[action$="/reprise"]`, 0)
		if got := h.posts(h.jules, h.at("/reprise"), nil); got.status != http.StatusForbidden {
			t.Errorf("the team: %d", got.status)
		}
	})
}
