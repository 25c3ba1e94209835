package edit

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// What a colleague submitted is told as theirs; who takes it back finds it in their own draft.
func TestColleaguesEditIsNamed(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.trust(curation.Newcomer)
	paul := h.owner("paul@lagon.example", "Paul Lefèvre", h.l)
	h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
	h.publishes(h.louise, Owner)
	for path, want := range map[string]string{"": ".notice-title", "/attente/retrait": "h1"} {
		if got := strings.Join(uitest.Texts(t, h.page(paul, h.at(path), http.StatusOK), want), " "); !strings.Contains(got, "Louise Téin") {
			t.Errorf("%s to a colleague: %q", path, got)
		}
		if got := strings.Join(uitest.Texts(t, h.page(h.louise, h.at(path), http.StatusOK), want), " "); !strings.Contains(strings.ToLower(got), "votre modification") {
			t.Errorf("%s to who wrote it: %q", path, got)
		}
	}
	if got := h.posts(paul, h.at("/attente/retrait"), nil); got.to != h.at("?fait=retiree") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	sheet, err := h.s.Open(t.Context(), paul, Owner, h.l.ID)
	if err != nil || sheet.Pending != nil || sheet.Draft.SavedAt.IsZero() || sheet.Content.Headline != "Une autre accroche" || !slices.Equal(sheet.Changed, []string{"headline"}) {
		t.Errorf("waiting %v, changed %v, %v", sheet.Pending, sheet.Changed, err)
	}
}

// Who has published before, and whose words wait again all the same, is not called a newcomer.
func TestWaitingIsSaidToNewcomersAndOthers(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	says := func() string {
		return uitest.Text(uitest.One(t, h.page(h.louise, h.at("/publier"), http.StatusOK), `[aria-labelledby="suite"] p`))
	}
	h.trust(curation.Newcomer)
	h.opens(h.louise, Owner, Essential).types("headline", "Une autre accroche").saves()
	if got := says(); !strings.Contains(got, "vos premières modifications") {
		t.Errorf("a newcomer: %q", got)
	}
	h.trust(curation.Trusted)
	h.publishes(h.louise, Owner)
	h.trust(curation.Newcomer)
	h.opens(h.louise, Owner, Essential).types("headline", "Encore une").saves()
	if got := says(); strings.Contains(got, "premières") || !strings.Contains(got, "relit") {
		t.Errorf("who has published before: %q", got)
	}
}
