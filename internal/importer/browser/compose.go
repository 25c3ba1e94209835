package browser

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/importer"
	"grappe/internal/platform/spelling"
	"grappe/internal/territory"
)

// composer leads the columns of a file to the fields of a card: it shows a mapping as a form, and reads the form back. What of a
// mapping a form cannot say stays as it is.
type composer struct {
	fields  []field
	columns []Column
	at      map[string]int // columns by path
	base    *importer.Mapping
	rows    int
	guess   func(target, value string) string // the code that a value looks like
}

func newComposer(t *territory.Territory, s Sample, base *importer.Mapping, guess func(target, value string) string) *composer {
	c := &composer{fields: fieldsFor(t, base), columns: s.Columns, at: map[string]int{}, base: base, rows: s.Rows, guess: guess}
	for i, column := range s.Columns {
		c.at[column.Path] = i
	}
	return c
}

// rule is the rule of the base for a target, nil for none.
func (c *composer) rule(target string) *importer.Rule {
	if dayOf(target) != "" {
		target = hoursTarget
	}
	i := slices.IndexFunc(c.base.Rules, func(r importer.Rule) bool { return r.Target == target })
	if i < 0 {
		return nil
	}
	return &c.base.Rules[i]
}

// paths are those from which the base fills a target.
func (c *composer) paths(target string) []string {
	r := c.rule(target)
	switch day := dayOf(target); {
	case r == nil:
		return nil
	case day == "":
		return r.From
	case r.Days[day] != "":
		return []string{r.Days[day]}
	}
	return nil
}

// shown are the paths that are columns of the file, absent the others.
func (c *composer) shown(paths []string) (shown, absent []string) {
	for _, path := range paths {
		if _, ok := c.at[path]; ok {
			shown = append(shown, path)
		} else {
			absent = append(absent, path)
		}
	}
	return shown, absent
}

// targetsOf are the fields that a column goes to in the base.
func (c *composer) targetsOf(path string) []string {
	var out []string
	for _, f := range c.fields {
		if slices.Contains(c.paths(f.target), path) {
			out = append(out, f.target)
		}
	}
	return out
}

// The names of the form's fields.
func columnName(i int) string           { return "c" + strconv.Itoa(i) }
func alsoName(i int) string             { return "d" + strconv.Itoa(i) }
func settingName(target string) string  { return "r." + target }
func constantName(target string) string { return "k." + target }
func codeName(target, value string) string {
	return "v." + target + "." + strings.ReplaceAll(spelling.Plain(value), " ", "-")
}

const (
	titleName       = "titre"
	licenceName     = "licence"
	attributionName = "attribution"
	addressName     = "adresse"
	emptyName       = "vides"
	identifierName  = "identifiant"
	composeName     = "composer"
	versionName     = "version"
	stepName        = "etape"
)

// shownTargets is how many fields of one column the form shows; others stay as they are.
const shownTargets = 2

// assigned are the columns that a form leads to each target, in the order of the file. A form that says nothing of a column leaves it
// where it is.
func (c *composer) assigned(form url.Values) map[string][]string {
	out := map[string][]string{}
	for i, column := range c.columns {
		held := c.targetsOf(column.Path)
		targets := held
		if form.Has(columnName(i)) {
			targets = []string{form.Get(columnName(i)), form.Get(alsoName(i))}
			if len(held) > shownTargets {
				targets = append(targets, held[shownTargets:]...)
			}
		}
		for n, target := range targets {
			if c.knows(target) && !slices.Contains(targets[:n], target) {
				out[target] = append(out[target], column.Path)
			}
		}
	}
	return out
}

func (c *composer) knows(target string) bool {
	return slices.ContainsFunc(c.fields, func(f field) bool { return f.target == target })
}

// read gives the mapping that a form says.
func (c *composer) read(form url.Values, lang string) *importer.Mapping {
	m := *c.base
	m.Rules = nil
	assigned := c.assigned(form)
	for _, r := range c.base.Rules {
		if next, ok := c.readRule(c.fieldOf(r.Target), r, assigned, form); ok {
			m.Rules = append(m.Rules, next)
		}
	}
	for _, f := range c.fields {
		target := f.target
		if dayOf(target) != "" {
			target = hoursTarget
		}
		if slices.ContainsFunc(m.Rules, func(r importer.Rule) bool { return r.Target == target }) || c.rule(target) != nil {
			continue
		}
		if next, ok := c.readRule(c.fieldOf(target), importer.Rule{Target: target}, assigned, form); ok {
			m.Rules = append(m.Rules, next)
		}
	}
	c.readSource(&m, form, lang)
	c.readIdentifier(&m, form)
	return &m
}

func (c *composer) fieldOf(target string) field {
	i := slices.IndexFunc(c.fields, func(f field) bool { return f.target == target })
	if i < 0 {
		return field{target: target}
	}
	return c.fields[i]
}

// readRule gives a rule as a form changes it; ok is false for one that says nothing any more.
func (c *composer) readRule(f field, r importer.Rule, assigned map[string][]string, form url.Values) (importer.Rule, bool) {
	r.From = c.reassigned(r.From, assigned[r.Target])
	if r.Target == hoursTarget {
		r.Days = c.readDays(r.Days, assigned)
	}
	if form.Has(constantName(r.Target)) {
		text := strings.TrimSpace(form.Get(constantName(r.Target)))
		switch {
		case text == "":
			r.Constant = nil
		case r.Constant == nil || strings.TrimSpace(*r.Constant) != text:
			r.Constant = &text
		}
	}
	if len(r.From) == 0 && len(r.Days) == 0 && r.Constant == nil {
		return r, false
	}
	r.Steps = c.readSteps(f, r, form)
	return r, true
}

// reassigned are the paths of a rule after a form: those that are no columns of this file stay, columns that were taken away go, and
// new ones come last.
func (c *composer) reassigned(from, assigned []string) []string {
	var out []string
	for _, path := range from {
		if _, shown := c.at[path]; !shown || slices.Contains(assigned, path) {
			out = append(out, path)
		}
	}
	for _, path := range assigned {
		if !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

func (c *composer) readDays(days map[string]string, assigned map[string][]string) map[string]string {
	out := map[string]string{}
	for i, day := range weekdays() {
		if path := days[day]; path != "" {
			if _, shown := c.at[path]; !shown {
				out[day] = path
			}
		}
		if columns := assigned[dayTarget(i)]; len(columns) > 0 {
			out[day] = columns[0]
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// readSource reads what the source is called, and whom to credit.
func (c *composer) readSource(m *importer.Mapping, form url.Values, lang string) {
	text := func(name, held string) string {
		if !form.Has(name) {
			return held
		}
		return strings.Join(strings.Fields(form.Get(name)), " ")
	}
	m.Title = maps.Clone(m.Title)
	if title := text(titleName, titleOf(m, lang)); title != titleOf(m, lang) {
		if m.Title == nil {
			m.Title = map[string]string{}
		}
		m.Title[lang] = title
	}
	m.Licence, m.Attribution, m.URL = text(licenceName, m.Licence), text(attributionName, m.Attribution), text(addressName, m.URL)
	if typed := text(emptyName, emptyText(m)); typed != emptyText(m) {
		m.Empty = nil
		for word := range strings.SplitSeq(typed, ",") {
			if word = strings.TrimSpace(word); word != "" {
				m.Empty = append(m.Empty, word)
			}
		}
	}
}

// titleOf is the name of a mapping's source in a language, else in another, else "".
func titleOf(m *importer.Mapping, lang string) string {
	return importer.SourceInfo{Title: m.Title}.Name(lang)
}

// emptyText is how the form shows the words that mean nothing.
func emptyText(m *importer.Mapping) string {
	return strings.Join(strings.Fields(strings.Join(m.Empty, ", ")), " ")
}

// readIdentifier reads what tells one row from another.
func (c *composer) readIdentifier(m *importer.Mapping, form url.Values) {
	if form.Has(identifierName) {
		shown, _ := c.shown(m.ID.From)
		chosen := c.path(form.Get(identifierName))
		switch {
		case chosen == "":
			m.ID.From = c.reassigned(m.ID.From, nil)
		case len(shown) == 0 || shown[0] != chosen:
			m.ID.From = c.reassigned(m.ID.From, []string{chosen})
		}
	}
	if !form.Has(identifierName) {
		return
	}
	var composed []string
	for _, value := range form[composeName] {
		if path := c.path(value); path != "" && !slices.Contains(composed, path) {
			composed = append(composed, path)
		}
	}
	shown, _ := c.shown(m.ID.Compose)
	if !sameMembers(shown, composed) {
		m.ID.Compose = c.reassigned(m.ID.Compose, composed)
	}
}

// path is the column of a choice such as "c12", "" for none.
func (c *composer) path(choice string) string {
	i, err := strconv.Atoi(strings.TrimPrefix(choice, "c"))
	if err != nil || i < 0 || i >= len(c.columns) {
		return ""
	}
	return c.columns[i].Path
}

func sameMembers(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
