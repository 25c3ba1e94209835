package db

import (
	"context"
	"io"
)

// Copy fills the new database of the options, of either engine, with rows of this one as one snapshot: those of the tables that
// are named. The others are there and empty. This database is only read, and whoever writes to it goes on. The errors are those
// of Backup and Restore.
func (d *DB) Copy(ctx context.Context, to Options, tables ...string) error {
	out, in := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		err := d.backup(ctx, in, tables)
		in.CloseWithError(err)
		sent <- err
	}()
	err := Restore(ctx, to, out)
	if err == nil {
		_, err = io.Copy(io.Discard, out) // what stands after the last row
	}
	out.CloseWithError(err) // whoever still writes to the pipe stops
	if failed := <-sent; err == nil {
		err = failed
	}
	return err
}
