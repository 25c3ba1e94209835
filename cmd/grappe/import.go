package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/schollz/progressbar/v3"

	"grappe/internal/app"
	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/mirror"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
	"grappe/presets"
)

type importCmd struct {
	File       importFileCmd       `cmd:"" default:"withargs" help:"help_import_file"`
	Undo       importUndoCmd       `cmd:"" help:"help_import_undo"`
	Runs       importRunsCmd       `cmd:"" aliases:"list" help:"help_import_runs"`
	Duplicates importDuplicatesCmd `cmd:"" help:"help_import_duplicates"`
	Merge      importMergeCmd      `cmd:"" help:"help_import_merge"`
	Split      importSplitCmd      `cmd:"" help:"help_import_split"`
	Dismiss    importDismissCmd    `cmd:"" help:"help_import_dismiss"`
	Mirrors    importMirrorsCmd    `cmd:"" help:"help_import_mirrors"`
	Unmirror   importUnmirrorCmd   `cmd:"" help:"help_import_unmirror"`
}

// within names the territory that a command works in.
type within struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" help:"help_in_territory"`
}

type importFileCmd struct {
	within
	Mapping string `required:"" short:"m" help:"help_mapping"`
	DryRun  bool   `short:"n" help:"help_dry_run"`
	Report  string `type:"path" placeholder:"FILE" help:"help_report"`
	Fewer   bool   `help:"help_fewer"`
	JSON    bool   `name:"json" help:"help_json"`
	File    string `arg:"" name:"file-or-address" help:"help_file_or_address"`
}

func (c *importFileCmd) Run(ctx context.Context, out *output, cmds *commands) (err error) {
	if mirror.IsAddress(c.File) {
		return c.mirror(ctx, out, cmds)
	}
	if err := c.check(); err != nil {
		return err
	}
	c.File = kong.ExpandPath(c.File)
	mapping, err := importer.LoadMapping(presets.FS, c.Mapping)
	if err != nil {
		return err
	}
	file, size, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	// What is no table leaves nothing behind, neither a base nor a territory.
	if err := importer.Sniff(ctx, mapping, filepath.Base(c.File), file, size); err != nil {
		return err
	}
	a, closeApp, err := c.open(ctx, cmds)
	if err != nil {
		return err
	}
	defer closeApp()
	t, err := c.territory(ctx, a)
	if err != nil {
		return err
	}
	o := importer.Options{
		Territory: t, Mapping: mapping, File: filepath.Base(c.File), Input: file, Size: size, DryRun: c.DryRun,
		Printer: out.Printer, Progress: out.progress(time.Now),
		Ready: func(ctx context.Context) error { return c.ensure(ctx, out, a) },
	}
	if c.Report != "" {
		whole, keep, err := newFile(c.Report)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, keep(err == nil)) }()
		o.Full = whole
	}
	report, err := a.Importer.Import(ctx, o)
	if err != nil {
		if report.ID != "" && !c.DryRun {
			out.say(importer.KeyResume, "n", report.Rows, "total", report.Total)
		}
		return err
	}
	if c.JSON {
		err = out.json(report)
	} else {
		err = report.Write(out.stdout, out.Printer)
	}
	if report.Rows > report.Rejected {
		warnStricter(out, t, mapping.Licence)
	}
	return err
}

// check returns errs.Usage for a call that means no file.
func (c *importFileCmd) check() error {
	if scheme, _, ok := strings.Cut(c.File, "://"); ok {
		return errs.New(errs.Usage, "cli.import_scheme", errs.Args{"scheme": scheme + "://", "known": []string{"http://", "https://"}})
	}
	if c.Fewer {
		return errs.New(errs.Usage, "cli.import_fewer", errs.Args{"name": "--fewer"})
	}
	return nil
}

// warnStricter says that the cards of a source cannot be passed on under the licence of the directory, where its terms ask to
// keep their own.
func warnStricter(out *output, t *territory.Territory, terms string) {
	own := t.DataLicence()
	if l, stricter := territory.Stricter(terms, own); stricter {
		out.say("cli.import_stricter", "licence", l.Name, "own", own.Name, "command", licenceCommand(t.Code, l))
	}
}

// open opens the instance. A trial makes no base where there is none: it runs on one in a temporary folder.
func (c *importFileCmd) open(ctx context.Context, cmds *commands) (a *app.App, closeApp func(), err error) {
	o := cmds.options(nil)
	if !c.DryRun {
		a, err = app.Open(ctx, o)
		return a, func() { a.Close() }, err
	}
	a, err = app.OpenExisting(ctx, o)
	if !errs.Is(err, errs.Usage) {
		return a, func() { a.Close() }, err
	}
	if o.Data, err = os.MkdirTemp("", "grappe-dry-run-*"); err != nil {
		return nil, nil, err
	}
	a, err = app.Open(ctx, o)
	if err != nil {
		os.RemoveAll(o.Data)
	}
	return a, func() {
		a.Close()
		os.RemoveAll(o.Data)
	}, err
}

// territory gives the territory: the instance's own, else the built-in one.
func (c *importFileCmd) territory(ctx context.Context, a *app.App) (*territory.Territory, error) {
	t, err := a.Territory(ctx, c.Territory)
	if err == nil || !errs.Is(err, errs.Usage) {
		return t, err
	}
	if builtin, loadErr := territory.Load(presets.FS, c.Territory); loadErr == nil {
		return builtin, nil
	}
	return nil, err
}

// ensure adds a built-in territory that the instance does not have yet, once the file is known to be good; a trial adds
// nothing.
func (c *importFileCmd) ensure(ctx context.Context, out *output, a *app.App) error {
	if c.DryRun {
		return nil
	}
	t, added, err := a.Ensure(ctx, c.Territory)
	if added {
		out.say("cli.territory_added", "code", t.Code, "name", t.Name(out.lang))
	}
	return err
}

// openInput opens a file to be read, with its size. It is read twice, which only a regular file allows.
func openInput(path string) (*os.File, int64, error) {
	f, size, err := openFile(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, 0, unreadable(err, path)
	}
	return f, size, nil
}

// newFile writes beside the final name and moves the file there when it is whole; keep(false) leaves nothing behind.
func newFile(path string) (w io.Writer, keep func(bool) error, err error) {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, nil, unwritable(err, path)
	}
	return f, func(whole bool) error {
		defer os.Remove(part)
		if err := f.Close(); err != nil || !whole {
			return err
		}
		return os.Rename(part, path)
	}, nil
}

// patience is how long a command may take before it shows how far it is.
const patience = time.Second

// progress shows a bar on a terminal once the work has lasted for a while, nil where nobody watches.
func (o *output) progress(now func() time.Time) func(done, total int) {
	if !o.terminal() {
		return nil
	}
	var bar *progressbar.ProgressBar
	start := now()
	return func(done, total int) {
		if bar == nil {
			if now().Sub(start) < patience || done >= total {
				return
			}
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(o.stderr), progressbar.OptionShowCount(),
				progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(done) // a bar that cannot be drawn stops no import
	}
}

type importRunsCmd struct {
	Territory string `short:"t" env:"GRAPPE_TERRITORY" help:"help_in_territory"`
	Limit     int    `default:"50" help:"help_limit"`
	JSON      bool   `name:"json" help:"help_json"`
}

func (c *importRunsCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Territory != "" {
		if _, err := a.Territory(ctx, c.Territory); err != nil {
			return err
		}
	}
	runs, err := a.Importer.Runs(ctx, c.Territory, max(1, c.Limit))
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(map[string]any{"runs": append([]importer.Run{}, runs...)})
	}
	return importer.WriteRuns(out.stdout, out.Printer, runs, func(code string) *time.Location {
		t, err := a.Territory(ctx, code)
		if err != nil {
			return nil // a territory that is there no more
		}
		return t.Location()
	})
}

type importDuplicatesCmd struct {
	within
	Limit int  `default:"50" help:"help_limit"`
	JSON  bool `name:"json" help:"help_json"`
}

func (c *importDuplicatesCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := c.open(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	pairs, err := a.Importer.Duplicates(ctx, c.Territory, max(1, c.Limit))
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(map[string]any{"duplicates": append([]importer.Duplicate{}, pairs...)})
	}
	return importer.WriteDuplicates(out.stdout, out.Printer, c.Territory, pairs)
}

// open opens an instance that has the territory.
func (w *within) open(ctx context.Context, cmds *commands) (*app.App, error) {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return nil, err
	}
	if _, err := a.Territory(ctx, w.Territory); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

type importMergeCmd struct {
	within
	Into string `arg:"" help:"help_slug"`
	From string `arg:"" help:"help_slug"`
}

func (c *importMergeCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := c.open(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	by := company.Source{Kind: company.FromStaff, Name: "cli"}
	merged, err := a.Importer.Merge(ctx, by, c.Territory, c.Into, c.From)
	if err != nil {
		return err
	}
	out.say(importer.KeyJoined, "territory", c.Territory, "from", c.From, "into", merged.Slug)
	return nil
}

type importSplitCmd struct {
	within
	Name string `arg:"" name:"slug" help:"help_slug"`
}

func (c *importSplitCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := c.open(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	parted, err := a.Importer.Split(ctx, c.Territory, c.Name)
	if err != nil {
		return err
	}
	out.say(importer.KeyParted, "slug", parted.Slug)
	return nil
}

type importDismissCmd struct {
	within
	A string `arg:"" help:"help_slug"`
	B string `arg:"" help:"help_slug"`
}

func (c *importDismissCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := c.open(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Importer.Dismiss(ctx, c.Territory, c.A, c.B); err != nil {
		return err
	}
	out.say(importer.KeyDismissed, "a", c.A, "b", c.B)
	return nil
}
