package mail_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
)

// bench is an outbox over a base, with a transport that does what the test says and a clock that the test moves.
type bench struct {
	*mail.Outbox
	t     *testing.T
	db    *db.DB
	queue *queue.Queue
	at    time.Time
	sent  []mail.Envelope
	fail  error // of the transport
}

// Send implements mail.Transport.
func (b *bench) Send(_ context.Context, e mail.Envelope) error {
	b.sent = append(b.sent, e)
	return b.fail
}

func newBench(t *testing.T, d *db.DB, change ...func(o *mail.Options)) *bench {
	b := &bench{t: t, db: d, at: time.Date(2026, 2, 3, 9, 30, 0, 0, time.UTC)}
	b.open(change...)
	return b
}

// open makes queue and outbox anew, as a start of the process does.
func (b *bench) open(change ...func(o *mail.Options)) {
	now := func() time.Time { return b.at }
	b.queue = queue.New(queue.Options{DB: b.db, Now: now})
	o := mail.Options{
		DB: b.db, Queue: b.queue, Now: now, Transport: b, From: "ne-pas-repondre@cluster.example", Bounce: "retours@cluster.example",
	}
	for _, c := range change {
		c(&o)
	}
	b.Outbox = mail.NewOutbox(o)
}

func message(event string) mail.Message {
	return mail.Message{
		Event: event, Kind: "test.note", To: mail.Address{Name: "Élodie Wamytan", Mail: "elodie@exemple.nc"}, Person: "p1", Territory: "nc",
		Lang: "fr", From: "Cluster du numérique", ReplyTo: "equipe@cluster.example", Accent: "#0A5A78",
		Letter: mail.Letter{Subject: "Votre fiche est publiée", Paragraphs: []string{"Bonjour."}, Why: "Vous avez publié une fiche."},
	}
}

func (b *bench) put(m mail.Message) bool {
	b.t.Helper()
	var added bool
	err := b.db.Write(b.t.Context(), func(tx *db.Tx) (err error) {
		added, err = b.Put(b.t.Context(), tx, m)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return added
}

// run does what is due by now.
func (b *bench) run() {
	b.t.Helper()
	if _, err := b.queue.RunDue(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// only is the one mail that there is.
func (b *bench) only() mail.Mail {
	b.t.Helper()
	all, err := b.List(b.t.Context(), mail.Filter{})
	if err != nil || len(all) != 1 {
		b.t.Fatalf("%d mails (%v)", len(all), err)
	}
	m, err := b.Get(b.t.Context(), all[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func TestOneMailForOneEvent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		if !b.put(message("a/1")) || b.put(message("a/1")) {
			t.Error("the second of an event is another mail")
		}
		_ = b.db.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := b.Put(t.Context(), tx, message("a/2")); err != nil {
				t.Error(err)
			}
			return errs.New(errs.Conflict, "db.conflict", nil) // what it speaks of did not happen
		})
		b.run()
		b.run()
		if m := b.only(); len(b.sent) != 1 || m.State != mail.Sent || m.Tries != 1 || m.Text == "" || !m.EndedAt.Equal(b.at) {
			t.Errorf("sent %d times, is %+v", len(b.sent), m)
		}
	})
}

// Transactions that put the same event at the same time make one mail.
func TestOneMailForOneEventAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var added atomic.Int32
		var putting sync.WaitGroup
		for range 8 {
			putting.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					first, err := b.Put(t.Context(), tx, message("a/1"))
					if first {
						tx.AfterCommit(func() { added.Add(1) })
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		putting.Wait()
		b.run()
		if added.Load() != 1 || len(b.sent) != 1 || b.only().State != mail.Sent {
			t.Errorf("%d added, %d sent", added.Load(), len(b.sent))
		}
	})
}

// panics is a transport with a fault.
type panics struct{}

func (panics) Send(context.Context, mail.Envelope) error { panic("a fault") }
