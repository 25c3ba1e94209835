// Package queue does work later and surely: jobs are put into the database by the transaction that wants them, taken under a
// lease by one process at a time, tried again when they fail, and kept as dead letters when they fail for good. It also does
// what is due at set times, once across all processes. A job is done at least once: a process may die between the deed and its
// record. It must not know what any job does, and never shows or logs what a payload holds; payloads hold identifiers, not what
// people wrote.
//
// Leases are compared with the clock of each process: the clocks of the machines must agree to well within a lease.
package queue

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"grappe/internal/platform/db"
)

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Options say where the jobs are and how they are worked off.
type Options struct {
	DB      *db.DB
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: none
	Workers int              // jobs at once in this process; 0: 2
	Lease   time.Duration    // for which a job is taken, renewed while its handler runs; 0: 30 s
	Poll    time.Duration    // how often the jobs of other processes are looked for; 0: 1 s
	// Zone is that of the times of day of Daily, asked each time; nil: UTC.
	Zone func(ctx context.Context) *time.Location
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Lease <= 0 {
		o.Lease = 30 * time.Second
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Zone == nil {
		o.Zone = func(context.Context) *time.Location { return time.UTC }
	}
	return o
}

// Queue holds the handlers of the kinds of jobs. Handle, Daily and Every are called before all else; the other methods may be
// called from any goroutine.
type Queue struct {
	o         Options
	handlers  map[string]*handler
	schedules []*schedule // by name
	wake      chan struct{}

	mu    sync.Mutex
	tally map[string]tally // by kind
}

// tally counts what this process did.
type tally struct{ done, failed int64 }

// New makes a queue without handlers, which can be put into and looked at.
func New(o Options) *Queue {
	return &Queue{o: o.withDefaults(), handlers: map[string]*handler{}, wake: make(chan struct{}, 1), tally: map[string]tally{}}
}

// Task is a job to be.
type Task struct {
	Kind string
	// Key makes the job the only one of its kind with that key that has not ended, running or not; "" for none.
	Key       string
	Territory string // code, "" for none
	Payload   any    // becomes JSON; identifiers, not what people wrote
	At        time.Time
}

// Job is a job as its handler gets it.
type Job struct {
	ID, Kind, Key, Territory string
	Payload                  []byte    // JSON
	Attempt                  int       // 1 for the first
	At                       time.Time // when it was first due
}

// Read reads the payload into v, a pointer. What cannot be read fails for good.
func (j Job) Read(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return Permanent(fmt.Errorf("queue: the payload of a %s does not read as %T", j.Kind, v))
	}
	return nil
}

// Policy says how a kind of job is tried. Zero values stand for the usual: 8 attempts, Exponential(30 s, 6 h), one minute.
type Policy struct {
	Attempts int
	Backoff  func(attempt int) time.Duration // after the attempt of that number, 1 for the first, until the next
	Timeout  time.Duration                   // of one attempt
	// Long jobs leave a worker of each process to the others, where there are two: nobody's code to sign in waits behind them.
	Long bool
}

func (p Policy) withDefaults() Policy {
	if p.Attempts <= 0 {
		p.Attempts = 8
	}
	if p.Backoff == nil {
		p.Backoff = Exponential(30*time.Second, 6*time.Hour)
	}
	if p.Timeout <= 0 {
		p.Timeout = time.Minute
	}
	return p
}

// Exponential waits first after the first attempt, twice as long after each further one, and never more than longest, give or
// take a quarter, so that jobs that failed together do not come back together.
func Exponential(first, longest time.Duration) func(attempt int) time.Duration {
	return func(attempt int) time.Duration {
		d := first
		for i := 1; i < attempt && d < longest; i++ {
			d *= 2
		}
		d = min(d, longest)
		if d < 4 {
			return d
		}
		return min(d-d/4+rand.N(d/2), longest)
	}
}

// handler does the jobs of a kind.
type handler struct {
	policy   Policy
	do       func(ctx context.Context, j Job) error
	schedule *schedule // whose job it is, nil for others
}

// Handle names who does the jobs of a kind. What h returns decides: nil ends the job, an error has it tried again by the
// policy, one of Permanent or of the last attempt makes it a dead letter. A panic is an error. The context of h ends when the
// time of the policy is over, the process stops or the lease is lost; h must heed it. A kind that has a handler already panics.
func (q *Queue) Handle(kind string, p Policy, h func(ctx context.Context, j Job) error) {
	q.handle(kind, &handler{policy: p.withDefaults(), do: h})
}

func (q *Queue) handle(kind string, h *handler) {
	if _, ok := q.handlers[kind]; ok || kind == "" {
		panic("queue: a second handler for " + kind)
	}
	q.handlers[kind] = h
}

// Enqueue puts a job into the queue when the transaction commits, and only then; it reports false where a job of the kind with
// the same key has not ended yet.
func (q *Queue) Enqueue(ctx context.Context, tx *db.Tx, t Task) (added bool, err error) {
	payload, err := json.Marshal(t.Payload)
	if err != nil {
		return false, fmt.Errorf("queue: the payload of a %s does not become JSON: %T", t.Kind, t.Payload)
	}
	if t.At.IsZero() {
		t.At = q.now()
	}
	added, err = insert(ctx, tx, t, payload)
	if added {
		tx.AfterCommit(q.poke)
	}
	return added, err
}

// now is the time that the tables hold, without the monotonic clock of this process: a clock that is set is to be seen.
func (q *Queue) now() time.Time { return q.o.Now().Round(0) }

// poke has Run look at once.
func (q *Queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) count(kind string, t tally) {
	q.mu.Lock()
	defer q.mu.Unlock()
	sum := q.tally[kind]
	q.tally[kind] = tally{sum.done + t.done, sum.failed + t.failed}
}
