package localetest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"grappe/internal/platform/locale"
)

func room(fr, en string) fstest.MapFS {
	return fstest.MapFS{"texts/fr.json": {Data: []byte(fr)}, "texts/en.json": {Data: []byte(en)}}
}

func TestCatalogueFaults(t *testing.T) {
	tests := []struct{ fr, en, want string }{
		{`{"a.x": "{n} fiche"}`, `{"a.x": "{n} card"}`, ""},
		{`{"a.x": {"one": "une fiche", "other": "{n} fiches"}}`, `{"a.x": "{n} cards"}`, ""},
		{`{"a.x": "{n} fiche"}`, `{"a.x": "{m} card"}`, `key "a.x": placeholders differ: [n] in French, [m] in English`},
		{`{"a.x": "l'ile"}`, `{"a.x": "island"}`, `fr.json, key "a.x": straight apostrophe`},
		{`{"a.x": ""}`, `{"a.x": "x"}`, `fr.json, key "a.x": form "other" is empty`},
		{`{"Wrong": "x"}`, `{"Wrong": "x"}`, `key "Wrong": a key is`},
	}
	for _, tt := range tests {
		c := Load(t, room(tt.fr, tt.en))
		var faults []string
		for _, key := range c.Keys() {
			faults = append(faults, checkKey(c, key)...)
		}
		got := strings.Join(faults, "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s / %s: %q, want %q", tt.fr, tt.en, got, tt.want)
		}
	}
	if keys := Catalogue(t, room(`{"a.y": "x", "a.x": "x"}`, `{"a.x": "x", "a.y": "x"}`)); fmt.Sprint(keys) != "[a.x a.y]" {
		t.Errorf("keys %v", keys)
	}
}

func TestUsed(t *testing.T) {
	source := `package x
func f() {
	p.T("shop.plain", "n", 3)
	p.T("shop.kind."+string(k))
	_ = errs.Wrap(err, errs.NotFound, "shop.absent", nil)
	_ = errs.Field{Key: "shop.field_absent"}
	p.T("other.room")
	open("shop.html")
}`
	root := fstest.MapFS{
		"x.go":                {Data: []byte(source)},
		"x_test.go":           {Data: []byte(`package x; const k = "shop.lonely"`)},
		"view/list.html":      {Data: []byte("<p>{{t \"shop.html_used\"}} {{t \"shop.html_absent\" \"n\" 1}}\n{{t (printf `shop.level.%s` .L)}}</p>")},
		"testdata/broken.go":  {Data: []byte(`not Go`)},
		"node_modules/a.html": {Data: []byte(`{{t "shop.far"}}`)},
		"preset.yaml":         {Data: []byte(`title: "shop.yaml_used"`)},
	}
	keys := []string{"shop.plain", "shop.kind.a", "shop.kind.b", "shop.lonely", "shop.html_used", "shop.level.top", "shop.yaml_used"}
	faults, err := unused(root, keys)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`view/list.html:1: key "shop.html_absent" is in no catalogue`,
		`x.go:5: key "shop.absent" is in no catalogue`,
		`x.go:6: key "shop.field_absent" is in no catalogue`,
		`key "shop.lonely" is used nowhere`,
	}
	if got := strings.Join(faults, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

func TestPrinter(t *testing.T) {
	p := Printer(t, locale.English, room(`{"a.x": "x"}`, `{"a.x": "the {day}"}`))
	if got := p.T("a.x", "day", time.Date(2026, 2, 2, 13, 0, 0, 0, time.UTC)); got != "the Tuesday 3 February 2026" {
		t.Error(got)
	}
}
