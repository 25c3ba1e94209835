// Command grappe runs and tends an instance of the platform: it serves the pages, imports and exports data,
// searches, and saves and restores the base. It must not hold a rule of the business: each command calls app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// version is set by the linker.
var version = "dev" //nolint:gochecknoglobals // written by -ldflags, read only

type commands struct {
	Lang     string `enum:"fr,en," default:"" env:"GRAPPE_LANG" placeholder:"fr|en" help:"help_lang"`
	Config   string `type:"path" env:"GRAPPE_CONFIG" placeholder:"grappe.toml" help:"help_config"`
	Data     string `type:"path" default:"./grappe-data" env:"GRAPPE_DATA" help:"help_data"`
	Database string `env:"GRAPPE_DATABASE" placeholder:"postgres://…" help:"help_database"`

	texts *locale.Catalogues // that the call is told in, for the instance too

	PrivateNetworks []string `name:"private-network" env:"GRAPPE_PRIVATE_NETWORKS" placeholder:"CIDR" help:"help_private_network"`

	mailing

	Serve     serveCmd     `cmd:"" help:"help_serve"`
	Demo      demoCmd      `cmd:"" help:"help_demo"`
	Territory territoryCmd `cmd:"" help:"help_territory"`
	Import    importCmd    `cmd:"" help:"help_import"`
	Listing   listingCmd   `cmd:"" help:"help_listing"`
	Register  registerCmd  `cmd:"" help:"help_register"`
	Freshness freshnessCmd `cmd:"" help:"help_freshness"`
	Export    exportCmd    `cmd:"" help:"help_export"`
	Search    searchCmd    `cmd:"" help:"help_search"`
	Team      teamCmd      `cmd:"" help:"help_team"`
	Person    personCmd    `cmd:"" help:"help_person"`
	Provider  providerCmd  `cmd:"" help:"help_provider"`
	Mail      mailCmd      `cmd:"" help:"help_mail_cmd"`
	Job       jobCmd       `cmd:"" help:"help_job"`
	Backup    backupCmd    `cmd:"" help:"help_backup"`
	Restore   restoreCmd   `cmd:"" help:"help_restore"`
	Version   versionCmd   `cmd:"" help:"help_version"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	forgetEmpty()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run parses the arguments, runs the command and gives the exit code: 0, 1 for a failure, 2 for a wrong call.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	say, err := newSpeaker(languageOf(args, os.Getenv))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	out := &output{Speaker: say, stdout: stdout, stderr: stderr}
	var cmds commands
	exited := -1
	parser, err := kong.New(&cmds, kong.Name("grappe"), kong.Description(held(say.T("cli.help_grappe"))),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.Help(say.printHelp), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Resolvers(&fileConfig{env: os.Environ()}))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	say.dress(parser.Model.Node)
	kctx, err := parser.Parse(askingHelp(joinNegative(args)))
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return out.wrongCall(err)
	}
	// The settings file may ask for another language.
	if cmds.Lang != "" && cmds.Lang != say.lang {
		if out.Speaker, err = newSpeaker(cmds.Lang); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
	}
	cmds.texts = out.cats
	if err := kctx.Run(out, &cmds); err != nil {
		return out.fail(err)
	}
	return 0
}

// fail says on stderr what went wrong and what to do, and gives the exit code.
func (o *output) fail(err error) int {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(o.stderr, o.T("cli.interrupted"))
		return 130
	}
	e := errs.As(err)
	if e == nil {
		e = errs.Wrap(err, errs.Internal, "cli.unexpected", errs.Args{"error": err.Error()})
	}
	o.tell(e)
	return e.Kind.ExitCode()
}
