package edit

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
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

// A correction that is proposed is a link on the list of one's cards, beside the button that does not answer it.
func TestPanelLeadsToOffers(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	propose := func(headline string) (c curation.Change) {
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			c, err = h.curation.Propose(ctx, tx, curation.Change{
				Territory: "nc", Listing: h.l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "quelquun@example.nc", Lang: "fr", Base: h.l.Version,
				Fields: []string{"headline"}, After: listing.Content{Headline: headline},
			})
			return err
		})
		return c
	}
	leads := func() string {
		r := uitest.Request(t, uitest.Frame(t, "fr", rooms()...), "/espace")
		html, err := h.pages.Panel(r.WithContext(account.With(r.Context(), h.louise)))
		h.must(err)
		return uitest.Attr(uitest.One(t, string(html), ".edit-mine-facts a"), "href")
	}
	one := propose("Plus juste")
	if got, want := leads(), "/nc"+OfferPath(h.l.ID, one.ID); got != want {
		t.Errorf("one leads to %s, want %s", got, want)
	}
	propose("Encore plus juste")
	if got, want := leads(), "/nc"+h.at(""); got != want {
		t.Errorf("two lead to %s, want %s", got, want)
	}
	offers, err := h.s.Offers(t.Context(), h.louise)
	if h.must(err); len(offers) != 2 || offers[0].Card.ID != h.l.ID {
		t.Errorf("%+v", offers)
	}
	if offers, err := h.s.Offers(t.Context(), h.jules); err != nil || len(offers) != 0 {
		t.Errorf("of the team: %+v, %v", offers, err)
	}
}
