package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// crowdCard gives a company a card with n edits by a person, n cards that were merged into it, and n signs of each of the sources.
func crowdCard(t *testing.T, a *App, enterprise, person string, n int) {
	t.Helper()
	ctx, service := t.Context(), listing.NewService(a.DB, a.now)
	by := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: person}
	var card listing.Listing
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		owner, err := company.Store{}.ByID(ctx, tx, enterprise)
		if err != nil {
			return err
		}
		var records []listing.Record
		for i := range n + 1 {
			l, _ := listing.Merge(listing.Listing{Territory: demoTerritory, State: listing.Published}, listing.Content{
				Name: "Atelier du Lagon", Category: listing.Company, Phones: []string{"+687251010"}, Competences: []string{"drones"},
			}, nil, company.Source{Kind: company.FromImport, Name: "annuaire"})
			r := listing.Record{Listing: l, Company: company.Company{UsualName: fmt.Sprint("Jumelle ", i)}}
			if i == 0 {
				r.Company = owner
			}
			records = append(records, r)
		}
		saved, err := listing.Store{}.SaveBatch(ctx, tx, records, a.now())
		if err != nil {
			return err
		}
		card = saved[0].Listing
		for _, k := range listing.FlagKinds() {
			if _, err := (listing.Store{}).Raise(ctx, tx, listing.Flag{Listing: card.ID, Territory: demoTerritory, Kind: k, Since: a.now(), Seen: a.now()}); err != nil {
				return err
			}
		}
		for _, r := range saved[1:] {
			if _, err := service.MergeIn(ctx, tx, by, card.ID, r.Listing.ID); err != nil {
				return err
			}
		}
		if card, err = (listing.Reader{}).ByID(ctx, tx, card.ID); err != nil {
			return err
		}
		for i := range n {
			card, _, err = service.EditIn(ctx, tx, by, card.ID, card.Version, listing.Content{Headline: fmt.Sprint("Mots ", i)}, []string{"headline"})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// cardOf is a company's card, and the last thing that was done to it.
func cardOf(t *testing.T, a *App, enterprise string) (card, revision string) {
	t.Helper()
	found, err := a.Listings.OfCompanies(t.Context(), a.DB.Read(), []string{enterprise})
	if err != nil {
		t.Fatal(err)
	}
	revisions, err := a.Listings.Revisions(t.Context(), a.DB.Read(), found[enterprise].ID, "", 1)
	if err != nil || len(revisions) == 0 {
		t.Fatal(revisions, err)
	}
	return found[enterprise].ID, revisions[0].ID
}

// What a person did to cards is told to them, and names nobody any more when they are erased; after three years it is gone.
func TestRevisionsOfAPerson(t *testing.T) {
	c := newClock()
	a := start(t, Options{Now: c.now})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	p, err := a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "lise@example.nc", account.ProjectManager)
	if err != nil {
		t.Fatal(err)
	}
	var enterprise string
	write := func(f func(ctx context.Context, tx *db.Tx) error) {
		t.Helper()
		if err := a.DB.Write(t.Context(), func(tx *db.Tx) error { return f(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	write(func(ctx context.Context, tx *db.Tx) error {
		saved, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{{Territory: demoTerritory, UsualName: "Atelier"}}, a.now())
		enterprise = saved[0].ID
		return err
	})
	crowdCard(t, a, enterprise, p.ID, 2)
	card, _ := cardOf(t, a, enterprise)
	told, err := revisionHolder{a}.PersonalData(t.Context(), a.DB.Read(), p.ID)
	if err != nil || len(told) != 1 || len(told[0].Rows) != 6 || told[0].Rows[0][2].Value != "Atelier du Lagon" {
		t.Fatalf("%+v, %v", told, err)
	}
	write(func(ctx context.Context, tx *db.Tx) error { return revisionHolder{}.Erase(ctx, tx, p.ID) })
	count := func(of string) int {
		t.Helper()
		revisions, err := a.Listings.Revisions(t.Context(), a.DB.Read(), card, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range revisions {
			if r.Person == of {
				n++
			}
		}
		return n
	}
	if count(p.ID) != 0 || count("") != 4 {
		t.Errorf("%d name the person, %d nobody", count(p.ID), count(""))
	}
	c.pass(35 * 31 * 24 * time.Hour)
	if err := a.purgeRevisions(t.Context()); err != nil || count("") != 4 {
		t.Errorf("purged too early: %v", err)
	}
	c.pass(60 * 24 * time.Hour)
	if err := a.purgeRevisions(t.Context()); err != nil || count("") != 0 {
		t.Errorf("kept too long: %v", err)
	}
}
