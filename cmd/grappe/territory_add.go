package main

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
	"grappe/presets"
)

type territoryAddCmd struct {
	Source  string   `arg:"" help:"help_territory_source"`
	Hosts   []string `name:"host" placeholder:"HOST" help:"help_host"`
	Contact string   `placeholder:"EMAIL" help:"help_contact"`
	territoryOptions
}

func (c *territoryAddCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	if err := c.check(); err != nil {
		return err
	}
	code, source, err := c.read()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	before, err := stateOf(ctx, a, code)
	if err != nil && errs.As(err) == nil {
		return err // else it is not here yet, or its YAML is not understood and this call may mend it
	}
	tiles := before.tiles(code, source)
	if err := c.checkTiles(tiles); err != nil {
		return err
	}
	if source == nil {
		_, _, err = a.Ensure(ctx, code)
	} else {
		_, err = a.Territories.AddYAML(ctx, source)
	}
	if err != nil {
		return err
	}
	if len(c.Hosts) > 0 {
		if err := a.Territories.SetHosts(ctx, code, c.Hosts); err != nil {
			return err
		}
	}
	if c.Contact != "" {
		if err := a.Territories.SetContact(ctx, code, c.Contact); err != nil {
			return err
		}
	}
	if err := c.apply(ctx, a, code, tiles); err != nil {
		return err
	}
	after, err := stateOf(ctx, a, code)
	if err != nil {
		return err
	}
	tellAdded(out, before, after)
	return nil
}

// check is territoryOptions.check, with the hosts and the contact.
func (c *territoryAddCmd) check() error {
	return cmp.Or(asUsage(territory.CheckHosts(c.Hosts)), asUsage(territory.CheckContact(c.Contact)), c.territoryOptions.check())
}

// read gives the code of the territory meant, and the YAML file where the source is one, nothing for a preset. It comes before
// the base is opened: a file that is not there, or is no territory, makes none.
func (c *territoryAddCmd) read() (code string, source []byte, err error) {
	switch strings.ToLower(filepath.Ext(c.Source)) {
	case ".yaml", ".yml":
	case "":
		return c.Source, nil, nil // no code has a dot
	default:
		if _, err := os.Stat(c.Source); err != nil {
			return c.Source, nil, nil
		}
		return "", nil, errs.New(errs.Usage, "cli.territory_not_yaml", errs.Args{"file": c.Source})
	}
	text, err := os.ReadFile(c.Source)
	if err != nil {
		return "", nil, unreadable(err, c.Source)
	}
	t, err := territory.Parse(text)
	if err != nil {
		return "", nil, err
	}
	return t.Code, text, nil
}

// territoryState is what "territory add" may change.
type territoryState struct {
	here      bool
	territory *territory.Territory // nil where it is not here, or cannot be read
	source    []byte
}

// tiles is the tile server that the territory has, or will have by its YAML.
func (s territoryState) tiles(code string, source []byte) territory.Tiles {
	if s.territory != nil && !s.territory.Tiles.IsZero() {
		return s.territory.Tiles
	}
	t, err := territory.Parse(source)
	if source == nil {
		t, err = territory.Load(presets.FS, code)
	}
	if err != nil {
		return territory.Tiles{} // an unknown code, which is told when it is added
	}
	return t.Tiles
}

func stateOf(ctx context.Context, a *app.App, code string) (territoryState, error) {
	t, err := a.Territories.Get(ctx, code)
	if err != nil {
		return territoryState{here: !errs.Is(err, errs.NotFound)}, err
	}
	source, err := a.Territories.Source(ctx, code)
	return territoryState{here: true, territory: t, source: source}, err
}

// tellAdded says what became of the territory, and how to give it a contact where it has none.
func tellAdded(out *output, before, after territoryState) {
	t := after.territory
	changed := changes(out, before, after)
	switch {
	case !before.here:
		out.say("cli.territory_added", "code", t.Code, "name", t.Name(out.lang))
	case len(changed) == 0:
		out.say("cli.territory_same", "code", t.Code, "name", t.Name(out.lang))
	default:
		out.say("cli.territory_updated", "code", t.Code, "name", t.Name(out.lang), "changed", changed)
	}
	if t.Contact == "" {
		out.say("cli.territory_contact_advice", "code", t.Code)
	}
}

func changes(out *output, before, after territoryState) []string {
	changed := []string{}
	if !bytes.Equal(before.source, after.source) {
		changed = append(changed, out.T("cli.territory_changed_yaml"))
	}
	if before.territory == nil {
		return changed
	}
	if was, is := before.territory.Hosts, after.territory.Hosts; !slices.Equal(was, is) {
		changed = append(changed, out.T("cli.territory_changed_hosts", "hosts", strings.Join(is, ", ")))
	}
	if was, is := before.territory.Contact, after.territory.Contact; was != is {
		changed = append(changed, out.T("cli.territory_changed_contact", "contact", is))
	}
	return append(changed, changedOptions(out, before.territory, after.territory)...)
}
