package importer_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/importer"
	"grappe/presets"
)

// written is the mapping as it reads when it was written, without the lines of its rules.
func written(t fataler, m *importer.Mapping) *importer.Mapping {
	t.Helper()
	text := m.YAML()
	read, err := importer.ParseMapping("written.yaml", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return read
}

// withoutLines drops where the rules stood in their file, and how the words of tables were written.
func withoutLines(m *importer.Mapping) importer.Mapping {
	plain := *m
	plain.Rules = nil
	for _, r := range m.Rules {
		r.Line = 0
		var steps []importer.Step
		for _, s := range r.Steps {
			s.Words = nil
			steps = append(steps, s)
		}
		r.Steps = steps
		plain.Rules = append(plain.Rules, r)
	}
	return plain
}

func TestMappingsAreWrittenAsTheyWereRead(t *testing.T) {
	names, err := importer.Mappings(presets.FS)
	if err != nil {
		t.Fatal(err)
	}
	template, err := presets.FS.ReadFile("mappings/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*importer.Mapping{"template": mapping(t, string(template))}
	for _, name := range names {
		if all[name], err = importer.LoadMapping(presets.FS, name); err != nil {
			t.Fatal(err)
		}
	}
	for name, m := range all {
		if got, want := withoutLines(written(t, m)), withoutLines(m); !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads otherwise:\n%+v\nwant\n%+v", name, got, want)
		}
	}
}

// Whatever people write in a mapping stands in the file as they wrote it: quotes, colons, line ends, words that YAML takes for
// numbers and answers.
func TestAnyTextSurvivesInAMapping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.SampledFrom([]string{"yes", "no", "null", "~", "1", "0x1F", "1e3", "- a", "a: b", "a #b", "#", "'", `"`, "|", ">", "%", "@x", "`", "a\nb", " a ", "é", "2024-01-01", "{a}", "[a]", "*", "&x", "!x", "?", ":", ",", "\t", "NEANT", "true"}),
			rapid.StringMatching(`[a-zéÀ "':#,;|>{}\[\]\\*&!%@~\n\t\x01\x7f\x{85}\x{2028}\x{1F600}-]{1,12}`),
		)
		constant := text.Draw(t, "constant")
		m := &importer.Mapping{
			Key: "a-1", Title: map[string]string{"fr": text.Draw(t, "title")}, Attribution: text.Draw(t, "attribution"), Empty: []string{text.Draw(t, "empty")},
			ID: importer.IDRule{From: []string{text.Draw(t, "id")}, Compose: []string{text.Draw(t, "one"), text.Draw(t, "two")}},
			Rules: []importer.Rule{
				{Target: "name", From: []string{text.Draw(t, "name")}},
				{Target: "tags", From: []string{text.Draw(t, "first"), text.Draw(t, "second")}, Steps: []importer.Step{{Name: "split", List: []string{text.Draw(t, "separator")}}, {Name: "lower"}}},
				{Target: "city", Constant: &constant},
				{Target: "category", From: []string{"type"}, Steps: []importer.Step{{Name: "default", Text: text.Draw(t, "default")}, {Name: "join", Text: text.Draw(t, "glue")}}},
				{Target: "opening_hours", Days: map[string]string{"Mo": text.Draw(t, "monday"), "Su": text.Draw(t, "sunday")}},
			},
		}
		if got, want := withoutLines(written(t, m)), withoutLines(m); !reflect.DeepEqual(got, want) {
			t.Errorf("reads otherwise:\n%+v\nwant\n%+v", got, want)
		}
	})
}
