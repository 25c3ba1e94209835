package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
)

type exportCmd struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"${help_in_territory}"`
	Format    string `short:"f" placeholder:"FORMAT" help:"${help_format}"`
	Delimiter string `default:"comma" placeholder:"SIGN" help:"${help_delimiter}"`
	Output    string `arg:"" optional:"" type:"path" help:"${help_output}"`
}

func (c *exportCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	n := 0
	stop := out.busy("cli.busy_export")
	defer stop()
	write := func(w io.Writer) (err error) {
		n, err = a.Directory.Export(ctx, t.Code, options, out.Printer, w)
		return err
	}
	if c.Output == "" {
		return write(out.stdout)
	}
	if err := writeFile(c.Output, 0o644, write); err != nil {
		return err
	}
	stop()
	out.say("cli.export_done", "n", n, "file", c.Output)
	return nil
}

// options reads the format, from the file's name where no --format says it, and the delimiter, which only CSV has.
func (c *exportCmd) options() (directory.ExportOptions, error) {
	name := c.Format
	if name == "" {
		name = strings.TrimPrefix(filepath.Ext(c.Output), ".")
	}
	if name == "" {
		return directory.ExportOptions{}, errs.New(errs.Usage, "cli.export_no_format", nil)
	}
	format, err := directory.ExportFormat(name)
	if err != nil {
		return directory.ExportOptions{}, err
	}
	delimiters := map[string]rune{"comma": ',', ",": ',', "semicolon": ';', ";": ';', "tab": '\t'}
	delimiter, ok := delimiters[c.Delimiter]
	if !ok {
		return directory.ExportOptions{}, errs.New(errs.Usage, "cli.export_bad_delimiter", errs.Args{"value": c.Delimiter})
	}
	return directory.ExportOptions{Format: format, Delimiter: delimiter}, nil
}
