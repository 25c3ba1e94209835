package edit

import (
	"net/http"
	"testing"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// No button of the form throws a draft away at once: one is asked on a page that shows what would be lost.
func TestDiscardAsks(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	if got := h.asks(h.louise, "fr", http.MethodGet, h.at("/abandon"), nil); got.to != h.at("") {
		t.Errorf("without a draft: %d to %s", got.status, got.to)
	}
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	page := h.page(h.louise, h.at("/publier"), http.StatusOK)
	uitest.Count(t, page, `form[action$="/abandon"]`, 0)
	uitest.Count(t, page, `a[href$="/abandon"]`, 1)
	page = h.page(h.louise, h.at("/abandon"), http.StatusOK)
	uitest.Count(t, page, ".diff", 1)
	uitest.Count(t, page, `form[action$="/abandon"]`, 1)
	if len(h.drafts(h.louise)) != 1 {
		t.Fatal("the question threw the draft away")
	}
	if got := h.posts(h.louise, h.at("/abandon"), nil); got.to != h.at("?fait=abandon") || len(h.drafts(h.louise)) != 0 {
		t.Errorf("%d to %s", got.status, got.to)
	}
	page = h.page(h.jules, way{h.pages, Team}.path(h.l.ID), http.StatusOK)
	uitest.Count(t, page, `a[href$="/abandon"]`, 0)
}
