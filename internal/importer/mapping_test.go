package importer_test

import (
	"io/fs"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/tabular"
	"grappe/presets"
)

func TestShippedMappings(t *testing.T) {
	names, err := fs.Glob(presets.FS, "mappings/*.yaml")
	if err != nil || len(names) < 3 {
		t.Fatalf("mappings %v, %v", names, err)
	}
	for _, name := range names {
		key := strings.TrimSuffix(strings.TrimPrefix(name, "mappings/"), ".yaml")
		m := shipped(t, key)
		if m.Key != key || m.Title["fr"] == "" || m.Title["en"] == "" || m.Licence == "" || m.Attribution == "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestMappingErrors(t *testing.T) {
	printer := localetest.Printer(t, "fr", importer.Texts)
	for name, c := range map[string]struct {
		in   string
		key  string
		line int
	}{
		"syntax":        {"key: x\nfields:\n  name: [a\n", "importer.mapping.yaml", 3},
		"unknown key":   {"key: x\nfeilds:\n  name: a\n", "importer.mapping.yaml", 2},
		"unknown field": {"key: x\nfields:\n  name: a\n  nom: b\n", "importer.mapping.unknown-field", 4},
		"network":       {"key: x\nfields:\n  name: a\n  social.myspace: b\n", "importer.mapping.unknown-field", 4},
		"scheme":        {"key: x\nfields:\n  name: a\n  identifiers.xyz: b\n", "importer.mapping.unknown-field", 4},
		"rule key":      {"key: x\nfields:\n  name:\n    form: a\n", "importer.mapping.yaml", 4},
		"step":          {"key: x\nfields:\n  name:\n    from: a\n    steps: [upside-down]\n", "importer.mapping.unknown-step", 5},
		"step, value":   {"key: x\nfields:\n  name:\n    from: a\n    steps:\n      - lookup\n", "importer.mapping.unknown-step", 6},
		"no source":     {"key: x\nfields:\n  name:\n    steps: [trim]\n", "importer.mapping.no-source", 3},
		"days":          {"key: x\nfields:\n  name: a\n  opening_hours:\n    days: {Lu: a}\n", "importer.mapping.days", 4},
		"no key":        {"fields:\n  name: a\n", "importer.mapping.no-key", 1},
		"odd key":       {"key: Mon Fichier\nfields:\n  name: a\n", "importer.mapping.no-key", 1},
		"no name":       {"key: x\nfields:\n  city: a\n", "importer.mapping.no-name", 1},
		"half point":    {"key: x\nfields:\n  name: a\n  lat: b\n", "importer.mapping.half-point", 1},
		"no fields":     {"key: x\nfields: [a]\n", "importer.mapping.not-fields", 2},
		"empty":         {"", "importer.mapping.no-key", 1},
		"twice":         {"key: x\nfields:\n  name: a\n  name: b\n", "importer.mapping.yaml", 4},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := importer.ParseMapping("essai.yaml", []byte(c.in))
			e := errs.As(err)
			if e == nil || e.Key != c.key || e.Args["line"] != c.line || !errs.Is(err, errs.Invalid) {
				t.Fatalf("got %v, want %s on line %d", err, c.key, c.line)
			}
			if text := printer.Text(e.Key, e.Args); !strings.Contains(text, "essai.yaml") {
				t.Errorf("the sentence does not name the file: %s", text)
			}
		})
	}
}

func TestSteps(t *testing.T) {
	for name, c := range map[string]struct{ rule, in, want string }{
		"first path":    {"[a, b]", `"a":"","b":"B"`, "B"},
		"join":          {"{from: [a, b], steps: [{join: ' - '}]}", `"a":"A","b":"B"`, "A - B"},
		"join list":     {"{from: a, steps: [join]}", `"a":["A",1,true]`, "A 1 true"},
		"default":       {"{from: a, steps: [{default: D}]}", `"a":null`, "D"},
		"constant":      {"{constant: C}", `"a":1`, "C"},
		"constant from": {"{from: a, constant: C}", `"a":"A"`, "A"},
		"lookup":        {"{from: a, steps: [{lookup: {École: school}}]}", `"a":"ECOLE"`, "school"},
		"lookup star":   {"{from: a, steps: [{lookup: {x: y, '*': z}}]}", `"a":"q"`, "z"},
		"lower prefix":  {"{from: a, steps: [lower, {prefix: 'n° '}]}", `"a":"ABC"`, "n° abc"},
		"number":        {"{from: a, steps: [number]}", `"a":"1 234,50"`, "1234.50"},
		"html":          {"{from: a, steps: [html]}", `"a":"<svg><x>un</x></svg><script>no</script> deux"`, "un deux"},
		"split first":   {"{from: a, steps: [split, first]}", `"a":"un; deux"`, "un"},
		"drop":          {"{from: [a, b], steps: [{drop: [non]}, join]}", `"a":"NON","b":"B"`, "B"},
		"date":          {"{from: a, steps: [{date: excel}]}", `"a":45235`, "2023-11-05T00:00:00Z"},
		"date fr":       {"{from: a, steps: [date]}", `"a":"1er mars 2020"`, "2020-02-29T13:00:00Z"},
		"phone":         {"{from: a, steps: [{phone: FR}]}", `"a":"01 43 00 00 00"`, "+33143000000"},
		"url":           {"{from: a, steps: [url]}", `"a":"www.a.nc"`, "https://www.a.nc"},
		"zeros":         {"a", `"a":"007"`, "007"},
		"big number":    {"a", `"a":48828583400021`, "48828583400021"},
		"blanks":        {"a", `"a":"\u00a0 Un\u00a0\u200bnom\n"`, "Un nom"},
	} {
		t.Run(name, func(t *testing.T) {
			m := mapping(t, "key: x\nid: id\nfields:\n  name: nom\n  headline: "+c.rule)
			got := read(t, file(t, "s.json", `[{"id":1,"nom":"N",`+c.in+`}]`), m, importer.Env{Territory: preset(t, "nc")})
			if h := got.drafts[0].Content.Headline; h != c.want {
				t.Errorf("got %q, want %q; %v", h, c.want, got.codes)
			}
		})
	}
}

func TestMisfit(t *testing.T) {
	path := file(t, "x.csv", "a,b\n1,2\n")
	r, err := tabular.OpenFile(t.Context(), path, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = importer.BuildProfile(t.Context(), r, shipped(t, "techonmap"))
	if e := errs.As(err); e == nil || e.Key != "importer.mapping.misfit" {
		t.Errorf("got %v", err)
	}
}
