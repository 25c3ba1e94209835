package mail

import (
	"cmp"
	"context"
	"time"

	"grappe/internal/platform/db"
)

const (
	atOnce = 200            // mails in one transaction
	stray  = 48 * time.Hour // after which a mail that waits has surely lost its job: it takes a day to be given up
)

// lookAfter gives up the mails whose jobs died without a word, and takes up what was put while there was no transport.
func (o *Outbox) lookAfter(ctx context.Context) error {
	if err := o.buried(ctx); err != nil || o.transport == nil || o.keep {
		return err
	}
	return o.takeUp(ctx)
}

func (o *Outbox) takeUp(ctx context.Context) error {
	for {
		var waiting []Mail
		err := o.db.Write(ctx, func(tx *db.Tx) (err error) {
			waiting, err = o.store.list(ctx, tx, "state = 'waiting' AND (reason = $1 OR queued_at < $2)",
				[]any{keyNoTransport, db.ToMillis(o.now().Add(-stray))}, atOnce)
			if err != nil {
				return err
			}
			for _, m := range waiting {
				if m.queued = o.now(); m.Reason == keyNoTransport {
					m.Reason = ""
				}
				if err := cmp.Or(o.store.tried(ctx, tx, m), o.enqueue(ctx, tx, m)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(waiting) < atOnce {
			return err
		}
	}
}

// buried gives up the mails whose jobs are dead letters although nothing was written of it: their processes died each time. A
// retry of the dead letter, or Resend, tries them again.
func (o *Outbox) buried(ctx context.Context) error {
	dead, err := o.queue.Dead(ctx, "", 1000)
	if err != nil {
		return err
	}
	for _, d := range dead {
		if d.Kind != jobKind {
			continue
		}
		m, err := o.store.get(ctx, o.db.Read(), d.Key)
		if err != nil || m.State != Waiting || m.queued.After(d.Died) {
			continue
		}
		if err := o.end(ctx, m, Failed, cmp.Or(m.Reason, "mail.reason_died")); err != nil {
			return err
		}
	}
	return nil
}
