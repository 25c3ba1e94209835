package db

import "context"

// AppendNow writes the recorded changes before the commit does, so that a test can stop in between.
func (tx *Tx) AppendNow(ctx context.Context) error {
	err := tx.appendChanges(ctx)
	tx.changes = nil
	return err
}

// WriterExec runs a statement on the writers' pool, outside any transaction of ours.
func (d *DB) WriterExec(ctx context.Context, query string, args ...any) error {
	_, err := d.write.ExecContext(ctx, query, args...)
	return d.explained(err)
}
