package curation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

func TestRestore(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		for _, c := range []listing.Content{{Headline: "Un", City: "Dumbéa"}, {Headline: "Deux", City: "Païta"}} {
			out, err := h.s.Submit(ctx, ada, l.ID, l.Version, c, []string{"headline", "city"})
			h.must(err)
			l = out.Listing
		}
		history, err := listing.Reader{}.Revisions(ctx, h.db.Read(), l.ID, "", 10)
		h.must(err)
		first := history[1].ID
		then, _, err := h.s.Before(ctx, h.db.Read(), l.ID, first)
		if err != nil || then.Headline != "Sites et applications" || then.City != "Nouméa" {
			t.Fatalf("before the first: %+v, %v", then, err)
		}
		if _, err := h.s.Restore(ctx, h.lise, l.ID, l.Version, first, []string{"headline"}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the team over the owner: %v", err)
		}
		if _, err := h.s.Restore(ctx, h.lea, l.ID, l.Version, first, []string{"headline"}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		if _, err := h.s.Restore(ctx, ada, l.ID, l.Version, "absent", []string{"headline"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown revision: %v", err)
		}
		if _, err := h.s.Restore(ctx, ada, l.ID, l.Version, first, nil); !errs.Is(err, errs.Invalid) {
			t.Errorf("nothing chosen: %v", err)
		}
		vouched := l.ConfirmedAt
		out, err := h.s.Restore(ctx, ada, l.ID, l.Version, first, []string{"headline"})
		if err != nil || !out.Published || !slices.Equal(out.Changed, []string{"headline"}) || out.Listing.Headline != "Sites et applications" || out.Listing.City != "Païta" {
			t.Fatalf("%+v, %v", out, err)
		}
		if !out.Listing.ConfirmedAt.Equal(vouched) {
			t.Error("what is put back vouches for the card")
		}
		l = out.Listing
		history, err = listing.Reader{}.Revisions(ctx, h.db.Read(), l.ID, "", 1)
		if err != nil || history[0].Act != listing.Restored || history[0].Person != ada.Person {
			t.Errorf("left %+v, %v", history, err)
		}
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		out, err = h.s.Restore(ctx, ada, l.ID, l.Version, first, []string{"city"})
		if err != nil || out.Published || out.Change.State != curation.Waiting || out.Change.After.City != "Nouméa" || h.card(l.ID).City != "Païta" {
			t.Errorf("by who is watched: %+v, %v", out, err)
		}
	})
}

// What somebody wrote for a company that nobody acts for any more is the team's to put back.
func TestRestoreForAnOrphan(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		h.must(err)
		l = out.Listing
		h.must(h.accounts.Leave(ctx, ada, l.CompanyID))
		history, err := listing.Reader{}.Revisions(ctx, h.db.Read(), l.ID, "", 1)
		h.must(err)
		out, err = h.s.Restore(ctx, h.lise, l.ID, l.Version, history[0].ID, []string{"city"})
		if err != nil || out.Listing.City != "Nouméa" {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// What the team accepted of an owner's edit it may put back, and tells them; what they wrote themselves since is theirs.
func TestRestoreWhatTheTeamAccepted(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Notou Topo")
		ada := h.owner("ada@notou.example", "Ada", l)
		accept := func(city string) string {
			h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
			out, err := h.s.Submit(ctx, ada, l.ID, h.card(l.ID).Version, listing.Content{City: city, Headline: city}, []string{"city", "headline"})
			h.must(err)
			_, err = h.s.Decide(ctx, h.rene, out.Change.ID, curation.Decision{Take: []string{"city", "headline"}, Seen: h.card(l.ID).Version})
			h.must(err)
			history, err := listing.Reader{}.Revisions(ctx, h.db.Read(), l.ID, "", 1)
			h.must(err)
			return history[0].ID
		}
		first := accept("Païta")
		if _, err := h.s.Restore(ctx, h.lea, l.ID, h.card(l.ID).Version, first, []string{"city"}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		out, err := h.s.Restore(ctx, h.lise, l.ID, h.card(l.ID).Version, first, []string{"city"})
		if err != nil || out.Listing.City != "Nouméa" || out.Listing.Headline != "Païta" || out.Listing.Provenance["headline"].Kind != company.FromOwner {
			t.Fatalf("%+v, %v", out, err)
		}
		letters := h.letters("ada@notou.example")
		if last := letters[len(letters)-1]; last.Kind != "curation.restored" || !strings.Contains(last.Letter.Paragraphs[0], "Ville") || strings.Contains(last.Letter.Paragraphs[0], "ccroche") {
			t.Errorf("%+v", last)
		}
		h.pass(time.Minute)
		second := accept("Dumbéa")
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Trusted))
		h.pass(time.Minute)
		_, err = h.s.Submit(ctx, ada, l.ID, h.card(l.ID).Version, listing.Content{City: "Bourail"}, []string{"city"})
		h.must(err)
		for revision, field := range map[string]string{first: "headline", second: "city"} {
			if _, err := h.s.Restore(ctx, h.lise, l.ID, h.card(l.ID).Version, revision, []string{field}); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s, which the owner has written since: %v", field, err)
			}
		}
	})
}
