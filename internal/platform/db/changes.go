package db

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"grappe/internal/platform/errs"
)

// Change says that a thing was written or deleted.
type Change struct {
	// Seq grows with each change in the order of commits; it has gaps. Record ignores it.
	Seq int64
	// Territory is the code of the territory that the thing belongs to, empty for what belongs to none.
	Territory string
	// Kind and ID name the thing in its room's words: "listing" and its identifier.
	Kind, ID string
	// Deleted says that the thing is gone.
	Deleted bool
	// At is the time of the commit, to the millisecond: later than that of every change of a transaction that committed
	// before, even where the clocks of several processes differ. Record ignores it.
	At time.Time
}

// Record appends changes to the log when the transaction commits, and only then. Everything that follows what is
// in the database (index, caches, other nodes) follows this log, so each write of a thing records a change.
func (tx *Tx) Record(changes ...Change) error {
	if tx.readOnly {
		return errs.Wrap(errors.New("db: Record in a View"), errs.Internal, "db.internal", nil)
	}
	tx.changes = append(tx.changes, changes...)
	return nil
}

// changesPerInsert makes as many arguments as argsPerInsert says.
const changesPerInsert = argsPerInsert / 5

// appendChanges writes the recorded changes as the last thing before the commit.
//
// A reader that has read up to number n must never see a number below n appear later. PostgreSQL hands numbers out
// when rows are inserted, not when they are committed, and comparing transaction ids does not repair this: an older
// transaction may take a larger number than a younger one and commit first, so that the younger one's smaller
// number appears behind the reader's back. So the numbers are handed out under a lock that is held to the end
// of the commit: the order of numbers is the order of commits. The lock is the last that a transaction takes, which
// rules out deadlocks, and is held for the insert and the commit only, so that a long transaction delays no one.
func (tx *Tx) appendChanges(ctx context.Context) error {
	if len(tx.changes) == 0 {
		return nil
	}
	if lock := tx.d.engine.lockLog; lock != "" {
		if _, err := tx.ExecContext(ctx, lock); err != nil {
			return err
		}
	}
	at, err := tx.stamp(ctx)
	if err != nil {
		return err
	}
	for rest := tx.changes; len(rest) > 0; {
		n := min(len(rest), changesPerInsert)
		if err := tx.insertChanges(ctx, rest[:n], at); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// stamp is the time of the changes that are about to be written, in milliseconds: now, or just behind the last of the log.
// It is asked under the lock of the log, so that times grow with the numbers: whoever has seen all changes up to a time has
// seen them all.
func (tx *Tx) stamp(ctx context.Context) (int64, error) {
	var last int64
	err := tx.QueryRowContext(ctx, "SELECT coalesce(max(at), 0) FROM changes WHERE seq = (SELECT max(seq) FROM changes)").Scan(&last)
	return max(ToMillis(time.Now()), last+1), err
}

func (tx *Tx) insertChanges(ctx context.Context, changes []Change, at int64) error {
	var query strings.Builder
	query.WriteString("INSERT INTO changes (territory, kind, id, deleted, at) VALUES ")
	args := make([]any, 0, 5*len(changes))
	for i, c := range changes {
		if i > 0 {
			query.WriteByte(',')
		}
		for j := range 5 {
			query.WriteString([]string{"($", ",$"}[min(j, 1)])
			query.WriteString(strconv.Itoa(len(args) + j + 1))
		}
		query.WriteByte(')')
		args = append(args, c.Territory, c.Kind, c.ID, c.Deleted, at)
	}
	_, err := tx.ExecContext(ctx, query.String(), args...)
	return err
}

// Changes gives the changes numbered above after, at most limit of them, in the order of their commits. Whoever
// asks next with the number of the last change it was given misses none, however late a transaction commits.
func (d *DB) Changes(ctx context.Context, after int64, limit int) ([]Change, error) {
	rows, err := d.Read().QueryContext(ctx,
		"SELECT seq, territory, kind, id, deleted, at FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2", after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []Change
	for rows.Next() {
		var c Change
		var at int64
		if err := rows.Scan(&c.Seq, &c.Territory, &c.Kind, &c.ID, &c.Deleted, &at); err != nil {
			return nil, d.explained(err)
		}
		c.At = FromMillis(at)
		changes = append(changes, c)
	}
	return changes, d.explained(rows.Err())
}

// LastChange is the number of the last change, 0 for an empty log. Asked inside a View, it is exactly the point up
// to which the snapshot has followed the log: read the things, then go on with Changes from there.
func LastChange(ctx context.Context, q Querier) (int64, error) {
	var seq int64
	err := q.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM changes").Scan(&seq)
	return seq, Found(err)
}

// pollEvery is how often the log is looked at for what other processes have written.
const pollEvery = 50 * time.Millisecond

// watchers are the channels to wake. Each holds one wake at most.
type watchers struct {
	ctx     context.Context // of the poller
	mu      sync.Mutex
	polling bool
	chans   map[chan struct{}]struct{}
}

func (w *watchers) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.chans {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Watch gives a channel that receives when the log may have grown: at once after a commit of this process, within
// 100 ms after one of another. It holds a first wake from the start, so that a loop over it begins by catching
// up; wakes that nobody has received yet are one. It is closed when ctx ends or the database is closed.
func (d *DB) Watch(ctx context.Context) <-chan struct{} {
	c := make(chan struct{}, 1)
	c <- struct{}{}
	w := &d.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.chans == nil {
		w.chans = map[chan struct{}]struct{}{}
	}
	w.chans[c] = struct{}{}
	if !w.polling {
		w.polling = true
		d.pollers.Go(d.poll)
	}
	d.pollers.Go(func() {
		select {
		case <-ctx.Done():
		case <-w.ctx.Done():
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.chans, c)
		close(c)
	})
	return c
}

// poll wakes the watchers when the log has grown, until the database is closed. While the database does not answer
// it keeps asking.
func (d *DB) poll() {
	last := int64(-1)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if seq, err := LastChange(d.watch.ctx, conn{q: d.read, d: d}); err == nil && seq != last {
			d.watch.wake()
			last = seq
		}
		select {
		case <-d.watch.ctx.Done():
			return
		case <-tick.C:
		}
	}
}
