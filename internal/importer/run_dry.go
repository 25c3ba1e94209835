package importer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"grappe/internal/platform/db"
	"grappe/internal/schema"
)

// try does the import on a copy of the database, which is thrown away.
func (r *runner) try(ctx context.Context) (report Report, err error) {
	copied, discard, err := r.s.copyDatabase(ctx)
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

// copyDatabase copies a snapshot of the database, of either engine, into SQLite in a temporary folder. The original is
// only read, and whoever writes to it goes on.
func (s *Service) copyDatabase(ctx context.Context) (copied *db.DB, discard func() error, err error) {
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
	from, to := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		err := s.db.Backup(ctx, to)
		sent <- errors.Join(err, to.CloseWithError(err))
	}()
	err = db.Restore(ctx, o, from)
	if err == nil {
		_, err = io.Copy(io.Discard, from) // what stands after the last row
	}
	from.CloseWithError(err) // whoever still writes to the pipe stops
	if sendErr := <-sent; err == nil {
		err = sendErr
	}
	if err != nil {
		return nil, nil, err
	}
	if copied, err = db.Open(ctx, o); err != nil {
		return nil, nil, err
	}
	return copied, func() error { return errors.Join(copied.Close(), os.RemoveAll(folder)) }, nil
}
