package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"grappe/internal/platform/errs"
)

func sqliteEngine() engine {
	return engine{
		name: "sqlite",
		changeLog: `CREATE TABLE changes (
			seq INTEGER PRIMARY KEY AUTOINCREMENT,
			territory TEXT NOT NULL,
			kind TEXT NOT NULL,
			id TEXT NOT NULL,
			deleted BOOLEAN NOT NULL,
			at BIGINT NOT NULL)`,
		snapshot:  sql.TxOptions{ReadOnly: true},
		size:      "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
		versioned: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version')",
		tables: `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
			AND name <> 'goose_db_version' ORDER BY name`,
		columns:     "SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid",
		suspendKeys: suspendSQLiteKeys,
		explain:     explainSQLite,
		again:       func(error) bool { return false },
	}
}

// sqliteBusy is how long another process that writes is waited for.
const sqliteBusy = 10 * time.Second

// sqliteCommon holds what each connection sets. Another process that writes is waited for ten seconds; a name in
// double quotes that is no column is an error and not a text.
const sqliteCommon = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=temp_store(2)" +
	"&_pragma=cache_size(-16000)&_dqs=0&_defensive=1&_error_rc=1"

// openSQLite opens one connection that writes and a pool that reads. In WAL mode readers never wait for the
// writer; synchronous=FULL makes a commit outlive a power cut.
func openSQLite(ctx context.Context, u *url.URL) (*DB, error) {
	path, err := sqlitePath(u)
	if err != nil {
		return nil, err
	}
	d := &DB{engine: sqliteEngine()}
	fail := func(err error) error {
		e := explainSQLite(err)
		if e == nil {
			e = unavailable("db.open")
		}
		e.Err, e.Args = err, errs.Args{"path": path}
		return e
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fail(err)
	}
	// SQLite would let others on the machine read the file.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return nil, fail(err)
	}
	file.Close()
	dsn := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + sqliteCommon
	if d.write, err = sql.Open("sqlite", dsn+"&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(2)"); err != nil {
		return nil, fail(err)
	}
	d.write.SetMaxOpenConns(1)
	if err := enterWAL(ctx, d.write); err != nil {
		d.write.Close()
		return nil, fail(err)
	}
	if d.read, err = sql.Open("sqlite", dsn+"&_query_only=1"); err != nil {
		d.write.Close()
		return nil, fail(err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	d.read.SetMaxOpenConns(readers)
	d.read.SetMaxIdleConns(readers)
	return d, nil
}

// enterWAL makes the first connection. While two processes switch a new file to WAL mode at once, SQLite refuses one
// without waiting for the other (busy_timeout does not apply to this switch), so it is asked again for a while.
func enterWAL(ctx context.Context, pool *sql.DB) error {
	limit := time.After(sqliteBusy)
	for {
		err := pool.PingContext(ctx)
		if e := explainSQLite(err); e == nil || e.Key != "db.busy" {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit:
			return err
		case <-time.After(firstPause + rand.N(firstPause)):
		}
	}
}

func sqlitePath(u *url.URL) (string, error) {
	path := u.Path
	if u.Opaque != "" {
		var err error
		if path, err = url.PathUnescape(u.Opaque); err != nil {
			path = ""
		}
	}
	if path == "" || u.Host != "" {
		return "", errs.New(errs.Usage, "db.url", errs.Args{"schemes": "sqlite, postgres"})
	}
	return filepath.FromSlash(path), nil
}

// explainSQLite reads the result codes of https://www.sqlite.org/rescode.html.
func explainSQLite(err error) *errs.E {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		_, name, _ := strings.Cut(e.Error(), "failed: ")
		name, _, _ = strings.Cut(name, " (")
		return violated(name)
	case sqlite3.SQLITE_FULL:
		return unavailable("db.full")
	case sqlite3.SQLITE_READONLY:
		return unavailable("db.readonly")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return unavailable("db.corrupt")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return unavailable("db.busy")
	case sqlite3.SQLITE_IOERR:
		return unavailable("db.disk")
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return unavailable("db.open")
	}
	return nil
}
