package throttle_test

import (
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
)

func TestActs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rule := throttle.Named("room", false)
		few, many, slow := rule("few", 1, time.Hour), rule("many", 2, time.Hour), rule("slow", 1, 48*time.Hour)
		all := []throttle.Act{few.By("a"), many.By("a"), slow.By("a")}
		take := func(acts ...throttle.Act) (refused error) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				refused = throttle.TakeAll(t.Context(), tx, noon(), "room.too_many", acts...)
				return throttle.Commits(refused)
			})
			if err != nil {
				t.Fatal(err)
			}
			return refused
		}
		minutes := func(err error) any {
			if e := errs.As(err); e != nil && e.Kind == errs.TooMany && e.Key == "room.too_many" {
				return e.Args["n"]
			}
			return err
		}
		if err := take(all...); err != nil {
			t.Fatal(err)
		}
		if n := minutes(take(all...)); n != 120 {
			t.Errorf("the first that is too often: %v", n)
		}
		if err := take(many.By("a")); err != nil {
			t.Errorf("those after it were counted: %v", err)
		}
		if n := minutes(throttle.PeekAll(t.Context(), d.Read(), noon(), "room.too_many", all...)); n != 84*60 {
			t.Errorf("the longest to wait: %v", n)
		}
		if err := throttle.PeekAll(t.Context(), d.Read(), noon(), "room.too_many", few.By("b")); err != nil {
			t.Errorf("another subject: %v", err)
		}
	})
	if r := throttle.Named("room", true)("few", 2, time.Hour); r != (throttle.Rule{Name: "room.few", Most: 100, Per: time.Hour}) {
		t.Errorf("in a demonstration: %+v", r)
	}
	if err := throttle.Commits(errs.New(errs.Conflict, "x", nil)); !errs.Is(err, errs.Conflict) {
		t.Errorf("another error: %v", err)
	}
}
