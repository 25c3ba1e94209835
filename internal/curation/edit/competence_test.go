package edit

import (
	"regexp"
	"testing"

	"grappe/internal/platform/ui/uitest"
	"grappe/internal/taxonomy"
	"grappe/presets"
)

// What people write in their own words finds the competence that they mean, first.
func TestMatching(t *testing.T) {
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"photos de drone":         "Drones et imagerie aérienne",
		"photo aérienne":          "Drones et imagerie aérienne",
		"depannage ordinateur":    "Infogérance et maintenance",
		"depanage informatique":   "Infogérance et maintenance",
		"réparer un ordinateur":   "Infogérance et maintenance",
		"réparation d’ordi":       "Infogérance et maintenance",
		"dépanner mon ordinateur": "Infogérance et maintenance",
		"site vitr":               "Développement web",
		"wifi":                    "Réseaux et télécoms",
		"UX":                      "Ergonomie et design d’interface",
		"logicel de comptabilite": "Logiciels de gestion",
		"bricolage facebook":      "Réseaux sociaux",
		"mécanique auto":          "",
		"boulangerie":             "",
		"zzz":                     "",
		"":                        "",
	} {
		found := matching(competences, typed, "fr")
		first := ""
		if len(found) > 0 {
			first = found[0].Value
		}
		if first != want {
			t.Errorf("%q finds %v, want %q first", typed, found, want)
		}
		if len(found) > mostSuggested {
			t.Errorf("%q: %d lines", typed, len(found))
		}
	}
	if got := matching(competences, "photo drone", "en"); len(got) != 1 || got[0].Value != "Drones and aerial imaging" || got[0].Detail != "photo de drone" {
		t.Errorf("what holds all of the words stands beside what holds some: %v", got)
	}
}

// The examples of the hint find something.
func TestSearchHintIsTrue(t *testing.T) {
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`[«“]\s*\x{202f}?([^»”\x{202f}]+)\x{202f}?[»”]`)
	for _, lang := range []string{"fr", "en"} {
		examples := quoted.FindAllStringSubmatch(uitest.Frame(t, lang, rooms()...).P.T("edit.search_competences_hint"), -1)
		if len(examples) < 3 {
			t.Errorf("%s: examples %q", lang, examples)
		}
		for _, e := range examples {
			if len(matching(competences, e[1], lang)) == 0 {
				t.Errorf("%s: %q finds nothing", lang, e[1])
			}
		}
	}
}
