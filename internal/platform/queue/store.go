package queue

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/db"
)

// States of a job.
const (
	waiting = "waiting"
	running = "running"
	dead    = "dead"
)

func insert(ctx context.Context, tx *db.Tx, t Task, payload []byte) (bool, error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO jobs (id, kind, unique_key, territory, payload, state, attempt, at, due_at, lease, error, died_at)
		VALUES ($1,$2,$3,$4,$5,'waiting',0,$6,$6,'','',0) ON CONFLICT DO NOTHING`,
		db.NewID(), t.Kind, t.Key, t.Territory, string(payload), db.ToMillis(t.At))
	if err != nil {
		return false, fmt.Errorf("queue: enqueue: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// among writes "name IN ($n, …)" for the values, which become arguments from number n.
func among(name string, n int, values []string) (string, []any) {
	var b strings.Builder
	b.WriteString(name + " IN (")
	args := make([]any, len(values))
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(n+i))
		args[i] = v
	}
	b.WriteByte(')')
	return b.String(), args
}

// next is when the first job of these kinds may be taken, the zero time where there is none.
func next(ctx context.Context, q db.Querier, kinds []string) (time.Time, error) {
	in, args := among("kind", 1, kinds)
	var due time.Time
	err := q.QueryRowContext(ctx, "SELECT due_at FROM jobs WHERE state <> 'dead' AND "+in+" ORDER BY due_at LIMIT 1", args...).Scan(db.Millis(&due))
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return due, fmt.Errorf("queue: poll: %w", db.Found(err))
	}
	return due, nil
}

// taken is a job that is ours until its lease ends.
type taken struct {
	Job
	lease string
	until time.Time
}

// claim takes at most n jobs of these kinds that are due, those that are due longest first.
//
// The jobs are picked in a CTE of their own: PostgreSQL may run a subquery of IN anew for each row, and each time pass over
// what it has locked, so that more than n would be taken.
func claim(ctx context.Context, tx *db.Tx, kinds []string, n int, now time.Time, lease time.Duration) ([]taken, error) {
	mark, until := db.NewID(), now.Add(lease)
	in, more := among("kind", 5, kinds)
	args := append([]any{mark, db.ToMillis(until), db.ToMillis(now), n}, more...)
	rows, err := tx.QueryContext(ctx, `WITH picked AS MATERIALIZED (SELECT id FROM jobs WHERE state <> 'dead' AND due_at <= $3 AND `+in+`
			ORDER BY due_at, id LIMIT $4`+tx.SkipLocked()+`)
		UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = $1, due_at = $2 WHERE id IN (SELECT id FROM picked)
		RETURNING id, kind, unique_key, territory, payload, attempt, at`, args...)
	if err != nil {
		return nil, fmt.Errorf("queue: claim: %w", err)
	}
	defer rows.Close()
	var all []taken
	for rows.Next() {
		t := taken{lease: mark, until: until}
		if err := rows.Scan(&t.ID, &t.Kind, &t.Key, &t.Territory, &t.Payload, &t.Attempt, db.Millis(&t.At)); err != nil {
			return nil, fmt.Errorf("queue: claim: %w", err)
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b taken) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all, rows.Err()
}

// ours runs a statement on a job that is ours, whose arguments go on from $3, and reports whether it still was.
func ours(ctx context.Context, q db.Querier, t taken, statement string, args ...any) (bool, error) {
	result, err := q.ExecContext(ctx, statement+" WHERE id = $1 AND lease = $2 AND state = 'running'", append([]any{t.ID, t.lease}, args...)...)
	if err != nil {
		return false, fmt.Errorf("queue: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func renew(ctx context.Context, q db.Querier, t taken, until time.Time) (bool, error) {
	return ours(ctx, q, t, "UPDATE jobs SET due_at = $3", db.ToMillis(until))
}

func remove(ctx context.Context, q db.Querier, t taken) (bool, error) {
	return ours(ctx, q, t, "DELETE FROM jobs")
}

func postpone(ctx context.Context, q db.Querier, t taken, at time.Time, why string) (bool, error) {
	return ours(ctx, q, t, "UPDATE jobs SET state = 'waiting', lease = '', due_at = $3, error = $4", db.ToMillis(at), why)
}

// giveBack lets a job be taken at once, as if it had not been tried.
func giveBack(ctx context.Context, q db.Querier, t taken, now time.Time) (bool, error) {
	return ours(ctx, q, t, "UPDATE jobs SET state = 'waiting', lease = '', due_at = $3, attempt = attempt - 1", db.ToMillis(now))
}

func bury(ctx context.Context, q db.Querier, t taken, now time.Time, why string) (bool, error) {
	return ours(ctx, q, t, "UPDATE jobs SET state = 'dead', lease = '', died_at = $3, error = $4", db.ToMillis(now), why)
}
