package mail_test

import (
	"net/textproto"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
)

func refusal() error {
	return &mail.Fault{Verdict: mail.Refuses, Reason: "mail.reason_refused", Stage: "rcpt", Code: 550, Enhanced: "5.1.1", Err: &textproto.Error{Code: 550}}
}

func busy() error {
	return &mail.Fault{Verdict: mail.Again, Reason: "mail.reason_busy", Stage: "rcpt", Code: 450}
}

// later moves the clock on and does what is due then.
func (b *bench) later(d time.Duration) {
	b.t.Helper()
	b.at = b.at.Add(d)
	b.run()
}

func (b *bench) stats() mail.Stats {
	b.t.Helper()
	s, err := b.Stats(b.t.Context(), "nc")
	if err != nil {
		b.t.Fatal(err)
	}
	if other, err := b.Stats(b.t.Context(), "pf"); err != nil || other.Waiting+other.Dead+other.Sent24h != 0 {
		b.t.Fatalf("another territory has %+v (%v)", other, err)
	}
	return s
}

func (b *bench) write(f func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) dead() int {
	b.t.Helper()
	dead, err := b.queue.Dead(b.t.Context(), "", 10)
	if err != nil {
		b.t.Fatal(err)
	}
	return len(dead)
}

func TestFailuresThatPass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.fail = busy()
		b.put(message("a"))
		b.run()
		if s := b.stats(); s.Waiting != 1 || s.Failing != 1 || s.Reason != "mail.reason_busy" || !s.Oldest.Equal(b.at) || !s.Ready {
			t.Errorf("%+v", s)
		}
		b.fail = nil
		b.later(time.Hour)
		m := b.only()
		if m.State != mail.Sent || m.Tries != 2 || m.Reason != "" || m.Answer != "" {
			t.Errorf("%+v", m)
		}
		if len(b.sent) != 2 || string(b.sent[0].Message) != string(b.sent[1].Message) {
			t.Error("the second time it was another message")
		}
		if s := b.stats(); s.Waiting != 0 || s.Sent24h != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.fail = busy()
		b.put(message("a"))
		for range 40 {
			b.later(5 * time.Hour)
		}
		if m := b.only(); m.State != mail.Failed || m.Tries != 16 || m.Reason != "mail.reason_busy" || m.Answer != "450" || m.Text == "" {
			t.Errorf("%+v", m)
		}
		if s := b.stats(); s.Dead != 1 || b.dead() != 1 {
			t.Errorf("%+v, %d dead letters", s, b.dead())
		}
		b.fail = nil
		if err := b.Resend(t.Context(), b.only().ID); err != nil {
			t.Fatal(err)
		}
		b.run()
		if m := b.only(); m.State != mail.Sent || m.Tries != 17 {
			t.Errorf("%+v", m)
		}
		dead, err := b.queue.Dead(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.queue.Retry(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		b.run()
		if len(b.sent) != 17 {
			t.Errorf("the retry of a dead letter sent a mail again that is sent: %d", len(b.sent))
		}
	})
}

func TestNeverTaken(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.fail = &mail.Fault{Verdict: mail.Never, Reason: "mail.reason_content", Stage: "end", Code: 552, Enhanced: "5.3.4"}
	b.put(message("a"))
	b.run()
	if m := b.only(); m.State != mail.Failed || m.Tries != 1 || m.Answer != "552 5.3.4" || b.dead() != 1 {
		t.Errorf("%+v", m)
	}
	dead, err := b.queue.Dead(t.Context(), "", 10)
	if err != nil || dead[0].Error != "mail.reason_content" {
		t.Errorf("%+v %v", dead, err)
	}
	b.fail = nil // a larger limit, and the retry of the dead letter
	if err := b.queue.Retry(t.Context(), dead[0].ID); err != nil {
		t.Fatal(err)
	}
	b.run()
	if m := b.only(); m.State != mail.Sent {
		t.Errorf("%+v", m)
	}
}

func TestRefusingAddresses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.fail = refusal()
		one, two, capital, proving := message("1"), message("2"), message("3"), message("4")
		capital.To.Mail, proving.Proving = "Elodie@EXEMPLE.nc", true
		b.put(one)
		b.put(two) // is waiting when the first comes back
		b.run()
		b.put(capital)
		b.put(proving)
		b.run()
		all, err := b.List(t.Context(), mail.Filter{State: mail.Refused})
		if err != nil || len(all) != 4 || len(b.sent) != 2 || b.dead() != 0 {
			t.Fatalf("%d refused, %d tried (%v)", len(all), len(b.sent), err)
		}
		if all[1].Reason != "mail.reason_address" || all[2].Reason != "mail.reason_address" || all[3].Reason != "mail.reason_refused" {
			t.Errorf("%s %s %s", all[1].Reason, all[2].Reason, all[3].Reason)
		}
		known, err := b.Addresses(t.Context(), 10)
		if err != nil || len(known) != 1 || known[0].Reason != "5.1.1" || !known[0].Refusing || known[0].Address != "elodie@exemple.nc" {
			t.Errorf("%+v %v", known, err)
		}
		if s := b.stats(); s.Refused24h != 4 || s.Addresses != 1 {
			t.Errorf("%+v", s)
		}
		b.fail = nil
		b.write(func(tx *db.Tx) error { return b.Cleared(t.Context(), tx, "ELODIE@exemple.nc") })
		b.put(message("5"))
		b.run()
		if err := b.Resend(t.Context(), all[2].ID); err != nil {
			t.Fatal(err)
		}
		b.run()
		if sent, err := b.List(t.Context(), mail.Filter{State: mail.Sent}); err != nil || len(sent) != 2 {
			t.Errorf("%d sent (%v)", len(sent), err)
		}
	})
}

func TestSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		m := message("code/1")
		m.Secret, m.Proving, m.Letter.Code, m.Until = true, true, "428 913", b.at.Add(15*time.Minute)
		b.put(m)
		if waiting := b.only(); waiting.Text != "" || waiting.HTML != "" || waiting.State != mail.Waiting {
			t.Error("a secret is shown")
		}
		mine, err := b.ByPerson(t.Context(), d.Read(), "p1")
		if err != nil || len(mine) != 1 || mine[0].Text != "" {
			t.Errorf("%+v %v", mine, err)
		}
		b.run()
		if !strings.Contains(string(b.sent[0].Message), "428 913") {
			t.Error("the code is not in the mail")
		}
		var n int
		if err := d.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM mails WHERE body_text <> '' OR body_html <> ''").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d secrets are left (%v)", n, err)
		}
		if err := b.Resend(t.Context(), b.only().ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("resent: %v", err)
		}
		late := message("code/2")
		late.Until = b.at.Add(15 * time.Minute)
		b.fail = busy()
		b.put(late)
		b.run()
		b.later(time.Hour)
		if all, err := b.List(t.Context(), mail.Filter{State: mail.Expired}); err != nil || len(all) != 1 || len(b.sent) != 2 {
			t.Errorf("%d expired, %d sent (%v)", len(all), len(b.sent), err)
		}
		b.fail = refusal()
		for _, event := range []string{"code/3", "code/4"} { // tried in vain, and not tried any more
			m.Event, m.Proving, m.Until = event, false, time.Time{}
			b.put(m)
			b.run()
		}
		query := "SELECT count(*) FROM mails WHERE secret AND body_text = '' AND body_html = ''"
		if err := d.Read().QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != 3 {
			t.Errorf("%d of 3 secrets are gone (%v)", n, err)
		}
	})
}

func TestDemoKeepsAll(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t), func(o *mail.Options) { o.Keep = true })
	m := message("code/1")
	m.Secret, m.Letter.Code = true, "428 913"
	b.put(m)
	b.run()
	if kept := b.only(); kept.State != mail.Kept || !strings.Contains(kept.Text, "428 913") || !strings.Contains(kept.HTML, "428 913") || len(b.sent) != 0 {
		t.Errorf("%+v", kept)
	}
	if err := b.Resend(t.Context(), b.only().ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("resent: %v", err)
	}
}

// Without a transport mails wait, and leave when there is one.
func TestNoTransport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, func(o *mail.Options) { o.Transport = nil })
		b.put(message("1"))
		b.put(message("2"))
		for range 30 {
			b.later(5 * time.Hour)
		}
		if s := b.stats(); s.Waiting != 2 || s.NoTransport != 2 || s.Reason != "mail.no_transport" || s.Ready || s.Dead != 0 || b.dead() != 0 {
			t.Errorf("%+v, %d dead letters", s, b.dead())
		}
		b.open(func(o *mail.Options) { o.From = "not an address" })
		b.later(2 * time.Minute)
		if len(b.sent) != 0 {
			t.Fatal("sent from no address")
		}
		b.open()
		b.later(2 * time.Minute)
		b.later(2 * time.Minute)
		if s := b.stats(); s.Waiting != 0 || s.Sent24h != 2 || len(b.sent) != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// A mail whose process dies at each attempt is a dead letter of the queue, and then of the outbox.
func TestDiedAtEachAttempt(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.open(func(o *mail.Options) { o.Retry = queue.Policy{Attempts: 1}; o.Transport = panics{} })
	b.put(message("1"))
	b.later(time.Minute)
	b.later(2 * time.Minute)
	if m := b.only(); m.State != mail.Failed || m.Reason != "mail.reason_died" {
		t.Errorf("%+v", m)
	}
	b.fail = busy()
	b.open()
	if err := b.Resend(t.Context(), b.only().ID); err != nil {
		t.Fatal(err)
	}
	b.run()
	b.later(time.Minute)
	if m := b.only(); m.State != mail.Waiting { // the dead letter is of before
		t.Errorf("%+v", m)
	}
}

// A mail that waits without a job, whatever became of that, is taken up in the end.
func TestStrayMail(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	b.put(message("1"))
	b.write(func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "DELETE FROM jobs WHERE kind = 'mail.send'")
		return err
	})
	b.later(time.Hour)
	if len(b.sent) != 0 {
		t.Fatal("the job was not lost")
	}
	b.later(50 * time.Hour)
	b.later(time.Minute)
	if m := b.only(); m.State != mail.Sent || len(b.sent) != 1 {
		t.Errorf("%+v", m)
	}
}

func TestErase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.put(message("1"))
		b.run()
		b.fail = refusal()
		other := message("2")
		other.Person, other.To.Mail = "p2", "louis@exemple.nc"
		b.put(other)
		b.put(message("3"))
		b.run()
		b.put(message("4"))
		b.fail = nil
		waiting := message("5")
		waiting.Proving = true
		b.put(waiting)
		if mine, err := b.ByPerson(t.Context(), d.Read(), "p1"); err != nil || len(mine) != 4 {
			t.Errorf("%d mails of the person (%v)", len(mine), err)
		}
		b.write(func(tx *db.Tx) error { return b.Erase(t.Context(), tx, "p1") })
		before := len(b.sent)
		b.run()
		if len(b.sent) != before {
			t.Error("a mail of an erased person was sent")
		}
		for query, want := range map[string]int{
			"SELECT count(*) FROM mails WHERE to_mail = '' AND to_name = '' AND subject = '' AND body_text = '' AND body_html = '' AND person = ''": 4,
			"SELECT count(*) FROM mails WHERE person = 'p2' AND to_mail <> '' AND body_text <> ''":                                                  1,
			"SELECT count(*) FROM mails WHERE state = 'erased'":                                                                                     1,
			"SELECT count(*) FROM mail_addresses":                                                                                                   1,
		} {
			var n int
			if err := d.Read().QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != want {
				t.Errorf("%s: %d, not %d (%v)", query, n, want, err)
			}
		}
	})
}

func TestPurge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.put(message("sent"))
		b.run()
		b.fail = &mail.Fault{Verdict: mail.Never, Reason: "mail.reason_content", Stage: "end", Code: 554}
		b.put(message("dead"))
		b.run()
		b.open(func(o *mail.Options) { o.Transport = nil })
		b.put(message("waiting"))
		b.run()
		start := b.at
		for _, tt := range []struct{ days, rows, bodies int }{{29, 3, 3}, {31, 3, 2}, {91, 2, 1}, {366, 1, 1}} {
			now := start.Add(time.Duration(tt.days) * 24 * time.Hour)
			b.write(func(tx *db.Tx) error { return b.Purge(t.Context(), tx, now) })
			var rows, bodies int
			err := d.Read().QueryRowContext(t.Context(), "SELECT count(*), sum(CASE WHEN body_text <> '' THEN 1 ELSE 0 END) FROM mails").Scan(&rows, &bodies)
			if err != nil || rows != tt.rows || bodies != tt.bodies {
				t.Errorf("after %d days: %d mails, %d bodies (%v)", tt.days, rows, bodies, err)
			}
		}
	})
}

func TestList(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	for _, event := range []string{"1", "2", "3"} {
		b.put(message(event))
	}
	all, err := b.List(t.Context(), mail.Filter{Territory: "nc", Kind: "test.note", Person: "p1", To: "elodie@exemple.nc", State: mail.Waiting})
	if err != nil || len(all) != 3 || all[0].Event != "3" || all[0].Text != "" {
		t.Fatalf("%d mails (%v)", len(all), err)
	}
	next, err := b.List(t.Context(), mail.Filter{After: all[1].ID, Limit: 5})
	if err != nil || len(next) != 1 || next[0].Event != "1" {
		t.Errorf("%d after the second (%v)", len(next), err)
	}
	if _, err := b.Get(t.Context(), "nothing"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := b.Resend(t.Context(), "nothing"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
