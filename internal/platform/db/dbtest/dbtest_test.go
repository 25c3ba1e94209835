package dbtest_test

import (
	"context"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

func TestEachGivesEmptyMigratedDatabases(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx := context.Background()
			if changes, err := d.Changes(ctx, 0, 10); err != nil || len(changes) != 0 {
				t.Fatalf("a fresh database has the changes %v, %v", changes, err)
			}
			err := d.Write(ctx, func(tx *db.Tx) error {
				return tx.Record(db.Change{Territory: "nc", Kind: "listing", ID: "1"}, db.Change{Kind: "listing", ID: "2", Deleted: true})
			})
			if err != nil {
				t.Fatal(err)
			}
			changes, err := d.Changes(ctx, 0, 10)
			if err != nil || len(changes) != 2 || changes[0].Territory != "nc" || !changes[1].Deleted || changes[0].At.IsZero() {
				t.Fatalf("the log holds %+v, %v", changes, err)
			}
		})
	}
}
