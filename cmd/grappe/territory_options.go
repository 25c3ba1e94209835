package main

import (
	"cmp"
	"context"
	"strings"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// territoryOptions are what "territory add" sets beside the YAML: the tile server of the maps and the licence of the data.
type territoryOptions struct {
	Tiles            string `placeholder:"URL" help:"help_tiles"`
	TilesAttribution string `placeholder:"TEXT" help:"help_tiles_attribution"`
	TilesMaxZoom     int    `placeholder:"N" help:"help_tiles_max_zoom"`
	Licence          string `placeholder:"ID" help:"help_licence"`
	LicenceName      string `placeholder:"NAME" help:"help_licence_name"`
	LicenceURL       string `name:"licence-url" placeholder:"URL" help:"help_licence_url"`
}

// asInYAML is the value that brings back what the YAML says.
const asInYAML = "none"

// tiles is the tile server asked for. Where only its attribution or its zoom is named, the rest is as the territory has it;
// another server is described anew.
func (o territoryOptions) tiles(has territory.Tiles) territory.Tiles {
	switch o.Tiles {
	case asInYAML:
		return territory.Tiles{}
	case "":
		return territory.Tiles{
			URL: has.URL, Attribution: cmp.Or(o.TilesAttribution, has.Attribution), MaxZoom: cmp.Or(o.TilesMaxZoom, has.MaxZoom),
		}
	}
	return territory.Tiles{URL: o.Tiles, Attribution: o.TilesAttribution, MaxZoom: o.TilesMaxZoom}
}

// setsTiles reports whether the call names anything of the tile server.
func (o territoryOptions) setsTiles() bool {
	return o.Tiles != "" || o.TilesAttribution != "" || o.TilesMaxZoom != 0
}

func (o territoryOptions) licence() territory.Licence {
	if o.Licence == asInYAML {
		return territory.Licence{}
	}
	return territory.Licence{ID: o.Licence, Name: o.LicenceName, URL: o.LicenceURL}
}

// check returns errs.Usage, naming the options, for what cannot be set, whatever the territory has. It comes before the base
// is opened.
func (o territoryOptions) check() error {
	if err := asUsage(territory.CheckLicence(o.licence())); err != nil || o.Tiles == "" {
		return err
	}
	return asUsage(territory.CheckTiles(o.tiles(territory.Tiles{})))
}

// checkTiles is check for a tile server of which the call names a part.
func (o territoryOptions) checkTiles(has territory.Tiles) error {
	if !o.setsTiles() {
		return nil
	}
	return asUsage(territory.CheckTiles(o.tiles(has)))
}

// asUsage makes of the faults of a territory those of a call: "tiles.max_zoom" is the option --tiles-max-zoom.
func asUsage(err error) error {
	e := errs.As(err)
	if e == nil {
		return err
	}
	call := errs.Wrap(err, errs.Usage, e.Key, e.Args)
	names := strings.NewReplacer("tiles.url", "--tiles", "licence.id", "--licence", ".", "-", "_", "-")
	for _, f := range e.Fields {
		f.Name = names.Replace(f.Name)
		if !strings.HasPrefix(f.Name, "--") {
			f.Name = "--" + f.Name
		}
		call.Fields = append(call.Fields, f)
	}
	return call
}

// apply sets what the call names, and leaves the rest.
func (o territoryOptions) apply(ctx context.Context, a *app.App, code string, has territory.Tiles) error {
	if o.setsTiles() {
		if err := a.Territories.SetTiles(ctx, code, o.tiles(has)); err != nil {
			return err
		}
	}
	if o.Licence != "" {
		return a.Territories.SetLicence(ctx, code, o.licence())
	}
	return nil
}

// changedOptions says what became of the tile server and of the licence.
func changedOptions(out *output, was, is *territory.Territory) []string {
	changed := []string{}
	if was.Tiles != is.Tiles {
		tiles := out.T("cli.territory_own_map")
		switch {
		case was.Tiles.URL == is.Tiles.URL && was.Tiles.Attribution != is.Tiles.Attribution:
			tiles = is.Tiles.Attribution
		case is.Tiles.URL != "":
			tiles = is.Tiles.URL
		}
		changed = append(changed, out.T("cli.territory_changed_tiles", "tiles", tiles))
	}
	if was.DataLicence() != is.DataLicence() {
		changed = append(changed, out.T("cli.territory_changed_licence", "licence", is.DataLicence().Name))
	}
	return changed
}

// licenceCommand is the call that publishes the cards of a territory under a licence.
func licenceCommand(code string, l territory.Licence) string {
	command := "grappe territory add " + code + " --licence " + l.ID
	if (territory.Licence{ID: l.ID}).Completed() == l {
		return command
	}
	quoted := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	return command + " --licence-name " + quoted(l.Name) + " --licence-url " + quoted(l.URL)
}

// sayOptions shows them.
func sayOptions(out *output, t *territory.Territory) []string {
	licence := t.DataLicence()
	lines := []string{out.T("cli.territory_licence", "licence", licence.Name, "url", licence.URL)}
	if t.Tiles.IsZero() {
		return append(lines, out.T("cli.territory_tiles", "tiles", out.T("cli.territory_own_map")))
	}
	return append(lines, out.T("cli.territory_tiles_of", "tiles", t.Tiles.URL, "attribution", t.Tiles.Attribution))
}
