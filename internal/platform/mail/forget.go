package mail

import (
	"context"
	"strings"
	"time"

	"grappe/internal/platform/db"
)

// EraseAddress is Erase for the mails to an address: those that went there before it was known whose it is name no person.
func (o *Outbox) EraseAddress(ctx context.Context, tx *db.Tx, address string) error {
	if address == "" {
		return nil
	}
	address = strings.ToLower(address)
	return all(ctx, tx, []statement{
		{"DELETE FROM mail_addresses WHERE address = $1", []any{address}},
		{
			"UPDATE mails SET ended_at = $2, state = 'erased', reason = $3 WHERE to_mail = $1 AND state = 'waiting'",
			[]any{address, db.ToMillis(o.now()), "mail.reason_erased"},
		},
		{`UPDATE mails SET to_name = '', to_mail = '', reply_to = '', subject = '', body_text = '', body_html = '', unsubscribe = '', person = ''
			WHERE to_mail = $1`, []any{address}},
	})
}

// Forget takes the addresses out of the mails of a kind that ended before a time: of a last letter to who is erased nothing stays.
func (o *Outbox) Forget(ctx context.Context, tx *db.Tx, kind string, before time.Time) error {
	return all(ctx, tx, []statement{{
		`UPDATE mails SET state = CASE WHEN state = 'sent' THEN 'sent' ELSE 'erased' END, to_name = '', to_mail = '', subject = '', body_text = '', body_html = ''
			WHERE kind = $1 AND state <> 'waiting' AND ended_at < $2 AND to_mail <> ''`, []any{kind, db.ToMillis(before)},
	}})
}
