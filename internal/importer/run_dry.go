package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"grappe/internal/platform/db"
	"grappe/internal/schema"
)

// try does the import on a copy of the database, which is thrown away.
func (r *runner) try(ctx context.Context) (report Report, err error) {
	copied, discard, err := r.s.copyDatabase(ctx, readTables()...)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, discard()) }()
	trial := *r.s
	trial.db = copied
	// One transaction for all: nobody needs what a killed trial had written.
	err = copied.Write(ctx, func(tx *db.Tx) (err error) {
		dry := *r
		dry.s, dry.read = &trial, tx
		dry.write = func(_ context.Context, f func(tx *db.Tx) error) error { return f(tx) }
		report, err = dry.do(ctx)
		return err
	})
	return report, err
}

// readTables are the tables that an import reads. Nothing else is copied: neither people nor their mails, nor what other imports
// did.
func readTables() []string {
	return []string{
		"companies", "company_identifiers", "listings", "listing_slugs", "listing_slug_counters", "match_keys", "listing_mergings",
		"listing_keepers", "listing_consents", "import_runs", "import_leases", "import_sources", "import_refs", "duplicate_suspects",
	}
}

// copyDatabase copies a snapshot of some tables, of either engine, into SQLite in a temporary folder. The original is
// only read, and whoever writes to it goes on.
func (s *Service) copyDatabase(ctx context.Context, tables ...string) (copied *db.DB, discard func() error, err error) {
	folder, err := os.MkdirTemp("", "grappe-dry-run-*")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	o := db.Options{URL: db.SQLiteURL(filepath.Join(folder, "grappe.db")), Migrations: schema.FS}
	if err := s.db.Copy(ctx, o, tables...); err != nil {
		return nil, nil, err
	}
	if copied, err = db.Open(ctx, o); err != nil {
		return nil, nil, err
	}
	return copied, func() error { return errors.Join(copied.Close(), os.RemoveAll(folder)) }, nil
}
