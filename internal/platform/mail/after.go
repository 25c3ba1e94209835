package mail

import (
	"cmp"
	"context"

	"grappe/internal/platform/db"
)

const atOnce = 200 // mails in one transaction

// lookAfter takes up what was put while there was no transport, and gives up the mails whose jobs died without a word.
func (o *Outbox) lookAfter(ctx context.Context) error {
	if o.transport == nil || o.keep {
		return o.buried(ctx)
	}
	return cmp.Or(o.takeUp(ctx), o.buried(ctx))
}

func (o *Outbox) takeUp(ctx context.Context) error {
	for {
		var waiting []Mail
		err := o.db.Write(ctx, func(tx *db.Tx) (err error) {
			waiting, err = o.store.list(ctx, tx, "state = 'waiting' AND reason = $1", []any{keyNoTransport}, atOnce)
			if err != nil {
				return err
			}
			for _, m := range waiting {
				m.Reason = ""
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
		if err != nil || m.State != Waiting || m.At.After(d.Died) || m.TriedAt.After(d.Died) {
			continue
		}
		if err := o.end(ctx, m, Failed, cmp.Or(m.Reason, "mail.reason_died")); err != nil {
			return err
		}
	}
	return nil
}
