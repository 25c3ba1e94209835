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
