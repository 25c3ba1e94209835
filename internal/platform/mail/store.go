package mail

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"grappe/internal/platform/db"
)

// Mail is a mail of the outbox, as the team sees it.
type Mail struct {
	ID, Event, Kind, Topic, Territory, Person, Lang string

	To            Address
	From, ReplyTo string // the name it comes from; where answers go
	Subject       string
	Text, HTML    string // empty where they are no longer kept, or secret
	Unsubscribe   string
	Secret        bool
	Proving       bool
	MessageID     string // without its brackets

	State   State
	Reason  string // key of the sentence that says why it is not sent, "" for none
	Answer  string // codes of the server's last answer: "550 5.1.1"
	Tries   int    // to send it
	At      time.Time
	Until   time.Time
	TriedAt time.Time
	EndedAt time.Time // when it left the state Waiting

	queued time.Time // when its job was last put into the queue
}

// store holds the SQL of the room.
type store struct{}

const mailColumns = `id, event, kind, topic, territory, person, lang, to_name, to_mail, from_name, reply_to, subject, body_text, body_html,
	unsubscribe, secret, proving, message_id, state, reason, answer, tries, created_at, queued_at, until_at, tried_at, ended_at`

func scanMail(scan func(...any) error) (Mail, error) {
	var m Mail
	err := scan(&m.ID, &m.Event, &m.Kind, &m.Topic, &m.Territory, &m.Person, &m.Lang, &m.To.Name, &m.To.Mail, &m.From, &m.ReplyTo,
		&m.Subject, &m.Text, &m.HTML, &m.Unsubscribe, &m.Secret, &m.Proving, &m.MessageID, &m.State, &m.Reason, &m.Answer, &m.Tries,
		db.Millis(&m.At), db.Millis(&m.queued), db.Millis(&m.Until), db.Millis(&m.TriedAt), db.Millis(&m.EndedAt))
	return m, err
}

// insert adds a mail unless there is one of the same event.
func (store) insert(ctx context.Context, tx *db.Tx, m Mail) (added bool, err error) {
	result, err := tx.ExecContext(ctx, "INSERT INTO mails ("+mailColumns+`) VALUES
		($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27) ON CONFLICT (event) DO NOTHING`,
		m.ID, m.Event, m.Kind, m.Topic, m.Territory, m.Person, m.Lang, m.To.Name, m.To.Mail, m.From, m.ReplyTo, m.Subject, m.Text, m.HTML,
		m.Unsubscribe, m.Secret, m.Proving, m.MessageID, string(m.State), m.Reason, m.Answer, m.Tries,
		db.ToMillis(m.At), db.ToMillis(m.queued), db.ToMillis(m.Until), db.ToMillis(m.TriedAt), db.ToMillis(m.EndedAt))
	if err != nil {
		return false, fmt.Errorf("mail: insert: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func (store) get(ctx context.Context, q db.Querier, id string) (Mail, error) {
	m, err := scanMail(q.QueryRowContext(ctx, "SELECT "+mailColumns+" FROM mails WHERE id = $1", id).Scan)
	if err := db.Found(err); err != nil {
		return Mail{}, err
	}
	return m, nil
}

// list reads mails by a condition on their columns, newest first.
func (store) list(ctx context.Context, q db.Querier, where string, args []any, limit int) ([]Mail, error) {
	args = append(args, limit)
	rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM mails WHERE %s ORDER BY id DESC LIMIT $%d", mailColumns, where, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("mail: list: %w", err)
	}
	return scanMails(rows)
}

func scanMails(rows *sql.Rows) ([]Mail, error) {
	defer rows.Close()
	var out []Mail
	for rows.Next() {
		m, err := scanMail(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("mail: list: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// tried writes how an attempt ended, unless something else has ended the mail meanwhile. The bodies of a secret mail go when
// it is sent or has no more sense.
func (store) tried(ctx context.Context, tx *db.Tx, m Mail) error {
	text, html := "body_text", "body_html"
	if m.Secret && m.State != Waiting && m.State != Failed {
		text, html = "''", "''"
	}
	_, err := tx.ExecContext(ctx, "UPDATE mails SET state = $2, reason = $3, answer = $4, tries = $5, tried_at = $6, ended_at = $7, queued_at = $8, body_text = "+
		text+", body_html = "+html+" WHERE id = $1 AND state IN ('waiting', 'failed')",
		m.ID, string(m.State), m.Reason, m.Answer, m.Tries, db.ToMillis(m.TriedAt), db.ToMillis(m.EndedAt), db.ToMillis(m.queued))
	if err != nil {
		return fmt.Errorf("mail: save: %w", err)
	}
	return nil
}

// What is known of an address.
const (
	refusing = "refusing"
	noted    = "noted"
)

// refuses tells whether an address is known to refuse mail.
func (store) refuses(ctx context.Context, q db.Querier, address string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM mail_addresses WHERE address = $1 AND state = 'refusing'", strings.ToLower(address)).Scan(&n)
	return n > 0, db.Found(err)
}

// mark notes what a server answered about an address. What refuses already stays so.
func (store) mark(ctx context.Context, tx *db.Tx, address, state, reason, mail string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO mail_addresses (address, state, reason, mail, since_at) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (address) DO UPDATE SET state = excluded.state, reason = excluded.reason, mail = excluded.mail, since_at = excluded.since_at
		WHERE mail_addresses.state <> 'refusing'`, strings.ToLower(address), state, reason, mail, db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("mail: mark: %w", err)
	}
	return nil
}

func (store) clear(ctx context.Context, tx *db.Tx, address string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM mail_addresses WHERE address = $1", strings.ToLower(address)); err != nil {
		return fmt.Errorf("mail: clear: %w", err)
	}
	return nil
}

// returned notes that a mail came back after a server had taken it.
func (store) returned(ctx context.Context, tx *db.Tx, id, code string, forGood bool) error {
	state, reason := "state", "reason"
	if forGood {
		state, reason = "'refused'", "$3"
	}
	args := []any{id, code}
	if forGood {
		args = append(args, "mail.reason_bounced")
	}
	_, err := tx.ExecContext(ctx, "UPDATE mails SET answer = $2, state = "+state+", reason = "+reason+" WHERE id = $1 AND state = 'sent'", args...)
	if err != nil {
		return fmt.Errorf("mail: returned: %w", err)
	}
	return nil
}
