package throttle_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/throttle"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func take(t require, d *db.DB, r throttle.Rule, subject string, now time.Time) (wait time.Duration) {
	err := d.Write(context.Background(), func(tx *db.Tx) (err error) {
		wait, err = throttle.Take(context.Background(), tx, r, subject, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func peek(t require, d *db.DB, r throttle.Rule, subject string, now time.Time) time.Duration {
	wait, err := throttle.Peek(context.Background(), d.Read(), r, subject, now)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// require is a test of either kind.
type require interface{ Fatal(args ...any) }

func TestTake(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, now := throttle.Rule{Name: "signin.mail", Most: 3, Per: time.Hour}, noon()
		if wait := peek(t, d, r, "a", now); wait != 0 {
			t.Errorf("before anything was counted: %s", wait)
		}
		for i := range 3 {
			if wait := take(t, d, r, "a", now.Add(time.Duration(i)*time.Minute)); wait != 0 {
				t.Fatalf("act %d waits %s", i, wait)
			}
		}
		now = now.Add(10 * time.Minute)
		// In the next window, once a third of the three acts has faded.
		for range 3 {
			if wait := take(t, d, r, "a", now); wait != 70*time.Minute {
				t.Errorf("the fourth waits %s", wait)
			}
		}
		if wait := peek(t, d, r, "a", now); wait != 70*time.Minute {
			t.Errorf("peek: %s", wait)
		}
		if wait := take(t, d, r, "b", now); wait != 0 {
			t.Errorf("another subject waits %s", wait)
		}
		if wait := take(t, d, throttle.Rule{Name: "other", Most: 1, Per: time.Hour}, "a", now); wait != 0 {
			t.Errorf("another rule waits %s", wait)
		}
		now = now.Add(70*time.Minute - time.Millisecond)
		if wait := take(t, d, r, "a", now); wait != time.Millisecond {
			t.Errorf("just before: %s", wait)
		}
		now = now.Add(time.Millisecond)
		if wait := take(t, d, r, "a", now); wait != 0 {
			t.Errorf("after the wait: %s", wait)
		}
		if wait := take(t, d, r, "a", now); wait != 20*time.Minute {
			t.Errorf("and once more: %s", wait)
		}
		if wait := take(t, d, throttle.Rule{Name: "never", Per: time.Minute}, "a", now); wait != time.Minute {
			t.Errorf("a rule that forbids: %s", wait)
		}
	})
}

// However many come at once, no more than the rule allows pass.
func TestParallelTakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := throttle.Rule{Name: "signin.net", Most: 7, Per: time.Hour}
		var passed atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					err := d.Write(context.Background(), func(tx *db.Tx) error {
						wait, err := throttle.Take(context.Background(), tx, r, "192.0.2.1", noon())
						if err == nil && wait == 0 {
							tx.AfterCommit(func() { passed.Add(1) })
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if n := passed.Load(); n != 7 {
			t.Errorf("%d passed, not 7", n)
		}
	})
}

// What is rolled back is not counted.
func TestARollbackCountsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, no := throttle.Rule{Name: "x", Most: 1, Per: time.Hour}, errors.New("no")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if wait, err := throttle.Take(t.Context(), tx, r, "a", noon()); err != nil || wait != 0 {
				t.Error(wait, err)
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		if wait := take(t, d, r, "a", noon()); wait != 0 {
			t.Errorf("it waits %s", wait)
		}
	})
}

func TestSubjectsAreNotStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		take(t, d, throttle.Rule{Name: "x", Most: 1, Per: time.Hour}, "jean@example.nc", noon())
		take(t, d, throttle.Rule{Name: "y", Most: 1, Per: time.Hour}, "jean@example.nc", noon())
		rows, err := d.Read().QueryContext(t.Context(), "SELECT subject FROM throttle_counts")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		seen := map[string]bool{}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			seen[s] = true
			if len(s) != 43 {
				t.Errorf("the subject is stored as %q", s)
			}
		}
		if len(seen) != 2 || rows.Err() != nil {
			t.Errorf("under two rules it is %v", seen)
		}
	})
}

func TestPurge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := throttle.Rule{Name: "x", Most: 1, Per: time.Hour}
		take(t, d, r, "a", noon())
		left := func(now time.Time) (n int) {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				if err := throttle.Purge(t.Context(), tx, now); err != nil {
					return err
				}
				return tx.QueryRowContext(t.Context(), "SELECT count(*) FROM throttle_counts").Scan(&n)
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := left(noon().Add(2*time.Hour - time.Millisecond)); n != 1 {
			t.Errorf("%d rows while they count", n)
		}
		if n := left(noon().Add(2 * time.Hour)); n != 0 {
			t.Errorf("%d rows afterwards", n)
		}
	})
}

// A clock that goes back a little frees nobody, and one that was far ahead locks nobody out.
func TestAClockThatGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := throttle.Rule{Name: "x", Most: 1, Per: time.Hour}
		take(t, d, r, "a", noon())
		if wait := take(t, d, r, "a", noon().Add(-time.Minute)); wait != 2*time.Hour+time.Minute {
			t.Errorf("a minute earlier it waits %s", wait)
		}
		if wait := take(t, d, r, "a", noon().Add(-1000*time.Hour)); wait != 0 {
			t.Errorf("long before it waits %s", wait)
		}
	})
}

// Whoever comes back after the wait passes, a millisecond earlier does not; and in no window that ends now did more pass than
// twice the most, as two fixed windows would let through, nor more than the most within one fixed window.
func TestWaitsAreExact(t *testing.T) {
	d := dbtest.SQLite(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		r := throttle.Rule{Name: fmt.Sprint("r", n), Most: rapid.IntRange(1, 5).Draw(t, "most"), Per: time.Duration(rapid.IntRange(1, 5000).Draw(t, "per")) * time.Millisecond}
		now := noon()
		passed := map[int64]int{}
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.Int64Range(0, r.Per.Milliseconds()).Draw(t, "gap")) * time.Millisecond)
			wait := peek(t, d, r, "a", now)
			if wait != 0 {
				if wait > 2*r.Per {
					t.Fatalf("it waits %s", wait)
				}
				if wait > time.Millisecond && peek(t, d, r, "a", now.Add(wait-time.Millisecond)) != time.Millisecond {
					t.Fatal("less than the wait would have done")
				}
				now = now.Add(wait)
			}
			if wait := take(t, d, r, "a", now); wait != 0 {
				t.Fatalf("after the wait it waits %s", wait)
			}
			window := now.UnixMilli() / r.Per.Milliseconds()
			if passed[window]++; passed[window] > r.Most {
				t.Fatal("more passed than the rule allows")
			}
		}
	})
}
