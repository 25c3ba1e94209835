package mail

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Filter chooses mails. Empty fields choose all.
type Filter struct {
	Territory, Kind, Person string
	To                      string // an address
	State                   State
	After                   string // identifier of the last one seen
	Limit                   int    // 0: 50; at most 500
}

// List gives the mails of a filter without their bodies, newest first.
func (o *Outbox) List(ctx context.Context, f Filter) ([]Mail, error) {
	where, args := "1 = 1", []any{}
	for _, c := range []struct{ condition, value string }{
		{"territory = ", f.Territory},
		{"kind = ", f.Kind},
		{"person = ", f.Person},
		{"to_mail = ", f.To},
		{"state = ", string(f.State)},
		{"id < ", f.After},
	} {
		if c.value != "" {
			args = append(args, c.value)
			where += fmt.Sprintf(" AND %s$%d", c.condition, len(args))
		}
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	found, err := o.store.list(ctx, o.db.Read(), where, args, min(f.Limit, 500))
	for i := range found {
		found[i].Text, found[i].HTML = "", ""
	}
	return found, err
}

// Get gives one mail, with its bodies unless they are secret and this is not the demo. It returns errs.NotFound.
func (o *Outbox) Get(ctx context.Context, id string) (Mail, error) {
	m, err := o.store.get(ctx, o.db.Read(), id)
	if errs.Is(err, errs.NotFound) {
		return Mail{}, errs.New(errs.NotFound, "mail.not_found", nil)
	}
	return o.shown(m), err
}

// shown is a mail without what only its reader may know.
func (o *Outbox) shown(m Mail) Mail {
	if m.Secret && m.State != Kept {
		m.Text, m.HTML = "", ""
	}
	return m
}

// Stats says how the outbox is doing.
type Stats struct {
	Waiting     int       // to be sent
	Oldest      time.Time // of those
	NoTransport int       // of those: nothing can be sent
	Failing     int       // of those: tried in vain
	Reason      string    // key of the sentence about the last of those, "" where there is none
	Sent24h     int
	Refused24h  int // not sent: the address refuses
	Dead        int // given up
	Addresses   int // that refuse
	Ready       bool
}

// Stats counts the mails of a territory, those of all for "".
func (o *Outbox) Stats(ctx context.Context, territory string) (Stats, error) {
	s := Stats{Ready: o.Ready()}
	err := o.db.View(ctx, func(tx *db.Tx) error {
		day := db.ToMillis(o.now().Add(-24 * time.Hour))
		err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0),
				coalesce(min(CASE WHEN state = 'waiting' THEN created_at END), 0),
				coalesce(sum(CASE WHEN state = 'waiting' AND reason = $1 THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN state = 'waiting' AND tries > 0 THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN state = 'sent' AND ended_at > $2 THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN state = 'refused' AND ended_at > $2 THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0)
			FROM mails WHERE (state IN ('waiting', 'failed') OR state IN ('sent', 'refused') AND ended_at > $2) AND ($3 = '' OR territory = $3)`,
			keyNoTransport, day, territory).Scan(&s.Waiting, db.Millis(&s.Oldest), &s.NoTransport, &s.Failing, &s.Sent24h, &s.Refused24h, &s.Dead)
		if err != nil {
			return err
		}
		last, err := o.store.list(ctx, tx, "state = 'waiting' AND tries > 0 AND ($1 = '' OR territory = $1)", []any{territory}, 1)
		if err != nil {
			return err
		}
		for _, m := range last {
			s.Reason = m.Reason
		}
		if s.NoTransport > 0 && s.Reason == "" {
			s.Reason = keyNoTransport
		}
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM mail_addresses WHERE state = 'refusing'").Scan(&s.Addresses)
	})
	if err != nil {
		return Stats{}, fmt.Errorf("mail: stats: %w", err)
	}
	return s, nil
}

// Resend is ResendTx in a transaction of its own.
func (o *Outbox) Resend(ctx context.Context, id string) error {
	return o.db.Write(ctx, func(tx *db.Tx) error { return o.ResendTx(ctx, tx, id) })
}

// ResendTx sends a mail again, the same message with the same Message-ID. Who asks for it says that the address receives: its
// mark goes. It returns errs.NotFound, and errs.Conflict where the body is no longer kept, or is of the demo. One that is
// waiting is sent when its next attempt is due.
func (o *Outbox) ResendTx(ctx context.Context, tx *db.Tx, id string) error {
	m, err := o.store.get(ctx, tx, id)
	switch {
	case errs.Is(err, errs.NotFound):
		return errs.New(errs.NotFound, "mail.not_found", nil)
	case err != nil:
		return err
	case m.State == Kept || m.Text == "":
		return errs.New(errs.Conflict, "mail.body_gone", nil)
	}
	if err := o.store.clear(ctx, tx, m.To.Mail); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE mails SET state = 'waiting', reason = '', answer = '', until_at = 0, ended_at = 0, queued_at = $2 WHERE id = $1",
		id, db.ToMillis(o.now()))
	if err != nil {
		return fmt.Errorf("mail: resend: %w", err)
	}
	return o.enqueue(ctx, tx, m)
}

// Cleared forgets that an address refuses mail: a person has just proved that it receives.
func (o *Outbox) Cleared(ctx context.Context, tx *db.Tx, address string) error {
	return o.store.clear(ctx, tx, address)
}

// Known is what servers have answered about an address.
type Known struct {
	Address  string
	Refusing bool   // else it was only not reached for a while
	Reason   string // code of the answer: "5.1.1"
	Mail     string // identifier of the mail that it answered
	Since    time.Time
}

// Addresses lists what is known of addresses, the last first.
func (o *Outbox) Addresses(ctx context.Context, limit int) ([]Known, error) {
	rows, err := o.db.Read().QueryContext(ctx, "SELECT address, state, reason, mail, since_at FROM mail_addresses ORDER BY since_at DESC, address LIMIT $1", limit)
	if err != nil {
		return nil, fmt.Errorf("mail: addresses: %w", err)
	}
	defer rows.Close()
	var found []Known
	for rows.Next() {
		var k Known
		var state string
		if err := rows.Scan(&k.Address, &state, &k.Reason, &k.Mail, db.Millis(&k.Since)); err != nil {
			return nil, fmt.Errorf("mail: addresses: %w", err)
		}
		k.Refusing = state == refusing
		found = append(found, k)
	}
	return found, rows.Err()
}

// Refuses tells whether an address is known to refuse mail.
func (o *Outbox) Refuses(ctx context.Context, q db.Querier, address string) (bool, error) {
	return o.store.refuses(ctx, q, address)
}

// ByPerson gives all mails of a person, newest first, with the bodies that are kept and not secret: what is known of them.
func (o *Outbox) ByPerson(ctx context.Context, q db.Querier, person string) ([]Mail, error) {
	if person == "" {
		return nil, nil
	}
	found, err := o.store.list(ctx, q, "person = $1", []any{person}, 100_000)
	for i := range found {
		found[i] = o.shown(found[i])
	}
	return found, err
}

// Erase takes all that names a person out of their mails: addresses, names, subjects, bodies, and what is known of the
// addresses. What is not sent yet is not sent any more.
func (o *Outbox) Erase(ctx context.Context, tx *db.Tx, person string) error {
	if person == "" {
		return nil
	}
	return all(ctx, tx, []statement{
		{"DELETE FROM mail_addresses WHERE address IN (SELECT lower(to_mail) FROM mails WHERE person = $1)", []any{person}},
		{
			"UPDATE mails SET ended_at = $2, state = 'erased', reason = $3 WHERE person = $1 AND state = 'waiting'",
			[]any{person, db.ToMillis(o.now()), "mail.reason_erased"},
		},
		{`UPDATE mails SET to_name = '', to_mail = '', reply_to = '', subject = '', body_text = '', body_html = '', unsubscribe = '', person = ''
			WHERE person = $1`, []any{person}},
	})
}

// How long things are kept, from when a mail left the state Waiting.
const (
	keepBodies = 30 * 24 * time.Hour
	keepDead   = 90 * 24 * time.Hour
	keepRows   = 365 * 24 * time.Hour
)

// Purge deletes what is kept no longer at that time: bodies after 30 days, mails that were given up after 90 days, what is left
// of the others after a year, notes of addresses that were not reached for a while after 30 days, and
// those that refuse after a year: somebody else may have them by then.
func (o *Outbox) Purge(ctx context.Context, tx *db.Tx, now time.Time) error {
	before := func(d time.Duration) []any { return []any{db.ToMillis(now.Add(-d))} }
	return all(ctx, tx, []statement{
		{
			"UPDATE mails SET body_text = '', body_html = '' WHERE state NOT IN ('waiting', 'failed') AND ended_at < $1 AND body_text <> ''",
			before(keepBodies),
		},
		{"DELETE FROM mails WHERE state = 'failed' AND ended_at < $1", before(keepDead)},
		{"DELETE FROM mails WHERE state NOT IN ('waiting', 'failed') AND ended_at < $1", before(keepRows)},
		{"DELETE FROM mail_addresses WHERE state = 'noted' AND since_at < $1", before(keepBodies)},
		{"DELETE FROM mail_addresses WHERE since_at < $1", before(keepRows)},
	})
}

type statement struct {
	query string
	args  []any
}

// all runs statements one after the other.
func all(ctx context.Context, tx *db.Tx, statements []statement) error {
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s.query, s.args...); err != nil {
			return fmt.Errorf("mail: erase: %w", err)
		}
	}
	return nil
}

// Refusing gives all addresses that are known to refuse mail, in one statement: for who looks at all of a directory.
func (o *Outbox) Refusing(ctx context.Context, q db.Querier) (map[string]bool, error) {
	found := map[string]bool{}
	return found, o.store.refusing(ctx, q, "", nil, found)
}

// RefusingAmong gives those of some addresses that are known to refuse mail: for who writes to some.
func (o *Outbox) RefusingAmong(ctx context.Context, q db.Querier, addresses []string) (map[string]bool, error) {
	found := map[string]bool{}
	for chunk := range slices.Chunk(addresses, addressesAtOnce) {
		places, args := make([]string, len(chunk)), make([]any, len(chunk))
		for i, address := range chunk {
			places[i], args[i] = "$"+strconv.Itoa(i+2), address
		}
		if err := o.store.refusing(ctx, q, " AND address IN ("+strings.Join(places, ", ")+")", args, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// addressesAtOnce is how many addresses one statement asks for.
const addressesAtOnce = 500

func (store) refusing(ctx context.Context, q db.Querier, condition string, args []any, found map[string]bool) error {
	rows, err := q.QueryContext(ctx, "SELECT address FROM mail_addresses WHERE state = $1"+condition, append([]any{refusing}, args...)...)
	if err != nil {
		return fmt.Errorf("mail: addresses: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var address string
		if err := rows.Scan(&address); err != nil {
			return fmt.Errorf("mail: addresses: %w", err)
		}
		found[address] = true
	}
	return rows.Err()
}
