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
	Tiles            string `placeholder:"URL" help:"${help_tiles}"`
	TilesAttribution string `placeholder:"TEXT" help:"${help_tiles_attribution}"`
	TilesMaxZoom     int    `placeholder:"N" help:"${help_tiles_max_zoom}"`
	Licence          string `placeholder:"ID" help:"${help_licence}"`
	LicenceName      string `placeholder:"NAME" help:"${help_licence_name}"`
	LicenceURL       string `name:"licence-url" placeholder:"URL" help:"${help_licence_url}"`
}

// asInYAML is the value that brings back what the YAML says.
const asInYAML = "none"

func (o territoryOptions) tiles() territory.Tiles {
	if o.Tiles == asInYAML {
		return territory.Tiles{}
	}
	return territory.Tiles{URL: o.Tiles, Attribution: o.TilesAttribution, MaxZoom: o.TilesMaxZoom}
}

func (o territoryOptions) licence() territory.Licence {
	if o.Licence == asInYAML {
		return territory.Licence{}
	}
	return territory.Licence{ID: o.Licence, Name: o.LicenceName, URL: o.LicenceURL}
}

// check returns errs.Usage, naming the options, for what cannot be set. It comes before the base is opened.
func (o territoryOptions) check() error {
	return cmp.Or(asUsage(territory.CheckTiles(o.tiles())), asUsage(territory.CheckLicence(o.licence())))
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
func (o territoryOptions) apply(ctx context.Context, a *app.App, code string) error {
	if o.Tiles != "" {
		if err := a.Territories.SetTiles(ctx, code, o.tiles()); err != nil {
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
		changed = append(changed, out.T("cli.territory_changed_tiles", "tiles", cmp.Or(is.Tiles.URL, out.T("cli.territory_own_map"))))
	}
	if was.DataLicence() != is.DataLicence() {
		changed = append(changed, out.T("cli.territory_changed_licence", "licence", is.DataLicence().Name))
	}
	return changed
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
