package dbtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

func TestEachGivesEmptyMigratedDatabases(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx := context.Background()
			if changes, err := d.Changes(ctx, 0, 10); err != nil || len(changes) != 0 {
				t.Fatalf("a fresh database has the changes %v, %v", changes, err)
			}
			err := d.Write(ctx, func(tx *db.Tx) error {
				return tx.Record(db.Change{Territory: "nc", Kind: "listing", ID: "1"}, db.Change{Kind: "listing", ID: "2", Deleted: true})
			})
			if err != nil {
				t.Fatal(err)
			}
			changes, err := d.Changes(ctx, 0, 10)
			if err != nil || len(changes) != 2 || changes[0].Territory != "nc" || !changes[1].Deleted || changes[0].At.IsZero() {
				t.Fatalf("the log holds %+v, %v", changes, err)
			}
		})
	}
}

// A template is filled once on each engine, and what is written to one copy is not in the next.
func TestTemplateIsFilledOnce(t *testing.T) {
	record := func(t *testing.T, d *db.DB) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Record(db.Change{Territory: "nc", Kind: "listing", ID: "1"}) }); err != nil {
			t.Fatal(err)
		}
	}
	filled := map[string]int{}
	template := dbtest.NewTemplate(func(url string) error {
		d, err := db.Open(t.Context(), db.Options{URL: url, Migrations: schema.FS})
		if err != nil {
			return err
		}
		filled[d.Engine()]++
		record(t, d)
		return d.Close()
	})
	t.Cleanup(func() {
		if err := template.Drop(); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		template.Each(t, func(t *testing.T, url string) {
			d := dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS})
			record(t, d)
			if changes, err := d.Changes(t.Context(), 0, 10); err != nil || len(changes) != 2 || filled[d.Engine()] != 1 {
				t.Errorf("filled %d times, a copy holds %v, %v", filled[d.Engine()], changes, err)
			}
		})
	}
}

const envKilled = "GRAPPE_TEST_KILLED_STARTER"

// TestKilledStarter is the process that TestServerEndsWithItsProcess kills.
func TestKilledStarter(t *testing.T) {
	if os.Getenv(envKilled) == "" {
		t.Skip("runs inside TestServerEndsWithItsProcess only")
	}
	s, err := dbtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("started " + s.URL)
	select {} // until it is killed
}

// However a test process ends, its server ends and the server's folder goes.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv(dbtest.EnvNone) == "1" {
		t.Skipf("%s=1", dbtest.EnvNone)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledStarter$", "-test.v")
	cmd.Env = append(os.Environ(), envKilled+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url := ""
	for lines := bufio.NewScanner(out); url == "" && lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "started "); ok {
			url = text
		}
	}
	folder := dataFolder(t, url)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // it was killed
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for tick := time.Tick(20 * time.Millisecond); ; {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s is still there", folder)
		case <-tick:
		}
	}
	if conn, err := pgx.Connect(ctx, url); err == nil {
		conn.Close(ctx)
		t.Fatal("the server still answers")
	}
}

// dataFolder is where the server keeps its databases.
func dataFolder(t *testing.T, url string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var folder string
	if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Fatal(err)
	}
	return folder
}
