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

// crowdCard gives a card n edits by a person, n cards that were merged into it, and all that can speak against it.
func crowdCard(t *testing.T, a *App, id, person string, n int) {
	t.Helper()
	ctx, service := t.Context(), listing.NewService(a.DB, a.now)
	by := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: person}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		for _, k := range listing.FlagKinds() {
			if _, err := (listing.Store{}).Raise(ctx, tx, listing.Flag{Listing: id, Territory: demoTerritory, Kind: k, Since: a.now(), Seen: a.now()}); err != nil {
				return err
			}
		}
		card, err := listing.Reader{}.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		var twins []listing.Record
		for i := range n {
			l, _ := listing.Merge(listing.Listing{Territory: demoTerritory, State: listing.Hidden}, card.Content, nil, company.Source{Kind: company.FromImport, Name: "annuaire"})
			twins = append(twins, listing.Record{Listing: l, Company: company.Company{UsualName: fmt.Sprint("Jumelle ", i)}})
		}
		if twins, err = (listing.Store{}).SaveBatch(ctx, tx, twins, a.now()); err != nil {
			return err
		}
		for _, r := range twins {
			if card, err = service.MergeIn(ctx, tx, by, id, r.Listing.ID); err != nil {
				return err
			}
		}
		for i := range n {
			card, _, err = service.EditIn(ctx, tx, by, id, card.Version, listing.Content{Headline: fmt.Sprint("Mots ", i)}, []string{"headline"})
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

// lastEdited is the card that was written most often, and the last thing that was done to it.
func lastEdited(t *testing.T, a *App) (card, revision string) {
	t.Helper()
	err := a.DB.Read().QueryRowContext(t.Context(), "SELECT listing_id, id FROM listing_revisions WHERE act = $1 ORDER BY version DESC LIMIT 1",
		string(listing.Edited)).Scan(&card, &revision)
	if err != nil {
		t.Fatal(err)
	}
	return card, revision
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
	card := presented(t, a, enterprise, "Atelier du Lagon").ID
	crowdCard(t, a, card, p.ID, 2)
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
