package listing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// natural is the card of somebody who trades under their own name.
func natural(name string) Record {
	r := card(name)
	r.Company.NaturalPerson = true
	return r
}

// consent tells of a consent, and gives how many cards it moved.
func consent(t *testing.T, d *db.DB, companyID string, given bool) int {
	t.Helper()
	var n int
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		n, err = Store{}.Consent(t.Context(), tx, companyID, given, clock())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stands fails the test unless a card is in a state, withheld or not, and gives it.
func stands(t *testing.T, d *db.DB, what, id string, state State, withheld bool) Listing {
	t.Helper()
	l, err := Store{}.ByID(t.Context(), d.Read(), id)
	if err != nil || l.State != state || l.Withheld != withheld {
		t.Errorf("%s: %s, withheld %t, %v; want %s, %t", what, l.State, l.Withheld, err, state, withheld)
	}
	return l
}

func TestConsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		saved := save(t, d, natural("Léa Kanak"), card("Kernix"))
		id, firm := saved[0].Listing.ID, saved[0].Company.ID
		stands(t, d, "a new card", id, Draft, true)
		stands(t, d, "an organisation", saved[1].Listing.ID, Published, false)
		_, err := service.Publish(ctx, Author{}, id, 1)
		if e := errs.As(err); e == nil || e.Kind != errs.Forbidden || e.Key != "listing.consent_missing" {
			t.Fatalf("published without a consent: %v", err)
		}
		before, err := db.LastChange(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		if n := consent(t, d, firm, true); n != 1 {
			t.Errorf("%d cards are shown", n)
		}
		if n := consent(t, d, firm, true); n != 0 {
			t.Errorf("told again, %d cards are shown", n)
		}
		l := stands(t, d, "consented", id, Published, false)
		changes, err := d.Changes(ctx, before, 10)
		if err != nil || len(changes) != 1 || changes[0].ID != id || changes[0].Kind != ChangeKind || changes[0].Territory != "nc" || l.Version != 2 {
			t.Errorf("changes %+v, version %d, %v", changes, l.Version, err)
		}
		edited, _, err := service.Edit(ctx, Author{Source: company.Source{Kind: company.FromOwner}}, id, l.Version, Content{Headline: "Mes mots"}, []string{"headline"})
		if err != nil || edited.State != Published {
			t.Errorf("edited: %s, %v", edited.State, err)
		}
		if n := consent(t, d, firm, false); n != 1 {
			t.Errorf("%d cards are hidden", n)
		}
		l = stands(t, d, "withdrawn", id, Hidden, true)
		if _, err := service.Publish(ctx, Author{}, id, l.Version); !errs.Is(err, errs.Forbidden) {
			t.Errorf("published after the withdrawal: %v", err)
		}
		if edited, _, err = service.Edit(ctx, Author{Source: company.Source{Kind: company.FromOwner}}, id, l.Version, Content{City: "Dumbéa"}, []string{"city"}); err != nil || edited.State != Hidden {
			t.Errorf("edited while it waits: %s, %v", edited.State, err)
		}
		consent(t, d, firm, true)
		l = stands(t, d, "consented again", id, Published, false)
		hidden, err := service.Hide(ctx, Author{}, id, l.Version)
		if err != nil || hidden.State != Hidden {
			t.Fatal(hidden.State, err)
		}
		consent(t, d, firm, false)
		if n := consent(t, d, firm, true); n != 0 {
			t.Error("the consent shows what the team has hidden")
		}
		stands(t, d, "hidden by the team", id, Hidden, false)
		if shown, err := service.Publish(ctx, Author{}, id, hidden.Version); err != nil || shown.State != Published {
			t.Errorf("published with a consent: %s, %v", shown.State, err)
		}
		if n := consent(t, d, saved[1].Company.ID, false); n != 0 {
			t.Error("an organisation's card is hidden for want of a consent")
		}
	})
}

// A card that waits and is then hidden by the team waits no more; one without a name stays a draft.
func TestConsentLeavesTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		saved := save(t, d, natural("Léa Kanak"), natural(""), natural("Réunie"))
		service := NewService(d, clock)
		if _, err := service.Hide(t.Context(), Author{}, saved[0].Listing.ID, 1); err != nil {
			t.Fatal(err)
		}
		for i, want := range []State{Hidden, Draft, Published} {
			consent(t, d, saved[i].Company.ID, true)
			stands(t, d, fmt.Sprint("card ", i), saved[i].Listing.ID, want, i == 1)
		}
	})
}

// Whatever company turns out to be a natural person's, all its cards are hidden; and shown when it turns out not to be one.
func TestACompanyBecomesNatural(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := save(t, d, card("Kernix"))[0]
		second := save(t, d, Record{Listing: card("Kernix deux").Listing, Company: first.Company})[0]
		records, err := Store{}.Records(t.Context(), d.Read(), []string{first.Listing.ID})
		if err != nil {
			t.Fatal(err)
		}
		records[0].Company.NaturalPerson = true
		first = save(t, d, records[0])[0]
		for _, id := range []string{first.Listing.ID, second.Listing.ID} {
			stands(t, d, "natural", id, Hidden, true)
		}
		first.Company.NaturalPerson = false
		save(t, d, first)
		for _, id := range []string{first.Listing.ID, second.Listing.ID} {
			stands(t, d, "not natural", id, Published, false)
		}
	})
}

// A card that stands for that of a natural person needs a consent as well, for as long as it does.
func TestMergedNaturalPersons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service, staff := t.Context(), NewService(d, clock), company.Source{Kind: company.FromStaff}
		saved := save(t, d, card("Kernix"), natural("Léa"), natural("Paul"), card("Autre"))
		into, lea, paul, other := saved[0], saved[1], saved[2], saved[3]
		merge := func(a, b Record) {
			t.Helper()
			if _, err := service.Merge(ctx, Author{Source: staff}, a.Listing.ID, b.Listing.ID); err != nil {
				t.Fatal(err)
			}
		}
		split := func(r Record) {
			t.Helper()
			if _, err := service.Split(ctx, Author{}, r.Listing.ID); err != nil {
				t.Fatal(err)
			}
		}
		merge(into, other)
		stands(t, d, "with an organisation", into.Listing.ID, Published, false)
		merge(into, lea)
		stands(t, d, "with a person", into.Listing.ID, Hidden, true)
		merge(into, paul)
		split(lea)
		stands(t, d, "with the other person", into.Listing.ID, Hidden, true)
		stands(t, d, "the first person", lea.Listing.ID, Draft, true)
		if who, err := (Reader{}).NaturalPersons(ctx, d.Read(), []string{into.Company.ID, lea.Company.ID, other.Company.ID}); err != nil || len(who) != 2 || who[other.Company.ID] {
			t.Errorf("natural persons %v, %v", who, err)
		}
		if n := consent(t, d, into.Company.ID, true); n != 1 {
			t.Errorf("%d cards are shown", n)
		}
		consent(t, d, into.Company.ID, false)
		split(paul)
		stands(t, d, "alone again", into.Listing.ID, Published, false)
		// A published card that is merged, and whose consent ends meanwhile, does not come back public.
		consent(t, d, lea.Company.ID, true)
		merge(into, lea)
		consent(t, d, lea.Company.ID, false)
		split(lea)
		stands(t, d, "the first person, split again", lea.Listing.ID, Hidden, true)
		stands(t, d, "alone at last", into.Listing.ID, Published, false)
		// Deleting one parts it too.
		merge(into, lea)
		if err := d.Write(ctx, func(tx *db.Tx) error { return Store{}.Delete(ctx, tx, []string{lea.Listing.ID}, clock()) }); err != nil {
			t.Fatal(err)
		}
		stands(t, d, "without the deleted", into.Listing.ID, Published, false)
	})
}

// Of a publication and a withdrawal at once, whatever comes first, no card is public without a consent.
func TestPublishAndWithdrawAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		service := NewService(d, clock)
		for round := range 15 {
			saved := save(t, d, natural(fmt.Sprint("Personne ", round)))[0]
			consent(t, d, saved.Company.ID, true)
			l := stands(t, d, "consented", saved.Listing.ID, Published, false)
			hidden, err := service.Hide(t.Context(), Author{}, l.ID, l.Version)
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				_, err := service.Publish(context.Background(), Author{}, l.ID, hidden.Version)
				if err != nil && !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.Conflict) {
					t.Error(err)
				}
			})
			wg.Go(func() {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					_, err := Store{}.Consent(context.Background(), tx, saved.Company.ID, false, clock())
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			if l, err = (Store{}).ByID(t.Context(), d.Read(), l.ID); err != nil || l.State != Hidden {
				t.Fatalf("round %d: %s, %v", round, l.State, err)
			}
		}
	})
}

// Who is a natural person is nobody else's business: no public part of a card says so, nor names the source that said it.
func TestNaturalPersonIsNotPublic(t *testing.T) {
	r := natural("Léa Kanak")
	r.Listing.KinNatural = true
	r.Company.Provenance = company.Provenance{company.FieldNaturalPerson: imported("registre", 1)}
	p := PublicOf(r, "https://nc.example/annuaire/lea-kanak")
	text, err := json.Marshal(p)
	if err != nil || strings.Contains(string(text), "natural") || slices.Contains(p.Sources, "registre") || !slices.Contains(p.Sources, "a") {
		t.Errorf("%s, %v", text, err)
	}
}
