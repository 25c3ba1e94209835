package importer_test

import (
	"context"
	"errors"
	"testing"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestUndoLeavesTheRestAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(12)
		b.load("a", s)
		before := b.picture(b.records())
		twin := map[string]string{
			"id": "twin", "nom": s[7]["nom"], "ville": "Nouméa", "cp": "98800", "adresse": s[7]["adresse"],
			"tel": "27 99 99", "date": "2025-12-24",
		}
		changed := append(s.with("c1", map[string]string{"texte": "", "tel": "28 00 00"}).
			with("c2", map[string]string{"nom": "Tout Autre Nom", "siret": "73282932000074"}), companies(14)[12:]...)
		run := b.load("a", append(changed, twin))
		b.want(run, importer.Counts{Rows: 15, Created: 2, Updated: 2, Unchanged: 10, Merged: 1})
		if got := b.named(s[7]["nom"]).Listing.Phones; len(got) != 1 {
			t.Fatalf("the merged row's phone is not on the card: %v", got)
		}
		report := b.undo(run.ID)
		if report.Deleted != 3 || report.Kept != 0 || report.Already {
			t.Errorf("undo: %+v", report)
		}
		b.same("after the undo", b.picture(b.records()), before)
		if again := b.undo(run.ID); !again.Already || again.Deleted != 0 {
			t.Errorf("undone twice: %+v", again)
		}
		b.want(b.load("a", append(changed, twin)), importer.Counts{Rows: 15, Created: 2, Updated: 2, Unchanged: 10, Merged: 1})
	})
}

func TestUndoKeepsWhatOthersWroteSince(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(6)
		first := b.load("a", s)
		mine := b.named(s[2]["nom"])
		b.editAs(company.FromStaff, mine.Listing.ID, listing.Content{Headline: "Mes mots"}, "headline")
		report := b.undo(first.ID)
		if report.Deleted != 5 || report.Kept != 1 {
			t.Fatalf("undo: %+v", report)
		}
		left := b.records()
		got := left[mine.Listing.ID].Listing
		if len(left) != 1 || got.Headline != "Mes mots" || got.Description != "" || got.Name != s[2]["nom"] {
			t.Errorf("%d cards left; the kept one is %+v", len(left), got.Content)
		}
		b.want(b.load("a", s), importer.Counts{Rows: 6, Created: 5, Updated: 1})
		if again := b.records()[mine.Listing.ID].Listing; again.Description != "Des services." || again.Headline != "Mes mots" {
			t.Errorf("imported again, the kept card says %+v", again.Content)
		}
	})
}

// Runs are undone in any order: what a later run remembers of an undone one is handed on.
func TestUndoOfAnOlderRunFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(5)
		b.load("a", s)
		before := b.records()
		card := b.named(s[1]["nom"]).Listing.ID
		second := b.load("a", s.with("c1", map[string]string{"texte": "deux", "tel": "28 11 11"}))
		third := b.load("a", s.with("c1", map[string]string{"texte": "trois", "tel": "28 11 11", "mel": "c@d.example.org"}))
		b.undo(second.ID)
		if got := b.records()[card].Listing; got.Description != "trois" || len(got.Phones) != 0 {
			t.Errorf("after the second run is undone: %q, %v", got.Description, got.Phones)
		}
		b.undo(third.ID)
		got := b.records()[card]
		if want := before[card]; got.Listing.Description != want.Listing.Description || len(got.Listing.Phones) != 0 ||
			got.Listing.Emails[0] != want.Listing.Emails[0] {
			t.Errorf("after both are undone: %+v", got.Listing.Content)
		}
	})
}

func TestInterruptedUndoGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		run := b.load("a", companies(450))
		ctx, cancel := context.WithCancel(t.Context())
		_, err := b.service.Undo(ctx, run.ID, func(int, int) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("the undo was not stopped: %v", err)
		}
		_, err = b.service.Import(t.Context(), b.options("a", companies(3)))
		kindOf(t, err, errs.Conflict, "importer.run.half_undone")
		if report := b.undo(run.ID); report.Deleted != 250 {
			t.Errorf("the second half: %+v", report)
		}
		if left := b.records(); len(left) != 0 {
			t.Errorf("%d cards are left", len(left))
		}
	})
}

func TestUndoWaitsForTheImport(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	o := b.options("a", companies(10))
	var refused error
	o.Progress = func(done, _ int) {
		if done == 5 {
			_, refused = b.service.Undo(t.Context(), runsOf(t, b)[0].ID, nil)
		}
	}
	if _, err := b.service.Import(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	kindOf(t, refused, errs.Conflict, "importer.run.busy")
}
