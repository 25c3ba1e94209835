package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

type backupCmd struct {
	File string `arg:"" type:"path" help:"help_backup_file"`
}

func (c *backupCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	if _, err := os.Stat(c.File); !errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.Usage, "cli.file_exists", errs.Args{"file": c.File})
	}
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	begun := time.Now()
	stop := out.busy("cli.busy_backup")
	defer stop()
	if err := writeFile(c.File, 0o600, func(w io.Writer) error { return a.DB.Backup(ctx, w) }); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	stop()
	out.say("cli.backup_done", "file", c.File, "size", locale.Size(info.Size()))
	if err := a.NoteBackup(ctx, begun, info.Size()); err != nil {
		out.say("cli.backup_unnoted") // it is there all the same
	}
	return nil
}

type restoreCmd struct {
	File string `arg:"" type:"path" help:"help_restore_file"`
}

func (c *restoreCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	f, size, err := openFile(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := app.Restore(ctx, cmds.options(nil), out.reading(f, size, time.Now)); err != nil {
		return err
	}
	out.say("cli.restore_done", "file", c.File)
	return nil
}
