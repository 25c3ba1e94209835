package main

import (
	"context"
	"os"
	"path/filepath"

	"grappe/internal/app"
)

type demoCmd struct {
	serving
	Seed uint64 `default:"1853" help:"help_seed"`
	Keep bool   `help:"help_keep"`
}

func (c *demoCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	log := c.logger(out)
	dir := cmds.Data
	if !c.Keep {
		var err error
		if dir, err = os.MkdirTemp("", "grappe-demo-*"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	options := app.Options{Data: dir, Texts: out.cats, Logger: log}
	c.apply(&options)
	options.Listens = c.listens()
	a, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	defer a.Close()
	out.say("cli.demo_filling")
	stop := out.busy("cli.busy_demo")
	if err = a.FillDemo(ctx, c.Seed); err == nil {
		err = a.FillCare(ctx)
	}
	stop()
	if err != nil {
		return err
	}
	return c.serve(ctx, out, a, log, filepath.Join(dir, "certificates"))
}
