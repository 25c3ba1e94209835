package db_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestWriteCommitsOrLeavesNothing(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		stop := errors.New("stop")
		insert := func(tx *db.Tx) error {
			return errors.Join(run(tx, "INSERT INTO show (id, capacity) VALUES ('a', 1)"), tx.Record(db.Change{Kind: "show", ID: "a"}))
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(insert(tx), stop) }); !errors.Is(err, stop) {
			t.Fatalf("Write returned %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not go through")
				}
			}()
			d.Write(ctx, func(tx *db.Tx) error { insert(tx); panic("stop") })
		}()
		cancelled, cancel := context.WithCancel(ctx)
		err := d.Write(cancelled, func(tx *db.Tx) error { err := insert(tx); cancel(); return err })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("Write under a cancelled context returned %v", err)
		}
		if n := number(t, d.Read(), "SELECT count(*) FROM show"); n != 0 {
			t.Fatalf("%d rows are left of transactions that failed", n)
		}
		if seq, err := db.LastChange(ctx, d.Read()); err != nil || seq != 0 {
			t.Fatalf("the log of transactions that failed ends at %d, %v", seq, err)
		}
		mustWrite(t, d, insert)
		if n := number(t, d.Read(), "SELECT count(*) FROM show"); n != 1 {
			t.Fatalf("%d rows, not 1", n)
		}
	})
}

func TestViewIsASnapshot(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		addShow(t, d, "a", 1)
		err := d.View(context.Background(), func(tx *db.Tx) error {
			before := number(t, tx, "SELECT count(*) FROM show")
			addShow(t, d, "b", 1)
			if after := number(t, tx, "SELECT count(*) FROM show"); before != 1 || after != 1 {
				t.Errorf("the snapshot showed %d rows, then %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		_, err := d.Read().ExecContext(ctx, "INSERT INTO show (id, capacity) VALUES ('a', 1)")
		wantError(t, err, errs.Unavailable, "db.readonly")
		err = d.View(ctx, func(tx *db.Tx) error { return run(tx, "DELETE FROM show") })
		wantError(t, err, errs.Unavailable, "db.readonly")
		err = d.View(ctx, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show"}) })
		wantError(t, err, errs.Internal, "db.internal")
	})
}

func TestConstraintsAreConflicts(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		addShow(t, d, "a", 1)
		for name, query := range map[string]string{
			"primary key": "INSERT INTO show (id, capacity) VALUES ('a', 1)",
			"not null":    "INSERT INTO show (id) VALUES ('b')",
			"check":       "INSERT INTO show (id, capacity) VALUES ('b', -1)",
			"foreign key": "INSERT INTO booking (id, show_id, name) VALUES ('1', 'none', 'n')",
		} {
			err := d.Write(ctx, func(tx *db.Tx) error { return run(tx, query) })
			if e := errs.As(err); e == nil || e.Kind != errs.Conflict || e.Key != "db.conflict" {
				t.Errorf("%s: %v is no conflict", name, err)
			}
			err = d.Write(ctx, func(tx *db.Tx) error {
				var id string
				return tx.QueryRowContext(ctx, query+" RETURNING id").Scan(&id)
			})
			if !errs.Is(err, errs.Conflict) {
				t.Errorf("%s, told by Scan: %v is no conflict", name, err)
			}
		}
	})
}

func TestFound(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		var id string
		err := d.Read().QueryRowContext(context.Background(), "SELECT id FROM show").Scan(&id)
		wantError(t, db.Found(err), errs.NotFound, "db.not_found")
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		err = d.Read().QueryRowContext(cancelled, "SELECT id FROM show").Scan(&id)
		if !errors.Is(db.Found(err), context.Canceled) {
			t.Errorf("Found of a cancelled query is %v", db.Found(err))
		}
		err = d.Read().QueryRowContext(context.Background(), "DELETE FROM show RETURNING id").Scan(&id)
		wantError(t, db.Found(err), errs.Unavailable, "db.readonly")
		if db.Found(nil) != nil {
			t.Error("Found of no error is an error")
		}
	})
}

// book takes a seat where one is free. It reads, then writes: the race that Serialize prevents.
func book(ctx context.Context, tx *db.Tx, name string, between func()) error {
	var capacity, taken int
	err := tx.QueryRowContext(ctx, "SELECT capacity, (SELECT count(*) FROM booking WHERE show_id = 's') FROM show WHERE id = 's'").
		Scan(&capacity, &taken)
	if err != nil {
		return err
	}
	between()
	if taken >= capacity {
		return errs.New(errs.Conflict, "full", nil)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO booking (id, show_id, name) VALUES ($1, 's', $2)", db.NewID(), name)
	return err
}

// On PostgreSQL two transactions that both read before either writes take the same last seat. If this test ever
// fails, the one below proves nothing.
func TestOverbookingHappensWithoutSerialize(t *testing.T) {
	d := dbtest.Open(t, db.Options{URL: dbtest.PostgresURL(t, shows()), Migrations: shows()})
	ctx := context.Background()
	addShow(t, d, "s", 1)
	var bothRead, done sync.WaitGroup
	bothRead.Add(2)
	for i := range 2 {
		done.Go(func() {
			err := d.Write(ctx, func(tx *db.Tx) error {
				return book(ctx, tx, strconv.Itoa(i), func() { bothRead.Done(); bothRead.Wait() })
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if n := number(t, d.Read(), "SELECT count(*) FROM booking"); n != 2 {
		t.Fatalf("%d bookings of the only seat: the race did not happen", n)
	}
}

func TestSerializeNeverOverbooks(t *testing.T) {
	eachShows(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		const capacity, people, rounds = 5, 16, 8
		addShow(t, d, "s", capacity)
		for range rounds {
			var refused atomic.Int64
			var all sync.WaitGroup
			for i := range people {
				all.Go(func() {
					err := d.Write(ctx, func(tx *db.Tx) error {
						return book(ctx, tx.Serialize("show", "s"), strconv.Itoa(i), func() {})
					})
					if errs.Is(err, errs.Conflict) {
						refused.Add(1)
					} else if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if n := number(t, d.Read(), "SELECT count(*) FROM booking"); n != capacity || refused.Load() != people-capacity {
				t.Fatalf("%d seats were taken and %d people refused", n, refused.Load())
			}
			mustWrite(t, d, func(tx *db.Tx) error { return run(tx, "DELETE FROM booking") })
		}
	})
}

// Two transactions that lock two rows in opposite order: PostgreSQL gives one up, and Write runs it again.
func TestDeadlockIsRetried(t *testing.T) {
	d := dbtest.Open(t, db.Options{URL: dbtest.PostgresURL(t, shows()), Migrations: shows()})
	addShow(t, d, "a", 0)
	addShow(t, d, "b", 0)
	var firstLocked, done sync.WaitGroup
	firstLocked.Add(2)
	var runs atomic.Int64
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			once := sync.OnceFunc(func() { firstLocked.Done(); firstLocked.Wait() })
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				runs.Add(1)
				for _, id := range order {
					if err := run(tx, "UPDATE show SET capacity = capacity + 1 WHERE id = $1", id); err != nil {
						return err
					}
					once()
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if n := number(t, d.Read(), "SELECT sum(capacity) FROM show"); n != 4 || runs.Load() < 3 {
		t.Fatalf("the sum is %d after %d runs, not 4 after 3 or more", n, runs.Load())
	}
}

func TestStatementsAreCounted(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		var mu sync.Mutex
		seen := 0
		d := dbtest.Open(t, db.Options{URL: fresh(), Migrations: shows(), Observe: func(string) { mu.Lock(); seen++; mu.Unlock() }})
		ctx, counter := db.CountStatements(context.Background())
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO show (id, capacity) VALUES ('a', 1)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.Read().QueryRowContext(ctx, "SELECT count(*) FROM show").Scan(&n); err != nil {
			t.Fatal(err)
		}
		number(t, d.Read(), "SELECT count(*) FROM show") // under another context
		if counter.N() != 2 || seen != 3 {
			t.Fatalf("%d statements counted, %d observed; not 2 and 3", counter.N(), seen)
		}
	})
}

const envKilled = "GRAPPE_TEST_KILLED_WRITER"

// TestKilledWriter is the process that TestKillLosesNothing kills. It writes transactions of ten rows, and prints the number
// of each that was committed.
func TestKilledWriter(t *testing.T) {
	url := os.Getenv(envKilled)
	if url == "" {
		t.Skip("runs inside TestKillLosesNothing only")
	}
	d := dbtest.Open(t, db.Options{URL: url, Migrations: shows()})
	for n := 0; ; n++ {
		mustWrite(t, d, func(tx *db.Tx) error {
			for i := range 10 {
				if err := run(tx, "INSERT INTO show (id, capacity) VALUES ($1, $2)", fmt.Sprintf("%d-%d", n, i), n); err != nil {
					return err
				}
			}
			return tx.Record(db.Change{Kind: "show", ID: strconv.Itoa(n)})
		})
		fmt.Printf("committed %d\n", n)
	}
}

// A process killed by SIGKILL in the middle of a transaction leaves whole transactions only, and all of those that it
// was told were committed.
func TestKillLosesNothing(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		for _, commits := range []int{1, 7, 40} {
			url := fresh()
			last := killAfter(t, url, commits)
			d := dbtest.Open(t, db.Options{URL: url, Migrations: shows()})
			waitForOthers(t, d)
			rows := number(t, d.Read(), "SELECT count(*) FROM show")
			changes, err := d.Changes(context.Background(), 0, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if rows%10 != 0 || rows/10 != len(changes) || rows/10 < last+1 {
				t.Fatalf("after %d acknowledged transactions of 10 rows: %d rows, %d changes", last+1, rows, len(changes))
			}
			addShow(t, d, "after", 1)
		}
	})
}

// killAfter kills the writing process once it has told of that many commits, and gives the number of the last it told.
func killAfter(t *testing.T, url string, commits int) int {
	t.Helper()
	cmd := writerProcess(t, url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := -1
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "committed ")
		if !ok {
			continue
		}
		if last, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		if last+1 == commits {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || last < 0 {
		t.Fatalf("the process ended by itself: %v, last commit %d", err, last)
	}
	return last
}

func writerProcess(t *testing.T, url string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$", "-test.v")
	cmd.Env = append(os.Environ(), envKilled+"="+url)
	cmd.Stderr = os.Stderr
	return cmd
}

// waitForOthers returns when the server has noticed that the killed process is gone.
func waitForOthers(t *testing.T, d *db.DB) {
	t.Helper()
	if d.Engine() != "postgres" {
		return
	}
	deadline := time.Now().Add(20 * time.Second)
	for number(t, d.Read(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND application_name = 'grappe' AND state <> 'idle' AND pid <> pg_backend_pid()`) > 0 {
		if time.Now().After(deadline) {
			t.Fatal("the killed process still has a connection")
		}
	}
}

// A transaction whose context ends meanwhile is told by the end of the context, not by what is no transaction any more.
func TestWriteWhoseContextEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		over := errors.New("over")
		ctx, cancel := context.WithCancelCause(t.Context())
		err := d.Write(ctx, func(tx *db.Tx) error {
			cancel(over)
			for { // until it was rolled back behind our back
				if _, err := tx.ExecContext(t.Context(), "SELECT 1"); errors.Is(err, sql.ErrTxDone) {
					return nil
				}
			}
		})
		if !errors.Is(err, over) {
			t.Errorf("%v", err)
		}
	})
}
