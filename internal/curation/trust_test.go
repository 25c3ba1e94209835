package curation_test

import (
	"context"
	"slices"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// While it is disputed who acts for a company, all that it writes waits: no edit that is accepted, no word of who takes its card in hand
// and none of the team about its trust changes that, nor does the company answer what others suggest.
func TestDisputed(t *testing.T) {
	each(t, func(h *house) {
		ctx, l, disputed := h.t.Context(), h.imported("Atelier du Lagon"), true
		rooms := h.s.Rooms
		rooms.Queue = nil
		rooms.Disputed = func(_ context.Context, _ db.Querier, companies ...string) (map[string]bool, error) {
			return map[string]bool{l.CompanyID: disputed && slices.Contains(companies, l.CompanyID)}, nil
		}
		s := curation.NewService(rooms)
		ada := h.owner("ada@atelier.example", "Ada", l)
		trusted := func(when string, want, set curation.Trust) {
			h.t.Helper()
			was, stands, err := s.TrustSet(ctx, h.db.Read(), l.CompanyID)
			if h.must(err); stands != want || was != set {
				h.t.Errorf("%s: %s, set %s", when, stands, was)
			}
		}
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		trusted("a newcomer", curation.Disputed, curation.Newcomer)
		in, err := s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Koné"}, []string{"city"})
		if err != nil || in.Published {
			h.t.Fatalf("%+v, %v", in, err)
		}
		_, err = s.Decide(ctx, h.lise, in.Change.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
		h.must(err)
		trusted("after an edit that was accepted", curation.Disputed, curation.Newcomer)
		h.write(func(ctx context.Context, tx *db.Tx) error { return s.ClaimedIn(ctx, tx, l.CompanyID, curation.Trusted) })
		trusted("taken in hand by a proof", curation.Disputed, curation.Trusted)
		h.must(s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		h.must(s.SetTrust(ctx, h.lise, l.CompanyID, curation.Trusted))
		l = h.card(l.ID)
		if in, err = s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Païta"}, []string{"city"}); err != nil || in.Published {
			h.t.Errorf("published while it is disputed: %+v, %v", in, err)
		}
		c := h.suggest(l, listing.Content{Headline: "Peinture"}, "headline")
		if _, err := s.Answer(ctx, ada, c.ID, curation.Decision{Take: []string{"headline"}, Seen: l.Version}); !errs.Is(err, errs.Forbidden) {
			h.t.Errorf("answered: %v", err)
		}
		if open, err := s.OpenOn(ctx, ada, h.card(l.ID)); err != nil || len(open[l.ID]) != 1 || open[l.ID][0].Kind != curation.Edit {
			h.t.Errorf("asked for an answer: %+v, %v", open, err)
		}
		if err := s.SetTrust(ctx, h.lise, l.CompanyID, curation.Disputed); !errs.Is(err, errs.Invalid) {
			h.t.Errorf("set by hand: %v", err)
		}
		disputed = false
		trusted("decided", curation.Trusted, curation.Trusted)
	})
}

// Who may not answer what others suggest is neither written to nor asked about it: only what the team passes on, and all once they are
// trusted.
func TestOwnersWhoMayNotAnswerAreNotAsked(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Nos mots"}, []string{"headline"})
		h.must(err)
		l = out.Listing
		asked := func(when string, letters int, want ...string) {
			h.t.Helper()
			open, err := h.s.OpenOn(ctx, ada, l)
			h.must(err)
			var ids []string
			for _, c := range open[l.ID] {
				ids = append(ids, c.ID)
			}
			if n := len(h.letters("ada@atelier.example")); n != letters || !slices.Equal(ids, want) {
				h.t.Errorf("%s: %d letters, %v, want %v", when, n, ids, want)
			}
		}
		for _, trust := range []curation.Trust{curation.Newcomer, curation.Watched} {
			h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, trust))
			c := h.suggest(l, listing.Content{City: "Ville " + string(trust)}, "city")
			asked(string(trust), 0)
			_, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Non."})
			h.must(err)
		}
		city, headline := h.suggest(l, listing.Content{City: "Païta"}, "city"), h.suggest(l, listing.Content{Headline: "Autres mots"}, "headline")
		_, err = h.s.Decide(ctx, h.lise, headline.ID, curation.Decision{Take: []string{"headline"}, Seen: l.Version})
		h.must(err)
		asked("passed on", 1, headline.ID)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Trusted))
		asked("trusted", 1, headline.ID, city.ID)
		h.suggest(l, listing.Content{City: "Koné"}, "city")
		if n := len(h.letters("ada@atelier.example")); n != 2 {
			h.t.Errorf("%d letters to who may answer", n)
		}
	})
}
