package cards_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation/cards"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

func TestFind(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		lagon, alize := h.imported(content("Les Ateliers du Lagon")), h.imported(listing.Content{Name: "Alizé & Fils", Category: listing.Company, Zone: "98817"})
		skilled := content("Recherche et Conseil")
		skilled.Competences = []string{"web-development"}
		recherche := h.imported(skilled)
		h.owner("ada@atelier.example", "Ada", lagon)
		h.must(second(h.listings.Confirm(ctx, listing.Author{}, lagon.ID, lagon.Version)))
		h.must(second(h.listings.Hide(ctx, listing.Author{}, alize.ID, alize.Version)))
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: recherche.ID, Territory: "nc", Kind: listing.DeadSite, Since: h.now(), Seen: h.now()})
			return err
		})
		merged := h.imported(content("Réunie"))
		h.must(second(h.listings.Merge(ctx, listing.Author{}, lagon.ID, merged.ID)))
		all := []string{"Alizé & Fils", "Les Ateliers du Lagon", "Recherche et Conseil"}
		for name, tt := range map[string]struct {
			f    cards.Filter
			want []string
		}{
			"all":                   {cards.Filter{}, all},
			"words":                 {cards.Filter{Words: "LAGON ateli"}, all[1:2]},
			"an accent":             {cards.Filter{Words: "alize fils"}, all[:1]},
			"a word kept for paths": {cards.Filter{Words: "recherche"}, all[2:]},
			"no word":               {cards.Filter{Words: "elier"}, nil},
			"a sign of LIKE":        {cards.Filter{Words: "%"}, all},
			"a mail":                {cards.Filter{Words: "contact@ATELIER"}, all[1:]},
			"published":             {cards.Filter{State: listing.Published}, all[1:]},
			"merged":                {cards.Filter{State: listing.Merged}, []string{"Réunie"}},
			"a place":               {cards.Filter{Zones: []string{"98818", "98800"}}, all[1:]},
			"bare":                  {cards.Filter{Filled: cards.Bare}, all[:1]},
			"half":                  {cards.Filter{Filled: cards.Half}, all[1:]},
			"fresh":                 {cards.Filter{Age: listing.Fresh}, all[1:2]},
			"unconfirmed":           {cards.Filter{Age: listing.Unconfirmed}, []string{all[0], all[2]}},
			"stale":                 {cards.Filter{Age: listing.Stale}, nil},
			"doubtful":              {cards.Filter{Age: cards.Doubtful}, []string{all[0], all[2]}},
			"incomplete":            {cards.Filter{Filled: cards.Poor}, all[:2]},
			"a competence":          {cards.Filter{Skill: "web-development"}, all[2:]},
			"no competence":         {cards.Filter{Skill: "web%"}, nil},
			"flagged":               {cards.Filter{Flagged: true}, all[2:]},
			"orphans":               {cards.Filter{Orphans: true}, []string{all[0], all[2]}},
			"the oldest":            {cards.Filter{Order: cards.ByAge}, []string{all[0], all[2], all[1]}},
			"the barest":            {cards.Filter{Order: cards.ByFilled}, all},
			"beyond the last page":  {cards.Filter{Page: 9}, all},
		} {
			found, err := h.s.Find(ctx, h.lea, tt.f)
			var names []string
			for _, l := range found.Lines {
				names = append(names, l.Listing.Name)
			}
			if err != nil || !slices.Equal(names, tt.want) || found.Total != len(tt.want) {
				t.Errorf("%s: %v of %d, %v", name, names, found.Total, err)
			}
		}
		found, err := h.s.Find(ctx, h.lea, cards.Filter{})
		if err != nil || !found.Lines[1].Owned || found.Lines[0].Owned || len(found.Lines[2].Flags) != 1 {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := h.s.Find(ctx, account.Actor{Person: "x", Territory: "nc"}, cards.Filter{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("somebody: %v", err)
		}
		elsewhere := h.lea
		elsewhere.Territory = "pf"
		if found, err := h.s.Find(ctx, elsewhere, cards.Filter{}); err != nil || found.Total != 0 {
			t.Errorf("another territory: %d, %v", found.Total, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestDo(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported(content("Atelier"))
		do := func(by account.Actor, act cards.Act) error {
			return h.s.Do(ctx, by, l.ID, h.card(l.ID).Version, act, "")
		}
		for act, want := range map[cards.Act]listing.State{cards.Hide: listing.Hidden, cards.Publish: listing.Published} {
			h.must(do(h.lise, act))
			if state := h.card(l.ID).State; state != want {
				t.Errorf("%s: %s", act, state)
			}
		}
		h.must(do(h.lise, cards.Publish))
		h.must(do(h.lise, cards.Confirm))
		if !h.card(l.ID).ConfirmedAt.Equal(h.now()) {
			t.Error("not confirmed")
		}
		if err := h.s.Do(ctx, h.lise, l.ID, 1, cards.Hide, ""); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if err := do(h.lise, "voler"); !errs.Is(err, errs.Usage) {
			t.Errorf("an unknown act: %v", err)
		}
		if err := do(h.lea, cards.Hide); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		elsewhere := h.lise
		elsewhere.Territory = "pf"
		if err := do(elsewhere, cards.Hide); !errs.Is(err, errs.NotFound) {
			t.Errorf("of another territory: %v", err)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: l.ID, Territory: "nc", Kind: listing.StruckOff, Since: h.now(), Seen: h.now()})
			return err
		})
		if c, err := h.s.Card(ctx, h.lea, l.ID); err != nil || len(c.Flags) != 1 || len(c.Last) != 3 || c.Last[0].Who != (cards.Who{Sort: cards.Member, Name: "Lise"}) {
			t.Errorf("%+v, %v", c, err)
		}
		if err := h.s.Settle(ctx, h.lea, l.ID, listing.StruckOff); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader settles: %v", err)
		}
		h.must(h.s.Settle(ctx, h.lise, l.ID, listing.DeadSite)) // there is none
		h.must(h.s.Settle(ctx, h.lise, l.ID, listing.StruckOff))
		if c, err := h.s.Card(ctx, h.lea, l.ID); err != nil || len(c.Flags) != 0 {
			t.Errorf("%+v, %v", c.Flags, err)
		}
	})
}

func TestHistory(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported(content("Atelier"))
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.edit(h.lise, l.ID, listing.Content{City: "Dumbéa"}, "city")
		h.edit(ada, l.ID, listing.Content{Headline: "Nos mots", City: "Dumbéa"}, "headline")
		h.must(h.s.Do(ctx, h.lise, l.ID, h.card(l.ID).Version, cards.Hide, "Adresse à vérifier."))
		h.pass(time.Hour)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			card, _ := listing.Merge(h.card(l.ID), listing.Content{Postcode: "98835"}, nil, company.Source{Kind: company.FromImport, Name: "annuaire", At: h.now()})
			_, err := listing.Store{}.SaveListings(ctx, tx, []listing.Record{{Listing: card}}, h.now())
			return err
		})
		history, err := h.s.History(ctx, h.lea, l.ID, "", "fr")
		if err != nil || len(history.Steps) != 4 || history.Writes || !history.Origin || history.More != "" {
			t.Fatalf("%+v, %v", history, err)
		}
		for i, want := range []struct {
			act    listing.Act
			who    cards.Who
			state  listing.State
			before string
			after  string
		}{
			{listing.Imported, cards.Who{Sort: cards.Source, Name: "Annuaire 2025"}, listing.Hidden, "Nos mots", "Nos mots"},
			{listing.Concealed, cards.Who{Sort: cards.Member, Name: "Lise"}, listing.Hidden, "Nos mots", "Nos mots"},
			{listing.Edited, cards.Who{Sort: cards.Own, Name: "Ada"}, listing.Published, "Sites et applications", "Nos mots"},
			{listing.Edited, cards.Who{Sort: cards.Member, Name: "Lise"}, listing.Published, "Sites et applications", "Sites et applications"},
		} {
			step := history.Steps[i]
			if step.Act != want.act || step.Who != want.who || step.StateAfter != want.state || step.Before.Headline != want.before || step.After.Headline != want.after {
				t.Errorf("%d: %s by %+v, %s, from %q to %q", i, step.Act, step.Who, step.StateAfter, step.Before.Headline, step.After.Headline)
			}
		}
		older, err := h.s.History(ctx, ada, l.ID, history.Steps[0].ID, "fr")
		if err != nil || len(older.Steps) != 3 || !older.Writes || older.Steps[0].StateAfter != listing.Hidden || older.Steps[0].After.Postcode != "98800" {
			t.Fatalf("%+v, %v", older, err)
		}
		if who := older.Steps[0].Who; who != (cards.Who{Sort: cards.Team}) {
			t.Errorf("an owner is told who of the team it was: %+v", who)
		}
		if who := older.Steps[1].Who; who != (cards.Who{Sort: cards.You}) {
			t.Errorf("an owner is told of themselves: %+v", who)
		}
		for name, by := range map[string]account.Actor{"a stranger": {Person: "x", Territory: "nc"}, "a visitor": {Territory: "nc"}} {
			if _, err := h.s.History(ctx, by, l.ID, "", "fr"); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.Unauthenticated) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestHistoryInPages(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported(content("Atelier"))
		for i := range 23 {
			h.edit(h.lise, l.ID, listing.Content{Headline: []string{"Un", "Deux", "Trois"}[i%3]}, "headline")
		}
		first, err := h.s.History(ctx, h.lise, l.ID, "", "fr")
		if err != nil || len(first.Steps) != 20 || first.Origin || first.More == "" {
			t.Fatalf("%d steps, more %q, %v", len(first.Steps), first.More, err)
		}
		second, err := h.s.History(ctx, h.lise, l.ID, first.More, "fr")
		if err != nil || len(second.Steps) != 3 || !second.Origin || second.Steps[2].Before.Headline != "Sites et applications" {
			t.Fatalf("%+v, %v", second, err)
		}
		if a, b := first.Steps[19].Before.Headline, second.Steps[0].After.Headline; a != b {
			t.Errorf("between the pages: %q and %q", a, b)
		}
	})
}

func TestReturn(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported(content("Atelier"))
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.edit(h.lise, l.ID, listing.Content{City: "Dumbéa"}, "city")
		h.edit(ada, l.ID, listing.Content{Headline: "Nos mots"}, "headline")
		history, err := h.s.History(ctx, h.lise, l.ID, "", "fr")
		h.must(err)
		first := history.Steps[1].ID
		back, err := h.s.Return(ctx, h.lise, l.ID, first)
		if err != nil || !slices.Equal(back.Fields, []string{"headline", "city"}) || !slices.Equal(back.Chosen, []string{"city"}) || !slices.Equal(back.Owned, []string{"headline"}) || !back.Writes {
			t.Fatalf("%+v, %v", back, err)
		}
		if back, err = h.s.Return(ctx, ada, l.ID, first); err != nil || len(back.Owned) != 0 || !back.Own || back.WillWait {
			t.Errorf("the owner: %+v, %v", back, err)
		}
		out, err := h.s.PutBack(ctx, h.lise, l.ID, h.card(l.ID).Version, first, []string{"city"})
		if err != nil || out.Listing.City != "Nouméa" || out.Listing.Headline != "Nos mots" {
			t.Errorf("%+v, %v", out, err)
		}
		if _, err := h.s.PutBack(ctx, h.lise, l.ID, h.card(l.ID).Version, first, nil); !errs.Is(err, errs.Invalid) {
			t.Errorf("nothing: %v", err)
		}
		if _, err := h.s.Return(ctx, h.lise, l.ID, "absent"); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown revision: %v", err)
		}
	})
}

func TestMergeAndSplit(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		bare := h.imported(listing.Content{Name: "Atelier Lagon", Category: listing.Company, City: "Dumbéa", Emails: []string{"contact@atelier.example"}})
		full := h.imported(content("Atelier du Lagon"))
		_, twins, err := h.s.Alike(ctx, h.lise, bare.ID, "")
		if err != nil || len(twins) != 1 || twins[0].Listing.ID != full.ID || len(twins[0].Reasons) == 0 {
			t.Fatalf("%+v, %v", twins, err)
		}
		if _, found, err := h.s.Alike(ctx, h.lise, bare.ID, "atelier"); err != nil || len(found) != 1 {
			t.Errorf("by name: %+v, %v", found, err)
		}
		if better, err := h.s.Better(ctx, h.lise, bare.ID, full.ID); err != nil || better != full.ID {
			t.Errorf("the one that says more should stay: %v", err)
		}
		h.owner("ada@atelier.example", "Ada", bare)
		if better, err := h.s.Better(ctx, h.lise, full.ID, bare.ID); err != nil || better != bare.ID {
			t.Errorf("the one that somebody acts for should stay: %v", err)
		}
		pair, err := h.s.Pair(ctx, h.lise, bare.ID, full.ID)
		if err != nil || pair.Obstacle != nil || !slices.Equal(pair.Taken, []string{"headline", "phones", "address", "postcode", "zone"}) ||
			!slices.Equal(pair.Lost, []string{"name", "city"}) || !slices.Equal(pair.Same, []string{"category", "emails"}) || !pair.Owned[bare.ID] || pair.Owned[full.ID] {
			t.Fatalf("%+v, %v", pair, err)
		}
		if err := h.s.Merge(ctx, h.lise, bare.ID, full.ID, cards.Seen{Into: bare.Version, From: full.Version + 1}); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if err := h.s.Merge(ctx, h.lea, bare.ID, full.ID, cards.Seen{Into: bare.Version, From: full.Version}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		if err := h.s.Merge(ctx, h.lise, bare.ID, bare.ID, cards.Seen{}); !errs.Is(err, errs.Conflict) {
			t.Errorf("with itself: %v", err)
		}
		h.must(h.s.Merge(ctx, h.lise, bare.ID, full.ID, cards.Seen{Into: bare.Version, From: full.Version}))
		if joined := h.card(bare.ID); joined.Headline != "Sites et applications" || joined.City != "Dumbéa" || h.card(full.ID).State != listing.Merged {
			t.Errorf("joined %+v", joined)
		}
		if pair, err := h.s.Pair(ctx, h.lise, bare.ID, full.ID); err != nil || !errs.Is(pair.Obstacle, errs.Conflict) {
			t.Errorf("reunited already: %v, %v", pair.Obstacle, err)
		}
		stands, partings, err := h.s.Partings(ctx, h.lise, full.ID)
		if err != nil || stands.ID != bare.ID || len(partings) != 1 || partings[0].Own.State != listing.Published || !slices.Equal(partings[0].Given, pair.Taken) {
			t.Fatalf("%+v, %v", partings, err)
		}
		if err := h.s.Split(ctx, h.lea, bare.ID, full.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader splits: %v", err)
		}
		if err := h.s.Split(ctx, h.lise, full.ID, bare.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("the wrong way round: %v", err)
		}
		h.must(h.s.Split(ctx, h.lise, bare.ID, full.ID))
		if parted := h.card(bare.ID); parted.Headline != "" || h.card(full.ID).State != listing.Published {
			t.Errorf("parted %+v", parted)
		}
		pairOf := min(bare.ID, full.ID) + " " + max(bare.ID, full.ID)
		if !slices.Equal(h.settled, []string{"one " + pairOf, "two " + pairOf}) {
			t.Errorf("settled %v", h.settled)
		}
		history, err := h.s.History(ctx, h.lise, bare.ID, "", "fr")
		if err != nil || len(history.Steps) != 2 || history.Others[full.ID] != full.Name || history.Steps[0].Act != listing.Parted {
			t.Errorf("%+v, %v", history, err)
		}
	})
}
