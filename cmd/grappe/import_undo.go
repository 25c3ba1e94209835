package main

import (
	"context"
	"io"
	"time"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

type importUndoCmd struct {
	ID     string `arg:"" name:"run" help:"help_run"`
	DryRun bool   `short:"n" help:"help_undo_dry"`
	Yes    bool   `help:"help_yes"`
	JSON   bool   `name:"json" help:"help_json"`
}

func (c *importUndoCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	run, err := a.Importer.Run(ctx, "", c.ID)
	if err != nil {
		return err
	}
	var report interface {
		Write(w io.Writer, p *locale.Printer) error
	}
	switch {
	case c.DryRun:
		report, err = a.Importer.Weigh(ctx, run.ID, undoNamed, out.progress(time.Now))
	case !c.Yes:
		return errs.New(errs.Usage, "cli.import_undo_yes", errs.Args{"run": run.ID})
	default:
		report, err = a.Importer.Undo(ctx, run.ID, out.progress(time.Now))
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(report)
	}
	return report.Write(out.stdout, out.Printer)
}

// undoNamed is how many of the cards on which something would stay a trial tells with --json.
const undoNamed = 1000
