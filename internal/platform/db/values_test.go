package db_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"grappe/internal/platform/db"
)

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 30, 0, 123456789, time.FixedZone("", 11*3600))
	if got := db.FromMillis(db.ToMillis(at)); !got.Equal(at.Truncate(time.Millisecond)) || got.Location() != time.UTC {
		t.Errorf("%v became %v", at, got)
	}
	if db.ToMillis(time.Time{}) != 0 || !db.FromMillis(0).IsZero() {
		t.Error("no time is not 0")
	}
}

func TestIdentifiersGrow(t *testing.T) {
	var all []string
	for range 1000 {
		all = append(all, db.NewID())
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != 1000 || len(all[0]) != 36 || all[0][14] != '7' {
		t.Errorf("the identifiers %v… do not grow", all[:3])
	}
}

func TestColumnsOfJSONAndTimes(t *testing.T) {
	type hours struct {
		Days []string       `json:"days"`
		More map[string]any `json:"more"`
	}
	eachShows(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		want := hours{Days: []string{"Mo", "<&>"}, More: map[string]any{"é": "œ", "n": nil}}
		at := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
		addShow(t, d, "a", 1)
		mustWrite(t, d, func(tx *db.Tx) error {
			if err := run(tx, "UPDATE show SET at = $1 WHERE id = 'a'", db.Millis(&at)); err != nil {
				return err
			}
			return run(tx, "INSERT INTO booking (id, show_id, name, data) VALUES ('1', 'a', 'n', $1), ('2', 'a', 'm', NULL)", db.JSON(want))
		})
		var got, none hours
		var gotAt, noAt time.Time
		err := d.Read().QueryRowContext(ctx, "SELECT data, at FROM booking JOIN show ON show.id = show_id WHERE booking.id = '1'").
			Scan(db.JSON(&got), db.Millis(&gotAt))
		if err != nil || !reflect.DeepEqual(got, want) || !gotAt.Equal(at) {
			t.Fatalf("read %+v, %v, %v", got, gotAt, err)
		}
		noAt = at
		err = d.Read().QueryRowContext(ctx, "SELECT data, NULL FROM booking WHERE id = '2'").Scan(db.JSON(&none), db.Millis(&noAt))
		if err != nil || none.Days != nil || !noAt.IsZero() {
			t.Fatalf("NULL is read as %+v, %v, %v", none, noAt, err)
		}
		var text string
		if err := d.Read().QueryRowContext(ctx, "SELECT data FROM booking WHERE id = '1'").Scan(&text); err != nil || text != `{"days":["Mo","<&>"],"more":{"n":null,"é":"œ"}}` {
			t.Fatalf("the column holds %s, %v", text, err)
		}
	})
}
