package dbtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"grappe/internal/platform/db"
)

// Template is a base that is filled once on each engine and copied for each test that wants what is in it: filling takes
// seconds with -race, copying takes milliseconds.
type Template struct {
	fill   func(url string) error
	sqlite func() ([]byte, error)

	mu       sync.Mutex
	server   string // where PostgreSQL has it
	postgres string // its name there, "" while it is not filled
}

// NewTemplate gives a template that is filled when it is first asked for. The function gets the URL of a base with nothing in
// it, and must have closed it when it returns.
func NewTemplate(fill func(url string) error) *Template {
	p := &Template{fill: fill}
	p.sqlite = sync.OnceValues(p.fillSQLite)
	return p
}

// Each runs the test on SQLite and on PostgreSQL, each time with the URL of a copy.
func (p *Template) Each(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, p.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, p.Postgres(t)) })
}

// SQLite gives the URL of a copy on SQLite.
func (p *Template) SQLite(t testing.TB) string {
	t.Helper()
	content, err := p.sqlite()
	if err != nil {
		t.Fatalf("filling the test's template on SQLite: %v", err)
	}
	path := filepath.Join(t.TempDir(), "grappe.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return db.SQLiteURL(path)
}

func (p *Template) fillSQLite() ([]byte, error) {
	dir, err := os.MkdirTemp("", "grappe-template-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "grappe.db")
	if err := p.fill(db.SQLiteURL(path)); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the template is not whole in its file: was it closed?")
	}
	return os.ReadFile(path)
}

// Postgres gives the URL of a copy on PostgreSQL.
func (p *Template) Postgres(t testing.TB) string {
	t.Helper()
	base := server(t)
	if err := p.fillPostgres(base); err != nil {
		t.Fatalf("filling the test's template on PostgreSQL: %v", err)
	}
	return newDatabase(t, base, p.postgres)
}

func (p *Template) fillPostgres(base string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.postgres != "" {
		return nil
	}
	name := "grappe_filled_" + strings.ReplaceAll(db.NewID(), "-", "")
	if err := maintain(base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE template0", name)); err != nil {
		return err
	}
	if err := p.fill(withDatabase(base, name)); err != nil {
		return errors.Join(err, drop(base, name))
	}
	p.server, p.postgres = base, name
	return nil
}

// Drop takes the template off PostgreSQL, whose server may outlive the tests. Call it when all tests have ended.
func (p *Template) Drop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.postgres == "" {
		return nil
	}
	err := drop(p.server, p.postgres)
	p.postgres = ""
	return err
}
