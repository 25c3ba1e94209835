package importer_test

import (
	"slices"
	"testing"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// twins are two records of one company, and one that may be a third.
func twins() sheet {
	return sheet{
		{"id": "1", "nom": "Kernix", "ville": "Nouméa", "cp": "98800", "adresse": "15 rue de Sébastopol", "site": "http://www.kernix.com"},
		{"id": "2", "nom": "KERNIX SARL", "ville": "Nouméa", "cp": "98800", "adresse": "15, rue de Sébastopol", "tel": "26 12 34"},
		{"id": "3", "nom": "Kernix Lab", "ville": "Nouméa", "cp": "98800", "adresse": "15 rue de Sébastopol", "site": "http://www.kernix.com"},
	}
}

func TestSureDuplicatesMergeAndSplitAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := twins()
		b.want(b.load("a", s), importer.Counts{Rows: 3, Created: 2, Merged: 1})
		card := b.named("Kernix").Listing
		if len(card.Phones) != 1 || len(card.Websites) != 1 {
			t.Fatalf("the card does not say what both rows say: %+v", card.Content)
		}
		b.want(b.load("a", s), importer.Counts{Rows: 3, Unchanged: 3})

		// A silence of the surviving row takes nothing from the other; a change of the other reaches the card.
		s = s.with("1", map[string]string{"site": "", "texte": "Un texte."}).with("2", map[string]string{"tel": "26 99 99"})
		b.want(b.load("a", s), importer.Counts{Rows: 3, Updated: 2, Unchanged: 1})
		card = b.named("Kernix").Listing
		if len(card.Phones) != 1 || card.Phones[0] != "+687269999" || card.Description != "Un texte." || len(card.Websites) != 0 {
			t.Errorf("after changes: %+v", card.Content)
		}

		parted, err := b.service.Split(t.Context(), "nc", "a:2")
		if err != nil {
			t.Fatal(err)
		}
		card = b.named("Kernix").Listing
		if parted.Name != "KERNIX SARL" || parted.State != listing.Published || len(card.Phones) != 0 || len(parted.Phones) != 1 {
			t.Errorf("split: %+v, %v", parted, card.Phones)
		}
		b.want(b.load("a", s), importer.Counts{Rows: 3, Unchanged: 3})
		_, err = b.service.Split(t.Context(), "nc", "a:2")
		kindOf(t, err, errs.Conflict, "importer.run.nothing_merged")
	})
}

func TestDoubtfulDuplicatesWaitForAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := sheet{twins()[0], twins()[2]}
		report := b.load("a", s)
		b.want(report, importer.Counts{Rows: 2, Created: 2})
		pairs := duplicates(t, b)
		if len(pairs) != 1 || report.Doubtful != 1 || len(pairs[0].Reasons) == 0 || pairs[0].A.Slug != "kernix" ||
			!slices.Contains(pairs[0].B.Refs, "a:3") {
			t.Fatalf("pairs: %+v", pairs)
		}
		b.load("a", s)
		if err := b.service.Dismiss(t.Context(), "nc", "kernix", "kernix-lab"); err != nil {
			t.Fatal(err)
		}
		if left := duplicates(t, b); len(left) != 0 {
			t.Errorf("a dismissed pair still waits: %+v", left)
		}
		staff := company.Source{Kind: company.FromStaff, Name: "staff"}
		into, err := b.service.Merge(t.Context(), staff, "nc", "kernix", "a:3")
		if err != nil || into.Slug != "kernix" {
			t.Fatalf("merge: %v, %v", into.Slug, err)
		}
		_, err = b.service.Merge(t.Context(), staff, "nc", "kernix", "a:3")
		kindOf(t, err, errs.Conflict, "listing.merged_already")
		b.want(b.load("a", s), importer.Counts{Rows: 2, Unchanged: 2})
		parted, err := b.service.Split(t.Context(), "nc", "kernix")
		if err != nil || parted.Slug != "kernix-lab" {
			t.Fatalf("split by the slug of the card that stands: %v, %v", parted.Slug, err)
		}
		_, err = b.service.Merge(t.Context(), staff, "nc", "kernix", "kernix")
		kindOf(t, err, errs.Usage, "importer.run.same_card")
		_, err = b.service.Split(t.Context(), "nc", "nowhere")
		kindOf(t, err, errs.NotFound, "importer.run.no_card")
	})
}

func TestUndoAfterAPersonMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.load("base", sheet{twins()[0]})
		before := b.picture(b.records())
		run := b.load("a", sheet{{"id": "9", "nom": "Kernix Lab", "ville": "Nouméa", "cp": "98800", "adresse": "15 rue de Sébastopol", "tel": "28 28 28"}})
		staff := company.Source{Kind: company.FromStaff, Name: "staff"}
		if _, err := b.service.Merge(t.Context(), staff, "nc", "kernix", "kernix-lab"); err != nil {
			t.Fatal(err)
		}
		if len(b.named("Kernix").Listing.Phones) != 1 {
			t.Fatal("the merged card's phone was not taken over")
		}
		b.undo(run.ID)
		b.same("after the undo", b.picture(b.records()), before)
	})
}

// A chain that copies one number everywhere stays a chain of offices.
func TestOneNumberCopiedOnEveryOffice(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	var s sheet
	for _, town := range []string{"Nouméa", "Dumbéa", "Païta", "Bourail"} {
		s = append(s, map[string]string{"id": town, "nom": "Blue Office de " + town, "ville": town, "siret": "73282932000074", "site": "blue-office.example.org"})
	}
	report := b.load("a", s)
	b.want(report, importer.Counts{Rows: 4, Created: 4})
	if report.Doubtful == 0 {
		t.Error("nobody is asked about the offices that share a number")
	}
}

func duplicates(t *testing.T, b *testBench) []importer.Duplicate {
	t.Helper()
	pairs, err := b.service.Duplicates(t.Context(), b.territory.Code, 100)
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}
