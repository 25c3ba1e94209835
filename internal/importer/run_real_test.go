package importer_test

import (
	"os"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// importFile imports a file with a shipped mapping.
func (b *testBench) importFile(t *testing.T, path, key string) importer.Report {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.service.Import(t.Context(), importer.Options{
		Territory: b.territory, Mapping: shipped(t, key), File: info.Name(), Input: f, Size: info.Size(), Printer: b.printer,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.accounted(report.Counts)
	return report
}

func TestTechOnMapIsImportedOnce(t *testing.T) {
	if raced {
		t.Skip("other tests import and undo with the detector, on fewer cards: run it without -race")
	}
	path := shared(t, "techonmap-idf-2015.geojson")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.territory = preset(t, "idf")
		first := b.importFile(t, path, "techonmap")
		if first.Rows != 2120 || first.Rejected != 0 || first.Updated != 0 || first.Unchanged != 0 || first.Merged == 0 || first.Doubtful == 0 {
			t.Fatalf("first: %+v, %d doubtful", first.Counts, first.Doubtful)
		}
		second := b.importFile(t, path, "techonmap")
		b.want(second, importer.Counts{Rows: 2120, Unchanged: 2120})
		offices, merged := 0, 0
		for _, r := range b.records() {
			switch {
			case r.Listing.State == listing.Merged:
				merged++
			case len(r.Listing.Name) > 11 && r.Listing.Name[:11] == "Blue Office":
				offices++
			}
		}
		if merged != first.Merged {
			t.Errorf("%d cards are merged, the report says %d", merged, first.Merged)
		}
		if offices < 5 {
			t.Errorf("%d offices of Blue Office are left: the chain that copies its number was merged", offices)
		}
		if report := b.undo(first.ID); report.Deleted != 2120 || report.Kept != 0 {
			t.Errorf("undo: %+v", report)
		}
		if left := b.records(); len(left) != 0 {
			t.Errorf("%d cards are left", len(left))
		}
	})
}

func TestPointsNumeriquesAreInTheirCommunes(t *testing.T) {
	path := shared(t, "nouvelle-caledonie-points-numeriques-2024.json")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		first := b.importFile(t, path, "points-numeriques")
		if first.Rows != 92 || first.Rejected != 0 {
			t.Fatalf("first: %+v", first.Counts)
		}
		b.want(b.importFile(t, path, "points-numeriques"), importer.Counts{Rows: 92, Unchanged: 92})
		zones := map[string]bool{}
		for _, r := range b.records() {
			zone, ok := b.territory.Zone(r.Listing.Zone)
			if !ok || zone.Level != "commune" {
				t.Errorf("%s in %s is in no commune: %q", r.Listing.Name, r.Listing.City, r.Listing.Zone)
			}
			zones[zone.Code] = true
		}
		if len(zones) != 30 {
			t.Errorf("the points are in %d communes, want 30", len(zones))
		}
		codes := map[string]int{}
		for _, w := range first.Warnings {
			codes[w.Code]++
		}
		if codes["postcode-everywhere"] != 1 || codes["identifier-placeholder"] == 0 {
			t.Errorf("the copied postcode and the identifier 0 are not told: %v", codes)
		}
	})
}
