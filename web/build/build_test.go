package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func put(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCollectIcons(t *testing.T) {
	const svg = "<!-- licence -->\n<svg\n  width=\"24\"\n>\n  <path d=\"M1 1\" />\n  <circle r=\"3\" />\n</svg>\n"
	lucide := put(t, t.TempDir(), map[string]string{"map-pin.svg": svg, "x.svg": svg, "sun.svg": svg, "moon.svg": svg, "mail.svg": svg, "unused.svg": svg})
	src := put(t, t.TempDir(), map[string]string{
		"view/a.html": `{{icon "map-pin"}} {{template "button" (new "Button" "Icon" "x")}}`,
		"a.go":        "package a\nvar _ = B{Icon: \"sun\", Icon:  `moon`}\n",
		"a_test.go":   `package a; var _ = B{Icon: "not-there"}`,
		"b.txt":       `icon "nor-this"`,
		"view/b.html": `{{with .Icon}}{{icon .}}{{end}}{{icon "mail"}}`,
	})
	icons, err := collectIcons(src, lucide)
	if err != nil {
		t.Fatal(err)
	}
	if len(icons) != 5 || icons["map-pin"] != `<path d="M1 1" /><circle r="3" />` {
		t.Errorf("%q", icons)
	}
	put(t, src, map[string]string{"view/c.html": `{{icon "misspelt"}}`})
	if _, err := collectIcons(src, lucide); err == nil || !strings.Contains(err.Error(), "c.html") || !strings.Contains(err.Error(), `"misspelt"`) {
		t.Errorf("a misspelt icon must be told with its file: %v", err)
	}
}

func TestWrite(t *testing.T) {
	dist := put(t, t.TempDir(), map[string]string{"app.old.css": "x"})
	sizes, err := write(dist, []file{{"app.css", []byte("body{}")}}, map[string]string{"x": "<path/>"})
	if err != nil {
		t.Fatal(err)
	}
	var manifest map[string]string
	raw, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(dist, manifest["app.css"]+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != "body{}" {
		t.Errorf("%q %v", plain, err)
	}
	if _, err := os.Stat(filepath.Join(dist, "app.old.css")); !os.IsNotExist(err) {
		t.Errorf("what an earlier build left is still there: %v", err)
	}
	if len(sizes) != 1 || sizes[0].plain != 6 || sizes[0].gzip != len(packed) {
		t.Errorf("%+v", sizes)
	}
}

func TestBudget(t *testing.T) {
	var out strings.Builder
	light := []size{
		{"app.css", 90000, 15000}, {"app.js", 30000, 10600}, {"favicon.svg", 900000, 900000}, {"map.js", 99999, mapBudget}, {"team.js", 99999, teamBudget}, {"edit.js", 9000, alone["edit.js"]}, {"basemap-nc.json", 20000, landMost},
	}
	if err := report(&out, light, 3); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "25600 of 25600 bytes") {
		t.Error(out.String())
	}
	for _, more := range []size{{"theme.js", 1, 1}, {"map.css", 1, 1}, {"team.css", 1, 1}, {"edit.js", 1, alone["edit.js"] + 1}, {"basemap-pf.json", 1, landMost + 1}} {
		if err := report(&out, append(slices.Clone(light), more), 3); err == nil {
			t.Errorf("%s: one byte over the budget must fail", more.name)
		}
	}
}
