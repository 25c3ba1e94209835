package importer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// The limit counts pairs that wait, not those that were settled by a merging.
func TestDuplicatesLimitCountsThoseThatWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var s sheet
		for i := range 6 {
			place := map[string]string{"ville": "Nouméa", "cp": "98800", "adresse": fmt.Sprint(i+1, " rue ", letters(7*i)), "site": letters(i) + "corp.nc"}
			for _, end := range []string{"", " Formation Conseil"} {
				row := map[string]string{"id": fmt.Sprint(i, end), "nom": letters(i+3) + letters(i+50) + end}
				for k, v := range place {
					row[k] = v
				}
				s = append(s, row)
			}
		}
		b.load("a", s)
		all := duplicates(t, b)
		if len(all) != 6 {
			t.Fatalf("%d pairs wait, want 6", len(all))
		}
		staff := company.Source{Kind: company.FromStaff, Name: "staff"}
		for _, pair := range all[:3] { // the first in the list
			if _, err := b.service.Merge(t.Context(), staff, "nc", pair.A.Slug, pair.B.Slug); err != nil {
				t.Fatal(err)
			}
			// As if another pair with the merged card were waiting still.
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), "UPDATE duplicate_suspects SET state = 'open'")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		few, err := b.service.Duplicates(t.Context(), "nc", 2)
		if err != nil || len(few) != 2 {
			t.Errorf("%d pairs within a limit of 2 (%v)", len(few), err)
		}
		if left := duplicates(t, b); len(left) != 3 {
			t.Errorf("%d pairs wait, want 3", len(left))
		}
	})
}

// What a merged row says finds later duplicates, and they join the card that stands; after a split it stands for itself.
func TestMergedCardsStillFindDuplicates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := twins()[:2]
		s[1]["siret"] = "73282932000074"
		b.want(b.load("a", s), importer.Counts{Rows: 2, Created: 1, Merged: 1})
		third := map[string]string{"id": "9", "nom": "Kernix SA", "ville": "Nouméa", "siret": "73282932000074", "mel": "k@kernix.nc"}
		run := b.load("b", sheet{third})
		b.want(run, importer.Counts{Rows: 1, Merged: 1})
		if card := b.named("Kernix").Listing; len(card.Emails) != 1 {
			t.Errorf("the later record did not join the card that stands: %+v", card.Content)
		}
		b.undo(run.ID)
		if _, err := b.service.Split(t.Context(), "nc", "a:2"); err != nil {
			t.Fatal(err)
		}
		b.want(b.load("b", sheet{third}), importer.Counts{Rows: 1, Merged: 1})
		if card := b.named("KERNIX SARL").Listing; len(card.Emails) != 1 {
			t.Errorf("the number's own card did not get the later record: %+v", card.Content)
		}
	})
}

// A merging that gave a card its first date takes it back when it is split, whatever the order of the splits; one that had a date keeps it.
func TestSplitGivesTheDateBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, order := range [][2]string{{"a:2", "a:3"}, {"a:3", "a:2"}} {
			b := newBench(t, d)
			place := *b.territory
			place.Code = "t" + order[0][2:]
			b.territory = &place
			s := twins()
			s[2]["nom"] = "Kernix"
			s[1]["date"], s[2]["date"] = "2024-06-07", "2025-03-04"
			b.want(b.load("a", s), importer.Counts{Rows: 3, Created: 1, Merged: 2})
			if got := b.stands(t).ConfirmedAt; got.Year() != 2024 {
				t.Fatalf("merged: %v", got)
			}
			for _, name := range order {
				if _, err := b.service.Split(t.Context(), place.Code, name); err != nil {
					t.Fatal(err)
				}
			}
			if got := b.stands(t).ConfirmedAt; !got.IsZero() {
				t.Errorf("split in the order %v: confirmed %v", order, got)
			}
		}
	})
}

// stands is the card of the first record.
func (b *testBench) stands(t *testing.T) listing.Listing {
	t.Helper()
	for _, r := range b.records() {
		if r.Listing.Slug == "kernix" {
			return r.Listing
		}
	}
	t.Fatal("no card")
	return listing.Listing{}
}

// Writers do not wait for a trial, and it does not see what they write meanwhile.
func TestDryRunBlocksNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.load("a", companies(10))
		o := b.options("a", companies(30))
		o.DryRun = true
		wrote := 0
		o.Progress = func(int, int) {
			wrote++
			b.load("other", companies(40)[30+wrote:31+wrote])
		}
		report, err := b.service.Import(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		b.want(report, importer.Counts{Rows: 30, Created: 20, Unchanged: 10})
		if n := len(b.records()); wrote == 0 || n != 10+wrote {
			t.Errorf("%d cards after %d were written beside the trial", n, wrote)
		}
	})
}

// Cards that were merged take no statement each when their records change.
func TestChangingMergedCardsTakesFewStatements(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	var s sheet
	for i, row := range companies(20) {
		row["site"] = letters(i) + "corp.nc"
		twin := map[string]string{"id": fmt.Sprint("twin", i), "tel": fmt.Sprint("26 12 ", i+10)}
		for _, column := range []string{"nom", "ville", "cp", "adresse", "site"} {
			twin[column] = row[column]
		}
		s = append(s, row, twin)
	}
	o := b.options("a", s)
	o.BatchRows = 0
	if report, err := b.service.Import(t.Context(), o); err != nil || report.Merged != 20 {
		t.Fatalf("%+v (%v)", report.Counts, err)
	}
	for i := range s {
		s[i]["texte"] = "Un autre texte."
	}
	o = b.options("a", s)
	o.BatchRows = 0
	ctx, counter := db.CountStatements(t.Context())
	run, err := b.service.Import(ctx, o)
	if err != nil || run.Updated != 40 {
		t.Fatalf("%+v (%v)", run.Counts, err)
	}
	if n := counter.N(); n > 70 {
		t.Errorf("%d statements for 40 rows of 20 families", n)
	}
	ctx, counter = db.CountStatements(t.Context())
	if _, err := b.service.Undo(ctx, run.ID, nil); err != nil {
		t.Fatal(err)
	}
	if n := counter.N(); n > 80 {
		t.Errorf("%d statements to undo it", n)
	}
}

func TestSummaryCountsInWords(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	report := b.load("a", append(companies(1), map[string]string{"id": "nobody"}))
	var text strings.Builder
	if err := report.Write(&text, b.printer); err != nil {
		t.Fatal(err)
	}
	if err := importer.WriteRuns(&text, b.printer, runsOf(t, b), func(string) *time.Location { return b.territory.Location() }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"(ligne 3)", "2/2 lignes, 1 créée, 1 refusée ", "(UTC+11:00)"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not said:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), ", 0 ") {
		t.Errorf("what did not happen is said:\n%s", text.String())
	}
}
