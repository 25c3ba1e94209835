package edit

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/curation"
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

// Who comes from taking the card in hand reads that it worked, and whether what they write is public at once.
func TestTaken(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	p := uitest.Frame(t, "fr", rooms()...).P
	for trust, says := range map[curation.Trust]string{curation.Trusted: "edit.taken_trusted", curation.Newcomer: "edit.taken_newcomer"} {
		h.trust(trust)
		page := h.page(h.louise, h.at("?fait=prise"), http.StatusOK)
		if got := uitest.Text(uitest.One(t, page, ".tone-ok")); !strings.Contains(got, p.T("edit.taken")) || !strings.Contains(got, p.T(says)) {
			t.Errorf("%s: %q", trust, got)
		}
	}
	page := h.page(h.jules, way{h.pages, Team}.path(h.l.ID)+"?fait=prise", http.StatusOK)
	uitest.Count(t, page, ".tone-ok", 0)
	uitest.Count(t, h.page(h.louise, h.at(""), http.StatusOK), ".tone-ok", 0)
}
