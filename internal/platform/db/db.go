// Package db is the one door to the database: SQLite in a file, or a PostgreSQL server, behind the same few calls.
// It opens and migrates, runs reads and transactions, keeps the change log, and makes and restores backups. All
// that differs between the two engines is in here: locks, pragmas, pools, error codes. It must not know any table
// but its own, nor what a territory, a company or a page is.
package db

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"grappe/internal/platform/errs"
)

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Options says which database to open.
type Options struct {
	// URL is sqlite:///absolute/path.db, sqlite:relative/path.db (see SQLiteURL), or postgres://user@host/name.
	URL string
	// Migrations holds the steps after the first as NNNN_name.sql files in goose's format.
	Migrations fs.FS
	// Observe, where given, is called with the text of each statement before it runs, from any goroutine.
	Observe func(query string)
	// Committed, where given, is called with the changes of each transaction of this process that recorded any, after its commit and
	// before Write returns, from any goroutine: for what must never show the state of before to who has seen that of after.
	Committed func(changes []Change)
}

// DB is an open database. Its methods may be called from any goroutine.
type DB struct {
	engine    engine
	read      *sql.DB
	write     *sql.DB
	observe   func(string)
	committed func([]Change)
	watch     watchers
	stop      context.CancelFunc
	pollers   sync.WaitGroup
}

// SQLiteURL is the URL of the SQLite database in the file at path.
func SQLiteURL(path string) string {
	u := url.URL{Scheme: "sqlite", Path: filepath.ToSlash(path)}
	if !filepath.IsAbs(path) {
		u = url.URL{Scheme: "sqlite", Opaque: u.EscapedPath()}
	}
	return u.String()
}

// Open opens the database and brings its schema up to the last of the migrations. An absent SQLite file is made,
// with its folder. It returns errs.Usage for a URL of no known engine, errs.Conflict with the key db.newer for a
// database that a newer version has migrated, and errs.Unavailable where the database cannot be used: key
// db.unreachable, db.refused, db.missing, db.open, db.corrupt, db.readonly, db.full or db.busy.
func Open(ctx context.Context, o Options) (*DB, error) {
	d, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx, o.Migrations, latest); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// connect opens the pools and leaves the schema as it is.
func connect(ctx context.Context, o Options) (*DB, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, errs.New(errs.Usage, "db.url", errs.Args{"schemes": "sqlite, postgres"})
	}
	var d *DB
	switch u.Scheme {
	case "sqlite":
		d, err = openSQLite(ctx, u)
	case "postgres", "postgresql":
		d, err = openPostgres(ctx, o.URL)
	default:
		return nil, errs.New(errs.Usage, "db.url", errs.Args{"schemes": "sqlite, postgres"})
	}
	if err != nil {
		return nil, err
	}
	d.observe, d.committed = o.Observe, o.Committed
	var polling context.Context
	polling, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	d.watch.ctx = polling
	return d, nil
}

// Engine is "sqlite" or "postgres".
func (d *DB) Engine() string { return d.engine.name }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.explained(d.Read().QueryRowContext(ctx, "SELECT 1").Scan(&one))
}

// Size is how many bytes the database takes, its indexes included.
func (d *DB) Size(ctx context.Context) (int64, error) {
	var size int64
	err := d.Read().QueryRowContext(ctx, d.engine.size).Scan(&size)
	return size, d.explained(err)
}

// Close stops the watchers and closes all connections. Transactions must have ended.
func (d *DB) Close() error {
	d.stop()
	d.pollers.Wait()
	readErr := d.read.Close()
	if err := d.write.Close(); err != nil {
		return err
	}
	return readErr
}

// engine is what differs between SQLite and PostgreSQL.
type engine struct {
	name string
	// changeLog makes the table of the change log: the first migration.
	changeLog string
	// lockLog lets one transaction at a time append to the change log; empty where writes are serialised anyway.
	lockLog string
	// serialize takes the lock of the number $1 until the transaction ends; empty where writes are serialised anyway.
	serialize string
	// skipLocked ends a SELECT that passes over rows which another transaction holds; empty where writes are serialised anyway.
	skipLocked string
	// snapshot is what View's transaction asks for.
	snapshot sql.TxOptions
	// versioned asks whether goose's table of versions is there.
	versioned string
	// size asks how many bytes the database takes.
	size string
	// tables and columns describe the schema for backups: the names of the tables; those of the columns of table $1.
	tables, columns string
	// suspendKeys lets rows be inserted in any order; what it returns checks them at the end.
	suspendKeys func(context.Context, *Tx) (finish func() error, err error)
	// explain gives the error for a person that stands for a driver's error, nil where it stands for none.
	explain func(error) *errs.E
	// again reports whether a transaction that failed by this error may succeed when it is run again.
	again func(error) bool
}

// where names the database for a person, without its password.
func where(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if u.Opaque != "" {
		return u.Opaque
	}
	return strings.TrimSuffix(u.Host+u.Path, "/")
}
