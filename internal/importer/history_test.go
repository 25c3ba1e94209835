package importer_test

import (
	"slices"
	"testing"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// An import tells once what became of each card that was there, also where it had to part and join it; an undo tells that it took
// that back, and by which run.
func TestImportsLeaveAHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		row := companies(1)[0]
		twin := map[string]string{"id": "twin", "tel": "26 12 10"}
		row["site"] = "lagoncorp.nc"
		for _, column := range []string{"nom", "ville", "cp", "adresse", "site"} {
			twin[column] = row[column]
		}
		s := sheet{row, twin}
		if report, err := b.service.Import(t.Context(), b.options("a", s)); err != nil || report.Merged != 1 {
			t.Fatalf("%+v (%v)", report.Counts, err)
		}
		history := func() (all [][]listing.Act) {
			t.Helper()
			for id := range b.records() {
				found, err := listing.Reader{}.Revisions(t.Context(), d.Read(), id, "", 100)
				if err != nil {
					t.Fatal(err)
				}
				var acts []listing.Act
				for _, r := range slices.Backward(found) {
					acts = append(acts, r.Act)
					if r.Person != "" || r.Source.Name != "a" || r.Source.Run == "" {
						t.Errorf("%s by %q, %+v", r.Act, r.Person, r.Source)
					}
				}
				all = append(all, acts)
			}
			return all
		}
		for _, acts := range history() {
			if len(acts) != 0 {
				t.Errorf("cards that it made: %v", acts)
			}
		}
		for i := range s {
			s[i]["texte"] = "Un autre texte."
		}
		run, err := b.service.Import(t.Context(), b.options("a", s))
		if err != nil || run.Updated != 2 {
			t.Fatalf("%+v (%v)", run.Counts, err)
		}
		for _, acts := range history() {
			if !slices.Equal(acts, []listing.Act{listing.Imported}) {
				t.Errorf("cards that it changed: %v", acts)
			}
		}
		if _, err := b.service.Undo(t.Context(), run.ID, nil); err != nil {
			t.Fatal(err)
		}
		for _, acts := range history() {
			if !slices.Equal(acts, []listing.Act{listing.Imported, listing.Restored}) {
				t.Errorf("taken back: %v", acts)
			}
		}
	})
}
