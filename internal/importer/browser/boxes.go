package browser

import (
	"slices"
	"strconv"
	"strings"

	"grappe/internal/importer"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// boxGroup is a group of fields to which columns are led.
type boxGroup struct {
	Label string
	Boxes []box
}

// box is a field of a card with what fills it.
type box struct {
	ID, Target, Label string
	Error             string
	Needed            bool
	Columns           []string  // of this file
	Absent            []string  // of others, which stay
	Setting           *ui.Field // how values are read
	Kept              string    // steps that the form cannot say, as YAML
	Constant          *ui.Field
	Codes             *codeTable
}

// Filled reports whether anything fills the field.
func (b box) Filled() bool { return len(b.Columns)+len(b.Absent) > 0 || b.Constant != nil }

// codeTable leads the values of the file to codes.
type codeTable struct {
	Rows    []ui.Field
	Other   *ui.Field // for all others
	TooMany bool      // the values are too many to be led one by one
}

// optionGroups are the fields as a select of a column shows them.
func (c *composer) optionGroups(p *locale.Printer) []optionGroup {
	var out []optionGroup
	for _, g := range groups() {
		group := optionGroup{Label: p.T("imports.group." + g)}
		for _, f := range c.fields {
			if f.group == g {
				group.Options = append(group.Options, ui.Option{Value: f.target, Label: fieldName(p, f.target)})
			}
		}
		out = append(out, group)
	}
	return out
}

// line shows a column.
func (c *composer) line(p *locale.Printer, i int, column Column, options []optionGroup) columnLine {
	held := c.targetsOf(column.Path)
	at := func(n int) string {
		if n < len(held) {
			return held[n]
		}
		return ""
	}
	named := columnLabel(p, column.Path)
	l := columnLine{
		ID: "colonne-" + strconv.Itoa(i), Index: i, Path: named, Examples: column.Examples[:min(3, len(column.Examples))],
		First: target{ID: columnName(i), Name: columnName(i), Label: p.T("imports.goes_to", "column", named), Selected: at(0), Groups: options},
		Also:  target{ID: alsoName(i), Name: alsoName(i), Label: p.T("imports.goes_also_to", "column", named), Selected: at(1), Groups: options},
	}
	if column.Filled < c.rows {
		l.Filled = p.T("imports.filled", "n", column.Filled, "of", c.rows)
	}
	for n := shownTargets; n < len(held); n++ {
		l.Others = append(l.Others, fieldName(p, held[n]))
	}
	if column.Guess != "" && column.Guess == at(0) {
		l.Guess = &ui.Badge{Label: p.T("imports.guess.likely"), Tone: ui.Warn, Icon: "circle-help"}
		if column.Sure {
			l.Guess = &ui.Badge{Label: p.T("imports.guess.sure"), Tone: ui.OK, Icon: "circle-check"}
		}
	}
	return l
}

// longestPath is how much is shown of a column's name.
const longestPath = 80

// columnLabel is what a column is called: without the folders of a GeoJSON, and in words where the file has no name for it.
func columnLabel(p *locale.Printer, path string) string {
	if n, err := strconv.Atoi(strings.TrimPrefix(path, "column_")); err == nil && strings.HasPrefix(path, "column_") {
		return p.T("imports.nameless", "n", n)
	}
	if inner, ok := strings.CutPrefix(path, "properties."); ok {
		path = strings.ReplaceAll(inner, ".", " › ")
	}
	return cutText(path, longestPath)
}

func columnLabels(p *locale.Printer, paths []string) []string {
	out := make([]string, len(paths))
	for i, path := range paths {
		out[i] = columnLabel(p, path)
	}
	return out
}

// boxes are the fields of a card with what fills them.
func (s *Service) boxes(p *locale.Printer, c *composer, t *territory.Territory, faults ui.FormErrors) []boxGroup {
	var out []boxGroup
	for _, g := range groups() {
		group := boxGroup{Label: p.T("imports.group." + g)}
		for _, f := range c.fields {
			if f.group == g {
				group.Boxes = append(group.Boxes, s.box(p, c, f, t, faults))
			}
		}
		out = append(out, group)
	}
	return out
}

func (s *Service) box(p *locale.Printer, c *composer, f field, t *territory.Territory, faults ui.FormErrors) box {
	b := box{ID: "champ-" + strings.ReplaceAll(strings.ToLower(f.target), ".", "-"), Target: f.target, Label: fieldName(p, f.target), Needed: f.target == "name"}
	b.Error = faults.For(b.ID)
	shown, absent := c.shown(c.paths(f.target))
	b.Columns, b.Absent = columnLabels(p, shown), columnLabels(p, absent)
	r := c.rule(f.target)
	if r == nil || dayOf(f.target) != "" {
		return b
	}
	if r.Constant != nil {
		b.Constant = &ui.Field{Name: constantName(f.target), Label: p.T("imports.constant_of", "field", b.Label), Hint: p.T("imports.constant_hint"), Value: *r.Constant, Max: longestText, Autocomplete: "off"}
		if options := s.optionsOf(p, f.target); len(options) > 0 {
			b.Constant.Options = withCodes([]ui.Option{{Label: p.T("imports.no_constant")}}, options, *r.Constant)
		}
	}
	if len(r.From) == 0 {
		return b
	}
	if f.setting == codesOf {
		b.Codes, b.Kept = s.codeTable(p, c, *r)
		return b
	}
	held, simple := chosen(f, r.Steps)
	if !simple {
		b.Kept = stepsText(*r)
		return b
	}
	if all := choices(f); len(all) > 0 && (f.setting != joined || len(r.From) > 1) {
		b.Setting = &ui.Field{Name: settingName(f.target), Label: p.T("imports.setting." + string(f.setting))}
		for _, choice := range all {
			b.Setting.Options = append(b.Setting.Options, ui.Option{Value: choice.name, Label: settingLabel(p, f, choice.name, t), Selected: choice.name == held})
		}
	}
	return b
}

func settingLabel(p *locale.Printer, f field, name string, t *territory.Territory) string {
	if f.setting != country {
		return p.T("imports." + string(f.setting) + "." + name)
	}
	code := name
	if name == "ici" {
		return p.T("imports.pays.ici", "country", countryName(p, t.Country))
	}
	return countryName(p, code)
}

// stepsText is what the form keeps and cannot show otherwise.
func stepsText(r importer.Rule) string {
	_, steps, _ := strings.Cut(importer.Rule{Target: "x", From: []string{"x"}, Steps: r.Steps}.YAML(), "steps:\n")
	var lines []string
	for line := range strings.Lines(steps) {
		lines = append(lines, strings.TrimPrefix(strings.TrimRight(line, "\n"), "    "))
	}
	return strings.Join(lines, "\n")
}

func (s *Service) codeTable(p *locale.Printer, c *composer, r importer.Rule) (table *codeTable, kept string) {
	held, simple := readCodeSteps(r.Steps)
	if !simple {
		return nil, stepsText(r)
	}
	options := s.optionsOf(p, r.Target)
	table = &codeTable{}
	for _, value := range c.valuesOf(r.Target, r.From) {
		code, ok := held.codeOf(value)
		if !ok && len(held.lookup.Table) == 0 && slices.ContainsFunc(options, func(o Code) bool { return o.Code == value }) {
			code = value
		}
		table.Rows = append(table.Rows, ui.Field{
			ID: fieldID(codeName(r.Target, value)), Name: codeName(r.Target, value), Label: value, Options: withCodes([]ui.Option{{Label: p.T("imports.code_none")}}, options, code),
		})
	}
	shown, _ := c.shown(r.From)
	table.TooMany = len(table.Rows) == 0 && len(shown) > 0
	if r.Target == "category" {
		table.Other = &ui.Field{
			ID: fieldID(settingName(r.Target)), Name: settingName(r.Target), Label: p.T("imports.code_other"),
			Options: withCodes([]ui.Option{{Label: p.T("imports.code_none")}}, options, held.other),
		}
	}
	return table, ""
}

// fieldID is an id without dots, which would be classes to a selector.
func fieldID(name string) string { return strings.ReplaceAll(name, ".", "-") }

func withCodes(options []ui.Option, codes []Code, selected string) []ui.Option {
	known := false
	for _, c := range codes {
		options = append(options, ui.Option{Value: c.Code, Label: c.Name, Selected: c.Code == selected})
		known = known || c.Code == selected
	}
	if selected != "" && !known {
		options = append(options, ui.Option{Value: selected, Label: selected, Selected: true})
	}
	return options
}

// identifierFields ask for what tells one row from another.
func (c *composer) identifierFields(p *locale.Printer) (ui.Field, []ui.Check) {
	shown, _ := c.shown(c.base.ID.From)
	composed, _ := c.shown(c.base.ID.Compose)
	field := ui.Field{Name: identifierName, Label: p.T("imports.identifier"), Hint: p.T("imports.identifier_hint"), Options: []ui.Option{{Label: p.T("imports.identifier_composed"), Selected: len(shown) == 0}}}
	var boxes []ui.Check
	for i, column := range c.columns {
		chosen, part := len(shown) > 0 && shown[0] == column.Path, slices.Contains(composed, column.Path)
		if column.Filled == 0 && !chosen && !part {
			continue
		}
		field.Options = append(field.Options, ui.Option{Value: columnName(i), Label: columnLabel(p, column.Path), Selected: chosen})
		boxes = append(boxes, ui.Check{ID: composeName + "-" + strconv.Itoa(i), Name: composeName, Value: columnName(i), Label: columnLabel(p, column.Path), Checked: part})
	}
	return field, boxes
}
