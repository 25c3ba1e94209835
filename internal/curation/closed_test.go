package curation_test

import (
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// A report that an organisation is no more is settled by taking its card from the public, the company's end noted or not; all of it is
// taken back with the decision.
func TestDecideThatACompanyHasEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, time.Minute)
		for how, want := range map[string]company.Status{curation.FlagHidden: company.Active, curation.FlagCeased: company.Ceased} {
			l := h.imported("Atelier " + how)
			was := standingOf(h, l)
			c := h.propose(curation.Change{
				Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, About: curation.AboutClosed, Mail: "passant@exemple.example", Lang: "fr",
			})
			end := curation.Decision{Done: true, End: how, Card: l.ID, Seen: l.Version}
			old := end
			old.Seen--
			if _, err := h.s.Decide(t.Context(), h.lise, c.ID, old); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s of a card that has changed: %v", how, err)
			}
			out, err := h.s.Decide(t.Context(), h.lise, c.ID, end)
			if err != nil || out.State != curation.Accepted || h.card(l.ID).State != listing.Hidden || standingOf(h, l).Status != want {
				t.Fatalf("%s: %+v, %v, %s", how, out, err, h.card(l.ID).State)
			}
			h.must(h.s.Undo(t.Context(), h.lise, c.ID))
			now := standingOf(h, l)
			if h.card(l.ID).State != listing.Published || now.Status != was.Status || now.Provenance["status"] != was.Provenance["status"] {
				t.Errorf("%s, taken back: %s, %+v", how, h.card(l.ID).State, now)
			}
		}
		l := h.imported("Atelier du Lagon")
		c := h.suggest(l, listing.Content{City: "Païta"}, "city")
		if _, err := h.s.Decide(t.Context(), h.lise, c.ID, curation.Decision{Done: true, End: curation.FlagHidden, Card: l.ID, Seen: l.Version}); !errs.Is(err, errs.Invalid) {
			t.Errorf("of a report about something else: %v", err)
		}
	})
}

func standingOf(h *house, l listing.Listing) company.Company {
	h.t.Helper()
	c, err := company.Store{}.ByID(h.t.Context(), h.db.Read(), l.CompanyID)
	h.must(err)
	return c
}
