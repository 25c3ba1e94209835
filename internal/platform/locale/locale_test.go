package locale

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func catalogue(fr, en string) fstest.MapFS {
	return fstest.MapFS{"fr.json": {Data: []byte(fr)}, "en.json": {Data: []byte(en)}}
}

func printers(t *testing.T) (fr, en *Printer) {
	t.Helper()
	c, err := Load(catalogue(
		`{"shop.plain": "Bonjour {name}", "shop.count": {"one": "{n} fiche", "other": "{n} fiches"},
		  "shop.found": {"zero": "Rien", "one": "Un résultat", "other": "{n} résultats pour {what}"}, "shop.brace": "/annuaire/{{slug}}"}`,
		`{"shop.plain": "Hello {name}", "shop.count": {"one": "{n} card", "other": "{n} cards"},
		  "shop.found": {"zero": "Nothing", "one": "One result", "other": "{n} results for {what}"}, "shop.brace": "/annuaire/{{slug}}"}`))
	if err != nil {
		t.Fatal(err)
	}
	noumea, err := time.LoadLocation("Pacific/Noumea")
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer("fr", noumea, "XPF"), c.Printer("en", noumea, "XPF")
}

// seen makes the spaces of typography visible: ~ no-break, ^ narrow.
func seen(s string) string {
	return strings.NewReplacer(NoBreak, "~", NarrowSpace, "^").Replace(s)
}

func TestText(t *testing.T) {
	fr, en := printers(t)
	day := time.Date(2026, 2, 2, 14, 0, 0, 0, time.UTC) // already the 3rd in Nouméa
	tests := []struct {
		p    *Printer
		key  string
		args []any
		want string
	}{
		{fr, "shop.plain", []any{"name", "Léa"}, "Bonjour Léa"},
		{fr, "shop.plain", []any{"name", 12345}, "Bonjour 12^345"},
		{en, "shop.plain", []any{"name", uint16(12345)}, "Hello 12,345"},
		{fr, "shop.plain", []any{"name", 1.5}, "Bonjour 1,5"},
		{fr, "shop.plain", []any{"name", day}, "Bonjour mardi 3~février 2026"},
		{fr, "shop.plain", []any{"name", []string{"a", "b", "c"}}, "Bonjour a, b et c"},
		{fr, "shop.plain", []any{"name", Size(2_000_000)}, "Bonjour 2~Mo"},
		{fr, "shop.plain", []any{"name", nil}, "Bonjour "},
		{fr, "shop.count", []any{"n", 0}, "0 fiche"},
		{en, "shop.count", []any{"n", 0}, "0 cards"},
		{fr, "shop.count", []any{"n", 1}, "1 fiche"},
		{en, "shop.count", []any{"n", 1}, "1 card"},
		{fr, "shop.count", []any{"n", 1.5}, "1,5 fiche"},
		{en, "shop.count", []any{"n", 1.5}, "1.5 cards"},
		{fr, "shop.count", []any{"n", 2}, "2 fiches"},
		{fr, "shop.count", []any{"n", int64(10_000_001)}, "10^000^001 fiches"},
		{fr, "shop.count", []any{"n", -1}, Minus + "1 fiche"},
		{fr, "shop.found", []any{"n", 0}, "Rien"},
		{fr, "shop.found", []any{"n", 1}, "Un résultat"},
		{en, "shop.found", []any{"n", 21, "what", "x"}, "21 results for x"},
		{fr, "shop.brace", nil, "/annuaire/{slug}"},
	}
	for _, tt := range tests {
		if got := seen(tt.p.T(tt.key, tt.args...)); got != tt.want {
			t.Errorf("%s %s %v = %q, want %q", tt.p.Lang(), tt.key, tt.args, got, tt.want)
		}
	}
}

func TestFaultsOfTheProgram(t *testing.T) {
	fr, _ := printers(t)
	loose := &Catalogues{texts: fr.catalogues.texts}
	kind := *fr
	kind.catalogues = loose
	tests := []struct {
		key  string
		args []any
		want string
	}{
		{"shop.unknown", nil, "shop.unknown"},
		{"shop.plain", nil, "Bonjour {name}"},
		{"shop.plain", []any{"name"}, "Bonjour {name}"},
		{"shop.plain", []any{3, "x", "name", "y"}, "Bonjour y"},
		{"shop.count", []any{"n", "many"}, "many fiches"},
	}
	for _, tt := range tests {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("T(%q, %v) does not stop a test", tt.key, tt.args)
				}
			}()
			fr.T(tt.key, tt.args...)
		}()
		if got := kind.T(tt.key, tt.args...); got != tt.want {
			t.Errorf("in production T(%q, %v) = %q, want %q", tt.key, tt.args, got, tt.want)
		}
	}
}

func TestLoadNamesEveryFault(t *testing.T) {
	good := catalogue(`{"a.x": "x"}`, `{"a.x": "x"}`)
	tests := map[string]struct {
		room fstest.MapFS
		want []string
	}{
		"missing in one": {catalogue(`{"b.x": "x"}`, `{"b.y": "y"}`), []string{`fr.json: key "b.y" is missing`, `en.json: key "b.x" is missing`}},
		"twice in rooms": {good, []string{`fr.json: key "a.x" stands twice`, `en.json: key "a.x" stands twice`}},
		"twice in file":  {catalogue(`{"b.x": "x", "b.x": "y"}`, `{"b.x": "x"}`), []string{`fr.json: key "b.x" stands twice`}},
		"no file":        {fstest.MapFS{"fr.json": {Data: []byte(`{}`)}}, []string{"en.json"}},
		"not JSON":       {catalogue("{\n\"b.x\": \"x\",\n}", `{}`), []string{"fr.json, line 3"}},
		"not an object":  {catalogue(`[]`, `{}`), []string{"fr.json, line 1: not a JSON object"}},
		"after":          {catalogue(`{} 1`, `{}`), []string{"more text after"}},
		"nested":         {catalogue(`{"b.x": {"y": {"z": "x"}}}`, `{"b.x": "x"}`), []string{`key "b.x"`, "neither a text"}},
		"form":           {catalogue(`{"b.x": {"few": "x"}}`, `{"b.x": {"other": "x"}}`), []string{`unknown plural form "few"`, `plural form "one" is missing`}},
		"brace":          {catalogue(`{"b.x": "a {b c}"}`, `{"b.x": "a }"}`), []string{`"a {b c}"`, `"a }"`}},
	}
	for name, tt := range tests {
		_, err := Load(good, tt.room)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error does not say %q:\n%v", name, want, err)
			}
		}
	}
	if c, err := Load(good, fstest.MapFS{
		"texts/fr.json": {Data: []byte(`{"b.x": "x"}`)}, "texts/en.json": {Data: []byte(`{"b.x": "x"}`)},
	}); err != nil || !c.Has("b.x") || c.Has("b.y") || len(c.Keys()) != 2 {
		t.Errorf("a catalogue in texts/ is not read: %v", err)
	}
}

// "De" and "que" lose their e before a name that begins with a vowel, in French and before words alone.
func TestElision(t *testing.T) {
	c, err := Load(catalogue(
		`{"shop.of": "La fiche de {name} et non que {other}", "shop.code": "le mode {name}", "shop.begin": "De {name}"}`,
		`{"shop.of": "The card de {name}, que {other}", "shop.code": "mode {name}", "shop.begin": "De {name}"}`))
	if err != nil {
		t.Fatal(err)
	}
	fr, en := c.Printer("fr", nil, ""), c.Printer("en", nil, "")
	for _, tt := range []struct {
		p           *Printer
		key         string
		name, other any
		want        string
	}{
		{fr, "shop.of", "OPEN NC", "Éole", "La fiche d’OPEN NC et non qu’Éole"},
		{fr, "shop.of", "Nancy Numérique", "Ève", "La fiche de Nancy Numérique et non qu’Ève"},
		{fr, "shop.of", "Hélios", "onze amis", "La fiche de Hélios et non que onze amis"},
		{fr, "shop.of", 8, 11, "La fiche de 8 et non que 11"},
		{fr, "shop.of", "", "", "La fiche de  et non que "},
		{fr, "shop.code", "ouvert", nil, "le mode ouvert"},
		{fr, "shop.begin", "Ada", nil, "D’Ada"},
		{en, "shop.of", "OPEN NC", "Éole", "The card de OPEN NC, que Éole"},
	} {
		args := []any{"name", tt.name}
		if tt.other != nil {
			args = append(args, "other", tt.other)
		}
		if got := tt.p.T(tt.key, args...); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
