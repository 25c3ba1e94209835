package queue_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/queue"
)

func TestDaily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock() // at 10:00
		ran := 0
		process := func() *queue.Queue {
			q := queue.New(queue.Options{DB: d, Now: c.now})
			q.Daily("purge", 3*time.Hour, func(context.Context) error { ran++; return nil })
			return q
		}
		q := process()
		runDue(t, q, 0)
		c.move(17*time.Hour - time.Millisecond)
		runDue(t, q, 0)
		c.move(time.Millisecond) // 3:00
		runDue(t, q, 1)
		runDue(t, process(), 0) // a restart
		s := stats(t, q).Schedules
		if len(s) != 1 || s[0].Name != "purge" || !s[0].Next.Equal(c.now().Add(24*time.Hour)) || !s[0].Fired.Equal(c.now()) || !s[0].OK.Equal(c.now()) {
			t.Errorf("%+v", s)
		}
		// Three days off: once, and then at its time again.
		c.move(3*24*time.Hour + 5*time.Hour)
		q = process()
		runDue(t, q, 1)
		runDue(t, q, 0)
		c.move(19 * time.Hour)
		runDue(t, q, 1)
		if ran != 3 {
			t.Errorf("it ran %d times", ran)
		}
	})
}

// It is night where the people are, in summer and in winter; a zone that changes is followed.
func TestDailyByTheClockOfAPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock() // at 10:00 in UTC
		zones := map[string]*time.Location{}
		for _, name := range []string{"Pacific/Noumea", "Europe/Paris"} {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			zones[name] = zone
		}
		at := zones["Pacific/Noumea"]
		q := queue.New(queue.Options{DB: d, Now: c.now, Zone: func(context.Context) *time.Location { return at }})
		q.Daily("purge", 3*time.Hour, func(context.Context) error { return nil })
		next := func(want string) {
			t.Helper()
			s := stats(t, q)
			if got := s.Schedules[0].Next.In(at).Format("01-02 15:04"); got != want || s.Zone != at {
				t.Errorf("the next time is %s, not %s", got, want)
			}
		}
		runDue(t, q, 0)
		next(c.now().In(at).AddDate(0, 0, 1).Format("01-02") + " 03:00")
		c.move(6 * time.Hour) // 3:00 in Nouméa
		runDue(t, q, 1)
		at = zones["Europe/Paris"]
		runDue(t, q, 0)
		next(c.now().In(at).AddDate(0, 0, 1).Format("01-02") + " 03:00")
		c.move(time.Date(2027, time.March, 27, 12, 0, 0, 0, at).Sub(c.now()))
		runDue(t, q, 1)
		next("03-28 03:00") // the clocks go forward
		c.move(15 * time.Hour)
		runDue(t, q, 1)
		next("03-29 03:00")
	})
}

func TestEvery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		q.Every("poll", 10*time.Minute, func(context.Context) error { return nil })
		runDue(t, q, 1) // at once
		c.move(10*time.Minute - time.Millisecond)
		runDue(t, q, 0)
		c.move(time.Millisecond)
		runDue(t, q, 1)
		c.move(time.Hour)
		runDue(t, q, 1)
		// A new version with another rule follows that.
		slower := queue.New(queue.Options{DB: d, Now: c.now})
		slower.Daily("poll", 12*time.Hour, func(context.Context) error { return nil })
		c.move(10 * time.Minute)
		runDue(t, slower, 0)
		c.move(2 * time.Hour)
		runDue(t, slower, 1)
	})
}

// A clock that goes back a little makes nothing run twice; one that was far ahead does not silence a schedule.
func TestSchedulesSurviveAClockThatGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		q.Daily("purge", 3*time.Hour, func(context.Context) error { return nil })
		runDue(t, q, 0)
		c.move(17 * time.Hour)
		runDue(t, q, 1)
		c.move(-time.Minute)
		runDue(t, q, 0)
		c.move(2 * time.Minute)
		runDue(t, q, 0)
		c.move(4 * 365 * 24 * time.Hour)
		runDue(t, q, 1)
		c.move(-4 * 365 * 24 * time.Hour)
		runDue(t, q, 0)
		c.move(24 * time.Hour)
		runDue(t, q, 1)
	})
}

// Run notices it while it runs.
func TestRunFollowsAClockThatGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now, Poll: time.Millisecond})
		ran := make(chan time.Time)
		q.Every("poll", time.Hour, func(context.Context) error { ran <- c.now(); return nil })
		c.move(1000 * time.Hour)
		start(t, q)
		within(t, ran, "the first time")
		waitFor(t, q, func(s queue.ScheduleState) bool { return s.Next.Sub(c.now()) == time.Hour })
		c.move(-1000 * time.Hour)
		waitFor(t, q, func(s queue.ScheduleState) bool { return s.Next.Sub(c.now()) == time.Hour })
		c.move(time.Hour)
		within(t, ran, "the next time")
	})
}

// waitFor polls the state of the queue's only schedule.
func waitFor(t testing.TB, q *queue.Queue, want func(queue.ScheduleState) bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(20 * time.Second); ; {
		s := stats(t, q).Schedules
		if len(s) == 1 && want(s[0]) {
			return
		}
		select {
		case <-limit:
			t.Fatalf("the schedules remain %+v", s)
		case <-tick.C:
		}
	}
}

// Two processes with the same schedules do each once.
func TestSchedulesRunOnceAcrossProcesses(t *testing.T) {
	eachPair(t, func(t *testing.T, one, other *db.DB) {
		c := newClock()
		var runs atomic.Int64
		ran := make(chan struct{}, 100)
		var queues []*queue.Queue
		for _, d := range []*db.DB{one, other} {
			q := queue.New(queue.Options{DB: d, Now: c.now, Poll: time.Millisecond, Lease: 24 * time.Hour})
			q.Every("poll", time.Hour, func(context.Context) error {
				runs.Add(1)
				ran <- struct{}{}
				return nil
			})
			start(t, q)
			queues = append(queues, q)
		}
		const times = 15
		for range times {
			within(t, ran, "the schedule")
			waitFor(t, queues[0], func(s queue.ScheduleState) bool { return s.OK.Equal(c.now()) })
			c.move(time.Hour)
		}
		within(t, ran, "the last time")
		if n := runs.Load(); n != times+1 {
			t.Errorf("it ran %d times, not %d", n, times+1)
		}
	})
}

// A failed daily schedule is tried again, and its last failure is told, but it leaves no dead letter.
func TestAScheduleFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClock()
		q := queue.New(queue.Options{DB: d, Now: c.now})
		tried, works := 0, false
		q.Daily("purge", 3*time.Hour, func(context.Context) error {
			tried++
			if works {
				return nil
			}
			return errors.New("no")
		})
		runDue(t, q, 0)
		c.move(17 * time.Hour)
		for range 5 {
			runDue(t, q, 1)
			c.move(90 * time.Minute)
		}
		runDue(t, q, 0)
		if s := stats(t, q); tried != 5 || s.Dead+s.Waiting != 0 || s.Schedules[0].Failures != 1 || s.Schedules[0].Error != "*errors.errorString" {
			t.Errorf("tried %d times: %+v", tried, s)
		}
		works = true
		c.move(24 * time.Hour)
		runDue(t, q, 1)
		if s := stats(t, q).Schedules[0]; s.Failures != 0 || s.Error != "" {
			t.Errorf("%+v", s)
		}
	})
}
