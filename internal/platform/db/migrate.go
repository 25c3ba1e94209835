package db

import (
	"context"
	"database/sql"
	"io/fs"
	"math"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"grappe/internal/platform/errs"
)

// latest stands for the last version that the migrations lead to.
const latest = math.MaxInt64

// migrate brings the schema up to the version. It refuses a database that is beyond the last of the steps.
func (d *DB) migrate(ctx context.Context, steps fs.FS, version int64) error {
	provider, err := d.provider(steps)
	if err != nil {
		return err
	}
	known := known(provider)
	// Two processes that open a new SQLite file at once both try the first steps; the one that loses a step finds
	// it taken when it looks again. On PostgreSQL goose takes a lock.
	for before := int64(-1); ; {
		current, err := d.version(ctx)
		if err != nil {
			return err
		}
		if current > known {
			return errs.New(errs.Conflict, "db.newer", errs.Args{"version": current, "known": known})
		}
		if _, err = provider.UpTo(ctx, version); err == nil {
			return nil
		}
		if current <= before {
			return d.explained(err)
		}
		before = current
	}
}

// known is the number of the last step.
func known(p *goose.Provider) int64 {
	var last int64
	for _, step := range p.ListSources() {
		last = max(last, step.Version)
	}
	return last
}

func (d *DB) provider(steps fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{
		goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(goose.NewGoMigration(1, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, d.engine.changeLog)
			return err
		}}, nil)),
	}
	dialect := goose.DialectSQLite3
	if d.engine.name == "postgres" {
		dialect = goose.DialectPostgres
		options = append(options, goose.WithSessionLocker(migrationLock{}))
	}
	return goose.NewProvider(dialect, d.write, steps, options...)
}

// migrationLock lets one process at a time migrate a PostgreSQL database. Unlike goose's own locks, which ask every few
// seconds, it waits in the server.
type migrationLock struct{}

var _ lock.SessionLocker = migrationLock{}

// SessionLock implements lock.SessionLocker.
func (migrationLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(1735549296, 2)")
	return err
}

// SessionUnlock implements lock.SessionLocker.
func (migrationLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "SELECT pg_advisory_unlock(1735549296, 2)")
	return err
}

// version is the number of the last step taken, 0 for a database without a schema. It asks the catalogue first:
// goose would take a damaged table of versions for an absent one.
func (d *DB) version(ctx context.Context) (int64, error) {
	var there bool
	if err := d.write.QueryRowContext(ctx, d.engine.versioned).Scan(&there); err != nil || !there {
		return 0, d.explained(err)
	}
	version, err := lastVersion(ctx, d.write)
	return version, d.explained(err)
}

func lastVersion(ctx context.Context, q Querier) (int64, error) {
	var version int64
	err := q.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version, err
}
