package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"grappe/internal/platform/db"
)

type postgresEngine struct{}

func (postgresEngine) empty(t testing.TB) string {
	t.Helper()
	return newDatabase(t, server(t), "template0")
}

// migrated copies a template that was migrated once, which is quicker than migrating again.
func (postgresEngine) migrated(t testing.TB, migrations fs.FS) string {
	t.Helper()
	base := server(t)
	template := "grappe_template_" + fingerprint(t, migrations)
	if err := makeTemplate(base, template, migrations); err != nil {
		t.Fatalf("migrating the test's template database: %v", err)
	}
	return newDatabase(t, base, template)
}

// own is the server of this test process, started at the first call.
var own = sync.OnceValues(func() (string, error) {
	s, err := Start()
	if err != nil {
		return "", err
	}
	return s.URL, nil
})

// server is the URL of the server to use, whose path names its maintenance database.
func server(t testing.TB) string {
	t.Helper()
	if os.Getenv(EnvNone) == "1" {
		t.Skipf("%s=1: nothing is tested on PostgreSQL", EnvNone)
	}
	if u := os.Getenv(EnvServer); u != "" {
		return u
	}
	u, err := own()
	if err != nil {
		t.Fatalf("starting PostgreSQL: %v", err)
	}
	return u
}

// newDatabase copies files, which takes a third of the time that copying by the log takes.
func newDatabase(t testing.TB, base, template string) string {
	t.Helper()
	name := "grappe_test_" + strings.ReplaceAll(db.NewID(), "-", "")
	if err := maintain(base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, template)); err != nil {
		t.Fatalf("making the test's database: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(base, name); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return withDatabase(base, name)
}

func drop(base, name string) error {
	return maintain(base, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name))
}

func withDatabase(base, name string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	u.Path = "/" + name
	return u.String()
}

// maintain runs statements on one connection to the maintenance database.
func maintain(base string, statements ...string) error {
	pool, err := sql.Open("pgx", base)
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := pool.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// makeTemplate makes the template database once, however many processes ask for it at the same time. It is migrated
// under another name first, so that a killed process leaves no half-made template.
func makeTemplate(base, name string, migrations fs.FS) error {
	pool, err := sql.Open("pgx", base)
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	if _, err := pool.Exec("SELECT pg_advisory_lock(7265, hashtext($1))", name); err != nil {
		return err
	}
	var there bool
	if err := pool.QueryRow("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	draft := name + "_draft"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)", "CREATE DATABASE " + draft + " TEMPLATE template0"} {
		if _, err := pool.Exec(statement); err != nil {
			return err
		}
	}
	d, err := db.Open(context.Background(), db.Options{URL: withDatabase(base, draft), Migrations: migrations})
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	_, err = pool.Exec("ALTER DATABASE " + draft + " RENAME TO " + name)
	return err
}
