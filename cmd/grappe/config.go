package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"grappe/internal/platform/errs"
)

// defaultConfig is read where no --config names another file; it may be absent.
const defaultConfig = "grappe.toml"

// fileConfig answers for the flags that neither the command line nor a GRAPPE_* variable sets, from a TOML file:
// keys are the flags' names, at the top or in a table named after the command ("[serve]" addr = ":8080",
// "[territory.list]" json = true).
type fileConfig struct {
	env    []string
	loaded bool
	path   string
	tables map[string]any
}

var _ kong.Resolver = (*fileConfig)(nil)

// Validate has nothing left to refuse: kong calls it after Resolve, which has read the file.
func (c *fileConfig) Validate(*kong.Application) error { return nil }

// load reads the file once, and refuses a key or a GRAPPE_* variable that no flag has.
func (c *fileConfig) load(ctx *kong.Context) error {
	if c.loaded {
		return nil
	}
	c.loaded = true
	if err := c.validateEnv(ctx.Model); err != nil {
		return err
	}
	path := defaultConfig
	named := configOf(ctx)
	if named != "" {
		path = named
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && named == "" {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errs.Wrap(err, errs.Usage, "cli.config_missing", errs.Args{"file": path})
	}
	if err != nil {
		return errs.Wrap(err, errs.Usage, "cli.config_unreadable", errs.Args{"file": path, "error": systemReason(err)})
	}
	c.path = path
	if err := toml.Unmarshal(text, &c.tables); err != nil {
		return malformed(err, path)
	}
	return c.validateTable(ctx.Model.Node, "", c.tables)
}

// malformed says where a settings file cannot be understood, and what to do; why, in the words of the TOML reader, comes last.
func malformed(err error, path string) *errs.E {
	args := errs.Args{"file": path, "line": 0, "error": err.Error()}
	at, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return errs.Wrap(err, errs.Usage, "cli.config_malformed", args)
	}
	args["line"], args["error"], args["example"] = at.Position.Line, at.Message, `"fr"`
	if strings.HasPrefix(at.Message, "expected value but found") {
		return errs.Wrap(err, errs.Usage, "cli.config_malformed_value", args)
	}
	return errs.Wrap(err, errs.Usage, "cli.config_malformed", args)
}

// configOf is the settings file that the person named, by --config or by GRAPPE_CONFIG.
func configOf(ctx *kong.Context) string {
	for _, f := range ctx.Model.Flags {
		if f.Name == "config" {
			path, _ := ctx.FlagValue(f).(string)
			return path
		}
	}
	return ""
}

func (c *fileConfig) validateEnv(app *kong.Application) error {
	known := secretVariables()
	visitFlags(app.Node, func(f *kong.Flag) { known = append(known, f.Envs...) })
	for _, pair := range c.env {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "GRAPPE_") && !strings.HasPrefix(name, "GRAPPE_TEST_") && !slices.Contains(known, name) {
			return errs.New(errs.Usage, "cli.env_unknown", errs.Args{"name": name, "allowed": sortedUnique(known)})
		}
	}
	return nil
}

// validateTable refuses a key that is neither a flag of the command nor the table of one of its commands.
func (c *fileConfig) validateTable(n *kong.Node, prefix string, table map[string]any) error {
	flags := map[string]bool{} // true for those that take several values
	addFlags(flags, n)
	for _, key := range slices.Sorted(maps.Keys(table)) {
		name := prefix + key
		inner, isTable := table[key].(map[string]any)
		_, isList := table[key].([]any)
		many, isFlag := flags[key]
		i := slices.IndexFunc(n.Children, func(child *kong.Node) bool { return child.Name == key })
		switch {
		case isTable && i >= 0:
			if err := c.validateTable(n.Children[i], name+".", inner); err != nil {
				return err
			}
		case isFlag && !isTable && (many || !isList):
		case isFlag:
			return errs.New(errs.Usage, "cli.config_value", errs.Args{"file": c.path, "name": name})
		default:
			return errs.New(errs.Usage, "cli.config_unknown", errs.Args{"file": c.path, "name": name, "allowed": allowed(n, prefix, flags)})
		}
	}
	return nil
}

// addFlags gathers the flags that a command's table may hold: its own, and those of the command it stands for.
func addFlags(flags map[string]bool, n *kong.Node) {
	for _, f := range n.Flags {
		if f.Name != "help" && f.Name != "config" {
			flags[f.Name] = f.IsSlice()
		}
	}
	if n.DefaultCmd != nil {
		addFlags(flags, n.DefaultCmd)
	}
}

func allowed(n *kong.Node, prefix string, flags map[string]bool) []string {
	names := []string{}
	for flag := range flags {
		names = append(names, prefix+flag)
	}
	slices.Sort(names)
	for _, child := range n.Children {
		names = append(names, "["+prefix+child.Name+"]")
	}
	return names
}

// Resolve gives the file's value for a flag, nil where it has none or where the environment sets it.
func (c *fileConfig) Resolve(ctx *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if err := c.load(ctx); err != nil {
		return nil, err
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	for _, table := range c.tablesOf(parent.Node()) {
		if value, ok := table[flag.Name]; ok {
			return spelled(value), nil
		}
	}
	return nil, nil
}

// tablesOf gives the tables of a command, the nearest first: that of "import file" and, as it is what "import" stands
// for, that of "import".
func (c *fileConfig) tablesOf(n *kong.Node) []map[string]any {
	if n == nil || n.Type != kong.CommandNode {
		return []map[string]any{c.tables}
	}
	above := c.tablesOf(n.Parent)
	table, _ := above[0][n.Name].(map[string]any)
	if n.Parent.DefaultCmd == n {
		return append([]map[string]any{table}, above...)
	}
	return []map[string]any{table}
}

// spelled is a value as one types it on the command line, so that both are read by the same rules.
func spelled(value any) any {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	texts := make([]any, 0, len(list))
	for _, v := range list {
		texts = append(texts, fmt.Sprint(v))
	}
	return texts
}

// visitFlags calls visit with each flag of a command and of those under it.
func visitFlags(n *kong.Node, visit func(f *kong.Flag)) {
	for _, f := range n.Flags {
		visit(f)
	}
	for _, child := range n.Children {
		visitFlags(child, visit)
	}
}

func sortedUnique(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }
