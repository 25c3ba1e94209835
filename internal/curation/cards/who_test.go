package cards_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/cards"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// The history says who proposed what was written, and who decided it.
func TestHistorySaysWhoProposedAndWhoDecided(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported(content("Atelier"))
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.changes.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		decide := func(c curation.Change, fields ...string) {
			h.t.Helper()
			h.pass(time.Hour)
			_, err := h.changes.Decide(ctx, h.lise, c.ID, curation.Decision{Take: fields, Card: l.ID, Seen: h.card(l.ID).Version})
			h.must(err)
		}
		out, err := h.changes.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Nos mots", Postcode: "98800"}, []string{"headline"})
		h.must(err)
		decide(out.Change, "headline")
		var suggested curation.Change
		h.write(func(ctx context.Context, tx *db.Tx) error {
			suggested, err = h.changes.Propose(ctx, tx, curation.Change{
				Territory: "nc", Listing: l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "noe@ailleurs.example", Name: "Noé", Lang: "fr",
				Fields: []string{"city"}, After: listing.Content{City: "Dumbéa"},
			})
			return err
		})
		decide(suggested, "city")
		lise := cards.Who{Sort: cards.Member, Name: "Lise"}
		for name, want := range map[string]struct {
			by            account.Actor
			city, cityBy  cards.Who
			words, wordBy cards.Who
		}{
			"the team":  {h.lea, lise, cards.Who{Sort: cards.Named, Name: "Noé"}, cards.Who{Sort: cards.Own, Name: "Ada"}, lise},
			"the owner": {ada, cards.Who{Sort: cards.Team}, cards.Who{Sort: cards.Visitor}, cards.Who{Sort: cards.You}, cards.Who{Sort: cards.Team}},
			"Lise":      {h.lise, cards.Who{Sort: cards.You}, cards.Who{Sort: cards.Named, Name: "Noé"}, cards.Who{Sort: cards.Own, Name: "Ada"}, cards.Who{Sort: cards.You}},
		} {
			history, err := h.s.History(ctx, want.by, l.ID, "", "fr")
			if err != nil || len(history.Steps) != 2 {
				t.Fatalf("%+v, %v", history, err)
			}
			city, words := history.Steps[0], history.Steps[1]
			if city.Who != want.city || city.Beside != want.cityBy || !city.Proposed {
				t.Errorf("%s: a suggestion by %+v and %+v", name, city.Who, city.Beside)
			}
			if words.Who != want.words || words.Beside != want.wordBy || words.Proposed {
				t.Errorf("%s: an edit by %+v and %+v", name, words.Who, words.Beside)
			}
		}
		for path, says := range map[string][]string{
			cards.HistoryPath(l.ID): {"Ada, pour l’entreprise\u202f; accepté par Lise, pour l’équipe", "Lise, pour l’équipe\u202f; proposé par Noé"},
			cards.CardPath(l.ID):    {"Ada, pour l’entreprise\u202f; accepté par Lise, pour l’équipe"},
		} {
			for _, words := range says {
				if body := h.get(h.lea, path).body; !strings.Contains(body, words) {
					t.Errorf("%s does not say %q", path, words)
				}
			}
		}
		if own := h.get(ada, cards.OwnHistoryPath(l.ID)).body; strings.Contains(own, "Noé") || strings.Contains(own, "Lise") || !strings.Contains(own, "vous\u202f; accepté par l’équipe d’OPEN NC") {
			t.Error("the owner reads other names, or not who accepted")
		}
	})
}
