package taxonomy

import (
	"os"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
)

func load(t *testing.T, name string) *Taxonomy {
	t.Helper()
	tax, err := Load(os.DirFS("../../presets"), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tax
}

func TestPresets(t *testing.T) {
	competences, sectors := load(t, Competences), load(t, Sectors)
	if n := len(competences.Terms); n != 32 {
		t.Errorf("%d competences, want 32", n)
	}
	if n := len(competences.Groups); n != 6 {
		t.Errorf("%d groups, want 6", n)
	}
	for _, g := range competences.Groups {
		if len(competences.InGroup(g.Code)) < 3 {
			t.Errorf("group %s has %d terms", g.Code, len(competences.InGroup(g.Code)))
		}
	}
	if n := len(sectors.Terms); n < 17 || n > 20 {
		t.Errorf("%d sectors, want about 18", n)
	}
	for _, tax := range []*Taxonomy{competences, sectors} {
		for _, term := range tax.Terms {
			if len(term.Synonyms) < 4 {
				t.Errorf("%s has %d synonyms", term.Code, len(term.Synonyms))
			}
			for _, text := range []string{term.Names["fr"], term.Descriptions["fr"]} {
				for _, fault := range locale.CheckTypography("fr", text) {
					t.Errorf("%s: %q: %s", term.Code, text, fault)
				}
			}
			for _, name := range append([]string{term.Code, term.Slug, term.Name("fr"), term.Name("en")}, term.Synonyms...) {
				if got, ok := tax.Match(name); !ok || got.Code != term.Code {
					t.Errorf("Match(%q) = %q, want %q", name, got.Code, term.Code)
				}
			}
			if got, ok := tax.BySlug(term.Slug); !ok || got.Code != term.Code {
				t.Errorf("BySlug(%q) = %q", term.Slug, got.Code)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	competences, sectors := load(t, Competences), load(t, Sectors)
	for _, c := range []struct {
		tax        *Taxonomy
		name, want string
	}{
		{competences, "Site Vitrine", "web-development"},
		{competences, "sites vitrines", "web-development"},
		{competences, "création-de-sites-internet", "web-development"},
		{competences, "JEUX VIDEO", "video-games"},
		{competences, "jeux vidéos", "video-games"},
		{competences, "e commerce", "e-commerce"},
		{competences, "eCommerce", "e-commerce"},
		{competences, "impression 3d", "3d-printing"},
		{competences, "securite informatique", "cybersecurity"},
		{competences, "réseau", "networks"},
		{competences, "réseau social", "social-media"},
		{competences, "R.G.A.A", ""},
		{competences, "RGAA", "accessibility"},
		{competences, "boulangerie", ""},
		{competences, "", ""},
		{competences, "—", ""},
		{sectors, "btp", "construction"},
		{sectors, "Mines", "mining"},
		{sectors, "B2B", "professional-services"},
		{sectors, "administrations", "public"},
	} {
		got, ok := c.tax.Match(c.name)
		if got.Code != c.want || ok != (c.want != "") {
			t.Errorf("Match(%q) = %q, want %q", c.name, got.Code, c.want)
		}
	}
}

func TestFaults(t *testing.T) {
	const head = "code: x\nnames: {fr: X, en: X}\n"
	term := func(code, slug, name string) string {
		return "  - {code: " + code + ", slug: " + slug + ", names: {fr: " + name + ", en: " + name + "}, descriptions: {fr: D, en: D}}\n"
	}
	for name, c := range map[string]struct{ yaml, key string }{
		"empty":            {"", "taxonomy.empty"},
		"broken":           {"code: [", "taxonomy.yaml"},
		"unknown field":    {head + "term: []\n", "taxonomy.yaml"},
		"no term":          {head, "taxonomy.fault.missing"},
		"bad code":         {head + "terms:\n" + term("A B", "a", "A"), "taxonomy.fault.code"},
		"code twice":       {head + "terms:\n" + term("a", "a", "A") + term("a", "b", "B"), "taxonomy.fault.twice"},
		"slug twice":       {head + "terms:\n" + term("a", "a", "A") + term("b", "a", "B"), "taxonomy.fault.twice"},
		"name twice":       {head + "terms:\n" + term("a", "a", "Réseaux") + term("b", "b", "RESEAU"), "taxonomy.fault.synonym"},
		"no such group":    {head + "terms:\n  - {code: a, slug: a, group: g, names: {fr: A, en: A}, descriptions: {fr: D, en: D}}\n", "taxonomy.fault.group"},
		"no English":       {head + "terms:\n  - {code: a, slug: a, names: {fr: A}, descriptions: {fr: D, en: D}}\n", "taxonomy.fault.missing"},
		"missing sentence": {head + "terms:\n  - {code: a, slug: a, names: {fr: A, en: A}, descriptions: {fr: D}}\n", "taxonomy.fault.missing"},
	} {
		_, err := Parse([]byte(c.yaml))
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
	}
	if _, err := Load(fstest.MapFS{}, "../secret"); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown taxonomy: %v", err)
	}
}

func TestTexts(t *testing.T) {
	localetest.Catalogue(t, Texts)
}
