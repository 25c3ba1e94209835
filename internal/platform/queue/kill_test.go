package queue_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"strconv"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/queue"
	"grappe/internal/schema"
)

// envChildURL tells the process that is killed which base to work on.
const envChildURL = "GRAPPE_TEST_QUEUE_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(envChildURL); url != "" {
		if err := child(context.Background(), url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

// link is a job of a chain: its handler writes that it was done, and in the same transaction puts the next.
type link struct{ Chain, Number int }

const chainLength = 4

// worker is a queue that works chains off.
func worker(d *db.DB) *queue.Queue {
	q := queue.New(queue.Options{DB: d, Workers: 3, Lease: 300 * time.Millisecond, Poll: 20 * time.Millisecond})
	q.Handle("link", queue.Policy{Attempts: 1000, Backoff: func(int) time.Duration { return time.Millisecond }}, func(ctx context.Context, j queue.Job) error {
		var l link
		if err := j.Read(&l); err != nil {
			return err
		}
		if j.Attempt == 1 && l.Number == 1 {
			return fmt.Errorf("the first time fails")
		}
		return d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO effects (chain, number) VALUES ($1, $2)", l.Chain, l.Number); err != nil {
				return err
			}
			if l.Number == chainLength {
				return nil
			}
			_, err := q.Enqueue(ctx, tx, nextLink(l.Chain, l.Number+1))
			return err
		})
	})
	return q
}

func nextLink(chain, number int) queue.Task {
	return queue.Task{Kind: "link", Key: fmt.Sprint(chain, "/", number), Payload: link{chain, number}}
}

// child puts chains into the queue, says each that is safe, and works until it is killed.
func child(ctx context.Context, url string) error {
	d, err := db.Open(ctx, db.Options{URL: url, Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	q := worker(d)
	go func() {
		for {
			chain := int(rand.Int64N(1 << 50))
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := q.Enqueue(ctx, tx, nextLink(chain, 1))
				return err
			})
			if err == nil {
				fmt.Println(chain)
			}
			<-time.After(5 * time.Millisecond)
		}
	}()
	return q.Run(ctx)
}

// However often the process is killed, each job that was put is done, and so is each that the doing put.
func TestKilled(t *testing.T) {
	kills := 30
	if testing.Short() || raced {
		kills = 4 // the killed processes are the same binary, and nothing races with a kill
	}
	url := db.SQLiteURL(t.TempDir() + "/grappe.db")
	d := dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS})
	exec(t, d, "CREATE TABLE effects (chain BIGINT NOT NULL, number BIGINT NOT NULL)")
	var safe []int
	for range kills {
		safe = append(safe, killed(t, url)...)
		var verdict string
		if err := d.Read().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("the base is damaged: %s %v", verdict, err)
		}
	}
	left := stats(t, worker(d))
	start(t, worker(d))
	tick, limit := time.NewTicker(20*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for s := left; s.Waiting+s.Running > 0; s = stats(t, worker(d)) {
		select {
		case <-limit:
			t.Fatalf("jobs remain: %+v", s)
		case <-tick.C:
		}
	}
	count := func(query string, args ...any) (n int) {
		t.Helper()
		if err := d.Read().QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, chain := range safe {
		if n := count("SELECT count(DISTINCT number) FROM effects WHERE chain = $1", chain); n != chainLength {
			t.Errorf("chain %d was put and has %d effects of %d", chain, n, chainLength)
		}
	}
	if n := count("SELECT count(*) FROM jobs"); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	done, distinct := count("SELECT count(*) FROM effects"), count("SELECT count(*) FROM (SELECT DISTINCT chain, number FROM effects) x")
	t.Logf("%d kills, %d chains, %d jobs done, %d of them again after a kill; %d running and %d waiting after the last kill",
		kills, len(safe), distinct, done-distinct, left.Running, left.Waiting)
	if len(safe) < kills {
		t.Errorf("only %d chains were put", len(safe))
	}
}

// killed runs the worker's process, kills it at a random moment, and gives the chains that it called safe.
func killed(t *testing.T, url string) (safe []int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := osexec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), envChildURL+"="+url)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		chain, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatalf("the process said %q", lines.Text())
		}
		if safe = append(safe, chain); len(safe) == 1 {
			time.AfterFunc(rand.N(200*time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the process ended by itself with %v", err)
	}
	return safe
}
