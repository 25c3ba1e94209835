package db

import "context"

// While a backup is restored, rows come in any order, so that a row may name another that is not there yet. Each
// engine's suspendKeys lets this pass; the function it returns checks the foreign keys again, and sets what
// numbers rows to go on after the last.

func suspendSQLiteKeys(ctx context.Context, tx *Tx) (func() error, error) {
	_, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON")
	return func() error {
		broken, err := texts(ctx, tx, `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`)
		if err == nil && len(broken) > 0 {
			return violated("foreign key of " + broken[0])
		}
		return err // numbering goes on after the largest inserted number by itself
	}, err
}

// suspendPostgresKeys drops the foreign keys and makes them anew at the end, which checks all rows.
func suspendPostgresKeys(ctx context.Context, tx *Tx) (func() error, error) {
	const inSchema = ` FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
		WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY c.oid`
	drop, err := texts(ctx, tx, "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, c.conname)"+inSchema)
	if err != nil {
		return nil, err
	}
	restore, err := texts(ctx, tx,
		"SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid))"+inSchema)
	if err != nil {
		return nil, err
	}
	if err := runAll(ctx, tx, drop); err != nil {
		return nil, err
	}
	return func() error {
		if err := runAll(ctx, tx, restore); err != nil {
			return err
		}
		sequences, err := texts(ctx, tx, `SELECT format('SELECT setval(%L, (SELECT coalesce(max(%I), 0) + 1 FROM %I), false)',
				pg_get_serial_sequence(quote_ident(table_name), column_name), column_name, table_name)
			FROM information_schema.columns WHERE table_schema = current_schema()
			AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL`)
		if err != nil {
			return err
		}
		return runAll(ctx, tx, sequences)
	}, nil
}

func runAll(ctx context.Context, tx *Tx, statements []string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
