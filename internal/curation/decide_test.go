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
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// What is accepted of an edit is published as the owner's. The first edit of which nothing is refused ends the trial of a newcomer; a
// watched company stays watched.
func TestDecideEdit(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		for _, trust := range []curation.Trust{curation.Newcomer, curation.Watched} {
			h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, trust))
			l = h.card(l.ID)
			in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Headline: "Pour " + string(trust), City: "Ville " + string(trust)}, []string{"headline", "city"})
			h.must(err)
			c, err := h.s.Decide(ctx, h.rene, in.Change.ID, curation.Decision{Take: []string{"headline"}, Reason: "La ville est à vérifier.", Seen: l.Version})
			if err != nil || c.State != curation.Partly || !slices.Equal(c.Taken, []string{"headline"}) || c.DecidedBy != h.rene.Person {
				t.Fatalf("%+v, %v", c, err)
			}
			now := h.card(l.ID)
			if now.Headline != "Pour "+string(trust) || now.City == c.After.City || now.Provenance["headline"].Kind != company.FromOwner {
				t.Errorf("%+v", now)
			}
			revisions, err := listing.Reader{}.Revisions(ctx, h.db.Read(), l.ID, "", 1)
			if err != nil || len(revisions) != 1 || revisions[0].Person != ada.Person {
				t.Errorf("the history names %+v, %v", revisions, err)
			}
			if after, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID); err != nil || after != trust {
				t.Errorf("of an edit that was refused in part, %s became %s, %v", trust, after, err)
			}
			in, err = h.s.Submit(ctx, ada, l.ID, now.Version, listing.Content{City: "Autre " + string(trust)}, []string{"city"})
			h.must(err)
			_, err = h.s.Decide(ctx, h.rene, in.Change.ID, curation.Decision{Take: []string{"city"}, Seen: now.Version})
			h.must(err)
			after, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID)
			if want := map[curation.Trust]curation.Trust{curation.Newcomer: curation.Trusted, curation.Watched: curation.Watched}[trust]; err != nil || after != want {
				t.Errorf("%s became %s, %v", trust, after, err)
			}
		}
		letters := h.letters("ada@atelier.example")
		if len(letters) != 4 || letters[0].Person != ada.Person || !strings.Contains(strings.Join(letters[0].Letter.Paragraphs, " "), "La ville est à vérifier.") ||
			letters[0].Letter.Action.URL != "https://grappe.example/nc/espace/fiches/"+l.ID {
			t.Errorf("%+v", letters)
		}
	})
}

// A refusal needs a reason, which the author gets in their language; nothing of the card changes.
func TestRefuse(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		c := h.propose(curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, After: listing.Content{City: "Païta"}, Fields: []string{"city"},
			Mail: "Passing@Example.example", Lang: "en", Message: "They have moved.",
		})
		for name, d := range map[string]curation.Decision{"take": {Take: []string{"headline"}, Seen: l.Version}, "reason": {Reason: "  ", Seen: l.Version}} {
			if _, err := h.s.Decide(ctx, h.lise, c.ID, d); !errs.Is(err, errs.Invalid) || !slices.Equal(refusedFields(err), []string{name}) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.s.Decide(ctx, h.lea, c.ID, curation.Decision{Reason: "Non."}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
		d, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "We asked: they have not.", Seen: l.Version})
		if err != nil || d.State != curation.Refused || h.card(l.ID).Version != l.Version {
			t.Fatalf("%+v, %v", d, err)
		}
		letters := h.letters("passing@example.example")
		if len(letters) != 1 || letters[0].Lang != "en" || !strings.Contains(strings.Join(letters[0].Letter.Paragraphs, " "), "We asked: they have not.") ||
			letters[0].Letter.Action.URL != "https://grappe.example/nc/annuaire/atelier-du-lagon" {
			t.Errorf("%+v", letters)
		}
		_, err = h.s.Decide(ctx, h.rene, c.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
		if e := errs.As(err); e == nil || e.Kind != errs.Conflict || e.Key != curation.KeyDecided || e.Args["who"] != "Lise" {
			t.Errorf("decided twice: %v", err)
		}
	})
}

// What is taken of somebody's correction makes that field fresh, not the card: nobody has looked at the rest of it. An owner who takes it
// has the card before them.
func TestACorrectionVouchesForNoMore(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		c := h.suggest(l, listing.Content{City: "Païta"}, "city")
		decided, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
		h.must(err)
		now := h.card(l.ID)
		if now.City != "Païta" || !now.Provenance["city"].At.Equal(h.now()) || !now.ConfirmedAt.IsZero() {
			t.Errorf("%s, said %v, card confirmed %v", now.City, now.Provenance["city"].At, now.ConfirmedAt)
		}
		if revisions, err := (listing.Reader{}).Revisions(ctx, h.db.Read(), l.ID, "", 1); err != nil || len(revisions) != 1 || !decided.Deed().Made(revisions[0]) {
			t.Errorf("the history does not know who proposed it: %+v, %v", revisions, err)
		}
		ada := h.owner("ada@atelier.example", "Ada", l)
		c = h.suggest(now, listing.Content{City: "Dumbéa"}, "city")
		_, err = h.s.Answer(ctx, ada, c.ID, curation.Decision{Take: []string{"city"}, Seen: now.Version})
		h.must(err)
		if now = h.card(l.ID); now.City != "Dumbéa" || !now.ConfirmedAt.Equal(h.now()) {
			t.Errorf("by its owner: %s, confirmed %v", now.City, now.ConfirmedAt)
		}
	})
}

// Of many who decide at once exactly one does, and the others are told who.
func TestDecideAtOnce(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier du Lagon")
		c := h.suggest(l, listing.Content{City: "Païta"}, "city")
		results := make([]error, 8)
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() {
				by, d := h.lise, curation.Decision{Take: []string{"city"}, Seen: l.Version}
				if i%2 == 0 {
					by, d = h.rene, curation.Decision{Reason: "Non."}
				}
				_, results[i] = h.s.Decide(context.WithoutCancel(h.t.Context()), by, c.ID, d)
			})
		}
		wait.Wait()
		done := 0
		for _, err := range results {
			switch e := errs.As(err); {
			case err == nil:
				done++
			case e == nil || e.Key != curation.KeyDecided || e.Args["who"] != "Lise" && e.Args["who"] != "René":
				t.Error(err)
			}
		}
		if letters := h.letters("passant@exemple.example"); done != 1 || len(letters) != 1 {
			t.Errorf("%d decided, %d letters", done, len(letters))
		}
	})
}

// The owner's words are theirs: what the team takes of a suggestion about them is passed on, and the owner answers.
func TestPassedOn(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Phones: []string{"+687250000"}}, []string{"phones"})
		h.must(err)
		l = out.Listing
		c := h.suggest(l, listing.Content{Phones: []string{"+687259999"}, City: "Dumbéa"}, "phones", "city")
		if letters := h.letters("ada@atelier.example"); len(letters) != 1 || letters[0].Kind != "curation.suggested" {
			t.Fatalf("the owner is told: %+v", letters)
		}
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		if _, err := h.s.Answer(ctx, ada, c.ID, curation.Decision{Take: []string{"phones"}, Seen: l.Version}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a watched company answers before the team: %v", err)
		}
		d, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"phones", "city"}, Seen: l.Version})
		if err != nil || d.State != curation.Offered || !slices.Equal(d.Passed, []string{"phones"}) || !slices.Equal(d.Taken, []string{"city"}) {
			t.Fatalf("%+v, %v", d, err)
		}
		now := h.card(l.ID)
		if now.City != "Dumbéa" || now.Phones[0] != "+687250000" || now.Provenance["city"].Kind != company.FromStaff {
			t.Errorf("%+v", now)
		}
		open, err := h.s.OpenOn(ctx, ada, now)
		if of := open[l.ID]; err != nil || len(of) != 1 || of[0].ID != c.ID || of[0].Mail != "" || of[0].Name != "" {
			t.Fatalf("%+v, %v", open, err)
		}
		a, err := h.s.Answer(ctx, ada, c.ID, curation.Decision{Take: []string{"phones", "city"}, Seen: now.Version})
		if err != nil || a.State != curation.Accepted {
			t.Fatalf("%+v, %v", a, err)
		}
		if now := h.card(l.ID); now.Phones[0] != "+687259999" || now.Provenance["phones"].Kind != company.FromOwner {
			t.Errorf("%+v", now)
		}
		kinds := []string{}
		for _, m := range append(h.letters("ada@atelier.example"), h.letters("passant@exemple.example")...) {
			kinds = append(kinds, m.Kind)
		}
		if !slices.Equal(kinds, []string{"curation.suggested", "curation.offered", "curation.decided", "curation.decided"}) {
			t.Errorf("%v", kinds)
		}
	})
}

// Nobody is left to ask about what a former owner wrote: the team corrects it.
func TestOrphan(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		out, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Phones: []string{"+687250000"}}, []string{"phones"})
		h.must(err)
		h.must(h.accounts.Leave(ctx, ada, l.CompanyID))
		c := h.suggest(out.Listing, listing.Content{Phones: []string{"+687259999"}}, "phones")
		d, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"phones"}, Seen: out.Listing.Version})
		if now := h.card(l.ID); err != nil || d.State != curation.Accepted || now.Phones[0] != "+687259999" || now.Provenance["phones"].Kind != company.FromStaff {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}

// A card that was merged or that is gone meanwhile: what stands for it is shown and written, or the change can only be refused.
func TestDecideMergedAndGone(t *testing.T) {
	each(t, func(h *house) {
		ctx, l, into := h.t.Context(), h.imported("Atelier du Lagon"), h.imported("Lagon Atelier")
		c, gone := h.suggest(l, listing.Content{City: "Païta"}, "city"), h.suggest(l, listing.Content{Headline: "Autre"}, "headline")
		_, err := h.cards.Merge(ctx, listing.Author{Source: company.Source{Kind: company.FromStaff}}, into.ID, l.ID)
		h.must(err)
		_, err = h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"city"}, Card: l.ID, Seen: l.Version})
		moved := new(curation.Moved)
		if !errors.As(err, &moved) || moved.Now.ID != into.ID {
			t.Fatalf("%v", err)
		}
		_, now, err := h.s.Change(ctx, h.lise, c.ID)
		if err != nil || now.Listing.ID != into.ID {
			t.Fatalf("%+v, %v", now, err)
		}
		_, err = h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"city"}, Card: into.ID, Seen: now.Listing.Version})
		if h.must(err); h.card(into.ID).City != "Païta" {
			t.Error("the card that stands for it was not written")
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return listing.Store{}.Delete(ctx, tx, []string{l.ID, into.ID}, h.now())
		})
		if _, err := h.s.Decide(ctx, h.lise, gone.ID, curation.Decision{Take: []string{"headline"}}); !errs.Is(err, errs.Gone) {
			t.Errorf("a card that is gone: %v", err)
		}
		d, err := h.s.Decide(ctx, h.lise, gone.ID, curation.Decision{Reason: "La fiche n’est plus là."})
		if err != nil || d.State != curation.Refused || len(h.letters("passant@exemple.example")) != 2 {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

// An edit that waits when its card is merged into another company's is a suggestion to that one: the team takes it in its own name,
// what the other owner wrote is theirs to answer, and the author's trial goes on.
func TestEditOfAMergedCard(t *testing.T) {
	each(t, func(h *house) {
		ctx, l, into := h.t.Context(), h.imported("Atelier du Lagon"), h.imported("Atelier du Lagon SARL")
		ada, bea := h.owner("ada@atelier.example", "Ada", l), h.owner("bea@atelier.example", "Béa", into)
		_, err := h.s.Submit(ctx, bea, into.ID, into.Version, listing.Content{Phones: []string{"+687250000"}}, []string{"phones"})
		h.must(err)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Phones: []string{"+687259999"}, City: "Dumbéa"}, []string{"phones", "city"})
		h.must(err)
		_, err = h.cards.Merge(ctx, listing.Author{Source: company.Source{Kind: company.FromStaff}}, into.ID, l.ID)
		h.must(err)
		c, err := h.s.Decide(ctx, h.lise, in.Change.ID, curation.Decision{Take: in.Change.Fields, Card: into.ID, Seen: h.card(into.ID).Version})
		if err != nil || c.State != curation.Offered || !slices.Equal(c.Passed, []string{"phones"}) || c.Company != into.CompanyID {
			t.Fatalf("%+v, %v", c, err)
		}
		now := h.card(into.ID)
		if now.Phones[0] != "+687250000" || now.City != "Dumbéa" || now.Provenance["city"].Kind != company.FromStaff {
			t.Errorf("%+v", now)
		}
		if trust, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID); err != nil || trust != curation.Newcomer {
			t.Errorf("trust %s, %v", trust, err)
		}
		if open, err := h.s.OpenOn(ctx, bea, now); err != nil || len(open[now.ID]) != 1 || len(h.letters("bea@atelier.example")) != 1 {
			t.Errorf("the other owner is asked %+v, with %+v, %v", open, h.letters("bea@atelier.example"), err)
		}
		if _, err := h.s.Answer(ctx, ada, c.ID, curation.Decision{Take: c.Passed, Seen: now.Version}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the author answers: %v", err)
		}
		a, err := h.s.Answer(ctx, bea, c.ID, curation.Decision{Take: c.Passed, Seen: now.Version})
		if err != nil || a.State != curation.Accepted || h.card(into.ID).Phones[0] != "+687259999" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// An organisation that is proposed becomes a card; what resembles it is found first; a natural person's waits for the consent.
func TestNew(t *testing.T) {
	each(t, func(h *house) {
		ctx, there := h.t.Context(), h.imported("Atelier du Lagon")
		said := listing.Content{
			Name: "Atelier du Lagon", Category: listing.Company, Phones: []string{"+687251010"}, Address: "12 rue de l’Alma", City: "Nouméa", Postcode: "98800", Headline: "Sites",
		}
		kin, err := h.s.Alike(ctx, h.db.Read(), "nc", said, curation.Number{})
		if err != nil || len(kin) != 1 || kin[0].Record.Listing.ID != there.ID || kin[0].Verdict.Judgement != listing.Sure {
			t.Fatalf("%+v, %v", kin, err)
		}
		said.Name = "Photographe du Sud"
		for _, natural := range []bool{false, true} {
			c := h.propose(curation.Change{
				Kind: curation.New, State: curation.Waiting, Territory: "nc", After: said, Fields: []string{"name", "category", "phones", "headline"}, Mail: "moi@exemple.example",
				Lang: "fr", Number: curation.Number{Scheme: company.SchemeRIDET, Written: "0 123 455.001"}, Natural: natural,
			})
			d, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"name", "category", "phones"}})
			h.must(err)
			l, want := h.card(d.Created), listing.Published
			if natural {
				want = listing.Draft
			}
			made, err := company.Store{}.ByID(ctx, h.db.Read(), l.CompanyID)
			if err != nil || l.State != want || l.Withheld != natural || l.Headline != "" || made.Identifiers[0].Written != "0 123 455.001" || made.NaturalPerson != natural {
				t.Errorf("%+v, %+v, %v", l, made, err)
			}
		}
		if letters := h.letters("moi@exemple.example"); len(letters) != 2 || letters[0].Letter.Action.URL != "https://grappe.example/nc/annuaire/photographe-du-sud" ||
			letters[1].Letter.Action.URL != "https://grappe.example/nc/annuaire" {
			t.Errorf("%+v", letters)
		}
	})
}

// Within the grace a decision is taken back as if it had not been, and nobody is told; after it the author is.
func TestUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2*time.Minute)
		ctx, l := t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{Name: "Le Lagon", City: "Dumbéa"}, []string{"name", "city"})
		h.must(err)
		proposed := h.propose(curation.Change{
			Kind: curation.New, State: curation.Waiting, Territory: "nc", After: listing.Content{Name: "Neuf", Category: listing.School}, Fields: []string{"name", "category"}, Mail: "moi@exemple.example", Lang: "fr",
		})
		for _, c := range []curation.Change{in.Change, proposed} {
			made, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: c.Fields, Seen: l.Version})
			h.must(err)
			if err := h.s.Undo(ctx, h.rene, c.ID); !errs.Is(err, errs.Conflict) {
				t.Errorf("another's: %v", err)
			}
			h.must(h.s.Undo(ctx, h.lise, c.ID))
			if again, _, err := h.s.Change(ctx, h.lise, c.ID); err != nil || again.State != curation.Waiting || again.DecidedBy != "" || len(again.Taken) > 0 {
				t.Errorf("%+v, %v", again, err)
			}
			if _, err := (listing.Reader{}).ByID(ctx, d.Read(), made.Created); made.Created != "" && !errs.Is(err, errs.NotFound) {
				t.Errorf("the card is still there: %v", err)
			}
		}
		now := h.card(l.ID)
		if now.Name != l.Name || now.Slug != l.Slug || now.City != "Nouméa" || now.Provenance["city"].Kind != company.FromImport || !now.ConfirmedAt.Equal(l.ConfirmedAt) {
			t.Errorf("%+v", now)
		}
		if trust, _ := h.s.TrustOf(ctx, d.Read(), l.CompanyID); trust != curation.Newcomer {
			t.Errorf("trust %s", trust)
		}
		h.pass(3 * time.Minute)
		if _, err := h.queue.RunDue(ctx); err != nil || len(h.letters("ada@atelier.example")) != 0 {
			t.Fatalf("%+v, %v", h.letters("ada@atelier.example"), err)
		}
		_, err = h.s.Decide(ctx, h.rene, in.Change.ID, curation.Decision{Reason: "Pas encore."})
		h.must(err)
		if len(h.letters("ada@atelier.example")) != 0 {
			t.Error("the letter left at once")
		}
		h.pass(2 * time.Minute)
		if _, err := h.queue.RunDue(ctx); err != nil || len(h.letters("ada@atelier.example")) != 1 {
			t.Errorf("%d letters, %v", len(h.letters("ada@atelier.example")), err)
		}
		if err := h.s.Undo(ctx, h.rene, in.Change.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("too late: %v", err)
		}
	})
}

// Who undoes twice is told that it is undone, not that it is too late.
func TestUndoTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2*time.Minute)
		l := h.imported("Atelier du Lagon")
		c := h.suggest(l, listing.Content{City: "Païta"}, "city")
		_, err := h.s.Decide(t.Context(), h.lise, c.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
		h.must(err)
		h.must(h.s.Undo(t.Context(), h.lise, c.ID))
		if e := errs.As(h.s.Undo(t.Context(), h.lise, c.ID)); e == nil || e.Kind != errs.Conflict || e.Key != "curation.undo_done" {
			t.Errorf("undone twice: %v", e)
		}
	})
}

// Who has lost the role takes nothing back any more, and what the team says of a company's trust meanwhile stays.
func TestUndoNeedsTheRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, 2*time.Minute)
		ctx, l := t.Context(), h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		c := h.suggest(l, listing.Content{Headline: "Autre"}, "headline")
		_, err := h.s.Answer(ctx, ada, c.ID, curation.Decision{Take: []string{"headline"}, Seen: l.Version})
		h.must(err)
		left := ada
		left.Companies = nil
		if err := h.s.Undo(ctx, left, c.ID); !errs.Is(err, errs.Forbidden) || h.card(l.ID).Headline != "Autre" {
			t.Errorf("who left the company: %v", err)
		}
		h.must(h.s.Undo(ctx, ada, c.ID))

		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Newcomer))
		in, err := h.s.Submit(ctx, ada, l.ID, h.card(l.ID).Version, listing.Content{City: "Dumbéa"}, []string{"city"})
		h.must(err)
		_, err = h.s.Decide(ctx, h.lise, in.Change.ID, curation.Decision{Take: []string{"city"}, Seen: h.card(l.ID).Version})
		h.must(err)
		demoted := h.lise
		demoted.Roles, demoted.Companies = []account.Role{account.Reader}, ada.Companies
		if err := h.s.Undo(ctx, demoted, in.Change.ID); !errs.Is(err, errs.Forbidden) || h.card(l.ID).City != "Dumbéa" {
			t.Errorf("who is a reader now: %v", err)
		}
		h.must(h.s.SetTrust(ctx, h.rene, l.CompanyID, curation.Watched))
		h.must(h.s.Undo(ctx, h.lise, in.Change.ID))
		if trust, err := h.s.TrustOf(ctx, d.Read(), l.CompanyID); err != nil || trust != curation.Watched {
			t.Errorf("trust %s, %v", trust, err)
		}
	})
}

// What nobody has written over is taken back, and nothing else.
func TestUndoWrittenSince(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), time.Minute)
	ctx, l := t.Context(), h.imported("Atelier du Lagon")
	c := h.suggest(l, listing.Content{City: "Dumbéa"}, "city")
	_, err := h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Take: []string{"city"}, Seen: l.Version})
	h.must(err)
	_, err = h.s.Submit(ctx, h.rene, l.ID, l.Version+1, listing.Content{Headline: "Entre-temps"}, []string{"headline"})
	h.must(err)
	if err := h.s.Undo(ctx, h.lise, c.ID); !errs.Is(err, errs.Conflict) || h.card(l.ID).City != "Dumbéa" {
		t.Error(err)
	}
}

// Only a project manager trusts.
func TestTrust(t *testing.T) {
	each(t, func(h *house) {
		ctx, l := h.t.Context(), h.imported("Atelier du Lagon")
		if trust, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID); err != nil || trust != curation.Trusted {
			t.Fatal(trust, err)
		}
		elsewhere := h.lise
		elsewhere.Territory = "pf"
		for name, tt := range map[string]struct {
			by   account.Actor
			to   curation.Trust
			kind errs.Kind
		}{"a reader": {h.lea, curation.Watched, errs.Forbidden}, "no trust": {h.lise, "x", errs.Invalid}, "elsewhere": {elsewhere, curation.Watched, errs.NotFound}} {
			if err := h.s.SetTrust(ctx, tt.by, l.CompanyID, tt.to); !errs.Is(err, tt.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
		if trust, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID); err != nil || trust != curation.Watched {
			t.Fatal(trust, err)
		}
		claimed := func(to, want curation.Trust) {
			t.Helper()
			h.must(h.db.Write(ctx, func(tx *db.Tx) error { return h.s.ClaimedIn(ctx, tx, l.CompanyID, to) }))
			if trust, err := h.s.TrustOf(ctx, h.db.Read(), l.CompanyID); err != nil || trust != want {
				t.Errorf("claimed as %s: %s %v", to, trust, err)
			}
		}
		claimed(curation.Newcomer, curation.Watched)
		claimed(curation.Trusted, curation.Watched)
		h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Trusted))
		claimed(curation.Newcomer, curation.Newcomer)
		claimed(curation.Trusted, curation.Trusted)
	})
}
