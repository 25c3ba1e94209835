package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"grappe/internal/platform/errs"
)

// Found is for the error of a Scan of one row: errs.NotFound for no row, nil for nil, and a driver's error explained as
// the statements of a Querier explain theirs.
func Found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errs.Wrap(err, errs.NotFound, "db.not_found", nil)
	}
	return explained(err, func(err error) *errs.E { return cmp.Or(explainSQLite(err), explainPostgres(err)) })
}

// explained gives the error for a person that stands for a driver's error: errs.Conflict for a violated constraint
// (key db.conflict), errs.Unavailable for a database that cannot be used, errs.Invalid for text that no database
// can hold. An error that a person may see already, and the end of a context, stay as they are.
func (d *DB) explained(err error) error { return explained(err, d.engine.explain) }

func explained(err error, explain func(error) *errs.E) error {
	if err == nil || errs.As(err) != nil || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if e := explain(err); e != nil {
		e.Err = err
		return e
	}
	return err
}

// violated stands for a violated constraint; name is the constraint or column where the engine tells it.
func violated(name string) *errs.E {
	return errs.New(errs.Conflict, "db.conflict", errs.Args{"constraint": name})
}

func unavailable(key string) *errs.E { return errs.New(errs.Unavailable, key, nil) }
