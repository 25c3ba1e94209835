package importer_test

import (
	"reflect"
	"testing"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// confirm lets the owner of a card say that all of it is right.
func (b *testBench) confirm(id string) {
	b.t.Helper()
	l, err := listing.Reader{}.ByID(b.ctx, b.db.Read(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	by := listing.Author{Source: company.Source{Kind: company.FromOwner}}
	if _, err := b.cards.Confirm(b.ctx, by, id, l.Version); err != nil {
		b.t.Fatalf("confirm: %v", err)
	}
}

// owned fails the test unless a card says what it said, as its company's own word.
func (b *testBench) owned(what string, before listing.Record, run string) {
	b.t.Helper()
	now, ok := b.records()[before.Listing.ID]
	if !ok {
		b.t.Fatalf("%s: the card is gone", what)
	}
	if !reflect.DeepEqual(now.Listing.Content, before.Listing.Content) || now.Listing.State != before.Listing.State {
		b.t.Fatalf("%s: the card said %+v, and says %+v", what, before.Listing.Content, now.Listing.Content)
	}
	if now.Company.LegalName != before.Company.LegalName || len(now.Company.Identifiers) != len(before.Company.Identifiers) {
		b.t.Fatalf("%s: of the company was known %+v, and is %+v", what, before.Company, now.Company)
	}
	for field, source := range now.Listing.Provenance {
		if source.Run == run {
			b.t.Fatalf("%s: %s still comes from the run that was undone", what, field)
		}
	}
	if name := now.Listing.Provenance["name"]; name.Kind != company.FromOwner || name.At.After(now.Listing.ConfirmedAt) {
		b.t.Fatalf("%s: the name is %+v", what, name)
	}
}

// Who published or confirmed a card vouched for all of it: an undo takes nothing of it away, and all its counts are of cards.
func TestUndoKeepsWhatACompanyVouchedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := append(companies(5), map[string]string{
			"id": "twin", "nom": companies(5)[1]["nom"], "ville": "Nouméa", "cp": "98800", "adresse": companies(5)[1]["adresse"], "tel": "27 99 99",
		})
		s[0]["siret"] = "73282932000074"
		run := b.load("a", s)
		b.want(run, importer.Counts{Rows: 6, Created: 5, Merged: 1})
		published, confirmed := b.named(s[0]["nom"]), b.named(s[1]["nom"])
		if len(confirmed.Listing.Phones) != 1 {
			t.Fatalf("the joined row's phone is not on the card: %v", confirmed.Listing.Phones)
		}
		b.edit(published.Listing.ID, listing.Content{Headline: "Nos mots"}, "headline")
		b.confirm(confirmed.Listing.ID)
		b.editAs(company.FromStaff, b.named(s[2]["nom"]).Listing.ID, listing.Content{Headline: "Mots de l’équipe"}, "headline")
		published, confirmed = b.named(s[0]["nom"]), b.named(s[1]["nom"])

		w, err := b.service.Weigh(b.ctx, run.ID, 10, nil)
		if err != nil {
			t.Fatal(err)
		}
		report := b.undo(run.ID)
		want := importer.UndoReport{Run: run.ID, Deleted: 3, Parted: 1, Kept: 1, Held: 2}
		if report != want || w.UndoReport != want {
			t.Errorf("the undo was weighed as %+v and did %+v, want %+v", w.UndoReport, report, want)
		}
		if made := report.Deleted - report.Parted + report.Kept + report.Held; made != run.Created {
			t.Errorf("%d cards were created, %d are told of", run.Created, made)
		}
		b.owned("published", published, run.ID)
		b.owned("confirmed", confirmed, run.ID)
		if left := b.records(); len(left) != 3 {
			t.Errorf("%d cards are left", len(left))
		}
		state, err := b.service.UndoOf(b.ctx, run.ID)
		if err != nil || state == nil || state.Held != 2 {
			t.Errorf("the undo is told as %+v (%v)", state, err)
		}
		stays, err := b.service.Stays(b.ctx, run.ID, 10)
		if err != nil || !reflect.DeepEqual(stays, w.Stays) || len(stays) != 3 {
			t.Fatalf("%+v stays, weighed %+v (%v)", stays, w.Stays, err)
		}
		for _, one := range stays {
			if one.Held != (one.Listing == published.Listing.ID || one.Listing == confirmed.Listing.ID) || !one.Made {
				t.Errorf("stays: %+v", one)
			}
		}
		again := s.with("c0", map[string]string{"texte": "Autre chose.", "tel": "28 00 00"})
		b.load("a", again)
		now := b.records()[published.Listing.ID].Listing
		if now.Description != "Des services." || len(now.Phones) != 1 {
			t.Errorf("imported again, the company's card says %+v", now.Content)
		}
	})
}

// A card that the run only changed stays as its company saw it, too, whatever is undone after.
func TestUndoOfAChangeThatACompanyVouchedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(3)
		b.load("a", s)
		second := b.load("a", s.with("c0", map[string]string{"texte": "Deux.", "tel": "28 11 11"}).with("c1", map[string]string{"texte": "Deux."}))
		card := b.named(s[0]["nom"])
		b.confirm(card.Listing.ID)
		third := b.load("a", s.with("c0", map[string]string{"texte": "Trois.", "tel": "28 11 11"}))
		report := b.undo(second.ID)
		if want := (importer.UndoReport{Run: second.ID, Kept: 1, Held: 1}); report != want {
			t.Errorf("undo of the second: %+v, want %+v", report, want)
		}
		b.undo(third.ID)
		now := b.records()[card.Listing.ID].Listing
		if now.Description != "Deux." || len(now.Phones) != 1 || now.Provenance["description"].Kind != company.FromOwner {
			t.Errorf("after both are undone: %+v, %+v", now.Content, now.Provenance["description"])
		}
	})
}
