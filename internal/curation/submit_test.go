package curation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Who vouches for a card as it was shown does not vouch for what others have written since.
func TestConfirmWhatWasShown(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, h.lise, l.ID, l.Version, listing.Content{City: "Koné"}, []string{"city"})
		h.must(err)
		h.pass(time.Hour)
		for _, by := range []account.Actor{ada, h.lise} {
			if _, err := h.s.Submit(ctx, by, l.ID, l.Version, l.Content, nil); !errs.Is(err, errs.Conflict) || h.card(l.ID).Version != out.Listing.Version {
				t.Errorf("%s vouches for what she has not seen: %v", by.Name, err)
			}
		}
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		confirmed, err := h.s.Submit(ctx, ada, l.ID, out.Listing.Version, out.Listing.Content, nil)
		if h.must(err); !confirmed.Listing.ConfirmedAt.Equal(h.now()) {
			t.Errorf("%+v", confirmed)
		}
	})
}

// Who is trusted publishes at once, as the owner; the team as staff, but never over the owner's words; a newcomer waits.
func TestSubmit(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Nos mots", City: "Dumbéa"}, []string{"headline"})
		if err != nil || !out.Published || !slices.Equal(out.Changed, []string{"headline"}) || out.Listing.Headline != "Nos mots" || out.Listing.City != "Nouméa" {
			t.Fatalf("%+v, %v", out, err)
		}
		if s := out.Listing.Provenance["headline"]; s.Kind != company.FromOwner {
			t.Errorf("source %+v", s)
		}
		l = out.Listing
		_, err = h.s.Submit(ctx, h.lise, l.ID, l.Version, listing.Content{Headline: "L’équipe"}, []string{"headline"})
		if !errs.Is(err, errs.Forbidden) || !slices.Equal(refusedFields(err), []string{"headline"}) {
			t.Errorf("the team over the owner: %v", err)
		}
		out, err = h.s.Submit(ctx, h.lise, l.ID, l.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		if err != nil || !out.Published || out.Listing.Provenance["city"].Kind != company.FromStaff {
			t.Fatalf("%+v, %v", out, err)
		}
		l = out.Listing
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		out, err = h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Autres mots"}, []string{"headline"})
		if err != nil || out.Published || out.Change.State != curation.Waiting || out.Change.Before.Headline != "Nos mots" || h.card(l.ID).Headline != "Nos mots" {
			t.Fatalf("%+v, %v", out, err)
		}
		for name, by := range map[string]account.Actor{"a visitor": {Territory: "nc"}, "a stranger": {Person: "x", Territory: "nc"}, "a reader": h.lea} {
			if _, err := h.s.Submit(ctx, by, l.ID, l.Version, listing.Content{City: "Païta"}, []string{"city"}); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.Unauthenticated) {
				t.Errorf("%s: %v", name, err)
			}
		}
		elsewhere := h.lise
		elsewhere.Territory = "pf"
		if _, err := h.s.Submit(ctx, elsewhere, l.ID, l.Version, listing.Content{City: "Païta"}, []string{"city"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("another territory: %v", err)
		}
	})
}

// A second edit of a newcomer takes the place of the first, and holds what it proposed.
func TestOneEditWaits(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		first, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Un", City: "Dumbéa"}, []string{"headline", "city"})
		h.must(err)
		second, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Deux"}, []string{"headline"})
		h.must(err)
		if c := second.Change; !slices.Equal(c.Fields, []string{"headline", "city"}) || c.After.Headline != "Deux" || c.After.City != "Dumbéa" {
			t.Fatalf("%+v", c)
		}
		waiting, err := h.s.Waiting(ctx, h.lea, curation.Filter{})
		if err != nil || len(waiting) != 1 || waiting[0].ID != second.Change.ID {
			t.Fatalf("%+v, %v", waiting, err)
		}
		_, err = h.s.Decide(ctx, h.lise, first.Change.ID, curation.Decision{Take: []string{"headline"}, Seen: l.Version})
		if e := errs.As(err); e == nil || e.Kind != errs.Conflict || e.Key != "curation.superseded_already" {
			t.Errorf("the first one: %v", err)
		}
		old, _, err := h.s.Change(ctx, h.lise, first.Change.ID)
		if err != nil || old.State != curation.Superseded || old.Next != second.Change.ID {
			t.Errorf("%+v, %v", old, err)
		}
		// Back to what the card says: nothing waits any more.
		back, err := h.s.Submit(ctx, ada, l.ID, l.Version, l.Content, []string{"headline", "city"})
		if err != nil || !back.Published && back.Change.ID != "" {
			t.Errorf("%+v, %v", back, err)
		}
	})
}

// An owner who is trusted meanwhile writes what waits themselves: there is nothing left to decide.
func TestTrustedMeanwhile(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Un", City: "Dumbéa"}, []string{"headline", "city"})
		h.must(err)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Trusted))
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Deux"}, []string{"headline"})
		h.must(err)
		c, now, err := h.s.Change(ctx, h.lise, in.Change.ID)
		if err != nil || c.State != curation.Waiting || now.Listing.Headline != "Deux" {
			t.Fatalf("the city still waits: %+v, %v", c, err)
		}
		// Seen before the owner wrote: the moderator is shown what stands now.
		_, err = h.s.Decide(ctx, h.rene, c.ID, curation.Decision{Take: []string{"headline", "city"}, Seen: l.Version})
		moved := new(curation.Moved)
		if !errors.As(err, &moved) || !slices.Equal(moved.Fields, []string{"headline"}) || moved.Now.Headline != "Deux" || !errs.Is(err, errs.Conflict) {
			t.Fatalf("%v", err)
		}
		_, err = h.s.Submit(ctx, ada, l.ID, out.Listing.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		h.must(err)
		if c, _, _ := h.s.Change(ctx, h.lise, in.Change.ID); c.State != curation.Superseded {
			t.Errorf("%+v", c)
		}
	})
}

// Two who edit at once lose nothing: what only one changed is both's, what both changed is shown.
func TestClash(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		_, err := h.s.Submit(ctx, h.lise, l.ID, l.Version, listing.Content{City: "Dumbéa", Emails: []string{"neuf@atelier.example"}}, []string{"city", "emails"})
		h.must(err)
		all := l.Content
		all.Headline, all.Address, all.Emails = "Nos mots", "3 rue Sébastopol", []string{"neuf@atelier.example"}
		_, err = h.s.Submit(ctx, ada, l.ID, l.Version, all, listing.FieldNames())
		clash := new(curation.Clash)
		if !errors.As(err, &clash) || !slices.Equal(clash.Both, []string{"address", "city"}) || clash.Now.City != "Dumbéa" || !errs.Is(err, errs.Conflict) {
			t.Fatalf("%v", err)
		}
		all.Address = l.Address
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, all, listing.FieldNames())
		if err != nil || !slices.Equal(out.Changed, []string{"headline"}) || out.Listing.City != "Dumbéa" || out.Listing.Headline != "Nos mots" {
			t.Fatalf("%+v, %v", out, err)
		}
		_, err = h.s.Submit(ctx, ada, l.ID, 99, listing.Content{Headline: "D’une version qui n’a jamais été"}, []string{"headline"})
		if !errors.As(err, &clash) || !slices.Equal(clash.Both, []string{"headline"}) {
			t.Fatalf("%v", err)
		}
	})
}

// A card that was merged meanwhile says of which it is part, and where.
func TestSubmitMerged(t *testing.T) {
	each(t, func(h *house) {
		ctx, l, into := h.t.Context(), h.imported("Atelier du Lagon"), h.imported("Lagon Atelier")
		ada := h.owner("ada@atelier.example", "Ada", l)
		_, err := h.cards.Merge(ctx, listing.Author{Source: company.Source{Kind: company.FromStaff}}, into.ID, l.ID)
		h.must(err)
		_, err = h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		e := errs.As(err)
		if e == nil || e.Kind != errs.Gone || e.Key != curation.KeyMerged || e.Args["address"] != "/annuaire/lagon-atelier" {
			t.Fatalf("%v", err)
		}
	})
}

// What is no card is refused with the fields, and nothing is stored.
func TestBadInput(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		many := make([]string, 500)
		for i := range many {
			many[i] = "champ"
		}
		long := strings.Repeat("é", 100_000)
		most := slices.Repeat([]string{strings.Repeat("t", 490)}, 50)
		heavy := listing.Content{Description: strings.Repeat("é", 9_900), Tags: append(most, strings.Repeat("t", 499))[1:], Accessibility: most}
		for name, tt := range map[string]struct {
			content listing.Content
			fields  []string
			want    []string
		}{
			"no field of a card": {listing.Content{}, []string{"headline", "password"}, []string{"fields"}},
			"500 fields":         {listing.Content{}, many, []string{"fields"}},
			"100 kB":             {listing.Content{Description: long}, []string{"description"}, []string{"description"}},
			"a heavy one":        {heavy, []string{"description", "tags", "accessibility"}, []string{"tags"}},
			"no name":            {listing.Content{}, []string{"name"}, []string{"name"}},
			"codes":              {listing.Content{Competences: []string{"x"}, Sectors: []string{"y"}, Zone: "atlantide"}, []string{"competences", "sectors", "zone"}, []string{"competences", "sectors", "zone"}},
			"contacts":           {listing.Content{Emails: []string{"pas une adresse"}, Websites: []string{"javascript:alert(1)"}, Logo: "http://x.example/a.png"}, []string{"emails", "websites", "logo"}, []string{"emails", "logo", "websites"}},
		} {
			if _, err := h.s.Submit(ctx, ada, l.ID, l.Version, tt.content, tt.fields); !errs.Is(err, errs.Invalid) || !slices.Equal(refusedFields(err), tt.want) {
				t.Errorf("submitted, %s: %v", name, err)
			}
			err := h.db.Write(ctx, func(tx *db.Tx) error {
				_, err := h.s.Propose(ctx, tx, curation.Change{
					Kind: curation.Suggestion, Territory: "nc", Listing: l.ID, Base: l.Version, After: tt.content, Fields: tt.fields, Mail: "a@b.example", Lang: "fr",
				})
				return err
			})
			if !errs.Is(err, errs.Invalid) || !slices.Equal(refusedFields(err), tt.want) {
				t.Errorf("suggested, %s: %v", name, err)
			}
		}
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			_, err := h.s.Propose(ctx, tx, curation.Change{
				Kind: curation.New, Territory: "nc", Fields: []string{"headline"}, Mail: "nulle part", Message: long, Lang: "fr", About: "x", Number: curation.Number{Scheme: "x", Written: "1"},
			})
			return err
		})
		if !slices.Equal(refusedFields(err), []string{"about", "category", "mail", "message", "name", "number"}) {
			t.Errorf("a proposal: %v", err)
		}
		if list, err := h.s.Waiting(ctx, h.lise, curation.Filter{}); err != nil || len(list) != 0 || h.card(l.ID).Version != l.Version {
			t.Errorf("something was stored: %+v, %v", list, err)
		}
	})
}

// Of many who write one field of one version at once, one wins and all others are shown what stands.
func TestSubmitAtOnce(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		results := make([]error, 8)
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() {
				_, results[i] = h.s.Submit(context.WithoutCancel(h.t.Context()), ada, l.ID, l.Version, listing.Content{Headline: strings.Repeat("Mot ", i+1)}, []string{"headline"})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range results {
			clash := new(curation.Clash)
			switch {
			case err == nil:
				won++
			case !errors.As(err, &clash):
				t.Error(err)
			}
		}
		if won != 1 || h.card(l.ID).Version != l.Version+1 {
			t.Errorf("%d won", won)
		}
	})
}
