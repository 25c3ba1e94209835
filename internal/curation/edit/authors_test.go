package edit

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// Who meets their own change of another tab is not told of themselves by name or address.
func TestMeetingOnesOwnChange(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "De Louise").saves()
	content := h.now().Content
	content.Headline = "De Louise, ailleurs"
	_, err := h.curation.Submit(t.Context(), h.louise, h.l.ID, h.now().Version, content, []string{"headline"})
	h.must(err)
	page := h.page(h.louise, h.at("/difference"), http.StatusOK)
	if got := uitest.Texts(t, page, ".edit-by"); len(got) != 1 || !strings.Contains(got[0], "par vous") || strings.Contains(got[0], "Louise") {
		t.Errorf("written by %q", got)
	}
}

// Who of the team has decided for the company did not write its words.
func TestWhoDecidedDidNotWrite(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	content := h.now().Content
	content.Headline = "Les mots de Louise"
	_, _, err := h.cards.Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}, Person: h.jules.Person}, h.l.ID, h.now().Version, content, []string{"headline"})
	h.must(err)
	path := way{h.pages, Team}.path(h.l.ID)
	page := h.page(h.jules, path, http.StatusOK)
	if got := uitest.Texts(t, page, ".edit-locked .field-hint"); len(got) != 1 || !strings.Contains(got[0], "l’entreprise elle-même") || strings.Contains(got[0], "Jules") {
		t.Errorf("locked by %q", got)
	}
	h.opens(h.louise, Owner, Essential).types("headline", "Encore les mots de Louise").saves()
	h.publishes(h.louise, Owner)
	if got := uitest.Texts(t, h.page(h.jules, path, http.StatusOK), ".edit-locked .field-hint"); len(got) != 1 || !strings.Contains(got[0], "Louise Téin") {
		t.Errorf("locked by %q", got)
	}
}

// Beside the button that publishes stands what else it does.
func TestPublishSaysWhatItConfirms(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for _, path := range []string{h.at(""), h.at("/horaires"), h.at("/logo"), h.at("/apercu")} {
		page := h.page(h.louise, path, http.StatusOK)
		if got := uitest.Text(uitest.One(t, page, "#ce-que-publie")); !strings.Contains(got, "confirme aussi") {
			t.Errorf("%s: %q", path, got)
		}
		uitest.Count(t, page, `button[aria-describedby="ce-que-publie"]`, 1)
	}
	h.trust(curation.Newcomer)
	if got := uitest.Text(uitest.One(t, h.page(h.louise, h.at(""), http.StatusOK), "#ce-que-publie")); !strings.Contains(got, "relit avant") {
		t.Errorf("a newcomer: %q", got)
	}
	uitest.Count(t, h.page(h.jules, way{h.pages, Team}.path(h.l.ID), http.StatusOK), "#ce-que-publie", 0)
}
