package browser

import (
	"net/url"
	"slices"
	"strings"

	"grappe/internal/importer"
)

// plain is a choice of a form and the steps that it stands for.
type plain struct {
	name  string
	steps []importer.Step
}

// choices are the steps that a setting of a field may stand for, the usual one of a new rule first. The text of step is compared as
// it is.
func choices(f field) []plain {
	split := func(separators ...string) []importer.Step { return []importer.Step{{Name: "split", List: separators}} }
	join := func(glue string) []importer.Step { return []importer.Step{{Name: "join", Text: glue}} }
	switch f.setting {
	case listOf:
		return []plain{
			{"auto", split()},
			{"une", nil},
			{"point-virgule", split(";")},
			{"virgule", split(",")},
			{"barre", split("|")},
			{"oblique", split("/")},
			{"ligne", split("\n")},
		}
	case joined:
		first, lines := plain{"premier", nil}, plain{"ligne", join("\n")}
		others := []plain{{"espace", join("")}, {"virgule", join(", ")}, {"tiret", join(" – ")}}
		if f.target == "address" || f.target == "description" {
			return append([]plain{lines, first}, others...)
		}
		return append([]plain{first, lines}, others...)
	case dateForm:
		date := func(form string) []importer.Step { return []importer.Step{{Name: "date", Text: form}} }
		return []plain{{"auto", nil}, {"tableur", date("excel")}, {"millisecondes", date("millis")}, {"secondes", date("seconds")}}
	case country:
		out := []plain{{"ici", nil}}
		for _, code := range countries() {
			out = append(out, plain{code, []importer.Step{{Name: "split", List: []string{"/", ";", ",", "\n"}}, {Name: "phone", Text: code}}})
		}
		return out
	case noSetting, codesOf:
	}
	return nil
}

// countries are those whose telephone numbers files hold most.
func countries() []string {
	return []string{"FR", "NC", "PF", "WF", "AU", "NZ", "VU", "FJ", "BE", "CH", "LU", "DE"}
}

// chosen is the choice that steps are; ok is false for steps that no choice stands for: the form keeps them.
func chosen(f field, steps []importer.Step) (name string, ok bool) {
	for _, c := range choices(f) {
		if slices.EqualFunc(c.steps, steps, sameStep) {
			return c.name, true
		}
	}
	return "", f.setting == noSetting && len(steps) == 0
}

func sameStep(a, b importer.Step) bool {
	glue := func(s importer.Step) string {
		if s.Name == "join" && s.Text == " " {
			return ""
		}
		return s.Text
	}
	return a.Name == b.Name && glue(a) == glue(b) && slices.Equal(a.List, b.List) && len(a.Table)+len(b.Table) == 0
}

// readSteps gives the steps of a rule as a form changes them.
func (c *composer) readSteps(f field, r importer.Rule, form url.Values) []importer.Step {
	fresh := c.rule(r.Target) == nil
	if f.setting == codesOf {
		return c.readCodes(r, form, fresh)
	}
	held, simple := chosen(f, r.Steps)
	if !simple && !fresh {
		return r.Steps
	}
	wanted := form.Get(settingName(f.target))
	grown := f.setting == joined && len(r.From) > 1 && len(c.paths(f.target)) < 2 // what one column needed says nothing of two
	switch {
	case fresh && (wanted == "" || f.setting == joined), grown && (wanted == "" || wanted == held):
		wanted = usual(f, r)
	case wanted == "" || wanted == held:
		return r.Steps
	}
	for _, choice := range choices(f) {
		if choice.name == wanted {
			return choice.steps
		}
	}
	return r.Steps
}

// usual is the choice for a new rule: several columns of a text are joined, one needs nothing.
func usual(f field, r importer.Rule) string {
	all := choices(f)
	if len(all) == 0 {
		return ""
	}
	if f.setting == joined && len(r.From) < 2 {
		return "premier"
	}
	return all[0].name
}

// codeSteps are the parts of steps that lead values to codes: an optional split, a table, what stands for all others. ok is false for
// steps of any other shape, which the form keeps.
type codeSteps struct {
	split  *importer.Step
	lookup importer.Step
	other  string // the code for all others, "" for none
}

func readCodeSteps(steps []importer.Step) (c codeSteps, ok bool) {
	c.lookup.Name = "lookup"
	for i, s := range steps {
		switch {
		case s.Name == "split" && i == 0:
			c.split = &steps[i]
		case s.Name == "lookup" && c.lookup.Table == nil && c.other == "":
			c.lookup = s
		case s.Name == "default" && c.other == "" && i == len(steps)-1:
			c.other = s.Text
		default:
			return c, false
		}
	}
	return c, true
}

// steps writes the parts again.
func (c codeSteps) steps() []importer.Step {
	var out []importer.Step
	if c.split != nil {
		out = append(out, *c.split)
	}
	if len(c.lookup.Table) > 0 {
		out = append(out, c.lookup)
	}
	if c.other != "" {
		out = append(out, importer.Step{Name: "default", Text: c.other})
	}
	return out
}

// codeOf is the code that a value of the file stands for.
func (c codeSteps) codeOf(value string) (code string, ok bool) {
	if len(c.lookup.Table) == 0 {
		return "", false
	}
	return c.lookup.Lookup(value)
}

// readCodes reads what each value of the file stands for.
func (c *composer) readCodes(r importer.Rule, form url.Values, fresh bool) []importer.Step {
	held, simple := readCodeSteps(r.Steps)
	if !simple {
		return r.Steps
	}
	next := held
	if fresh {
		if _, list := importer.KnownTarget(r.Target); list {
			next.split = &importer.Step{Name: "split"}
		}
		if r.Target == "category" && len(r.From) > 0 {
			next.other = "company"
		}
	}
	if form.Has(settingName(r.Target)) && !fresh {
		next.other = form.Get(settingName(r.Target))
	}
	for _, value := range c.valuesOf(r.Target, r.From) {
		known, ok := held.codeOf(value)
		code := form.Get(codeName(r.Target, value))
		if !form.Has(codeName(r.Target, value)) {
			if ok || !fresh && len(held.lookup.Table) > 0 {
				continue
			}
			code = c.guess(r.Target, value)
		}
		if code != known || code != "" && !ok {
			next.lookup.Enter(value, code)
		}
	}
	return next.steps()
}

// valuesOf are the different values of the columns that fill a target, one by one where they are lists; nil where they are too many
// to be led to codes one by one.
func (c *composer) valuesOf(target string, from []string) []string {
	_, list := importer.KnownTarget(target)
	var out []string
	for _, path := range from {
		i, ok := c.at[path]
		if !ok {
			continue
		}
		for _, value := range c.columns[i].Values {
			parts := []string{value}
			if list {
				parts = splitList(value)
			}
			for _, part := range parts {
				if !slices.ContainsFunc(out, func(held string) bool { return codeName(target, held) == codeName(target, part) }) {
					out = append(out, part)
				}
			}
		}
	}
	return out
}

// splitList parts a list as a split without separators does.
func splitList(value string) []string {
	for _, separator := range []string{"\n", ";", ","} {
		if strings.Contains(value, separator) {
			var out []string
			for part := range strings.SplitSeq(value, separator) {
				if part = strings.Trim(part, " \t\r\n,;\u00a0"); part != "" {
					out = append(out, part)
				}
			}
			return out
		}
	}
	return []string{value}
}
