package importer

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// Step is one small transform of a rule's values. Steps run in their order, each on the values that the one before
// gave. What the target itself asks for (phones to E.164, addresses of sites, identifiers) needs no step.
type Step struct {
	Name  string
	Text  string            // join's glue, default's value, date's form, phone's country, prefix
	List  []string          // split's separators, drop's texts
	Table map[string]string // lookup, by folded text, or by its beginning and "*"
	Words []string          `json:"-"` // of the table, as they were written
}

// stepNames are the steps that there are.
func stepNames() []string {
	return []string{
		"trim", "split", "join", "lookup", "default", "date", "phone", "url", "lower", "html", "number", "first",
		"prefix", "drop",
	}
}

// takesNothing lists the steps that may be written as a bare word.
func takesNothing(name string) bool {
	return slices.Contains([]string{"trim", "split", "join", "date", "phone", "url", "lower", "html", "number", "first"}, name)
}

type stepNode struct{ Step }

// UnmarshalYAML takes "trim", or {split: ","}.
func (s *stepNode) UnmarshalYAML(node ast.Node) error {
	var value ast.Node
	switch n := node.(type) {
	case *ast.StringNode:
		s.Name = n.Value
	case *ast.MappingValueNode:
		s.Name, value = n.Key.String(), n.Value
	case *ast.MappingNode:
		if len(n.Values) == 1 {
			s.Name, value = n.Values[0].Key.String(), n.Values[0].Value
		}
	}
	if !slices.Contains(stepNames(), s.Name) || value == nil && !takesNothing(s.Name) {
		return mappingFault(lineOf(node), "importer.mapping.unknown-step",
			errs.Args{"step": s.Name, "known": strings.Join(stepNames(), ", ")})
	}
	if value == nil {
		return nil
	}
	return s.parameter(value)
}

func (s *stepNode) parameter(value ast.Node) error {
	switch s.Name {
	case "split", "drop":
		return (*paths)(&s.List).UnmarshalYAML(value)
	case "lookup":
		var table map[string]string
		if err := yaml.NodeToValue(value, &table); err != nil {
			return err
		}
		s.Table = make(map[string]string, len(table))
		for _, from := range sortedKeys(table) {
			s.Table[plainEntry(from)] = table[from]
			s.Words = append(s.Words, from)
		}
		return nil
	}
	return yaml.NodeToValue(value, &s.Text)
}

// plainEntry is the folded text by which a lookup finds an entry.
func plainEntry(from string) string {
	if start, ok := strings.CutSuffix(from, "*"); ok {
		return spelling.Plain(start) + "*"
	}
	return spelling.Plain(from)
}

// apply runs one step over the values.
func (w *work) apply(r Rule, s Step, in []string) []string {
	switch s.Name {
	case "split":
		return split(in, s.List)
	case "join":
		glue := s.Text
		if glue == "" {
			glue = " "
		}
		if joined := strings.Join(withoutBlanks(in), glue); joined != "" {
			return []string{joined}
		}
		return nil
	case "default":
		if len(withoutBlanks(in)) == 0 {
			return []string{s.Text}
		}
		return in
	case "first":
		return in[:min(1, len(in))]
	case "drop":
		return slices.DeleteFunc(in, func(v string) bool {
			return slices.ContainsFunc(s.List, func(d string) bool { return spelling.Plain(d) == spelling.Plain(v) })
		})
	}
	out := make([]string, 0, len(in))
	for _, v := range in {
		if v = w.applyOne(r, s, v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// applyOne runs a step that turns one value into one, or into nothing.
func (w *work) applyOne(r Rule, s Step, v string) string {
	switch s.Name {
	case "lower":
		return strings.ToLower(v)
	case "html":
		return stripTags(v, true)
	case "prefix":
		return s.Text + v
	case "lookup":
		if to, ok := s.lookup(spelling.Plain(v)); ok {
			return to
		}
		w.warn("importer.warn.lookup-unknown", r.Target, errs.Args{"value": short(v)})
		return ""
	case "date":
		return w.dateText(r.Target, v, s.Text)
	case "phone":
		return w.phoneText(r.Target, v, s.Text)
	case "url":
		return w.siteText(r.Target, v)
	case "number":
		return numberText(v)
	}
	return strings.TrimSpace(v)
}

// lookup finds what a folded text stands for: its own entry, else the one of its longest known beginning.
func (s Step) lookup(v string) (to string, ok bool) {
	if to, ok = s.Table[v]; ok {
		return to, true
	}
	best := -1
	for from, value := range s.Table {
		start, begins := strings.CutSuffix(from, "*")
		if begins && len(start) > best && strings.HasPrefix(v, start) {
			best, to = len(start), value
		}
	}
	return to, best >= 0
}

// Lookup finds what a text stands for in the table of a lookup.
func (s Step) Lookup(text string) (to string, ok bool) { return s.lookup(spelling.Plain(text)) }

// Enter says what a text stands for in the table of a lookup.
func (s *Step) Enter(text, to string) {
	table := maps.Clone(s.Table)
	if table == nil {
		table = map[string]string{}
	}
	entry := spelling.Plain(text)
	if _, known := table[entry]; !known {
		s.Words = append(slices.Clone(s.Words), text)
	}
	table[entry] = to
	s.Table = table
}

// split cuts each value at the first of the separators that it contains; without any, at line ends, else semicolons,
// else commas. Separators left at the ends of the parts are dropped.
func split(in, separators []string) []string {
	if len(separators) == 0 {
		separators = []string{"\n", ";", ","}
	}
	var out []string
	for _, v := range in {
		parts := []string{v}
		for _, sep := range separators {
			if sep != "" && strings.Contains(v, sep) {
				parts = strings.Split(v, sep)
				break
			}
		}
		for _, p := range parts {
			if p = strings.Trim(p, " \t\r\n,;\u00a0"); p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

func withoutBlanks(in []string) []string {
	return slices.DeleteFunc(slices.Clone(in), func(v string) bool { return strings.TrimSpace(v) == "" })
}

// short cuts a value for a sentence.
func short(v string) string {
	v = strings.Join(strings.Fields(v), " ")
	if r := []rune(v); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return v
}
