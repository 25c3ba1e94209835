package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/queue"
)

type note struct{ ID string }

func TestAJobIsDoneAsItWasPut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		var got []queue.Job
		q.Handle("note", queue.Policy{}, func(_ context.Context, j queue.Job) error {
			var n note
			if err := j.Read(&n); err != nil || n.ID != "42" {
				t.Errorf("the payload is %+v (%v)", n, err)
			}
			got = append(got, j)
			return nil
		})
		enqueue(t, d, q, queue.Task{Kind: "note", Key: "k", Territory: "nc", Payload: note{"42"}, At: c.now().Add(time.Hour)})
		runDue(t, q, 0)
		c.move(time.Hour)
		if s := stats(t, q); s.Waiting != 1 || !s.Oldest.Equal(c.now()) {
			t.Errorf("before: %+v", s)
		}
		runDue(t, q, 1)
		j := got[0]
		if j.Kind != "note" || j.Key != "k" || j.Territory != "nc" || j.Attempt != 1 || !j.At.Equal(c.now()) || j.ID == "" || !json.Valid(j.Payload) {
			t.Errorf("the job is %+v", j)
		}
		if s := stats(t, q); s.Waiting+s.Running+s.Dead != 0 || len(s.ByKind) != 1 || s.ByKind[0].Done != 1 {
			t.Errorf("after: %+v", s)
		}
	})
}

func TestARollbackLeavesNoJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d})
		q.Handle("note", queue.Policy{}, func(context.Context, queue.Job) error { return nil })
		failed := errors.New("no")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if added, err := q.Enqueue(t.Context(), tx, queue.Task{Kind: "note"}); err != nil || !added {
				t.Errorf("added %v, %v", added, err)
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		runDue(t, q, 0)
	})
}

// However many ask at once for a job with a key, one is put; another can be once it has ended, well or badly.
func TestKeysAreUniqueAmongJobsThatHaveNotEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d})
		task := queue.Task{Kind: "note", Key: "a", Payload: note{"1"}}
		fails := false
		q.Handle("note", queue.Policy{}, func(ctx context.Context, _ queue.Job) error {
			if enqueue(t, d, q, task) {
				t.Error("a second one was put while the first ran")
			}
			if fails {
				return queue.Permanent(errors.New("no"))
			}
			return nil
		})
		for _, fails = range []bool{false, true, false} {
			var added atomic.Int64
			var all sync.WaitGroup
			for range 12 {
				all.Go(func() {
					err := d.Write(context.Background(), func(tx *db.Tx) error {
						ok, err := q.Enqueue(context.Background(), tx, task)
						if ok {
							tx.AfterCommit(func() { added.Add(1) })
						}
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if n := added.Load(); n != 1 {
				t.Fatalf("%d jobs were put", n)
			}
			if !enqueue(t, d, q, queue.Task{Kind: "other", Key: "a", Payload: fails}) && !fails && stats(t, q).Dead == 0 {
				t.Error("a key of another kind stood in the way")
			}
			runDue(t, q, 1)
		}
		if s := stats(t, q); s.Dead != 1 || s.Waiting != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestFailuresComeBackByThePolicy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		attempts := 0
		secret := "jean@example.nc"
		q.Handle("note", queue.Policy{Attempts: 4, Backoff: func(n int) time.Duration { return time.Duration(n) * time.Hour }},
			func(_ context.Context, j queue.Job) error {
				attempts++
				if j.Attempt != attempts {
					t.Errorf("attempt %d calls itself %d", attempts, j.Attempt)
				}
				switch attempts {
				case 1:
					return errors.New("no such person: " + secret)
				case 2:
					return errs.New(errs.Unavailable, "mail.busy", errs.Args{"mail": secret})
				case 3:
					panic(secret)
				}
				var nobody *note
				return errors.New(nobody.ID)
			})
		enqueue(t, d, q, queue.Task{Kind: "note", Territory: "nc", Payload: note{secret}})
		for n, want := range []string{"*errors.errorString", "mail.busy", "panic: string"} {
			runDue(t, q, 1)
			if got := lastReason(t, d); got != want {
				t.Errorf("the reason is %q, not %q", got, want)
			}
			c.move(time.Duration(n+1)*time.Hour - time.Millisecond)
			runDue(t, q, 0)
			c.move(time.Millisecond)
		}
		runDue(t, q, 1)
		c.move(1000 * time.Hour)
		runDue(t, q, 0)
		dead, err := q.Dead(t.Context(), "nc", 10)
		if err != nil || len(dead) != 1 {
			t.Fatal(dead, err)
		}
		if l := dead[0]; l.Attempts != 4 || l.Kind != "note" || !strings.HasPrefix(l.Error, "panic: runtime error: invalid memory") || strings.Contains(l.Error, secret) {
			t.Errorf("the dead letter is %+v", l)
		}
		if others, err := q.Dead(t.Context(), "pf", 10); err != nil || len(others) != 0 {
			t.Error(others, err)
		}
	})
}

func lastReason(t testing.TB, d *db.DB) string {
	t.Helper()
	var reason string
	if err := d.Read().QueryRowContext(context.Background(), "SELECT error FROM jobs").Scan(&reason); err != nil {
		t.Fatal(err)
	}
	return reason
}

func TestUsualBackoff(t *testing.T) {
	backoff := queue.Exponential(30*time.Second, 6*time.Hour)
	for n := 1; n <= 40; n++ {
		middle := 6 * time.Hour
		if n < 11 {
			middle = min(middle, 30*time.Second<<(n-1))
		}
		d := backoff(n)
		if d < middle*3/4 || d > middle*5/4 || d > 6*time.Hour {
			t.Errorf("after attempt %d it waits %s", n, d)
		}
	}
	seen := map[time.Duration]bool{}
	for range 40 {
		seen[backoff(5)] = true // far from the longest, at which half of them meet
	}
	if len(seen) < 20 {
		t.Error("there is no jitter")
	}
}

func TestDeadLetters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		works := false
		q.Handle("note", queue.Policy{}, func(_ context.Context, j queue.Job) error {
			if works {
				return nil
			}
			return fmt.Errorf("wrapped: %w", queue.Permanent(errs.New(errs.Gone, "note.gone", nil)))
		})
		var ids []string
		for i := range 3 {
			enqueue(t, d, q, queue.Task{Kind: "note", Key: fmt.Sprint("k", i)})
			runDue(t, q, 1)
			c.move(time.Hour)
		}
		runDue(t, q, 0) // they are not tried again
		dead, err := q.Dead(t.Context(), "", 2)
		if err != nil || len(dead) != 2 || dead[0].Key != "k2" || dead[1].Key != "k1" || dead[0].Error != "note.gone" {
			t.Fatalf("%+v, %v", dead, err)
		}
		for _, l := range dead {
			ids = append(ids, l.ID)
		}
		works = true
		if err := q.Retry(t.Context(), ids[0]); err != nil {
			t.Fatal(err)
		}
		runDue(t, q, 1)
		if err := q.Retry(t.Context(), ids[0]); !errs.Is(err, errs.NotFound) {
			t.Errorf("retry of what is done: %v", err)
		}
		enqueue(t, d, q, queue.Task{Kind: "note", Key: "k1"})
		if err := q.Retry(t.Context(), ids[1]); !errs.Is(err, errs.Conflict) {
			t.Errorf("retry beside one of the same key: %v", err)
		}
		if err := q.Discard(t.Context(), ids[1]); err != nil {
			t.Fatal(err)
		}
		if err := q.Discard(t.Context(), ids[1]); !errs.Is(err, errs.NotFound) {
			t.Errorf("discard again: %v", err)
		}
		runDue(t, q, 1)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return q.PurgeDead(t.Context(), tx, c.now()) }); err != nil {
			t.Fatal(err)
		}
		if s := stats(t, q); s.Dead+s.Waiting+s.Running != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What another version put is left for it.
func TestUnknownKindsAreLeftAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, newer := queue.New(queue.Options{DB: d}), queue.New(queue.Options{DB: d})
		q.Handle("note", queue.Policy{}, func(context.Context, queue.Job) error { return nil })
		newer.Handle("later", queue.Policy{}, func(context.Context, queue.Job) error { return nil })
		enqueue(t, d, q, queue.Task{Kind: "later"})
		enqueue(t, d, q, queue.Task{Kind: "note"})
		runDue(t, q, 1)
		runDue(t, newer, 1)
		if n, err := queue.New(queue.Options{DB: d}).RunDue(t.Context()); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

func TestPayloadThatDoesNotRead(t *testing.T) {
	j := queue.Job{Kind: "note", Payload: []byte(`{"ID": {"secret": 1}}`)}
	var n note
	if err := j.Read(&n); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	if queue.Permanent(nil) != nil {
		t.Error("no error became one")
	}
}
