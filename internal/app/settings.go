package app

import (
	"context"
	"database/sql"
	"errors"

	"grappe/internal/platform/db"
)

// The settings of the instance that its base keeps.
const settingFictional = "fictional" // "yes" where a demonstration filled the base

// setting is what the base keeps under a name, "" for nothing.
func setting(ctx context.Context, q db.Querier, name string) (string, error) {
	var value string
	err := q.QueryRowContext(ctx, `SELECT value FROM instance_settings WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// setSetting keeps a value under a name.
func setSetting(ctx context.Context, tx *db.Tx, name, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO instance_settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}
