package browser

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/presets"
)

// mapped gives a file that has some columns and a mapping, as if somebody had chosen it.
func (b *bench) mapped(text string, columns ...Column) string {
	b.t.Helper()
	path := b.given("a.csv", someFile)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		u, err := b.service.store.upload(ctx, tx, "nc", strings.TrimPrefix(path, filesPath+"/"))
		if err != nil {
			return err
		}
		u.Mapping, u.Origin = text, Origin{fromOwn, "x"}
		u.Sample.Columns, u.Sample.First = columns, nil
		return b.service.store.save(ctx, tx, &u, b.now)
	})
	return path
}

// sentBack sends the form of a file as the page shows it, with some answers changed, and gives the mapping that stands then.
func (b *bench) sentBack(path string, change func(v url.Values)) string {
	b.t.Helper()
	v := b.composed(path)
	if change != nil {
		change(v)
	}
	v.Set(stepName, "apercu")
	b.checked(path, b.ask(http.MethodPost, path, v), http.StatusOK)
	return b.held(path).Mapping
}

// columnsOf are columns for all that a mapping reads.
func columnsOf(t testing.TB, text string) []Column {
	t.Helper()
	m, err := importer.ParseDraft("x.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var paths []string
	add := func(all ...string) {
		for _, path := range all {
			if path != "" && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	add(m.ID.From...)
	add(m.ID.Compose...)
	for _, r := range m.Rules {
		add(r.From...)
		for _, day := range weekdays() {
			add(r.Days[day])
		}
	}
	var out []Column
	for _, path := range paths {
		out = append(out, Column{Path: path, Filled: 3, Examples: []string{"un", "deux"}, Values: []string{"un", "deux"}})
	}
	return out
}

// A form that is sent back as it was shown changes nothing: neither of a mapping of which the form shows all, nor of one with steps, tables
// and paths that no form can say.
func TestAFormThatIsSentBackChangesNothing(t *testing.T) {
	b := sqlite(t)
	names, err := importer.Mappings(presets.FS)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range append(names, "template") {
		text, err := importer.PresetMapping(presets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	for name, text := range texts {
		columns := columnsOf(t, text)
		if got := b.sentBack(b.mapped(text, columns...), nil); got != text {
			t.Errorf("%s reads now\n%s\nand was\n%s", name, got, text)
		}
		// A file that has half of the columns, and others.
		half := []Column{{Path: "autre", Filled: 1, Examples: []string{"x"}}}
		for i := 0; i < len(columns); i += 2 {
			half = append(half, columns[i])
		}
		if got := b.sentBack(b.mapped(text, half...), nil); got != text {
			t.Errorf("%s, half of it: reads now\n%s\nand was\n%s", name, got, text)
		}
	}
}

// someMapping draws a mapping as people write them for the command line, over a few columns.
func someMapping(t *rapid.T) *importer.Mapping {
	path := rapid.SampledFrom([]string{"a", "b", "c", "d.e", "list.*.x", "Étage", "absent", "gone.*.y"})
	word := rapid.SampledFrom([]string{"un", "deux", "Trois", "néant", "a: b"})
	step := rapid.Custom(func(t *rapid.T) importer.Step {
		return rapid.SampledFrom([]importer.Step{
			{Name: "split"},
			{Name: "split", List: []string{";"}},
			{Name: "split", List: []string{"/", "\n"}},
			{Name: "join"},
			{Name: "join", Text: ", "},
			{Name: "join", Text: " – "},
			{Name: "lower"},
			{Name: "trim"},
			{Name: "first"},
			{Name: "default", Text: word.Draw(t, "default")},
			{Name: "phone", Text: "FR"},
			{Name: "date", Text: "excel"},
			{Name: "lookup", Table: map[string]string{"un": "company", "deux": ""}},
		}).Draw(t, "step")
	})
	m := &importer.Mapping{
		Key: "a-b", Title: map[string]string{"fr": "Une source"}, Licence: rapid.SampledFrom([]string{"", "Licence Ouverte"}).Draw(t, "licence"),
		Empty: rapid.SliceOfNDistinct(word, 0, 3, rapid.ID).Draw(t, "empty"),
		ID:    importer.IDRule{From: rapid.SliceOfNDistinct(path, 0, 2, rapid.ID).Draw(t, "id"), Compose: rapid.SliceOfNDistinct(path, 0, 3, rapid.ID).Draw(t, "compose")},
	}
	targets := []string{
		"name", "category", "headline", "description", "competences", "sectors", "tags", "phones", "emails", "websites", "address", "city", "lat", "lon",
		"social", "social.facebook", "legal_name", "identifiers.ridet", "identifiers.siret", "founded_year", "status", "languages", "updated", "opening_hours",
	}
	for _, target := range rapid.SliceOfNDistinct(rapid.SampledFrom(targets), 1, 8, rapid.ID).Draw(t, "targets") {
		r := importer.Rule{Target: target, From: rapid.SliceOfNDistinct(path, 1, 3, rapid.ID).Draw(t, "from")}
		if target == "opening_hours" && rapid.Bool().Draw(t, "by day") {
			r.From, r.Days = nil, map[string]string{"Mo": path.Draw(t, "monday"), "Sa": path.Draw(t, "saturday")}
		} else {
			r.Steps = rapid.SliceOfN(step, 0, 3).Draw(t, "steps")
		}
		if rapid.Bool().Draw(t, "constant") {
			text := word.Draw(t, "constant")
			r.Constant = &text
		}
		m.Rules = append(m.Rules, r)
	}
	return m
}

func TestAnyMappingSurvivesTheForm(t *testing.T) {
	b := sqlite(t)
	columns := []Column{
		{Path: "a", Filled: 3, Examples: []string{"un"}, Values: []string{"un", "deux; trois"}},
		{Path: "b", Filled: 1, Examples: []string{"quatre"}, Values: []string{"quatre"}, Guess: "name", Sure: true},
		{Path: "c", Filled: 2, Examples: []string{"cinq"}},
		{Path: "d.e", Filled: 0},
		{Path: "list.*.x", Filled: 3, Examples: []string{"six"}, Values: []string{"six"}},
		{Path: "Étage", Filled: 3, Examples: []string{"<b>"}, Values: []string{"<b>", "\"'&"}},
	}
	frame := uitest.Frame(t, "fr", rooms()...)
	rapid.Check(t, func(rt *rapid.T) {
		m := someMapping(rt)
		text := string(m.YAML())
		if _, err := importer.ParseDraft("x.yaml", []byte(text)); err != nil {
			rt.Skip("no mapping: ", err)
		}
		c := newComposer(b.place, Sample{Columns: columns, Rows: 3}, m, b.service.guessCode)
		page := composePage{Frame: frame, Options: c.optionGroups(frame.P)}
		page.fillSource(m)
		for i, column := range columns {
			if column.Filled == 0 {
				continue
			}
			page.Columns = append(page.Columns, c.line(page.P, i, column, page.Options))
		}
		page.Boxes = b.service.boxes(page.P, c, b.place, page.Errors)
		page.ID, page.Compose = c.identifierFields(page.P)
		if got := string(c.read(answers(page), "fr").YAML()); got != text {
			rt.Fatalf("reads now\n%s\nand was\n%s", got, text)
		}
	})
}

// answers are what a browser would send of a page's fields.
func answers(page composePage) url.Values {
	v := url.Values{}
	field := func(f *ui.Field) {
		if f == nil {
			return
		}
		value := f.Value
		for i, o := range f.Options {
			if i == 0 || o.Selected {
				value = o.Value
			}
		}
		v.Set(f.Name, value)
	}
	field(&page.Source)
	for _, f := range append(page.Credit, page.Empty, page.ID) {
		field(&f)
	}
	for _, line := range page.Columns {
		v.Set(line.First.Name, line.First.Selected)
		v.Set(line.Also.Name, line.Also.Selected)
	}
	for _, group := range page.Boxes {
		for _, box := range group.Boxes {
			field(box.Setting)
			field(box.Constant)
			if box.Codes != nil {
				field(box.Codes.Other)
				for _, row := range box.Codes.Rows {
					field(&row)
				}
			}
		}
	}
	for _, check := range page.Compose {
		if check.Checked {
			v.Add(check.Name, check.Value)
		}
	}
	return v
}
