package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"grappe/internal/platform/errs"
)

// Querier runs statements. Their errors come back explained: errs.Conflict for a violated constraint, errs.Unavailable for
// a database that cannot be used. The error of a Row's Scan is the driver's; Found explains it, and so do View and Write
// when it is returned through them.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

var (
	_ Querier = (*Tx)(nil)
	_ Querier = conn{}
)

// conn counts the statements of a pool or transaction and explains their errors.
type conn struct {
	q Querier
	d *DB
}

func (c conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	c.d.count(ctx, query)
	rows, err := c.q.QueryContext(ctx, query, args...)
	return rows, c.d.explained(err)
}

func (c conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	c.d.count(ctx, query)
	return c.q.QueryRowContext(ctx, query, args...)
}

func (c conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	c.d.count(ctx, query)
	result, err := c.q.ExecContext(ctx, query, args...)
	return result, c.d.explained(err)
}

// Read gives the readers' pool: each statement sees what is committed when it starts. It cannot write.
func (d *DB) Read() Querier { return conn{q: d.read, d: d} }

// Tx is a transaction. It belongs to one goroutine and ends with the function it was handed to.
type Tx struct {
	conn
	ctx      context.Context
	readOnly bool
	err      error // of Serialize, kept until the transaction ends
	changes  []Change
	after    []func()
}

// View runs f on a snapshot of the database that no later commit changes. The transaction cannot write.
func (d *DB) View(ctx context.Context, f func(tx *Tx) error) error {
	opts := d.engine.snapshot
	sqlTx, err := d.read.BeginTx(ctx, &opts)
	if err != nil {
		return d.explained(err)
	}
	defer sqlTx.Rollback()
	return d.explained(f(&Tx{conn: conn{q: sqlTx, d: d}, ctx: ctx, readOnly: true}))
}

const (
	writeAttempts = 6
	firstPause    = 8 * time.Millisecond
)

// Write runs f in a transaction and commits it when f returns nil; it rolls back on an error or a panic. Where
// PostgreSQL gives a transaction up for the sake of another (deadlock, serialisation), f runs again, up to six
// times, so f must begin its work anew each time it is called. Calling Write or waiting for another Write inside f
// blocks for ever on SQLite, which has one writer. An error of the commit itself may leave unknown whether the
// transaction took place, when the connection broke just then (key db.unreachable).
func (d *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := d.writeOnce(ctx, f)
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return context.Cause(ctx) // database/sql rolled it back as soon as the context ended
		}
		if err == nil || attempt == writeAttempts || !d.engine.again(err) {
			return d.explained(err)
		}
		longest := firstPause << attempt
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(longest/2 + rand.N(longest/2)):
		}
	}
}

func (d *DB) writeOnce(ctx context.Context, f func(tx *Tx) error) error {
	sqlTx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer sqlTx.Rollback()
	tx := &Tx{conn: conn{q: sqlTx, d: d}, ctx: ctx}
	if err := f(tx); err != nil || tx.err != nil {
		return cmp.Or(tx.err, err)
	}
	if err := tx.appendChanges(ctx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return err
	}
	if len(tx.changes) > 0 {
		if d.committed != nil {
			d.committed(tx.changes)
		}
		d.watch.wake()
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// AfterCommit calls f once the transaction is committed, before Write returns; never for one that is rolled back. f must
// neither fail nor wait: it wakes who looks for what was written.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// SkipLocked ends a SELECT whose rows are then written by the same transaction, so that those that another transaction holds
// are passed over; it is empty where writing transactions run one after the other anyway.
func (tx *Tx) SkipLocked() string { return tx.d.engine.skipLocked }

// Serialize makes the transactions that call it with the same kind and id run one after the other from here to
// their end: the next one reads what this one wrote. It returns tx itself. A failure fails the transaction, even
// where the caller goes on. On SQLite all writing transactions run one after the other anyway.
func (tx *Tx) Serialize(kind, id string) *Tx {
	if tx.err != nil || tx.d.engine.serialize == "" {
		return tx
	}
	if tx.readOnly {
		tx.err = errs.Wrap(errors.New("db: Serialize in a View"), errs.Internal, "db.internal", nil)
		return tx
	}
	h := fnv.New64a()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(id))
	_, tx.err = tx.ExecContext(tx.ctx, tx.d.engine.serialize, int64(h.Sum64()))
	return tx
}
