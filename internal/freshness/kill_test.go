package freshness_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/mail"
	"grappe/internal/schema"
)

// envChildURL tells the process that is killed which base to work on.
const envChildURL = "GRAPPE_TEST_FRESHNESS_URL"

// TestTheDayOfAProcess is the process that is killed: it works a day and ends.
func TestTheDayOfAProcess(t *testing.T) {
	url := os.Getenv(envChildURL)
	if url == "" {
		t.Skip("it is run by TestKilled")
	}
	b := killBench(t, dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS}))
	b.move(0, 8, 30)
	b.must(b.s.Tick(t.Context()))
}

// killBench is a bench with the outbox of a demonstration, on the day on which its cards are due.
func killBench(t *testing.T, d *db.DB) *bench {
	b := newBench(t, d, "nc")
	b.outbox = mail.NewOutbox(mail.Options{DB: d, Now: b.now, Keep: true, Hostname: "grappe.example"})
	b.clock = time.Date(2024, 9, 1, 1, 0, 0, 0, time.UTC)
	b.open()
	return b
}

// However often the process is killed in the middle of a day's work, in the end each card was asked about once.
func TestKilled(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		const cards = 950
		url := fresh()
		b := killBench(t, dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS}))
		b.clock = time.Date(2024, 3, 1, 1, 0, 0, 0, time.UTC)
		var records []listing.Record
		for i := range cards {
			records = append(records, b.card(i, b.clock))
		}
		b.save(records...)
		b.tick(0, 8, 0)
		b.begin()
		kills, ended := 0, false
		for tries := 0; tries < 60 && !ended; tries++ {
			ended = b.dayOfAProcess(url)
			if !ended {
				kills++
			}
		}
		t.Logf("%d kills", kills)
		if !ended || kills == 0 {
			t.Errorf("the day ended: %v, after %d kills", ended, kills)
		}
		if n := b.number("SELECT count(*) FROM mails"); n != cards {
			t.Errorf("%d letters about %d cards", n, cards)
		}
		if n := b.number("SELECT count(DISTINCT to_mail) FROM mails"); n != cards {
			t.Errorf("%d addresses of %d were written to", n, cards)
		}
		if n := b.number("SELECT letters FROM freshness_days WHERE day = '2024-09-01'"); n != cards {
			t.Errorf("the day counts %d letters", n)
		}
	})
}

// dayOfAProcess starts a process that works the day, and kills it once it has written some letters; it reports true where it ended by
// itself.
func (b *bench) dayOfAProcess(url string) (ended bool) {
	b.t.Helper()
	self, err := os.Executable()
	b.must(err)
	before := b.number("SELECT count(*) FROM mails")
	cmd := exec.CommandContext(b.t.Context(), self, "-test.run=^TestTheDayOfAProcess$")
	cmd.Env = append(os.Environ(), envChildURL+"="+url)
	b.must(cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(2 * time.Minute); ; {
		select {
		case err := <-done:
			if cmd.ProcessState.Exited() && err != nil {
				b.t.Fatalf("the process failed: %v", err)
			}
			return err == nil
		case <-tick.C:
			if b.number("SELECT count(*) FROM mails") > before {
				time.AfterFunc(rand.N(30*time.Millisecond), func() { _ = cmd.Process.Kill() })
				before = 1 << 30
			}
		case <-limit:
			_ = cmd.Process.Kill()
			b.t.Fatal("the process does not end")
		}
	}
}

func (b *bench) number(query string, args ...any) (n int) {
	b.t.Helper()
	b.must(b.d.Read().QueryRowContext(b.t.Context(), query, args...).Scan(&n))
	return n
}
