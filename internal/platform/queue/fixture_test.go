package queue_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/queue"
)

// clock is a clock that only the test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func enqueue(t testing.TB, d *db.DB, q *queue.Queue, task queue.Task) bool {
	t.Helper()
	added := false
	err := d.Write(context.Background(), func(tx *db.Tx) (err error) {
		added, err = q.Enqueue(context.Background(), tx, task)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// runDue works off what is due and fails the test unless so many jobs were tried.
func runDue(t testing.TB, q *queue.Queue, want int) {
	t.Helper()
	n, err := q.RunDue(t.Context())
	if err != nil || n != want {
		t.Fatalf("%d jobs were tried, not %d (%v)", n, want, err)
	}
}

func stats(t testing.TB, q *queue.Queue) queue.Stats {
	t.Helper()
	s, err := q.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs a queue until stop is called, or the test ends.
func start(t testing.TB, q *queue.Queue) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := q.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	t.Cleanup(stop)
	return stop
}

// within receives, and fails the test when nothing comes.
func within[T any](t testing.TB, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatalf("%s did not happen", what)
		panic("unreachable")
	}
}
