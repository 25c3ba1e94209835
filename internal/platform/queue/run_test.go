package queue_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/queue"
	"grappe/internal/schema"
)

// eachPair runs the test with two databases that are one, as two processes have it.
func eachPair(t *testing.T, test func(t *testing.T, one, other *db.DB)) {
	t.Helper()
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: schema.FS}
		test(t, dbtest.Open(t, o), dbtest.Open(t, o))
	})
}

// A commit of this process is seen at once, one of another by polling.
func TestRunIsWoken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d, Poll: time.Hour})
		done := make(chan string)
		h := func(_ context.Context, j queue.Job) error { done <- j.Key; return nil }
		q.Handle("note", queue.Policy{}, h)
		start(t, q)
		for i := range 10 {
			enqueue(t, d, q, queue.Task{Kind: "note", Key: fmt.Sprint(i)})
			if key := within(t, done, "a job of this process"); key != fmt.Sprint(i) {
				t.Errorf("job %s instead of %d", key, i)
			}
		}
		polls := queue.New(queue.Options{DB: d, Poll: 5 * time.Millisecond})
		polls.Handle("other", queue.Policy{}, h)
		start(t, polls)
		enqueue(t, d, q, queue.Task{Kind: "other", Key: "x"})
		within(t, done, "a job of another process")
		// And what is due a little later is done then.
		enqueue(t, d, q, queue.Task{Kind: "note", At: time.Now().Add(30 * time.Millisecond)})
		within(t, done, "a job of later")
	})
}

// presence records who is at work on what.
type presence struct {
	mu       sync.Mutex
	at       map[string]int
	times    map[string]int
	overlaps int
}

func newPresence() *presence { return &presence{at: map[string]int{}, times: map[string]int{}} }

func (p *presence) enter(id string) (leave func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at[id]++
	p.times[id]++
	if p.at[id] > 1 {
		p.overlaps++
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.at[id]--
	}
}

// Two processes that work off one base share the jobs: each is done once.
func TestTwoProcessesShareTheJobs(t *testing.T) {
	const jobs = 120
	eachPair(t, func(t *testing.T, one, other *db.DB) {
		p, done := newPresence(), make(chan struct{}, jobs)
		for _, d := range []*db.DB{one, other} {
			q := queue.New(queue.Options{DB: d, Workers: 4, Poll: 5 * time.Millisecond})
			q.Handle("note", queue.Policy{}, func(ctx context.Context, j queue.Job) error {
				defer p.enter(j.ID)()
				done <- struct{}{}
				// Something of what handlers do.
				return d.Ping(ctx)
			})
			start(t, q)
			for i := range jobs / 2 {
				enqueue(t, d, q, queue.Task{Kind: "note", Payload: i})
			}
		}
		for range jobs {
			within(t, done, "a job")
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.overlaps > 0 || len(p.times) != jobs {
			t.Errorf("%d overlaps, %d jobs", p.overlaps, len(p.times))
		}
		for id, n := range p.times {
			if n != 1 {
				t.Errorf("job %s was done %d times", id, n)
			}
		}
	})
}

// A handler that takes longer than the lease keeps it, while another process waits to take what is abandoned.
func TestALeaseIsRenewedWhileTheHandlerRuns(t *testing.T) {
	eachPair(t, func(t *testing.T, one, other *db.DB) {
		p, ended := newPresence(), make(chan error, 8)
		for _, d := range []*db.DB{one, other} {
			q := queue.New(queue.Options{DB: d, Lease: 2 * time.Second, Poll: 5 * time.Millisecond})
			q.Handle("long", queue.Policy{}, func(ctx context.Context, j queue.Job) error {
				defer p.enter(j.ID)()
				err := renewals(ctx, d, j.ID, 4) // of a third of the lease each
				ended <- err
				return err
			})
			start(t, q)
			enqueue(t, d, q, queue.Task{Kind: "long"})
			enqueue(t, d, q, queue.Task{Kind: "long"})
		}
		for range 4 {
			if err := within(t, ended, "a long job"); err != nil {
				t.Error(err)
			}
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.overlaps > 0 || len(p.times) != 4 {
			t.Errorf("%d overlaps among %v", p.overlaps, p.times)
		}
	})
}

// renewals waits until the lease of a job was renewed n times.
func renewals(ctx context.Context, d *db.DB, id string, n int) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for last := int64(0); n >= 0; {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
		var due int64
		if err := d.Read().QueryRowContext(ctx, "SELECT due_at FROM jobs WHERE id = $1", id).Scan(&due); err != nil {
			return err
		}
		if due != last {
			last, n = due, n-1
		}
	}
	return nil
}

// A job whose holder is gone is taken by another when the lease is over, and what the first then says is not heard.
func TestALeaseRunsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		gone := queue.New(queue.Options{DB: d, Now: c.now, Lease: time.Hour, Workers: 1, Poll: 5 * time.Millisecond})
		began, goOn := make(chan int), make(chan struct{})
		gone.Handle("note", queue.Policy{}, func(context.Context, queue.Job) error {
			began <- 1
			<-goOn // without heed of its context
			return nil
		})
		next := queue.New(queue.Options{DB: d, Now: c.now, Lease: time.Hour})
		var attempt int
		next.Handle("note", queue.Policy{Backoff: func(int) time.Duration { return time.Minute }}, func(_ context.Context, j queue.Job) error {
			attempt = j.Attempt
			return errors.New("not yet")
		})
		stop := start(t, gone)
		enqueue(t, d, gone, queue.Task{Kind: "note"})
		within(t, began, "the first attempt")
		c.move(time.Hour - time.Millisecond)
		runDue(t, next, 0)
		if s := stats(t, next); s.Running != 1 {
			t.Errorf("%+v", s)
		}
		c.move(time.Millisecond)
		runDue(t, next, 1)
		if attempt != 2 {
			t.Errorf("attempt %d after the lost one", attempt)
		}
		goOn <- struct{}{}
		stop()
		if s := stats(t, gone); s.Waiting != 1 || s.ByKind[0].Done != 0 {
			t.Errorf("the result of a lost lease was written: %+v", s)
		}
	})
}

// A job that takes its process down each time ends as a dead letter, not in an endless row of deaths.
func TestAJobThatKillsItsProcessIsBuried(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		q.Handle("note", queue.Policy{Attempts: 3}, func(context.Context, queue.Job) error {
			t.Error("a further attempt")
			return nil
		})
		enqueue(t, d, q, queue.Task{Kind: "note"})
		exec(t, d, "UPDATE jobs SET state = 'running', attempt = 3, lease = 'gone', due_at = $1", db.ToMillis(c.now()))
		runDue(t, q, 1)
		dead, err := q.Dead(t.Context(), "", 5)
		if err != nil || len(dead) != 1 || dead[0].Error != "process ended" {
			t.Errorf("%+v %v", dead, err)
		}
	})
}

func exec(t testing.TB, d *db.DB, query string, args ...any) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(context.Background(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A handler whose lease another has taken is told, and its result is not written.
func TestALostLeaseCancelsTheHandler(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d, Lease: 30 * time.Millisecond, Poll: time.Hour})
		began, lost := make(chan int), make(chan error)
		q.Handle("note", queue.Policy{}, func(ctx context.Context, _ queue.Job) error {
			began <- 1
			<-ctx.Done()
			lost <- context.Cause(ctx)
			return nil
		})
		stop := start(t, q)
		enqueue(t, d, q, queue.Task{Kind: "note"})
		within(t, began, "the job")
		exec(t, d, "UPDATE jobs SET lease = 'other', due_at = $1", db.ToMillis(time.Now().Add(time.Hour)))
		if err := within(t, lost, "the loss"); err == nil || !strings.Contains(err.Error(), "lease was lost") {
			t.Error(err)
		}
		stop()
		if s := stats(t, q); s.Running != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTheTimeOfAnAttemptEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d})
		q.Handle("note", queue.Policy{Timeout: time.Millisecond}, func(ctx context.Context, _ queue.Job) error {
			<-ctx.Done()
			return ctx.Err()
		})
		enqueue(t, d, q, queue.Task{Kind: "note"})
		runDue(t, q, 1)
		if got := lastReason(t, d); got != "timeout" {
			t.Errorf("the reason is %q", got)
		}
	})
}

// What a stopped process had begun, another may take at once, and the attempt does not count. What ended all the same has ended.
func TestStopGivesJobsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d, Lease: time.Hour, Workers: 4})
		began := make(chan string)
		q.Handle("note", queue.Policy{Attempts: 1}, func(ctx context.Context, j queue.Job) error {
			began <- j.Key
			<-ctx.Done()
			switch j.Key {
			case "ends":
				return nil
			case "never":
				return queue.Permanent(ctx.Err())
			}
			return ctx.Err()
		})
		stop := start(t, q)
		for _, key := range []string{"ends", "never", "again", "again too"} {
			enqueue(t, d, q, queue.Task{Kind: "note", Key: key})
			within(t, began, "the job")
		}
		stop()
		if s := stats(t, q); s.Waiting != 2 || s.Dead != 1 || s.Running != 0 {
			t.Errorf("after the stop: %+v", s)
		}
		next := queue.New(queue.Options{DB: d})
		next.Handle("note", queue.Policy{Attempts: 1}, func(_ context.Context, j queue.Job) error {
			if j.Attempt != 1 || !strings.HasPrefix(j.Key, "again") {
				t.Errorf("%s is in attempt %d", j.Key, j.Attempt)
			}
			return nil
		})
		runDue(t, next, 2)
	})
}

// Looking for jobs where there are none costs one statement, which reads an index.
func TestIdleCost(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		statements := make(chan string, 1000)
		d := dbtest.Open(t, db.Options{URL: fresh(), Migrations: schema.FS, Observe: func(query string) {
			select {
			case statements <- query:
			default:
			}
		}})
		for len(statements) > 0 {
			<-statements
		}
		q := queue.New(queue.Options{DB: d, Poll: time.Millisecond})
		q.Handle("note", queue.Policy{}, func(context.Context, queue.Job) error { return nil })
		q.Daily("purge", 0, func(context.Context) error { return nil })
		enqueue(t, d, q, queue.Task{Kind: "note", At: time.Now().Add(time.Hour)})
		start(t, q)
		const poll = "SELECT due_at FROM jobs WHERE state <> 'dead' AND kind IN ($1,$2) ORDER BY due_at LIMIT 1"
		for polls, others := 0, 0; polls < 50; {
			switch query := within(t, statements, "a poll"); {
			case query == poll:
				polls++
			case polls > 0:
				t.Fatalf("while idle it asks %s", query)
			default:
				others++
			}
		}
		if d.Engine() != "sqlite" {
			return
		}
		var id, parent, unused int
		var plan string
		if err := d.Read().QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+poll, "a", "b").Scan(&id, &parent, &unused, &plan); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, "USING INDEX jobs_due") {
			t.Errorf("the poll: %s", plan)
		}
	})
}

// Long jobs never take the last worker of a process: what is quick is done beside them, and they are done one after the other.
func TestLongJobsLeaveAWorker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue.New(queue.Options{DB: d, Poll: 20 * time.Millisecond})
		begun, goOn, quick := make(chan string), make(chan struct{}), make(chan string)
		q.Handle("long", queue.Policy{Long: true}, func(_ context.Context, j queue.Job) error {
			begun <- j.Key
			<-goOn
			return nil
		})
		q.Handle("quick", queue.Policy{}, func(_ context.Context, j queue.Job) error { quick <- j.Key; return nil })
		start(t, q)
		for _, key := range []string{"1", "2", "3"} {
			enqueue(t, d, q, queue.Task{Kind: "long", Key: key})
		}
		for range 3 {
			within(t, begun, "a long job")
			enqueue(t, d, q, queue.Task{Kind: "quick"})
			within(t, quick, "a quick job beside it")
			select {
			case key := <-begun:
				t.Errorf("%s has begun beside another long one", key)
			default:
			}
			goOn <- struct{}{}
		}
		alone := queue.New(queue.Options{DB: d, Workers: 1, Poll: 20 * time.Millisecond})
		alone.Handle("only", queue.Policy{Long: true}, func(_ context.Context, j queue.Job) error { quick <- j.Key; return nil })
		start(t, alone)
		enqueue(t, d, alone, queue.Task{Kind: "only", Key: "x"})
		within(t, quick, "a long job of a process with one worker")
	})
}
