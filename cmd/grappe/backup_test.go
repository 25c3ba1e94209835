package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"grappe/internal/app"
	"grappe/internal/platform/db"
)

// TestBackupIsNoted checks that the base tells of its last backup, and that one that cannot be noted is none the worse.
func TestBackupIsNoted(t *testing.T) {
	t.Parallel()
	data, ctx := t.TempDir(), t.Context()
	call := func(args ...string) (code int, said string) {
		var stdout, stderr strings.Builder
		code = run(ctx, append([]string{"--lang", "fr", "--data", data}, args...), &stdout, &stderr)
		return code, stderr.String()
	}
	with := func(f func(ctx context.Context, a *app.App)) {
		t.Helper()
		a, err := app.OpenExisting(ctx, app.Options{Data: data})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		f(ctx, a)
	}
	if code, said := call("territory", "add", "nc"); code != 0 {
		t.Fatal(said)
	}
	begun := time.Now().Truncate(time.Millisecond)
	if code, said := call("backup", filepath.Join(data, "one.backup")); code != 0 || strings.Contains(said, "notée") {
		t.Fatal(code, said)
	}
	var first time.Time
	with(func(ctx context.Context, a *app.App) {
		at, size, ok, err := a.LastBackup(ctx)
		if first = at; err != nil || !ok || at.Before(begun) || at.After(time.Now()) || size < 1000 {
			t.Errorf("%v, %d, %v, %v", at, size, ok, err)
		}
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `CREATE TRIGGER full BEFORE INSERT ON instance_settings BEGIN SELECT RAISE(ABORT, 'no'); END`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if code, said := call("backup", filepath.Join(data, "two.backup")); code != 0 || !strings.Contains(said, "La sauvegarde est bonne, mais sa date n’a pas pu être notée") {
		t.Error(code, said)
	}
	with(func(ctx context.Context, a *app.App) {
		if at, _, _, err := a.LastBackup(ctx); err != nil || !at.Equal(first) {
			t.Errorf("%v, %v", at, err)
		}
	})
}
