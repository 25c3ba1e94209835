package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/queue"
)

const (
	jobKind  = "mail.send"
	schedule = "mail.look_after"
	period   = time.Minute

	keyNoTransport = "mail.no_transport"
)

// NewOutbox gives the outbox, and registers with its queue what sends.
func NewOutbox(o Options) *Outbox {
	b := &Outbox{
		db: o.DB, queue: o.Queue, now: o.Now, log: o.Log, transport: o.Transport, hostname: o.Hostname, keep: o.Keep, retry: o.Retry,
	}
	if b.now == nil {
		b.now = time.Now
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	b.from, b.bounce = b.own("from", o.From), b.own("bounce", o.Bounce)
	if b.from == "" {
		b.transport = nil
	}
	if b.retry.Attempts == 0 {
		b.retry = queue.Policy{Attempts: 16, Backoff: backoff, Timeout: time.Minute}
	}
	if b.queue != nil {
		b.queue.Handle(jobKind, b.retry, b.send)
		b.queue.Every(schedule, period, b.lookAfter)
	}
	return b
}

// own is an address of our own in its plain form, "" for one that is none: then nothing is sent rather than something wrong.
func (o *Outbox) own(what, address string) string {
	if address == "" {
		return ""
	}
	plain, err := plainAddress(address, what)
	if err != nil {
		o.log.Error("mail: the configured address is not one", "setting", what)
	}
	return plain
}

// backoff grows from half a minute to four hours: sixteen attempts take a day.
func backoff(attempt int) time.Duration {
	d := min(30*time.Second<<min(attempt-1, 9), 4*time.Hour)
	return d/2 + rand.N(d/2+1)
}

// Put takes a message into the outbox, in the transaction of what it speaks of. The same event twice is one mail: then it
// returns false. Where the address is known to refuse mail, the mail is kept as Refused and not sent, unless it proves the
// address. It returns errs.Invalid for an address that is none.
func (o *Outbox) Put(ctx context.Context, tx *db.Tx, m Message) (added bool, err error) {
	if m, err = checked(m); err != nil {
		return false, err
	}
	row, err := o.row(ctx, tx, m)
	if err != nil {
		return false, err
	}
	if added, err = o.store.insert(ctx, tx, row); err != nil || !added || row.State != Waiting {
		return added, err
	}
	return true, o.enqueue(ctx, tx, row)
}

// Ready reports whether mails leave: there is a transport, or they stay as in a demonstration.
func (o *Outbox) Ready() bool { return o.transport != nil || o.keep }

func (o *Outbox) row(ctx context.Context, tx *db.Tx, m Message) (Mail, error) {
	id, now := db.NewID(), o.now()
	look := Look{Lang: m.Lang, From: m.From, Accent: m.Accent, Unsubscribe: m.Unsubscribe}
	row := Mail{
		ID: id, Event: m.Event, Kind: m.Kind, Topic: m.Topic, Territory: m.Territory, Person: m.Person, Lang: m.Lang, To: m.To, From: m.From,
		ReplyTo: m.ReplyTo, Subject: m.Letter.Subject, Text: RenderText(m.Letter, look), HTML: RenderHTML(m.Letter, look),
		Unsubscribe: m.Unsubscribe, Secret: m.Secret, Proving: m.Proving, MessageID: id + "@" + o.domain(), State: Waiting, At: now, queued: now, Until: m.Until,
	}
	if o.keep {
		row.State, row.EndedAt = Kept, now
		return row, nil
	}
	if !m.Proving {
		refuses, err := o.store.refuses(ctx, tx, m.To.Mail)
		if err != nil {
			return Mail{}, err
		}
		if refuses {
			row.State, row.Reason, row.EndedAt = Refused, "mail.reason_address", now
			if row.Secret {
				row.Text, row.HTML = "", ""
			}
		}
	}
	return row, nil
}

// domain is the right side of Message-IDs.
func (o *Outbox) domain() string {
	_, domain, _ := cutLast(o.from, "@")
	return cmp.Or(domain, o.hostname, "grappe.invalid")
}

func (o *Outbox) enqueue(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := o.queue.Enqueue(ctx, tx, queue.Task{Kind: jobKind, Key: m.ID, Territory: m.Territory, Payload: struct{}{}})
	return err
}

// send is the handler of a job. Where the job has ended otherwise than by its mail, the queue holds a dead letter; a retry of it
// sends a mail that was given up.
func (o *Outbox) send(ctx context.Context, j queue.Job) error {
	m, err := o.store.get(ctx, o.db.Read(), j.Key)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil
	case err != nil:
		return err
	case m.State != Waiting && m.State != Failed:
		return nil
	case !m.Until.IsZero() && o.now().After(m.Until):
		return o.end(ctx, m, Expired, "mail.reason_expired")
	case o.transport == nil:
		m.Reason = keyNoTransport
		return o.save(ctx, m)
	}
	if !m.Proving {
		refuses, err := o.store.refuses(ctx, o.db.Read(), m.To.Mail)
		if err != nil {
			return err
		}
		if refuses {
			return o.end(ctx, m, Refused, "mail.reason_address")
		}
	}
	e, err := o.envelope(m)
	if err != nil {
		return err
	}
	if err := o.transport.Send(ctx, e); err != nil {
		return o.failed(ctx, j, m, err)
	}
	m.Tries++
	m.TriedAt, m.Answer = o.now(), ""
	return o.end(ctx, m, Sent, "")
}

// failed notes why a mail was not taken, and gives the queue what it is to do about it.
func (o *Outbox) failed(ctx context.Context, j queue.Job, m Mail, err error) error {
	if ctx.Err() != nil {
		return err // the process ends, or the job's time: nothing was learnt of the server
	}
	f, ok := errors.AsType[*Fault](err)
	if !ok {
		f = faultOf("send", err)
	}
	m.Tries++
	m.TriedAt, m.Reason, m.Answer = o.now(), f.Reason, f.answer()
	o.log.Warn("mail: not sent", "mail", m.ID, "kind", m.Kind, "try", m.Tries, "verdict", int(f.Verdict), "error", f.Error())
	switch {
	case f.Verdict == Refuses:
		return o.refused(ctx, m, f)
	case f.Verdict == Never:
		return cmp.Or(o.end(ctx, m, Failed, f.Reason), queue.Permanent(f.told()))
	case j.Attempt >= o.retry.Attempts:
		return cmp.Or(o.end(ctx, m, Failed, f.Reason), f.told())
	}
	return cmp.Or(o.save(ctx, m), f.told())
}

// refused ends a mail whose address refuses, and marks the address.
func (o *Outbox) refused(ctx context.Context, m Mail, f *Fault) error {
	m.State, m.EndedAt = Refused, m.TriedAt
	return o.db.Write(ctx, func(tx *db.Tx) error {
		if err := o.store.tried(ctx, tx, m); err != nil {
			return err
		}
		return o.store.mark(ctx, tx, m.To.Mail, refusing, cmp.Or(f.Enhanced, fmt.Sprint(f.Code)), m.ID, m.TriedAt)
	})
}

func (o *Outbox) end(ctx context.Context, m Mail, state State, reason string) error {
	m.State, m.Reason, m.EndedAt = state, reason, o.now()
	return o.save(ctx, m)
}

const saveLimit = 20 * time.Second

// save writes how an attempt ended, even where the context has: a server may have taken the mail.
func (o *Outbox) save(ctx context.Context, m Mail) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	return o.db.Write(ctx, func(tx *db.Tx) error { return o.store.tried(ctx, tx, m) })
}
