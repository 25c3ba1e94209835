// Package throttle counts acts in the database, so that a limit holds on all nodes and after a restart. It must not know what
// is limited, and never stores who it counts as written: a subject (an address, a network) is an HMAC-SHA-256, keyed by a random
// value that is made at the first count and stays in the room's own table. Without the base nobody can tell who was counted; who
// has the whole base can still try likely subjects one by one, until Purge.
//
// The limit slides. Counts are kept for two fixed windows, and the acts of the window before are taken to be spread evenly over
// it, as Cloudflare's rate limiting does ("How we built rate limiting capable of scaling to millions of domains", 2017,
// https://blog.cloudflare.com/counting-things-a-lot-of-different-things/):
//
//	estimate = previous × (period − elapsed) / period + current
package throttle

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"grappe/internal/platform/db"
)

// Rule says how often something may be done by one subject. With another period the same name counts from the beginning.
type Rule struct {
	Name string // "signin.mail"
	Most int    // 0 forbids it
	Per  time.Duration
}

// id names the rule in the table.
func (r Rule) id() string { return r.Name + "/" + r.Per.String() }

// Take counts one act of the subject and gives 0, or counts nothing and gives how long to wait. The count holds once the
// transaction is committed: who refuses an act for another reason (a wrong code) must commit all the same. Acts of the same
// subject that come at once are counted one after the other, to the end of their transactions.
func Take(ctx context.Context, tx *db.Tx, r Rule, subject string, now time.Time) (wait time.Duration, err error) {
	secret, err := makeKey(ctx, tx)
	if err != nil {
		return 0, err
	}
	hash := hashed(secret, r, subject)
	tx.Serialize("throttle", hash)
	w, err := read(ctx, tx, r, hash)
	if err != nil {
		return 0, err
	}
	w = w.at(r.period(), db.ToMillis(now))
	if wait := w.wait(r, db.ToMillis(now)); wait > 0 {
		return wait, nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO throttle_counts (rule, subject, start_at, current, previous, expires_at) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (rule, subject) DO UPDATE SET start_at = excluded.start_at, current = excluded.current,
			previous = excluded.previous, expires_at = excluded.expires_at`,
		r.id(), hash, w.start, w.current+1, w.previous, w.start+2*r.period())
	if err != nil {
		return 0, fmt.Errorf("throttle: count: %w", err)
	}
	return 0, nil
}

// Peek gives what Take would, and counts nothing.
func Peek(ctx context.Context, q db.Querier, r Rule, subject string, now time.Time) (wait time.Duration, err error) {
	w := window{}
	secret, err := key(ctx, q)
	if err == nil && secret != nil {
		w, err = read(ctx, q, r, hashed(secret, r, subject))
	}
	if err != nil {
		return 0, err
	}
	return w.at(r.period(), db.ToMillis(now)).wait(r, db.ToMillis(now)), nil
}

// Purge deletes the counts that no rule heeds any more.
func Purge(ctx context.Context, tx *db.Tx, now time.Time) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM throttle_counts WHERE expires_at <= $1", db.ToMillis(now)); err != nil {
		return fmt.Errorf("throttle: purge: %w", err)
	}
	return nil
}

// period is that of the rule in milliseconds.
func (r Rule) period() int64 { return max(1, r.Per.Milliseconds()) }

// window holds the counts of the window that begins at start, in milliseconds, and of the one before.
type window struct{ start, current, previous int64 }

// at is the window of now. A clock that has gone back by less than a period stays in the window that was counted last; what is
// further ahead was counted by a wrong clock and is forgotten.
func (w window) at(period, now int64) window {
	start := now - now%period
	switch ahead := start - w.start; ahead {
	case 0, -period:
		return w
	case period:
		return window{start: start, previous: w.current}
	default:
		return window{start: start}
	}
}

// wait is how long it is until one more act fits, 0 when it does now.
func (w window) wait(r Rule, now int64) time.Duration {
	period, most := r.period(), int64(r.Most)
	if most <= 0 {
		return max(r.Per, time.Millisecond)
	}
	elapsed := max(0, now-w.start)
	if w.previous*(period-elapsed)+(w.current+1)*period <= most*period {
		return 0
	}
	free := w.start // when it fits
	if w.current < most {
		free += falls(w.previous, most-1-w.current, period)
	} else {
		free += period + falls(w.current, most-1, period)
	}
	return time.Duration(max(1, free-now)) * time.Millisecond
}

// falls is how far into a window the share of the one before, with its count, has fallen to the rest.
func falls(count, rest, period int64) int64 {
	if count <= rest {
		return 0
	}
	return (period*(count-rest) + count - 1) / count
}

func read(ctx context.Context, q db.Querier, r Rule, hash string) (window, error) {
	var w window
	err := q.QueryRowContext(ctx, "SELECT start_at, current, previous FROM throttle_counts WHERE rule = $1 AND subject = $2", r.id(), hash).
		Scan(&w.start, &w.current, &w.previous)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w, fmt.Errorf("throttle: read: %w", db.Found(err))
	}
	return w, nil
}

// hashed is what stands for the subject under this rule; under another it is something else.
func hashed(secret []byte, r Rule, subject string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(r.id()))
	h.Write([]byte{0})
	h.Write([]byte(subject))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// key is the key of the hashes, nil before anything was counted.
func key(ctx context.Context, q db.Querier) ([]byte, error) {
	var text string
	err := q.QueryRowContext(ctx, "SELECT secret FROM throttle_keys WHERE id = 1").Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("throttle: key: %w", db.Found(err))
	}
	return []byte(text), nil
}

func makeKey(ctx context.Context, tx *db.Tx) ([]byte, error) {
	if secret, err := key(ctx, tx); err != nil || secret != nil {
		return secret, err
	}
	// rand.Text has 130 bits. Where another makes it at once, that one stands.
	if _, err := tx.ExecContext(ctx, "INSERT INTO throttle_keys (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING", rand.Text()); err != nil {
		return nil, fmt.Errorf("throttle: key: %w", err)
	}
	return key(ctx, tx)
}
