package curation_test

import (
	"context"
	"slices"
	"strings"
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

// Who acts for the company of a card that the team takes away is told why, once the decision cannot be taken back any more; and it needs
// a why. What is shown before is what is sent.
func TestOwnersAreToldOfAHiddenCard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, time.Minute)
		for how, words := range map[string]string{curation.FlagHidden: "a retiré votre fiche", curation.FlagCeased: "a cessé son activité"} {
			l, address := h.imported("Atelier "+how), how+"@atelier.example"
			h.owner(address, "Ada", l)
			c := h.propose(curation.Change{
				Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, About: curation.AboutClosed, Mail: "passant@exemple.example", Lang: "fr",
			})
			before := len(h.letters(address))
			end := curation.Decision{Done: true, End: how, Card: l.ID, Seen: l.Version}
			if _, err := h.s.Decide(t.Context(), h.lise, c.ID, end); !slices.Equal(refusedFields(err), []string{"reason"}) {
				t.Errorf("without a reason: %v", err)
			}
			end.Reason = "Radiée en mai."
			previews, err := h.s.Previews(t.Context(), h.lise, c.ID, []curation.Decision{end})
			h.must(err)
			_, err = h.s.Decide(t.Context(), h.lise, c.ID, end)
			h.must(err)
			if n := len(h.letters(address)); n != before {
				t.Errorf("%d letters while it can be taken back", n-before)
			}
			h.pass(2 * time.Minute)
			_, err = h.queue.RunDue(t.Context())
			h.must(err)
			sent := h.letters(address)[before:]
			if len(sent) != 1 || !previews[0][0].Hidden || !slices.Equal(sent[0].Letter.Paragraphs, previews[0][0].Letter.Paragraphs) {
				t.Fatalf("%+v, shown %+v", sent, previews)
			}
			if text := strings.Join(sent[0].Letter.Paragraphs, " "); !strings.Contains(text, words) || !strings.Contains(text, "Radiée en mai.") {
				t.Error(text)
			}
			reasons, err := h.s.HidingReasons(t.Context(), d.Read(), []string{l.ID})
			if h.must(err); reasons[l.ID] != "Radiée en mai." {
				t.Errorf("%q", reasons)
			}
		}
	})
}

// So are they where an alert says it, and the reason goes when the card is public again.
func TestOwnersAreToldOfAnAlert(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier du Lagon")
		h.owner("ada@atelier.example", "Ada", l)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: l.ID, Territory: "nc", Kind: listing.StruckOff, Since: h.now(), Seen: h.now()})
			return err
		})
		ends := curation.Hiding{Version: l.Version, How: curation.FlagCeased}
		if err := h.s.SettleFlag(t.Context(), h.lise, l.ID, listing.StruckOff, ends); !slices.Equal(refusedFields(err), []string{"reason"}) || h.card(l.ID).State != listing.Published {
			t.Errorf("without a reason: %v", err)
		}
		ends.Reason = "Radiée en mai."
		h.must(h.s.SettleFlag(t.Context(), h.lise, l.ID, listing.StruckOff, ends))
		if letters := h.letters("ada@atelier.example"); len(letters) == 0 || letters[len(letters)-1].Kind != "curation.ceased" {
			t.Errorf("%+v", letters)
		}
		_, err := h.cards.Publish(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, l.ID, h.card(l.ID).Version)
		h.must(err)
		h.must(h.s.Purge(t.Context()))
		if reasons, err := h.s.HidingReasons(t.Context(), h.db.Read(), []string{l.ID}); err != nil || len(reasons) > 0 {
			t.Errorf("%v, %v", reasons, err)
		}
	})
}
