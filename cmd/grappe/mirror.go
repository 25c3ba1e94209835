package main

import (
	"context"
	"time"

	"grappe/internal/app"
	"grappe/internal/mirror"
	"grappe/internal/platform/errs"
)

// mirrorMapping is what --mapping names where the source is another Grappe.
const mirrorMapping = "grappe"

// mirror makes the territory a copy of another instance's, or brings the copy up to date.
func (c *importFileCmd) mirror(ctx context.Context, out *output, cmds *commands) error {
	switch {
	case c.Mapping != mirrorMapping:
		return errs.New(errs.Usage, "cli.mirror_mapping", errs.Args{"mapping": c.Mapping})
	case c.DryRun:
		return errs.New(errs.Usage, "cli.mirror_option", errs.Args{"name": "--dry-run"})
	case c.Report != "":
		return errs.New(errs.Usage, "cli.mirror_option", errs.Args{"name": "--report"})
	}
	stop := out.busy("cli.busy_mirror")
	report, err := c.copy(ctx, out, cmds)
	stop()
	if err != nil {
		if report.Mirror.Territory != "" {
			out.say("cli.mirror_unfinished", "n", report.Mirror.Cards, "code", c.Territory)
		}
		return err
	}
	if c.JSON {
		return out.json(report)
	}
	return report.Write(out.stdout, out.Printer)
}

// copy looks at the source before it makes anything here.
func (c *importFileCmd) copy(ctx context.Context, out *output, cmds *commands) (mirror.Report, error) {
	source, err := app.Probe(ctx, cmds.options(nil), c.File, c.Territory)
	if err != nil {
		return mirror.Report{}, err
	}
	a, err := app.Open(ctx, cmds.options(nil))
	if err != nil {
		return mirror.Report{}, err
	}
	defer a.Close()
	if err := c.ensure(ctx, out, a); err != nil {
		return mirror.Report{}, err
	}
	if _, err := a.Mirrors.Add(ctx, source); err != nil {
		return mirror.Report{}, err
	}
	if c.Fewer {
		return a.Mirrors.SyncFewer(ctx, c.Territory, nil)
	}
	return a.Mirrors.Sync(ctx, c.Territory, nil)
}

type importMirrorsCmd struct {
	JSON bool `name:"json" help:"help_json"`
}

// mirrorLine is a mirror as --json prints it.
type mirrorLine struct {
	mirror.Mirror
	Message string `json:"message,omitempty"` // about the last failure
}

func (c *importMirrorsCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Mirrors.List(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		lines := make([]mirrorLine, len(list))
		for i, m := range list {
			lines[i] = mirrorLine{m, m.Message(out.Printer)}
		}
		return out.json(map[string]any{"mirrors": lines})
	}
	return mirror.WriteMirrors(out.stdout, out.Printer, list, func(code string) *time.Location {
		t, err := a.Territory(ctx, code)
		if err != nil {
			return time.UTC // a territory that cannot be read
		}
		return t.Location()
	})
}

type importUnmirrorCmd struct {
	Keep bool   `help:"help_unmirror_keep"`
	Code string `arg:"" help:"help_territory_code"`
}

func (c *importUnmirrorCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	t, err := a.Territory(ctx, c.Code)
	if err != nil {
		return err
	}
	m, err := a.Mirrors.Get(ctx, c.Code)
	if err != nil {
		return err
	}
	n, err := a.Mirrors.Remove(ctx, c.Code, c.Keep)
	if err != nil {
		return err
	}
	if !c.Keep {
		out.say("cli.unmirrored", "n", n, "code", c.Code)
		return nil
	}
	out.say("cli.unmirrored_kept", "n", n, "code", c.Code)
	switch own := t.DataLicence(); {
	case n == 0 || m.Terms == own:
	case m.Terms.IsZero():
		out.say("cli.unmirrored_unknown", "host", m.Host(), "own", own.Name)
	default:
		out.say("cli.unmirrored_terms", "host", m.Host(), "own", own.Name, "licence", m.Terms.Name, "command", licenceCommand(c.Code, m.Terms))
	}
	return nil
}
