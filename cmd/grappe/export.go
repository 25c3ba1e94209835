package main

import (
	"context"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"grappe/internal/app"
	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

type exportCmd struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_in_territory"`
	Format    string `short:"f" placeholder:"FORMAT" help:"help_format"`
	Delimiter string `default:"comma" placeholder:"SIGN" help:"help_delimiter"`
	Query     string `placeholder:"ADDRESS" help:"help_export_query"`
	PublicURL string `name:"public-url" env:"GRAPPE_PUBLIC_URL" placeholder:"https://…" help:"help_export_public_url"`
	Output    string `arg:"" optional:"" type:"path" help:"help_output"`
}

// Validate refuses a public address that is none.
func (c *exportCmd) Validate() (err error) {
	if c.PublicURL != "" {
		c.PublicURL, err = app.ParsePublicURL(c.PublicURL)
	}
	return err
}

func (c *exportCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	file, err := c.file()
	if err != nil {
		return err
	}
	query, err := c.query()
	if err != nil {
		return err
	}
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	file.Territory, file.Printer, file.Taxonomies = t, out.Printer, a.Taxonomies
	n := 0
	stop := out.busy("cli.busy_export")
	defer stop()
	write := func(w io.Writer) (err error) {
		n, err = c.write(ctx, a, file, query, w)
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

// write writes the cards and gives how many they were: all of them from the base, or what a query finds by the index.
func (c *exportCmd) write(ctx context.Context, a *app.App, file opendata.File, q *directory.Query, w io.Writer) (int, error) {
	out, err := opendata.NewWriter(w, file)
	if err != nil {
		return 0, err
	}
	code, page := file.Territory.Code, c.pages(file.Territory)
	add := func(r listing.Record) error {
		address := ""
		if page != "" {
			address = page + r.Listing.Slug
		}
		return out.Write(listing.PublicOf(r, address))
	}
	if q == nil {
		err = a.Directory.Published(ctx, code, add)
	} else {
		err = found(ctx, a, code, *q, add)
	}
	if err != nil {
		return out.Rows(), err
	}
	return out.Rows(), out.Close()
}

// found calls f with the cards that a query finds.
func found(ctx context.Context, a *app.App, code string, q directory.Query, f func(listing.Record) error) error {
	if _, err := a.Directory.Load(ctx, code); err != nil {
		return err
	}
	unknown, err := a.Directory.Unknown(code, q)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		return errs.New(errs.Usage, "cli.export_unknown", errs.Args{"name": directory.Param(unknown[0].Facet), "value": unknown[0].Value})
	}
	ids, err := a.Directory.IDs(ctx, code, q)
	if err != nil {
		return err
	}
	return a.Directory.Records(ctx, code, ids, f)
}

// pages is where the pages of the cards stand, up to their slugs: on the host that the territory claims, else at the public
// address of the instance; empty where nobody said which that is.
func (c *exportCmd) pages(t *territory.Territory) string {
	switch {
	case len(t.Hosts) > 0:
		return "https://" + t.Hosts[0] + "/annuaire/"
	case c.PublicURL != "":
		return c.PublicURL + "/" + t.Code + "/annuaire/"
	}
	return ""
}

// query reads the address of a page of results, or its parameters alone; nil for none.
func (c *exportCmd) query() (*directory.Query, error) {
	if c.Query == "" {
		return nil, nil
	}
	text := c.Query
	if _, after, ok := strings.Cut(text, "?"); ok {
		text = after
	}
	text, _, _ = strings.Cut(text, "#")
	values, err := url.ParseQuery(text)
	if err != nil || !strings.Contains(text, "=") {
		return nil, errs.New(errs.Usage, "cli.export_bad_query", errs.Args{"value": c.Query})
	}
	q, err := directory.ParseQuery(values)
	return &q, err
}

// file reads the format, from the file's name where no --format says it, and the delimiter, which only CSV has.
func (c *exportCmd) file() (opendata.File, error) {
	name := c.Format
	if name == "" {
		name = strings.TrimPrefix(filepath.Ext(c.Output), ".")
	}
	if name == "" {
		return opendata.File{}, errs.New(errs.Usage, "cli.export_no_format", nil)
	}
	format, err := opendata.ParseFormat(name)
	if err != nil {
		return opendata.File{}, err
	}
	delimiter, err := opendata.ParseDelimiter(c.Delimiter)
	if err != nil {
		return opendata.File{}, errs.New(errs.Usage, "cli.export_bad_delimiter", errs.Args{"value": c.Delimiter})
	}
	return opendata.File{Format: format, Delimiter: delimiter}, nil
}
