package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

func ids(changes []db.Change) []string {
	all := make([]string, len(changes))
	for i, c := range changes {
		all[i] = c.ID
	}
	return all
}

func changesAfter(t testing.TB, d *db.DB, after int64) []db.Change {
	t.Helper()
	changes, err := d.Changes(context.Background(), after, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestChangesHoldWhatWasRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := time.Now().Truncate(time.Millisecond)
		var want []db.Change
		for i := range 450 { // more than one statement takes
			want = append(want, db.Change{Territory: "nc", Kind: "listing", ID: strconv.Itoa(i), Deleted: i%2 == 1})
		}
		mustWrite(t, d, func(tx *db.Tx) error { return tx.Record(want...) })
		got := changesAfter(t, d, 0)
		for i := range got {
			if i > 0 && got[i].Seq <= got[i-1].Seq {
				t.Fatalf("change %d has the number %d after %d", i, got[i].Seq, got[i-1].Seq)
			}
		}
		last, err := db.LastChange(context.Background(), d.Read())
		if err != nil || last != got[len(got)-1].Seq {
			t.Fatalf("the last change is %d, %v; not %d", last, err, got[len(got)-1].Seq)
		}
		at := got[0].At
		for i := range got {
			if got[i].At.Before(before) || got[i].At.After(time.Now()) || got[i].At != at {
				t.Fatalf("change %d is of %v", i, got[i].At)
			}
			got[i].Seq, got[i].At = 0, time.Time{}
		}
		if !slices.Equal(got, want) {
			t.Fatal("the log does not hold what was recorded, in order")
		}
		some, err := d.Changes(context.Background(), last-3, 2)
		if err != nil || !slices.Equal(ids(some), []string{"447", "448"}) {
			t.Fatalf("two changes from the third last are %v, %v", ids(some), err)
		}
	})
}

// The naive log on PostgreSQL: numbers handed out at the insert, rows filtered by transaction ids below the oldest that
// runs. It skips a change, although it waits for the oldest transaction. If this test ever fails, the order of
// commits that appendChanges enforces may be given up.
func TestTransactionIDsAloneSkipALateCommit(t *testing.T) {
	d := dbtest.Open(t, db.Options{URL: dbtest.PostgresURL(t, shows()), Migrations: shows()})
	ctx := context.Background()
	if err := d.WriterExec(ctx, `CREATE TABLE naive (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT,
		xid XID8 DEFAULT pg_current_xact_id())`); err != nil {
		t.Fatal(err)
	}
	after := 0
	read := func() (seen []string) {
		for _, row := range scanAll(t, d.Read(), fmt.Sprintf(`SELECT seq, id FROM naive
			WHERE seq > %d AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY seq`, after)) {
			after = int(row[0].(int64))
			seen = append(seen, row[1].(string))
		}
		return seen
	}
	var all []string
	mustWrite(t, d, func(older *db.Tx) error {
		number(t, older, "SELECT pg_current_xact_id()::TEXT::BIGINT")
		olderDone := make(chan struct{})
		youngerInserted, youngerDone := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(youngerDone)
			if err := d.Write(ctx, func(younger *db.Tx) error {
				err := run(younger, "INSERT INTO naive (id) VALUES ('younger')")
				close(youngerInserted)
				<-olderDone
				// Transactions of other databases hold up the oldest running one as well.
				mine := number(t, younger, "SELECT pg_current_xact_id()::TEXT::BIGINT")
				for number(t, d.Read(), "SELECT pg_snapshot_xmin(pg_current_snapshot())::TEXT::BIGINT") < mine {
				}
				all = append(all, read()...) // the older has committed, the younger has not
				return err
			}); err != nil {
				t.Error(err)
			}
		}()
		<-youngerInserted
		err := run(older, "INSERT INTO naive (id) VALUES ('older')")
		t.Cleanup(func() {
			<-youngerDone
			if all = append(all, read()...); !slices.Equal(all, []string{"older"}) {
				t.Errorf("the naive log gave %v: it did not skip", all)
			}
		})
		go func() {
			// older commits when this function has returned.
			for number(t, d.Read(), "SELECT count(*) FROM naive WHERE id = 'older'") == 0 {
			}
			close(olderDone)
		}()
		return err
	})
}

// The same interleaving with our log: the older transaction begins first, the younger records first, the older commits
// first. Nothing is skipped.
func TestLateCommitIsNotSkipped(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := context.Background()
	begun, recorded, committed, done := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		<-begun
		err := d.Write(ctx, func(younger *db.Tx) error {
			err := younger.Record(db.Change{Kind: "show", ID: "younger"})
			close(recorded)
			<-committed
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}()
	mustWrite(t, d, func(older *db.Tx) error {
		number(t, older, "SELECT pg_current_xact_id()::TEXT::BIGINT")
		close(begun)
		<-recorded
		return older.Record(db.Change{Kind: "show", ID: "older"})
	})
	first := changesAfter(t, d, 0)
	close(committed)
	<-done
	second := changesAfter(t, d, first[len(first)-1].Seq)
	if got := append(ids(first), ids(second)...); !slices.Equal(got, []string{"older", "younger"}) {
		t.Fatalf("the log gave %v", got)
	}
}

// growing fails the test unless the times of the changes grow with their numbers, transaction by transaction.
func growing(t testing.TB, changes []db.Change) {
	t.Helper()
	for i := 1; i < len(changes); i++ {
		if !changes[i].At.After(changes[i-1].At) {
			t.Errorf("%s is of %v, %s after it of %v", changes[i-1].ID, changes[i-1].At, changes[i].ID, changes[i].At)
		}
	}
}

// A transaction that records first and commits last is the younger by its time as well: who asks what changed since a time
// would never hear of it otherwise.
func TestTimesGrowInTheOrderOfCommits(t *testing.T) {
	d := dbtest.Postgres(t)
	recorded, committed, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.Write(t.Context(), func(tx *db.Tx) error {
			err := tx.Record(db.Change{Kind: "show", ID: "slow"})
			close(recorded)
			<-committed
			return err
		})
	}()
	<-recorded
	for n := range 20 { // more than a millisecond has
		mustWrite(t, d, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: strconv.Itoa(n)}) })
	}
	close(committed)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	all := changesAfter(t, d, 0)
	if all[len(all)-1].ID != "slow" {
		t.Fatalf("the log gave %v", ids(all))
	}
	growing(t, all)
}

// The clock of another process may be ahead of ours.
func TestTimesGrowWhateverTheClocks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ahead := db.ToMillis(time.Now().Add(time.Hour))
		mustWrite(t, d, func(tx *db.Tx) error {
			return run(tx, "INSERT INTO changes (territory, kind, id, deleted, at) VALUES ('nc', 'show', 'ahead', false, $1)", ahead)
		})
		for n := range 3 {
			mustWrite(t, d, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: strconv.Itoa(n)}) })
		}
		growing(t, changesAfter(t, d, 0))
	})
}

// While one transaction stands between the insert of its changes and its commit, no other may number its own.
func TestNumbersAreHandedOutInTheOrderOfCommits(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := context.Background()
	finished := make(chan struct{})
	mustWrite(t, d, func(first *db.Tx) error {
		if err := first.Record(db.Change{Kind: "show", ID: "first"}); err != nil {
			return err
		}
		if err := first.AppendNow(ctx); err != nil {
			return err
		}
		go func() {
			defer close(finished)
			if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: "second"}) }); err != nil {
				t.Error(err)
			}
		}()
		for number(t, d.Read(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 0 {
			select {
			case <-finished:
				t.Fatal("the second transaction committed before the first")
			default:
			}
		}
		return nil
	})
	<-finished
	if got := ids(changesAfter(t, d, 0)); !slices.Equal(got, []string{"first", "second"}) {
		t.Fatalf("the log gave %v", got)
	}
}

// Many writers of transactions of different lengths, some given up, and a reader that follows: it sees each change once,
// in growing numbers.
func TestFollowerMissesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		const writers, transactions = 8, 30
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				r := rand.New(rand.NewPCG(1, uint64(w)))
				for n := range transactions {
					err := d.Write(ctx, func(tx *db.Tx) error {
						for c := range 1 + r.IntN(3) {
							if err := tx.Record(db.Change{Kind: "k", ID: fmt.Sprintf("%d-%d-%d", w, n, c)}); err != nil {
								return err
							}
							if d.Engine() == "postgres" { // a varying pause inside the transaction
								number(t, tx, "SELECT count(*) FROM generate_series(1, $1)", r.IntN(20000))
							}
						}
						if r.IntN(5) == 0 {
							return sql.ErrTxDone
						}
						return nil
					})
					if err != nil && err != sql.ErrTxDone {
						t.Error(err)
					}
				}
			})
		}
		written := make(chan struct{})
		go func() { writing.Wait(); close(written) }()
		seen, last := map[string]bool{}, int64(0)
		follow := func() {
			for _, c := range changesAfter(t, d, last) {
				if c.Seq <= last || seen[c.ID] {
					t.Fatalf("change %s comes again or out of order", c.ID)
				}
				seen[c.ID], last = true, c.Seq
			}
		}
		for done := false; !done; {
			select {
			case <-written:
				done = true
			default:
			}
			follow()
		}
		if all := len(changesAfter(t, d, 0)); len(seen) != all || all < writers*transactions/2 {
			t.Fatalf("the follower saw %d of %d changes", len(seen), all)
		}
	})
}

func awaitWake(t *testing.T, wakes <-chan struct{}, within time.Duration) {
	t.Helper()
	select {
	case _, open := <-wakes:
		if !open {
			t.Fatal("the channel is closed")
		}
	case <-time.After(within):
		t.Fatalf("no wake within %v", within)
	}
}

func TestWatchWakesForEveryProcess(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: shows()}
		here, elsewhere := dbtest.Open(t, o), dbtest.Open(t, o)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		wakes, other := here.Watch(ctx), here.Watch(context.Background())
		awaitWake(t, wakes, time.Second) // the first, to begin with
		record := func(d *db.DB) {
			mustWrite(t, d, func(tx *db.Tx) error { return tx.Record(db.Change{Kind: "show", ID: "1"}) })
		}
		record(here)
		awaitWake(t, wakes, 100*time.Millisecond)
		// The poller may have begun after that commit or before it: let it catch up with a change from elsewhere.
		for n := range 3 {
			record(elsewhere)
			start := time.Now()
			for last := int64(0); last < int64(n+2); {
				awaitWake(t, wakes, 2*time.Second)
				var err error
				if last, err = db.LastChange(ctx, here.Read()); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("woken after %v", time.Since(start))
		}
		cancel()
		for range wakes {
		}
		awaitWake(t, other, time.Second) // the first watcher's end is not the second's
	})
}

func TestCloseEndsWatchers(t *testing.T) {
	d := dbtest.SQLite(t)
	wakes := d.Watch(context.Background())
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for range wakes {
	}
}
