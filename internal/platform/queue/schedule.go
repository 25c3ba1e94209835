package queue

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"grappe/internal/platform/db"
)

// schedule is something that is due at set times. When its time comes, a job of its own is put into the queue by the
// transaction that moves its row on to the next time: so it is done once across all processes, under a lease.
type schedule struct {
	name   string
	spec   string
	period time.Duration
	clock  bool                          // it follows the clocks on the walls of Options.Zone
	first  func(now time.Time) time.Time // when no process has ever followed it
	after  func(now time.Time) time.Time // the next time that is later than now
}

// SchedulePrefix begins the kind of the jobs of a schedule; its name follows.
const SchedulePrefix = "schedule/"

// kind is that of its jobs.
func (s *schedule) kind() string { return SchedulePrefix + s.name }

const day = 24 * time.Hour

// Daily has h done once a day at a time of day of Options.Zone. One that was missed is done once at the next start. A failed one is
// tried again within the hours after (each attempt may take two); the last failure stands in Stats, not among the dead letters.
func (q *Queue) Daily(name string, at time.Duration, h func(ctx context.Context) error) {
	if at < 0 || at >= day {
		panic("queue: " + name + " is at no time of day")
	}
	next := func(now time.Time) time.Time {
		on := func(days int) time.Time {
			year, month, d := now.Date()
			return time.Date(year, month, d+days, 0, int(at/time.Minute), int(at%time.Minute/time.Second), 0, now.Location())
		}
		if today := on(0); today.After(now) {
			return today
		}
		return on(1)
	}
	q.schedule(&schedule{name: name, spec: "daily " + at.String(), period: day, clock: true, first: next, after: next},
		Policy{Attempts: 5, Backoff: Exponential(time.Minute, time.Hour), Timeout: 2 * time.Hour}, h)
}

// Every has h done each time d has passed, for the first time at once. One that was missed is done once at the next start; one
// that takes longer than d is not begun again meanwhile, and one that failed waits for its next time. Each may take two hours.
func (q *Queue) Every(name string, d time.Duration, h func(ctx context.Context) error) {
	if d < time.Millisecond {
		panic("queue: " + name + " has no period")
	}
	q.schedule(&schedule{
		name: name, spec: "every " + d.String(), period: d,
		first: func(now time.Time) time.Time { return now },
		after: func(now time.Time) time.Time { return now.Add(d) },
	}, Policy{Attempts: 1, Timeout: 2 * time.Hour}, h)
}

func (q *Queue) schedule(s *schedule, p Policy, h func(ctx context.Context) error) {
	q.handle(s.kind(), &handler{policy: p.withDefaults(), schedule: s, do: func(ctx context.Context, _ Job) error { return h(ctx) }})
	q.schedules = append(q.schedules, s)
	slices.SortFunc(q.schedules, func(a, b *schedule) int { return cmp.Compare(a.name, b.name) })
}

// agenda is what a runner knows of the schedules, so that it need not ask each time.
type agenda struct {
	known bool
	seen  time.Time // the clock, when it last looked
	next  time.Time // when the first schedule is due; zero for none
}

// follow fires the schedules that are due and gives the time of the next.
func (a *agenda) follow(ctx context.Context, q *Queue) (time.Time, error) {
	now := q.now()
	if len(q.schedules) == 0 || a.known && !now.Before(a.seen) && now.Before(a.next) {
		a.seen = now
		return a.next, nil
	}
	there := now.In(q.o.Zone(ctx))
	var next time.Time
	err := q.o.DB.Write(ctx, func(tx *db.Tx) error {
		next = time.Time{}
		for _, s := range q.schedules {
			if !a.known {
				if err := s.begin(ctx, tx, there); err != nil {
					return err
				}
			}
			t, err := q.fire(ctx, tx, s, there)
			if err != nil {
				return err
			}
			if next.IsZero() || t.Before(next) {
				next = t
			}
		}
		return nil
	})
	if err != nil {
		a.known = false
		return next, err
	}
	*a = agenda{known: true, seen: now, next: next}
	return next, nil
}

// begin makes the row of a schedule that no process has followed yet, or that followed another rule.
func (s *schedule) begin(ctx context.Context, tx *db.Tx, now time.Time) error {
	spec := s.spec
	if s.clock {
		spec += " " + now.Location().String()
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO schedules (name, spec, next_at, fired_at, ok_at, failures, error) VALUES ($1,$2,$3,0,0,0,'')
		ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, next_at = excluded.next_at WHERE schedules.spec <> excluded.spec`,
		s.name, spec, db.ToMillis(s.first(now)))
	if err != nil {
		return fmt.Errorf("queue: schedule: %w", err)
	}
	return nil
}

// fire puts the job of a schedule into the queue when it is due, and gives the time after that. A time that is more than two
// periods ahead was written by a clock that has gone backwards since: the schedule then follows the clock again.
func (q *Queue) fire(ctx context.Context, tx *db.Tx, s *schedule, now time.Time) (time.Time, error) {
	var due time.Time
	if err := tx.QueryRowContext(ctx, "SELECT next_at FROM schedules WHERE name = $1", s.name).Scan(db.Millis(&due)); err != nil {
		return due, fmt.Errorf("queue: schedule: %w", err)
	}
	now = now.Truncate(time.Millisecond)
	fires, fired, strayed := !due.After(now), 0, due.Sub(now) > 2*s.period
	if !fires && !strayed {
		return due, nil
	}
	if fires {
		fired = 1
	}
	after := s.after(now)
	result, err := tx.ExecContext(ctx, `UPDATE schedules SET next_at = $1, fired_at = CASE WHEN $2 = 1 THEN $3 ELSE fired_at END
		WHERE name = $4 AND next_at = $5`, db.ToMillis(after), fired, db.ToMillis(now), s.name, db.ToMillis(due))
	if err != nil {
		return due, fmt.Errorf("queue: schedule: %w", err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 1 && fires {
		_, err = q.Enqueue(ctx, tx, Task{Kind: s.kind(), Key: "schedule", At: now})
	}
	return after, err
}

// ended records what became of the job of a schedule, for good.
func (s *schedule) ended(ctx context.Context, tx *db.Tx, now time.Time, failed error) error {
	var err error
	if failed == nil {
		_, err = tx.ExecContext(ctx, "UPDATE schedules SET ok_at = $1, failures = 0, error = '' WHERE name = $2", db.ToMillis(now), s.name)
	} else {
		_, err = tx.ExecContext(ctx, "UPDATE schedules SET failures = failures + 1, error = $1 WHERE name = $2", reason(failed), s.name)
	}
	if err != nil {
		return fmt.Errorf("queue: schedule: %w", err)
	}
	return nil
}
