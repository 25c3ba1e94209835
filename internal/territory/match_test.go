package territory

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func withoutAccents(s string) string {
	out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		return s
	}
	return out
}

// TestEveryCommuneInManySpellings writes every leaf of every preset in the ways people do.
func TestEveryCommuneInManySpellings(t *testing.T) {
	all, err := LoadAll(os.DirFS("../../presets"))
	if err != nil {
		t.Fatal(err)
	}
	spellings := map[string]func(string) string{
		"as it is":     func(s string) string { return s },
		"capitals":     strings.ToUpper,
		"small, plain": func(s string) string { return strings.ToLower(withoutAccents(s)) },
		"spaces":       func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "-", " "), "’", " ") },
		"typewriter":   func(s string) string { return strings.ReplaceAll(s, "’", "'") },
		"ligatures":    func(s string) string { return strings.NewReplacer("œ", "oe", "Œ", "OE").Replace(s) },
		"abbreviated":  func(s string) string { return strings.NewReplacer("Saint-", "St ", "Sainte-", "Ste ").Replace(s) },
		"cedex":        func(s string) string { return s + " CEDEX" },
		"outer spaces": func(s string) string { return "  " + s + "\t" },
		"decomposed":   norm.NFD.String,
		"all together": func(s string) string {
			return "  " + strings.ToUpper(withoutAccents(strings.ReplaceAll(s, "-", " "))) + " Cedex"
		},
		"with postcode": nil,
	}
	for _, tt := range all {
		for _, z := range tt.Tree().Leaves() {
			for how, write := range spellings {
				name := z.Postcodes[0] + " " + z.Name
				if write != nil {
					name = write(z.Name)
				}
				got, kind, ok := tt.Match(name, z.Postcodes[0])
				if !ok || got.Code != z.Code || kind != MatchExact {
					t.Errorf("%s, %s: Match(%q) = %s %q %s", tt.Code, how, name, got.Code, kind, got.Name)
				}
			}
		}
	}
}

func TestMatchWritings(t *testing.T) {
	for code, cases := range map[string][]struct {
		name, postcode, want string
		kind                 MatchKind
	}{
		"nc": {
			{"Le Mont-Dore", "", "98817", MatchExact},
			{"Mont Dore", "", "98817", MatchExact},
			{"MONT-DORE", "", "98817", MatchExact},
			{"Mt-Dore", "", "98817", MatchExact},
			{"Montdore", "", "98817", MatchExact},
			{"mont-dore (le)", "", "98817", MatchExact},
			{"Bouloupari", "", "98802", MatchExact},
			{"Boulouparis", "", "98802", MatchAlias},
			{"Bouloupari(s)", "", "98802", MatchAlias},
			{"Ile des Pins", "", "98809", MatchExact},
			{"L'Île-des-Pins", "", "98809", MatchExact},
			{"ILE DES PINS", "98832", "98809", MatchExact},
			{"Kunié", "", "98809", MatchAlias},
			{"Nouméa Cedex", "98845", "98818", MatchExact},
			{"98800 Nouméa", "", "98818", MatchExact},
			{"98 800 NOUMEA", "", "98818", MatchExact},
			{"BP 2345 98845 Nouméa Cedex", "", "98818", MatchExact},
			{"Nouméa (Nouvelle-Calédonie)", "", "98818", MatchExact},
			{"Noumea, Nouvelle-Calédonie", "", "98818", MatchPartial},
			{"Numea", "", "98818", MatchFuzzy},
			{"Poindimie", "98800", "98822", MatchExact}, // the name wins over the postcode copied everywhere
			{"Dumbaé", "98800", "98805", MatchFuzzy},
			{"", "98870", "98803", MatchPostcode},
			{"inconnu", "98870", "98803", MatchPostcode},
			{"Province Sud", "", "sud", MatchExact},
			{"South Province", "", "sud", MatchExact},
			{"îles loyauté", "", "iles", MatchAlias},
			{"Koné", "98811", "98811", MatchExact}, // 98811 is the postcode of Belep and the INSEE code of Koné
			{"", "98811", "98801", MatchPostcode},
			{"Paris", "75011", "", MatchNone},
			{"", "", "", MatchNone},
			{"???", "", "", MatchNone},
			{strings.Repeat("x", 10000), "", "", MatchNone},
		},
		"pf": {
			{"Fa’a’a", "", "98715", MatchExact},
			{"FAAA", "98704", "98715", MatchExact},
			{"Moorea", "", "98729", MatchAlias},
			{"Bora Bora", "", "98714", MatchExact},
			{"Taravao", "", "98747", MatchAlias},
			{"Raiatea", "", "", MatchAmbiguous},
			{"", "98735", "", MatchAmbiguous},
			{"Uturoa Raiatea", "98735", "98758", MatchPartial},
			{"Marquises", "", "marquises", MatchAlias},
		},
		"wf": {
			{"Wallis", "", "98613", MatchAlias},
			{"Mata Utu", "", "98613", MatchAlias},
			{"Futuna", "", "", MatchAmbiguous},
			{"Futuna", "98620", "98612", MatchAlias},
			{"ʻUvea", "", "98613", MatchExact},
		},
		"nancy": {
			{"Vandoeuvre", "", "54547", MatchAlias},
			{"VANDOEUVRE LES NANCY", "54500", "54547", MatchExact},
			{"Nancy", "54100", "54395", MatchExact},
			{"Art s/ Meurthe", "", "54025", MatchExact},
			{"St Max", "", "54482", MatchExact},
		},
		"idf": {
			{"Paris", "", "75", MatchExact},
			{"Paris", "75011", "75111", MatchExact},
			{"PARIS", "75116", "75116", MatchExact},
			{"Paris 11e", "", "75111", MatchExact},
			{"Paris 11ème", "", "75111", MatchExact},
			{"Paris 11ème arrondissement", "", "75111", MatchExact},
			{"Paris 11e Arrdt", "", "75111", MatchExact},
			{"Paris XI", "75011", "75111", MatchPartial},
			{"11e arrondissement", "", "75111", MatchAlias},
			{"1er arrondissement", "", "75101", MatchAlias},
			{"Paris 01", "", "75101", MatchExact},
			{"75011 Paris", "", "75111", MatchExact},
			{"75011", "", "75111", MatchPostcode},
			{"Paris Cedex 16", "75775", "75116", MatchExact},
			{"75442 PARIS CEDEX 09", "", "75109", MatchExact},
			{"Paris Cedex", "75442", "75", MatchExact},
			{"St Cyr-L-Ecole", "", "78545", MatchExact},
			{"L Haÿ les Roses", "94240", "94038", MatchExact},
			{"Kremlin Bicêtre", "", "94043", MatchExact},
			{"Fontenay s/s Bois", "", "94033", MatchExact},
			{"Ivry s/Seine", "", "94041", MatchExact},
			{"Issy Le Moulineaux", "", "92040", MatchPartial},
			{"Vincenes", "", "94080", MatchFuzzy},
			{"Paris La Défense 8", "", "", MatchAmbiguous},
			{"RRis-Orangis", "", "91521", MatchFuzzy},
			{"Boulogne", "92100", "92012", MatchAlias},
			{"Levallois", "", "92044", MatchAlias},
			{"Neuilly", "92200", "92051", MatchPartial},
			{"Neuilly", "", "", MatchAmbiguous},
			{"Paris La Défense", "92800", "92062", MatchAlias},
			{"Paris La Défense", "", "", MatchAmbiguous},
			{"La Plaine Saint Denis", "93210", "93066", MatchAlias},
			{"Meudon la Forêt", "92360", "92048", MatchAlias},
			{"Pierrefitte-sur-Seine", "", "93066", MatchAlias},
			{"Évry", "91000", "91228", MatchAlias},
			{"Blandy", "", "", MatchAmbiguous},
			{"Blandy", "77115", "77034", MatchExact},
			{"Marolles-en-Brie", "94440", "94048", MatchExact},
			{"Montreuil", "84200.0", "93048", MatchExact},
			{"Yvelines", "", "78", MatchExact},
			{"Saint-Denisse", "97400", "", MatchNone}, // another department: a likeness proves nothing
			{"Roissy Charles de Gaulle", "95731", "95527", MatchAlias},
			{"", "rue du Temple 75004 Paris", "75104", MatchExact},
			{"", "avenue du Général 92300 Levallois", "92044", MatchAlias},
			{"", "rue sans ville", "", MatchNone},
			{"campus scientifique", "91470", "", MatchAmbiguous},
		},
	} {
		tt := load(t, code)
		for _, c := range cases {
			got, kind, ok := tt.Match(c.name, c.postcode)
			if got.Code != c.want || kind != c.kind || ok != (c.want != "") {
				t.Errorf("%s: Match(%.60q, %q) = %s %s %q, want %s %q", code, c.name, c.postcode, got.Code, got.Name, kind, c.want, c.kind)
			}
			if n := len(tt.Tree().Candidates(c.name, c.postcode)); (kind == MatchAmbiguous) != (n > 1) {
				t.Errorf("%s: %d candidates for %.60q %q", code, n, c.name, c.postcode)
			}
		}
	}
}

func TestPostcodeFits(t *testing.T) {
	nc, idf := load(t, "nc").Tree(), load(t, "idf").Tree()
	for _, c := range []struct {
		tree           *Tree
		code, postcode string
		want           bool
	}{
		{nc, "98818", "98800", true},
		{nc, "98805", "98800", false},
		{nc, "sud", "98800", true},
		{nc, "98818", "98899", true}, // a Cedex nobody listed
		{nc, "98818", "75001", false},
		{nc, "98818", "", false},
		{nc, "nowhere", "98800", false},
		{idf, "75", "75011", true},
		{idf, "75", "75442", true},
		{idf, "92051", "92200.0", true},
		{idf, "92051", "75116", false},
	} {
		if got := c.tree.PostcodeFits(c.code, c.postcode); got != c.want {
			t.Errorf("PostcodeFits(%s, %q) = %v", c.code, c.postcode, got)
		}
	}
	if got := nc.ByPostcode(" 98 809 "); len(got) != 1 || got[0].Code != "98817" {
		t.Errorf("ByPostcode = %+v", got)
	}
}

func TestMatchNeverPanics(t *testing.T) {
	tt := load(t, "nc")
	rapid.Check(t, func(rt *rapid.T) {
		name, postcode := rapid.String().Draw(rt, "name"), rapid.String().Draw(rt, "postcode")
		z, kind, ok := tt.Match(name, postcode)
		if ok != (z.Code != "") || ok == (kind == MatchNone || kind == MatchAmbiguous) {
			rt.Fatalf("Match(%q, %q) = %+v %q %v", name, postcode, z, kind, ok)
		}
	})
}
