package db_test

import (
	"errors"
	"slices"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// Whoever must not show the state of before is told of a commit, and only of a commit, before Write returns.
func TestCommittedIsToldBeforeWriteReturns(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		var told []string
		d := dbtest.Open(t, db.Options{URL: fresh(), Migrations: shows(), Committed: func(changes []db.Change) {
			for _, c := range changes {
				told = append(told, c.Territory+" "+c.Kind+" "+c.ID)
			}
		}})
		lost := errors.New("lost")
		for _, tt := range []struct {
			changes []db.Change
			fails   error
			want    []string
		}{
			{[]db.Change{{Territory: "nc", Kind: "show", ID: "a"}, {Territory: "pf", Kind: "show", ID: "b"}}, nil, []string{"nc show a", "pf show b"}},
			{[]db.Change{{Territory: "nc", Kind: "show", ID: "c"}}, lost, nil},
			{nil, nil, nil},
		} {
			told = nil
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				if err := tx.Record(tt.changes...); err != nil {
					return err
				}
				return tt.fails
			})
			if !errors.Is(err, tt.fails) || !slices.Equal(told, tt.want) {
				t.Errorf("%v: told %v, %v", tt.changes, told, err)
			}
		}
	})
}

// What waits for a commit is told once the rows are there, and never of a transaction that was rolled back.
func TestAfterCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		told, failed := 0, errors.New("no")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { told++ })
			return failed
		})
		if !errors.Is(err, failed) || told != 0 {
			t.Fatalf("after a rollback: error %v, told %d times", err, told)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() {
				var n int
				if err := d.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM changes").Scan(&n); err != nil || n != 1 {
					t.Errorf("when told, %d changes are there (%v)", n, err)
				}
				told++
			})
			return tx.Record(db.Change{Kind: "thing", ID: "1"})
		})
		if err != nil || told != 1 {
			t.Fatalf("after a commit: error %v, told %d times", err, told)
		}
	})
}
