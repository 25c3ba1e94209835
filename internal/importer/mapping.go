package importer

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
)

// Mapping says how the records of one source become cards. It is written in YAML and knows no territory.
type Mapping struct {
	Key         string            // the name of the source: cards remember (Key, external id)
	Title       map[string]string // by language
	Licence     string
	Attribution string
	URL         string
	Format      FormatHints
	Empty       []string // texts that stand for nothing in this source ("NEANT"), whatever their case and accents
	// Exact is for files that Grappe wrote: values stand as they are, lists of a cell have one value a line, and no record is
	// taken for another of the same source.
	Exact bool
	ID    IDRule
	Rules []Rule
}

// FormatHints are what the file's content may leave in doubt.
type FormatHints struct {
	Kind      string `yaml:"kind"` // csv, tsv, json, jsonl, geojson, xlsx
	Encoding  string `yaml:"encoding"`
	Delimiter string `yaml:"delimiter"`
	Sheet     string `yaml:"sheet"`
}

// Options are the hints as the reader takes them.
func (h FormatHints) Options() tabular.Options {
	o := tabular.Options{Format: tabular.Format(h.Kind), Encoding: tabular.Encoding(h.Encoding), Sheet: h.Sheet}
	for _, r := range h.Delimiter {
		o.Delimiter = r
		break
	}
	return o
}

// IDRule says where the identifier of a record stands. When no path of From has one, it is composed of the values at
// Compose, without case, accents and punctuation, which then must not change from one export to the next.
type IDRule struct {
	From    []string
	Compose []string
}

// Rule fills one target field.
type Rule struct {
	Target   string
	Line     int               // in the mapping's file
	From     []string          // source paths
	Days     map[string]string // opening_hours: source path by day, "Mo" to "Su"
	Constant *string
	Steps    []Step
}

// kind is the shape of a target's value.
type kind uint8

const (
	unknownKind kind = iota
	oneValue
	manyValues
)

// targetKind knows every target; a name with a dot ends in a network, a scheme or a nomenclature.
func targetKind(target string) kind {
	family, member, _ := strings.Cut(target, ".")
	switch family {
	case "social":
		if member == "" || slices.Contains(networks(), member) {
			return manyValues
		}
		return unknownKind
	case "identifiers":
		if member == "" || company.KnownScheme(member) {
			return manyValues
		}
		return unknownKind
	case "activities":
		if member == "naf-rev2" || member == "naf-2025" {
			return manyValues
		}
		return unknownKind
	}
	for _, t := range scalarTargets() {
		if t == target {
			return oneValue
		}
	}
	for _, t := range listTargets() {
		if t == target {
			return manyValues
		}
	}
	return unknownKind
}

func scalarTargets() []string {
	return []string{
		"name", "legal_name", "category", "headline", "description", "opening_hours", "logo", "address", "postcode",
		"city", "zone", "lat", "lon", "point", "founded_year", "size_class", "staff", "status", "updated", "confirmed",
		"service_area.everywhere", "service_area.remote", "natural_person",
	}
}

func listTargets() []string {
	return []string{
		"competences", "sectors", "tags", "phones", "emails", "websites", "accessibility", "languages",
		"service_area.zones",
	}
}

// mappingFile is the YAML as written.
type mappingFile struct {
	Key         string            `yaml:"key"`
	Title       map[string]string `yaml:"title"`
	Licence     string            `yaml:"licence"`
	Attribution string            `yaml:"attribution"`
	URL         string            `yaml:"url"`
	Format      FormatHints       `yaml:"format"`
	Empty       []string          `yaml:"empty"`
	Exact       bool              `yaml:"exact"`
	ID          idNode            `yaml:"id"`
	Fields      fieldNodes        `yaml:"fields"`
}

type idNode struct{ IDRule }

// paths is one path or a list of them.
type paths []string

// UnmarshalYAML takes a text or a list of texts.
func (p *paths) UnmarshalYAML(node ast.Node) error {
	if list, ok := node.(*ast.SequenceNode); ok {
		var many []string
		err := yaml.NodeToValue(list, &many)
		*p = many
		return err
	}
	var one string
	err := yaml.NodeToValue(node, &one)
	*p = paths{one}
	return err
}

// UnmarshalYAML takes a path, a list of paths, or from and compose.
func (n *idNode) UnmarshalYAML(node ast.Node) error {
	if _, ok := node.(*ast.MappingNode); !ok {
		return (*paths)(&n.From).UnmarshalYAML(node)
	}
	var raw struct {
		From    paths `yaml:"from"`
		Compose paths `yaml:"compose"`
	}
	err := yaml.NodeToValue(node, &raw, yaml.Strict())
	n.From, n.Compose = raw.From, raw.Compose
	return err
}

type fieldNodes []Rule

// UnmarshalYAML reads the rules in their order and with their lines.
func (f *fieldNodes) UnmarshalYAML(node ast.Node) error {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		return mappingFault(lineOf(node), "importer.mapping.not-fields", nil)
	}
	for _, pair := range pairs {
		rule, err := parseRule(pair)
		if err != nil {
			return err
		}
		*f = append(*f, rule)
	}
	return nil
}

func lineOf(node ast.Node) int {
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// mappingFault is the error for a mapping that cannot be used; ParseMapping adds the file.
func mappingFault(line int, key string, args errs.Args) *errs.E {
	if args == nil {
		args = errs.Args{}
	}
	args["line"] = line
	return &errs.E{Kind: errs.Invalid, Key: key, Args: args}
}

func parseRule(pair *ast.MappingValueNode) (Rule, error) {
	rule := Rule{Target: pair.Key.String(), Line: lineOf(pair.Key)}
	if targetKind(rule.Target) == unknownKind {
		return rule, mappingFault(rule.Line, "importer.mapping.unknown-field", errs.Args{
			"field": rule.Target, "known": strings.Join(append(scalarTargets(), listTargets()...), ", "),
		})
	}
	node := pair.Value
	if _, ok := node.(*ast.MappingNode); !ok {
		if _, ok := node.(*ast.MappingValueNode); !ok {
			err := (*paths)(&rule.From).UnmarshalYAML(node)
			return rule, err
		}
	}
	var raw struct {
		From     paths             `yaml:"from"`
		Days     map[string]string `yaml:"days"`
		Constant *string           `yaml:"constant"`
		Steps    []stepNode        `yaml:"steps"`
	}
	if err := yaml.NodeToValue(node, &raw, yaml.Strict()); err != nil {
		return rule, err
	}
	rule.From, rule.Days, rule.Constant = raw.From, raw.Days, raw.Constant
	for _, s := range raw.Steps {
		rule.Steps = append(rule.Steps, s.Step)
	}
	return rule, rule.check()
}

// check refuses a rule that could never say anything.
func (r Rule) check() error {
	if r.Days != nil {
		for day := range r.Days {
			if !slices.Contains(weekdays(), day) || r.Target != "opening_hours" {
				return mappingFault(r.Line, "importer.mapping.days", errs.Args{"field": r.Target, "day": day})
			}
		}
	}
	if len(r.From) == 0 && r.Constant == nil && len(r.Days) == 0 {
		return mappingFault(r.Line, "importer.mapping.no-source", errs.Args{"field": r.Target})
	}
	return nil
}

// ParseMapping reads a mapping. Errors are errs.E of kind Invalid that name the file and the line.
func ParseMapping(name string, source []byte) (*Mapping, error) {
	m, err := ParseDraft(name, source)
	if err == nil {
		err = m.Check(name)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ParseDraft is ParseMapping for one that is being written and may still lack what Check asks for.
func ParseDraft(name string, source []byte) (*Mapping, error) {
	var f mappingFile
	if err := yaml.UnmarshalWithOptions(source, &f, yaml.Strict()); err != nil {
		return nil, inFile(name, err)
	}
	return &Mapping{
		Key: f.Key, Title: f.Title, Licence: f.Licence, Attribution: f.Attribution, URL: f.URL,
		Format: f.Format, Empty: f.Empty, Exact: f.Exact, ID: f.ID.IDRule, Rules: f.Fields,
	}, nil
}

// Check returns errs.Invalid for a mapping that nothing can be imported with.
func (m *Mapping) Check(name string) error {
	seen := map[string]bool{}
	for _, r := range m.Rules {
		seen[r.Target] = true
	}
	switch {
	case m.Key == "" || strings.Trim(m.Key, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return inFile(name, mappingFault(1, "importer.mapping.no-key", nil))
	case !seen["name"]:
		return inFile(name, mappingFault(1, "importer.mapping.no-name", nil))
	case seen["lat"] != seen["lon"]:
		return inFile(name, mappingFault(1, "importer.mapping.half-point", nil))
	}
	return nil
}

// KnownTarget reports whether a rule may fill a field of that name, and whether it takes a list of values.
func KnownTarget(target string) (known, list bool) {
	kind := targetKind(target)
	return kind != unknownKind, kind == manyValues
}

// inFile names the file in a fault, and turns the YAML library's errors into faults.
func inFile(name string, err error) error {
	e := errs.As(err)
	if e == nil {
		line, detail := 1, err.Error()
		if y, ok := errors.AsType[yaml.Error](err); ok {
			detail = y.GetMessage()
			if t := y.GetToken(); t != nil && t.Position != nil {
				line = t.Position.Line
			}
		}
		e = mappingFault(line, "importer.mapping.yaml", errs.Args{"detail": detail})
		e.Err = err
	}
	e.Args["file"] = name
	return e
}
