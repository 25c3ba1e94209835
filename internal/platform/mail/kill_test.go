package mail_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	netmail "net/mail"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/schema"
)

// What the test process tells the process that it kills.
const (
	envChildURL   = "GRAPPE_TEST_MAIL_URL"
	envChildPort  = "GRAPPE_TEST_MAIL_PORT"
	envChildCA    = "GRAPPE_TEST_MAIL_CA"
	envChildFirst = "GRAPPE_TEST_MAIL_FIRST" // the first event whose outcome is not known
	envChildLast  = "GRAPPE_TEST_MAIL_LAST"  // the event after which it ends, when all mails are sent; "" for never
	// envKills is how many kills there are to be on each engine.
	envKills = "GRAPPE_KILLS"
)

func TestMain(m *testing.M) {
	if os.Getenv(envChildURL) == "" {
		m.Run()
		return
	}
	if err := child(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child performs events, each with its mail in one transaction, and sends mails meanwhile, as one process of the server does. It
// acknowledges each event on its output once it is committed.
func child(ctx context.Context) error {
	port, err := strconv.Atoi(os.Getenv(envChildPort))
	if err != nil {
		return err
	}
	first, err := strconv.Atoi(os.Getenv(envChildFirst))
	if err != nil {
		return err
	}
	last, err := strconv.Atoi(os.Getenv(envChildLast))
	if err != nil {
		last = 1 << 30
	}
	d, err := db.Open(ctx, db.Options{URL: os.Getenv(envChildURL), Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(os.Getenv(envChildCA)))
	q := queue.New(queue.Options{DB: d, Lease: 400 * time.Millisecond, Poll: 20 * time.Millisecond})
	o := mail.NewOutbox(mail.Options{
		DB: d, Queue: q, From: "ne-pas-repondre@cluster.example", Bounce: "retours@cluster.example",
		Transport: &mail.SMTP{Host: "localhost", Port: port, RootCAs: roots, Timeout: 10 * time.Second},
		Retry:     queue.Policy{Attempts: 1 << 20, Backoff: func(int) time.Duration { return 5 * time.Millisecond }, Timeout: 20 * time.Second},
	})
	ctx, stop := context.WithCancel(ctx)
	var sending sync.WaitGroup
	sending.Go(func() { _ = q.Run(ctx) }) // returns nil
	defer sending.Wait()
	defer stop()
	for n := first; n < last; n++ {
		added, err := perform(ctx, d, o, n)
		if err != nil {
			return err
		}
		fmt.Println(n, added)
	}
	for tick := time.Tick(10 * time.Millisecond); ; <-tick {
		if left, err := unfinished(ctx, d); err != nil || left == 0 {
			return err
		}
	}
}

// unfinished counts the mails that are not sent, and the jobs of those whose sending was recorded by a process that then died.
func unfinished(ctx context.Context, d *db.DB) (n int, err error) {
	err = d.Read().QueryRowContext(ctx, `SELECT (SELECT count(*) FROM mails WHERE state = 'waiting') +
		(SELECT count(*) FROM jobs WHERE kind = 'mail.send' AND state <> 'dead')`).Scan(&n)
	return n, err
}

// perform is an event with its mail. One that was performed before changes nothing.
func perform(ctx context.Context, d *db.DB, o *mail.Outbox, n int) (added bool, err error) {
	name := fmt.Sprint("event/", n)
	err = d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO kill_events (name) VALUES ($1) ON CONFLICT DO NOTHING", name); err != nil {
			return err
		}
		added, err = o.Put(ctx, tx, message(name))
		return err
	})
	return added, err
}

// killer starts processes and kills them at random moments.
type killer struct {
	t      *testing.T
	url    string
	server *server
	random *rand.Rand
	next   int // the first event that was not acknowledged
	kills  int
	known  int // events that a process performed although the one before had, unacknowledged
}

func howManyKills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(envKills)
	switch {
	case text == "" && raced:
		return 3 // the killed processes are the same binary: slow, and nothing races with a kill
	case text == "":
		return 50 // on each engine: 100 in all
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s must be a number: %v", envKills, err)
	}
	return n
}

// No mail is lost and none is there twice, however often the process is killed, and whenever the server dies.
func TestKilledSenders(t *testing.T) {
	kills := howManyKills(t)
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		k := &killer{t: t, url: fresh(), server: newServer(t, serverOptions{}), random: rand.New(rand.NewPCG(seed, 1))}
		d := dbtest.Open(t, db.Options{URL: k.url, Migrations: schema.FS})
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), "CREATE TABLE kill_events (name TEXT PRIMARY KEY)")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		deaths := rand.New(rand.NewPCG(seed, 2)) // guarded by the server's lock
		died := map[string]int{}
		k.server.setDie(func() string {
			stages := []string{beforeGreeting, afterGreeting, afterMail, afterRcpt, midData, afterDot}
			if i := deaths.IntN(4 * len(stages)); i < len(stages) {
				died[stages[i]]++
				return stages[i]
			}
			return ""
		})
		for k.kills < kills {
			k.life(true)
		}
		k.life(false)
		k.judge(d, died)
	})
}

// life is that of one process: until it is killed, or has sent all.
func (k *killer) life(kill bool) {
	k.t.Helper()
	self, err := os.Executable()
	if err != nil {
		k.t.Fatal(err)
	}
	cmd := exec.CommandContext(k.t.Context(), self)
	cmd.Env = append(os.Environ(), envChildURL+"="+k.url, envChildPort+"="+strconv.Itoa(k.server.port), envChildCA+"="+string(k.server.ca),
		envChildFirst+"="+strconv.Itoa(k.next))
	if !kill {
		cmd.Env = append(cmd.Env, envChildLast+"="+strconv.Itoa(k.next+5))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	// It dies a while after its start, after an event of its, or after a mail was taken: before that is written, as often as not.
	var once sync.Once
	after := func(limit time.Duration) func() {
		d := time.Duration(k.random.Int64N(int64(limit)))
		return func() { once.Do(func() { time.AfterFunc(d, func() { _ = cmd.Process.Kill() }) }) }
	}
	moment, nth := k.random.IntN(5), 1+k.random.IntN(6)
	slow, quick := after(150*time.Millisecond), after(3*time.Millisecond)
	if !kill {
		moment = -1
	}
	switch moment {
	case 0:
		slow()
	case 1, 2:
		k.server.onTaken(func(n int) {
			if n == nth {
				quick()
			}
		})
	}
	lines := bufio.NewScanner(out)
	for seen := 1; lines.Scan(); seen++ {
		number, added, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil || n != k.next {
			k.t.Fatalf("the process said %q, not %d", lines.Text(), k.next)
		}
		k.next++
		if added == "false" {
			k.known++
		}
		if seen == nth && moment >= 3 {
			quick()
		}
	}
	err = cmd.Wait()
	k.server.onTaken(nil)
	if kill {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || cmd.ProcessState.Exited() {
			k.t.Fatalf("the process ended by itself: %v", cmd.ProcessState)
		}
		k.kills++
	} else if err != nil {
		k.t.Fatal(err)
	}
}

// judge compares what was done, what is in the base, and what the server took.
func (k *killer) judge(d *db.DB, died map[string]int) {
	t := k.t
	count := func(query string) (n int) {
		if err := d.Read().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	events := count("SELECT count(*) FROM kill_events")
	for what, query := range map[string]string{
		"events without a mail":        "SELECT count(*) FROM kill_events WHERE name NOT IN (SELECT event FROM mails)",
		"mails without an event":       "SELECT count(*) FROM mails WHERE event NOT IN (SELECT name FROM kill_events)",
		"mails of one event":           "SELECT count(*) FROM (SELECT event FROM mails GROUP BY event HAVING count(*) > 1) AS twice",
		"mails that are not sent":      "SELECT count(*) FROM mails WHERE state <> 'sent'",
		"jobs that are left, or dead":  "SELECT count(*) FROM jobs WHERE kind = 'mail.send'",
		"mails with another's message": "SELECT count(*) FROM (SELECT message_id FROM mails GROUP BY message_id HAVING count(*) > 1) AS twice",
	} {
		if n := count(query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if events != k.next {
		t.Errorf("%d events are in the base, %d were acknowledged", events, k.next)
	}
	bodies, repeats := map[string]string{}, 0
	for _, got := range k.server.messages() {
		m, err := netmail.ReadMessage(strings.NewReader(got.message))
		if err != nil {
			t.Fatal(err)
		}
		id := m.Header.Get("Message-Id")
		switch before, again := bodies[id]; {
		case !again:
			bodies[id] = got.message
		case before != got.message:
			t.Errorf("%s was another message the second time", id)
		default:
			repeats++
		}
	}
	for n := range events {
		var id string
		err := d.Read().QueryRowContext(t.Context(), "SELECT message_id FROM mails WHERE event = $1", fmt.Sprint("event/", n)).Scan(&id)
		if _, ok := bodies["<"+id+">"]; !ok || err != nil {
			t.Errorf("event %d: its mail was never taken (%v)", n, err)
		}
	}
	if len(bodies) != events {
		t.Errorf("%d different mails were taken, of %d events", len(bodies), events)
	}
	t.Logf("%d kills, %d events, %d of them performed again unknowingly; %d mails taken, %d of them again; the server died %v",
		k.kills, events, k.known, len(k.server.messages()), repeats, died)
}
