package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
	"grappe/internal/watch"
)

// registerCmd reads a register of companies, so that the team learns which cards show one that has ended.
type registerCmd struct {
	within
	DryRun bool   `short:"n" help:"help_register_dry"`
	JSON   bool   `name:"json" help:"help_json"`
	Date   string `placeholder:"2026-11-30" help:"help_register_day"`
	Number string `name:"number-column" placeholder:"COLUMN" help:"help_register_number"`
	Scheme string `enum:"rid,ridet,siren,siret,tahiti,tahiti-iti," default:"" placeholder:"SCHEME" help:"help_register_scheme"`
	State  string `name:"state-column" placeholder:"COLUMN" help:"help_register_state"`
	End    string `name:"end-column" placeholder:"COLUMN" help:"help_register_end"`
	Closed bool   `help:"help_register_closed"`
	File   string `arg:"" name:"file" help:"help_register_file"`
}

func (c *registerCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	c.File = kong.ExpandPath(c.File)
	file, size, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	day, err := watch.DayOf(t, c.Date, time.Now())
	if err != nil {
		return errs.Wrap(err, errs.Usage, "cli.bad_register_day", nil)
	}
	report, err := a.Watch.ReadRegister(ctx, account.Operator(t.Code), t, watch.Register{
		File: filepath.Base(c.File), Input: file, Size: size, Day: day, DryRun: c.DryRun, All: c.JSON, Progress: out.progress(time.Now),
		Columns: watch.Columns{Number: c.Number, Scheme: c.Scheme, State: c.State, Ended: c.End, Closed: c.Closed},
	})
	if err != nil {
		return byOption(err, t)
	}
	if c.JSON {
		return out.json(report)
	}
	return report.Write(out.stdout, out.In(t.Location()))
}

// byOption says by which option a fault is mended that pages mend by a field.
func byOption(err error, t *territory.Territory) error {
	e := errs.As(err)
	if e == nil {
		return err
	}
	switch e.Key {
	case watch.KeyNoNumber:
		return errs.Wrap(err, errs.Usage, "cli.register_no_number", e.Args)
	case watch.KeyNoScheme:
		return errs.Wrap(err, errs.Usage, "cli.register_no_scheme", e.Args)
	case watch.KeyNoState:
		return errs.Wrap(err, errs.Usage, "cli.register_no_state", e.Args)
	case watch.KeyNoColumn:
		return errs.Wrap(err, errs.Usage, "cli.register_no_column", e.Args)
	case watch.KeyOlder:
		last, _ := e.Args["day"].(time.Time)
		return errs.Wrap(err, errs.Conflict, "cli.register_older", errs.Args{"day": last.In(t.Location()).Format(time.DateOnly)})
	}
	return err
}
