package edit

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// A card that has moved without saying anything else, as one that the team has hidden, leaves nothing to compare: no step says so, and
// what was typed can be published.
func TestNothingToCompare(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	_, err := h.cards.Hide(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, h.l.ID, h.l.Version)
	h.must(err)
	for _, path := range []string{"", "/contact", "/publier"} {
		uitest.Count(t, h.page(h.louise, h.at(path), http.StatusOK), `.notice a[href$="/difference"]`, 0)
	}
	if got := h.posts(h.louise, h.at("/publier"), nil); got.to != h.at("/fin?fait=publiee") || h.now().Headline != "Une accroche" {
		t.Errorf("%d to %s, %q", got.status, got.to, h.now().Headline)
	}
	page := h.page(h.louise, h.at("/fin?fait=publiee"), http.StatusOK)
	if says := uitest.Text(uitest.One(t, page, ".edit-end")); strings.Contains(says, "en ligne") || strings.Contains(says, "publiées") {
		t.Errorf("of a card that nobody sees: %q", says)
	}
}

// Who wrote meanwhile may be oneself, in another window: nothing says that it was somebody else.
func TestMovedByOneself(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	h.opens(h.louise, Owner, Contact).types("phones", "24 99 99").saves()
	h.publishes(h.louise, Owner)
	v.Set("headline", "Une accroche")
	v.Set(inputDo, doSave)
	h.posts(h.louise, h.at(""), v)
	page := h.page(h.louise, h.at(""), http.StatusOK)
	uitest.Count(t, page, `.notice a[href$="/difference"]`, 1)
	for _, body := range []string{page, h.page(h.louise, h.at("/difference"), http.StatusOK)} {
		if strings.Contains(body, "Quelqu’un") || strings.Contains(body, "d’autres seulement") {
			t.Error("it speaks of somebody else")
		}
	}
}

// Who publishes from a step sees first what else would be published; what the step alone holds goes at once.
func TestPublishingFromAStepShowsTheRest(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Contact).types("phones", "24 99 99").saves()
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set("headline", "Une accroche")
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), v); got.to != h.at("/publier?fait=relire") || h.now().Version != h.l.Version {
		t.Errorf("%d to %s", got.status, got.to)
	}
	uitest.Count(t, h.page(h.louise, h.at("/publier?fait=relire"), http.StatusOK), ".diff", 2)
	if got := h.posts(h.louise, h.at("/publier"), nil); got.to != h.at("/fin?fait=publiee") {
		t.Errorf("%d to %s", got.status, got.to)
	}
	v = form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set("headline", "Une autre")
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), v); got.to != h.at("/fin?fait=publiee") || h.now().Headline != "Une autre" {
		t.Errorf("%d to %s", got.status, got.to)
	}
}

// The same fault of two fields names each of them.
func TestSameFaultsNameTheirFields(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set("name", strings.Repeat("a", listing.MaxName+1))
	v.Set("headline", strings.Repeat("b", listing.MaxHeadline+1))
	got := h.posts(h.louise, h.at(""), v)
	links := uitest.Texts(t, got.body, ".errors-list a")
	if len(links) != 2 || !strings.HasPrefix(links[0], "Nom") || !strings.HasPrefix(links[1], "Accroche") {
		t.Errorf("%q", links)
	}
}
