package territory

import (
	"os"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
)

// load reads a preset of the repository.
func load(t testing.TB, code string) *Territory {
	t.Helper()
	out, err := Load(os.DirFS("../../presets"), code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return out
}

func TestPresetsHoldTheirZones(t *testing.T) {
	want := map[string]map[string]int{
		"nc":    {"province": 3, "commune": 33},
		"wf":    {"district": 3},
		"pf":    {"archipelago": 5, "commune": 48},
		"nancy": {"commune": 20},
		"idf":   {"department": 8, "arrondissement": 20, "commune": 1265},
	}
	all, err := LoadAll(os.DirFS("../../presets"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(want) {
		t.Errorf("%d presets, want %d", len(all), len(want))
	}
	for _, tt := range all {
		got := map[string]int{}
		for _, z := range tt.Zones {
			got[z.Level]++
		}
		for level, n := range want[tt.Code] {
			if got[level] != n {
				t.Errorf("%s has %d of %s, want %d", tt.Code, got[level], level, n)
			}
		}
	}
}

// TestPresetsAreSound holds what Validate does not ask of a territory that a cluster wrote itself.
func TestPresetsAreSound(t *testing.T) {
	all, err := LoadAll(os.DirFS("../../presets"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range all {
		for _, z := range tt.Zones {
			if z.Centre.IsZero() {
				if tt.Code != "idf" || z.Level != "commune" {
					t.Errorf("%s: %s has no centre", tt.Code, z.Name)
				}
			} else if !tt.Box.Contains(z.Centre) {
				t.Errorf("%s: the centre of %s lies outside the box", tt.Code, z.Name)
			}
			if z.Population <= 0 {
				t.Errorf("%s: %s has no inhabitants", tt.Code, z.Name)
			}
			if tt.Tree().IsLeaf(z.Code) != (len(z.Postcodes) > 0) {
				t.Errorf("%s: %s has postcodes %v", tt.Code, z.Name, z.Postcodes)
			}
			if z.Parent != "" && !tt.Tree().IsWithin(z.Code, z.Parent) {
				t.Errorf("%s: %s does not lie within its parent", tt.Code, z.Name)
			}
			for _, a := range z.Aliases {
				if strings.EqualFold(a, z.Name) {
					t.Errorf("%s: %s has its own name as an alias", tt.Code, z.Name)
				}
			}
			for _, fault := range locale.CheckTypography("fr", z.Name) {
				t.Errorf("%s: %s: %s", tt.Code, z.Name, fault)
			}
		}
		for _, lang := range tt.Languages {
			for _, text := range []string{tt.Names[lang], tt.Cluster[lang], tt.Tagline[lang]} {
				for _, fault := range locale.CheckTypography(lang, text) {
					t.Errorf("%s: %q: %s", tt.Code, text, fault)
				}
			}
		}
		if tt.Location().String() != tt.TimeZone {
			t.Errorf("%s: time zone %s", tt.Code, tt.Location())
		}
	}
}

func TestTree(t *testing.T) {
	nc := load(t, "nc").Tree()
	poya, ok := nc.BySlug("poya")
	if !ok || poya.Code != "98827" || poya.Parent != "nord" {
		t.Errorf("Poya = %+v", poya)
	}
	if n := len(nc.Roots()); n != 3 {
		t.Errorf("%d roots", n)
	}
	for code, n := range map[string]int{"sud": 13, "nord": 17, "iles": 3, "98818": 0, "nowhere": 0} {
		if got := len(nc.Descendants(code)); got != n {
			t.Errorf("%s holds %d zones, want %d", code, got, n)
		}
	}
	if up := nc.Ancestors("98818"); len(up) != 1 || up[0].Code != "sud" {
		t.Errorf("above Nouméa: %+v", up)
	}
	if path := nc.Path("98818"); len(path) != 2 || path[0].Code != "sud" || path[1].Code != "98818" || nc.Path("x") != nil {
		t.Errorf("path to Nouméa: %+v", path)
	}
	if !nc.IsWithin("98818", "sud") || !nc.IsWithin("sud", "sud") || nc.IsWithin("sud", "98818") || nc.IsWithin("x", "x") {
		t.Error("IsWithin is wrong")
	}
	if nc.Depth("98818") != 1 || nc.Depth("sud") != 0 || nc.Depth("x") != -1 || len(nc.Leaves()) != 33 {
		t.Error("depths are wrong")
	}
	south, _ := nc.Zone("sud")
	if south.NameIn("en") != "South Province" || south.NameIn("fr") != "Province Sud" || poya.NameIn("en") != "Poya" {
		t.Error("names by language are wrong")
	}
	// A parent that comes later, or the zone itself, must not make a loop.
	bad := NewTree([]Zone{{Code: "a", Parent: "b"}, {Code: "b", Parent: "a"}, {Code: "c", Parent: "c"}})
	if bad.IsWithin("a", "b") || !bad.IsWithin("b", "a") || len(bad.Roots()) != 2 {
		t.Error("a tree out of order is read wrongly")
	}
}

func TestWords(t *testing.T) {
	nc := load(t, "nc")
	if nc.Name("en") != "New Caledonia" || nc.Name("de") != "Nouvelle-Calédonie" || nc.LevelName("commune", "en") != "municipality" {
		t.Errorf("%q %q %q", nc.Name("en"), nc.Name("de"), nc.LevelName("commune", "en"))
	}
	if got := nc.Tree().Suggest("mont", 3); len(got) == 0 || got[0].Name != "Le Mont-Dore" {
		t.Errorf("Suggest(mont) = %+v", got)
	}
	if got := nc.Tree().Suggest("", 1); len(got) != 1 || got[0].Name != "Province Sud" {
		t.Errorf("Suggest() = %+v", got)
	}
	if got := nc.Tree().Suggest("98809", 5); len(got) != 1 || got[0].Name != "Le Mont-Dore" {
		t.Errorf("Suggest(98809) = %+v", got)
	}
	if got := nc.Tree().Suggest("koutio", 5); len(got) != 1 || got[0].Name != "Dumbéa" {
		t.Errorf("Suggest(koutio) = %+v", got)
	}
}

func TestLoadFaults(t *testing.T) {
	_, err := Load(os.DirFS("../../presets"), "atlantis")
	e := errs.As(err)
	if e == nil || e.Kind != errs.NotFound || e.Args["known"] != "idf, nancy, nc, pf, wf" {
		t.Errorf("an unknown territory: %v", err)
	}
	if _, err := Load(os.DirFS("../../presets"), "../taxonomies/sectors"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a path for a code: %v", err)
	}
	good, err := os.ReadFile("../../presets/territories/wf.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(append([]byte("\xef\xbb\xbf"), good...)); err != nil {
		t.Errorf("a byte order mark: %v", err)
	}
	for name, c := range map[string]struct{ from, to, key string }{
		"a field too many":   {"code: wf\n", "code: wf\ncolour: red\n", "territory.yaml"},
		"a field twice":      {"currency: XPF", "currency: XPF\ncurrency: EUR", "territory.yaml"},
		"no YAML":            {"names: {", "names: {{", "territory.yaml"},
		"bad code":           {"code: wf\n", "code: W F\n", "territory.fault.code"},
		"bad zone":           {"Pacific/Wallis", "Pacific/Atlantis", "territory.fault.time_zone"},
		"bad currency":       {"XPF", "ZZZ", "territory.fault.currency"},
		"bad country":        {"country: WF", "country: wallis", "territory.fault.country"},
		"bad colour":         {"#1F6B3B", "green", "territory.fault.colour"},
		"pale colour":        {"#1F6B3B", "#A0E0B0", "territory.fault.contrast"},
		"bad host":           {"hosts: []", "hosts: [http://x/y]", "territory.fault.host"},
		"no English tagline": {"  en: Find", "  es: Find", "territory.fault.missing"},
		"code twice":         {`"98612"`, `"98611"`, "territory.fault.twice"},
		"slug twice":         {"slug: sigave", "slug: alo", "territory.fault.twice"},
		"bad slug":           {"slug: sigave", "slug: Sigave Ouest", "territory.fault.slug"},
		"bad level":          {"level: district, postcodes: [\"98610\"]", "level: county, postcodes: [\"98610\"]", "territory.fault.level"},
		"no such parent":     {"level: district, postcodes: [\"98610\"]", "level: district, parent: x, postcodes: [\"98610\"]", "territory.fault.parent"},
		"parent of a level":  {"level: district, postcodes: [\"98620\"]", "level: district, parent: \"98611\", postcodes: [\"98620\"]", "territory.fault.level_order"},
		"bad postcode":       {`postcodes: ["98610"]`, `postcodes: ["9861"]`, "territory.fault.postcode"},
		"centre elsewhere":   {"lat: -14.3,", "lat: 14.3,", "territory.fault.centre"},
		"negative":           {"population: 1875", "population: -1", "territory.fault.population"},
		"bad box":            {"south: -14.6", "south: -10", "territory.fault.box"},
	} {
		broken := strings.Replace(string(good), c.from, c.to, 1)
		if broken == string(good) {
			t.Errorf("%s: %q is not in the preset", name, c.from)
			continue
		}
		_, err := Parse([]byte(broken))
		e := errs.As(err)
		if e == nil || e.Kind != errs.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		keys := map[string]bool{e.Key: true}
		for _, f := range e.Fields {
			keys[f.Key] = true
		}
		if !keys[c.key] {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		if e.Key == "territory.yaml" && e.Args["line"] == 0 {
			t.Errorf("%s: no line in %v", name, e.Args)
		}
	}
	if e := errs.As(func() error { _, err := Parse(nil); return err }()); e == nil || e.Key != "territory.empty" {
		t.Errorf("nothing: %v", e)
	}
}

func TestCleanHost(t *testing.T) {
	for in, want := range map[string]string{
		"Annuaire.OPEN.nc": "annuaire.open.nc", "annuaire.open.nc:8080": "annuaire.open.nc", "localhost": "localhost",
		"économie.nc": "xn--conomie-9xa.nc", "open.nc.": "open.nc", "": "", "open": "", "127.0.0.1": "", "[::1]:80": "",
		"http://open.nc/": "", "a b.nc": "",
	} {
		if got, ok := CleanHost(in); got != want || ok != (want != "") {
			t.Errorf("CleanHost(%q) = %q, %v", in, got, ok)
		}
	}
}

func TestTexts(t *testing.T) {
	localetest.Catalogue(t, Texts)
}
