package listing

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/locale/localetest"
)

func TestNormalizeName(t *testing.T) {
	for name, want := range map[string]string{
		"SARL KerniX":                   "kernix",
		"Kernix S.A.R.L.":               "kernix",
		"L’Atelier du Cœur & Cie":       "atelier coeur",
		"Incuba'School":                 "incubaschool",
		"INCUBA’SCHOOL":                 "incubaschool",
		"Société des Eaux de Nouméa SA": "eaux noumea",
		"La SARL":                       "la sarl",
		"École 42":                      "ecole 42",
		"C++ Conseil":                   "cplusplus conseil",
		"Qu’importe":                    "qu importe",
		"Tā’iti":                        "ta iti",
		"":                              "",
		"!!!":                           "",
		"Кафе":                          "кафе",
	} {
		if got := NormalizeName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"L’Atelier du Cœur & Cie": "l-atelier-du-coeur-et-cie",
		"Ça va – « bien »":        "ca-va-bien",
		"  --  ":                  "fiche",
		"Кафе":                    "fiche",
		"Suggestions":             "suggestions-fiche",
		"42":                      "42",
		"<script>alert(1)":        "script-alert-1",
		"Straße Łódź Ærø":         "strasse-lodz-aero",
	} {
		if got := Slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestSlugIsAlwaysAnAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slug := Slug(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zé& '-]{70,120}`)).Draw(t, "name"))
		if slug == "" || len(slug) > 80 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") || strings.Contains(slug, "--") {
			t.Fatalf("%q is no slug", slug)
		}
		if Slug(slug) != slug {
			t.Fatalf("%q becomes %q", slug, Slug(slug))
		}
	})
}

func TestTagKey(t *testing.T) {
	for _, same := range [][]string{
		{"B2B", "b2b", " B-2-B "},
		{"jeux vidéo", "jeu vidéo", "Jeux Vidéos", "jeu-video"},
		{"e-commerce", "ecommerce", "E commerce"},
		{"réseaux sociaux", "réseau social", "Reseau-Social"},
		{"objets connectés", "objet connecté"},
		{"R&D", "r & d"},
		{"business", "Business"},
	} {
		for _, tag := range same[1:] {
			if TagKey(tag) != TagKey(same[0]) {
				t.Errorf("%q has %q, %q has %q", same[0], TagKey(same[0]), tag, TagKey(tag))
			}
		}
	}
	for _, different := range [][2]string{{"c", "c++"}, {"c++", "c#"}, {".net", "net"}, {"web", "design"}, {"!", "?"}} {
		if TagKey(different[0]) == TagKey(different[1]) {
			t.Errorf("%q and %q have one key", different[0], different[1])
		}
	}
}

func TestTagKeyIdempotent(t *testing.T) {
	words := rapid.StringMatching(`[a-zéèàçôœ+#.& '’xs-]{0,14}`)
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.OneOf(rapid.String(), words).Draw(t, "tag")
		if once := TagKey(tag); TagKey(once) != once {
			t.Fatalf("%q: %q, then %q", tag, once, TagKey(once))
		}
	})
}

func TestSpelling(t *testing.T) {
	uses := map[string]int{"B2B": 5, "b2b": 9, "B-2-B": 1, "Réseau": 2, "reseau": 2, "réseau": 2}
	spelling := Spelling(uses)
	if got := spelling[TagKey("B2b")]; got != "b2b" {
		t.Errorf("the most used spelling is %q", got)
	}
	if got := spelling[TagKey("RESEAUX")]; got != "réseau" {
		t.Errorf("between equals %q", got)
	}
	got := JoinTags([]string{"B2B", "web", "b2b", " ", "Réseaux"}, spelling)
	if !slices.Equal(got, []string{"b2b", "web", "réseau"}) {
		t.Errorf("joined %q", got)
	}
}

func TestCompareNames(t *testing.T) {
	tests := []struct {
		a, b string
		want Likeness
	}{
		{"Incuba'School", "INCUBA'SCHOOL", Equal},
		{"KerniX", "SARL Kernix", Equal},
		{"Institut Mines-Télécom", "Télécom Institut Mines", Equal},
		{"Pharmacloud", "Pharma cloud SAS", Equal},
		{"Informatique du Pacifique", "Infomatique du Pacifique", Close},
		{"Acxiom", "Acxiom France", Near},
		{"Blue Office d'Alfortville", "Blue Office de Massy", Unlike},
		{"Agence 1", "Agence 2", Unlike},
		{"École 42", "École 43", Unlike},
		{"Web", "Wab", Unlike},
		{"", "", Unlike},
		{"Microsoft", "Apple", Unlike},
	}
	for _, tt := range tests {
		if got := CompareNames(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := CompareNames(tt.b, tt.a); got != tt.want {
			t.Errorf("%q and %q the other way: %d", tt.a, tt.b, got)
		}
	}
}

func TestStreet(t *testing.T) {
	same := [][2]string{
		{"8 avenue de la porte de Champerret", "6-8, avenue de la Porte de Champerret"},
		{"15  rue Cels", "15 rue cels"},
		{"12 bis bd. St Germain", "12 boulevard Saint-Germain\n75005 Paris"},
		{"BP 71\n3 rue Jean Jaurès", "3 r. Jean-Jaurès"},
		{"Grande Voie des Vignes", "grande voie des vignes"},
	}
	for _, tt := range same {
		if a, b := streetOf(tt[0]), streetOf(tt[1]); !a.same(b) {
			t.Errorf("%q %+v is not %q %+v", tt[0], a, tt[1], b)
		}
	}
	for _, tt := range [][2]string{
		{"8 rue Cels", "15 rue Cels"},
		{"rue Cels", "15 rue Cels"},
		{"15 rue Cels", "15 rue Daguerre"},
		{"", ""},
	} {
		if a, b := streetOf(tt[0]), streetOf(tt[1]); a.same(b) {
			t.Errorf("%q %+v is %q %+v", tt[0], a, tt[1], b)
		}
	}
}

func TestContacts(t *testing.T) {
	for _, tt := range []struct{ written, country, stored, shown string }{
		{"44 57 28", "NC", "+687445728", "44.57.28"},
		{"+687445728", "NC", "+687445728", "44.57.28"},
		{"00 687 44 57 28", "NC", "+687445728", "44.57.28"},
		{"40 50 81 00", "PF", "+68940508100", "40 50 81 00"},
		{"72 25 11", "WF", "+681722511", "72 25 11"},
		{"01 42 18 17 16", "FR", "+33142181716", "01 42 18 17 16"},
		{"+33 1 42 18 17 16", "NC", "+33142181716", "+33 1 42 18 17 16"},
	} {
		stored, ok := ParsePhone(tt.written, tt.country)
		if !ok || stored != tt.stored || DisplayPhone(stored, tt.country) != tt.shown {
			t.Errorf("%q: %q %v, shown %q", tt.written, stored, ok, DisplayPhone(stored, tt.country))
		}
	}
	for _, wrong := range []string{"néant", "12", "", "=1+1", strings.Repeat("1", 100)} {
		if stored, ok := ParsePhone(" "+wrong, "NC"); ok || stored != wrong || DisplayPhone(stored, "NC") != wrong || PhoneLink(stored) != "" {
			t.Errorf("%q became %q", wrong, stored)
		}
	}
	for site, want := range map[string]string{
		"http://www.kernix.com": "kernix.com", "www.Kernix.com/fr/": "kernix.com", "https://blueoffice.nexity.fr/": "nexity.fr",
		"https://www.facebook.com/kernix": "", "kernix.wordpress.com": "", "http://bbc.co.uk": "bbc.co.uk", "opt.nc": "opt.nc",
		"javascript:alert(1)": "", "http://a b.fr": "", "localhost": "", "": "", "mailto:a@b.fr": "",
	} {
		if got := WebDomain(site); got != want {
			t.Errorf("%q: domain %q, want %q", site, got, want)
		}
	}
	if s, ok := ParseWebsite("javascript://x.y/%0aalert(1)"); ok {
		t.Errorf("%q is taken for a site", s)
	}
}

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, Texts)
	localetest.Used(t, ".", keys)
	var want []string
	for _, c := range Categories() {
		want = append(want, c.Key())
	}
	for _, n := range Networks() {
		want = append(want, NetworkKey(n))
	}
	for _, f := range FieldNames() {
		want = append(want, FieldKey(f))
	}
	for day := range 7 {
		want = append(want, WeekdayKey(day))
	}
	for _, r := range []Reason{
		SameIdentifier, SameUnit, OtherIdentifier, SameName, CloseName, OtherName, SameAddress, ClosePlace, OtherPlace,
		SamePhone, SameEmail, SameDomain, OtherCategory,
	} {
		want = append(want, r.Key())
	}
	want = append(want, Draft.Key(), Published.Key(), Hidden.Key(), Merged.Key())
	want = append(want, Fresh.Key(), Ageing.Key(), Stale.Key(), Unconfirmed.Key())
	for _, key := range want {
		if !slices.Contains(keys, key) {
			t.Errorf("no text for %s", key)
		}
	}
}
