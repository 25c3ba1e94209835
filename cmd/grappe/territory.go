package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"grappe/internal/app"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

type territoryCmd struct {
	List     territoryListCmd     `cmd:"" help:"help_territory_list"`
	Add      territoryAddCmd      `cmd:"" help:"help_territory_add"`
	Show     territoryShowCmd     `cmd:"" help:"help_territory_show"`
	Geometry territoryGeometryCmd `cmd:"" help:"help_territory_geometry"`
}

type territoryListCmd struct {
	JSON bool `name:"json" help:"help_json"`
}

// Run lists what the instance has; an instance without a base has none, and none is made.
func (c *territoryListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	var here []*territory.Territory
	var faulty []territory.Faulty
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	switch {
	case errs.As(err) != nil && errs.As(err).Key == app.KeyNoBase:
	case err != nil:
		return err
	default:
		defer a.Close()
		if here, faulty, err = a.Territories.Survey(ctx); err != nil {
			return err
		}
	}
	presets, err := app.Presets()
	if err != nil {
		return err
	}
	lines := make([]territoryLine, 0, len(presets))
	for _, t := range here {
		lines = append(lines, territoryLine{Code: t.Code, Name: t.Name(out.lang), Here: true, Hosts: t.Hosts})
	}
	for _, f := range faulty {
		lines = append(lines, territoryLine{Code: f.Code, Here: true, Fault: out.reason(f.Err)})
	}
	for _, t := range presets {
		if !slices.ContainsFunc(lines, func(l territoryLine) bool { return l.Code == t.Code }) {
			lines = append(lines, territoryLine{Code: t.Code, Name: t.Name(out.lang)})
		}
	}
	if c.JSON {
		return out.json(map[string]any{"territories": lines})
	}
	return printTerritories(out, lines)
}

func printTerritories(out *output, lines []territoryLine) error {
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		state := out.T("cli.territory_preset")
		switch {
		case l.Fault != "":
			state = out.T("cli.territory_faulty")
		case l.Here:
			state = out.T("cli.territory_here")
		}
		line := l.Code + "\t" + l.Name + "\t" + state
		if len(l.Hosts) > 0 {
			line += "\t" + strings.Join(l.Hosts, ", ")
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range lines {
		if l.Fault != "" {
			out.say("cli.territory_fault", "code", l.Code, "reason", l.Fault)
		}
	}
	return nil
}

type territoryLine struct {
	Code  string   `json:"code"`
	Name  string   `json:"name"`
	Here  bool     `json:"here"`
	Hosts []string `json:"hosts,omitempty"`
	Fault string   `json:"fault,omitempty"` // why it cannot be read; it is not served then
}

type territoryShowCmd struct {
	Code string `arg:"" help:"help_territory_code"`
	JSON bool   `name:"json" help:"help_json"`
}

func (c *territoryShowCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	t, err := a.Territory(ctx, c.Code)
	if err != nil {
		return err
	}
	outlines, err := a.Territories.Outlines(ctx, t.Code)
	if err != nil {
		return err
	}
	cards, err := countCards(ctx, a, t.Code)
	if err != nil {
		return err
	}
	copied, err := a.Mirrors.Get(ctx, t.Code)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if c.JSON {
		return out.json(map[string]any{
			"copy_of": copied.Source, "copy_licence": copied.Terms,
			"code": t.Code, "names": t.Names, "cluster": t.Cluster, "time_zone": t.TimeZone, "currency": t.Currency, "hosts": t.Hosts,
			"contact": t.Contact, "tiles": t.Tiles, "licence": t.DataLicence(), "registers": t.Registers, "box": t.Box, "listings": cards[listing.Published], "drafts": cards[listing.Draft],
			"hidden": cards[listing.Hidden], "merged": cards[listing.Merged], "outlines": outlines.Len(), "outline_credit": t.OutlineCredit,
			"zones": zoneLines(t.Zones),
		})
	}
	fmt.Fprintln(out.stdout, out.T("cli.territory_summary", "name", t.Name(out.lang), "cluster", t.In(t.Cluster, out.lang),
		"n", cards[listing.Published], "zones", len(t.Zones), "outlines", outlines.Len(), "zone", t.TimeZone, "currency", t.Currency))
	if others := otherCards(out, cards); len(others) > 0 {
		fmt.Fprintln(out.stdout, out.T("cli.territory_others", "cards", others))
	}
	fmt.Fprintln(out.stdout, out.T("cli.territory_contact", "contact", cmp.Or(t.Contact, out.T("cli.territory_no_contact"))))
	for _, line := range sayOptions(out, t) {
		fmt.Fprintln(out.stdout, line)
	}
	switch {
	case copied.Source == "":
	case copied.Terms.IsZero():
		fmt.Fprintln(out.stdout, out.T("cli.territory_copy_unknown", "host", copied.Host()))
	default:
		fmt.Fprintln(out.stdout, out.T("cli.territory_copy", "host", copied.Host(), "licence", copied.Terms.Name))
	}
	if outlines.Len() > 0 {
		fmt.Fprintln(out.stdout, out.T("cli.territory_outlines", "credit", cmp.Or(t.OutlineCredit.Text(), out.T("cli.territory_no_source"))))
	}
	for _, z := range t.Zones {
		fmt.Fprintf(out.stdout, "%s%s  %s\n", strings.Repeat("  ", t.Tree().Depth(z.Code)), z.NameIn(out.lang), z.Code)
	}
	return nil
}

// countCards is how many cards a territory has in each state.
func countCards(ctx context.Context, a *app.App, code string) (map[listing.State]int, error) {
	counts := map[listing.State]int{}
	for _, state := range []listing.State{listing.Published, listing.Draft, listing.Hidden, listing.Merged} {
		n, err := a.Listings.Count(ctx, a.DB.Read(), code, state)
		if err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, nil
}

// otherCards says how many cards there are that the site does not show, and why.
func otherCards(out *output, cards map[listing.State]int) []string {
	said := []string{}
	for _, state := range []listing.State{listing.Draft, listing.Hidden, listing.Merged} {
		if n := cards[state]; n > 0 {
			said = append(said, out.T(fmt.Sprintf("cli.territory_cards_%s", state), "n", n))
		}
	}
	return said
}

// zoneLine is a place as --json prints it.
type zoneLine struct {
	Code       string            `json:"code"`
	Slug       string            `json:"slug"`
	Name       string            `json:"name"`
	Names      map[string]string `json:"names,omitempty"`
	Aliases    []string          `json:"aliases,omitempty"`
	Level      string            `json:"level"`
	Parent     string            `json:"parent,omitempty"`
	Postcodes  []string          `json:"postcodes,omitempty"`
	Centre     geo.Point         `json:"centre"`
	Population int               `json:"population"`
}

func zoneLines(zones []territory.Zone) []zoneLine {
	lines := make([]zoneLine, 0, len(zones))
	for _, z := range zones {
		lines = append(lines, zoneLine(z))
	}
	return lines
}

type territoryGeometryCmd struct {
	Code string `arg:"" help:"help_territory_code"`
	File string `arg:"" type:"path" help:"help_geojson"`
	JSON bool   `name:"json" help:"help_json"`

	Source      string `placeholder:"TEXT" help:"help_outline_source"`
	Licence     string `placeholder:"ID" help:"help_outline_licence"`
	LicenceName string `placeholder:"NAME" help:"help_licence_name"`
	LicenceURL  string `name:"licence-url" placeholder:"URL" help:"help_licence_url"`
}

// credit is whose the outlines are, as the call says.
func (c *territoryGeometryCmd) credit() territory.OutlineCredit {
	return territory.OutlineCredit{Source: c.Source, Licence: territory.Licence{ID: c.Licence, Name: c.LicenceName, URL: c.LicenceURL}}
}

func (c *territoryGeometryCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	if err := asUsage(territory.CheckOutlineCredit(c.credit())); err != nil {
		return err
	}
	f, _, err := openFile(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	a, err := app.Open(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	t, added, err := a.Ensure(ctx, c.Code)
	if err != nil {
		return err
	}
	if added {
		out.say("cli.territory_added", "code", t.Code, "name", t.Name(out.lang))
	}
	stop := out.busy("cli.busy_geometry")
	report, err := a.Territories.LoadGeometry(ctx, t.Code, f, c.credit())
	stop()
	if err != nil {
		return err
	}
	if c.JSON {
		return out.json(report)
	}
	out.say("cli.geometry_done", "n", len(report.Matched), "all", report.Features)
	for _, lost := range report.Unmatched {
		out.say("cli.geometry_lost", "row", lost.Row, "name", lost.Written)
	}
	for _, code := range report.Bare {
		if z, ok := t.Zone(code); ok {
			out.say("cli.geometry_bare", "zone", z.NameIn(out.lang))
		}
	}
	if c.credit().IsZero() {
		out.say("cli.geometry_no_source", "command", "grappe territory geometry "+t.Code+" "+filepath.Base(c.File)+" --source '…' --licence CC-BY-4.0")
	}
	return nil
}
