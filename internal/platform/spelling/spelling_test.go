package spelling

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"L’Île-des-Pins": "l ile des pins", "MONT-DORE": "mont dore", "Vandœuvre": "vandoeuvre", "  a  b ": "a b",
		"Fa’a’ā": "fa a a", "Faʻaʻā": "faaa", "e\u0301te\u0301": "ete", "": "", "—": "", "№ 5": "no 5", "Bora Bora": "bora bora",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Slug("Évry-Courcouronnes !"); got != "evry-courcouronnes" {
		t.Errorf("Slug = %q", got)
	}
	if got := Compact("Mont Dore"); got != "montdore" {
		t.Errorf("Compact = %q", got)
	}
}

func TestPlainIsStable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.String().Draw(rt, "s")
		once := Plain(s)
		if twice := Plain(once); twice != once {
			rt.Fatalf("Plain(%q) = %q, then %q", s, once, twice)
		}
	})
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		most int
		want int
	}{
		{"noumea", "noumea", 2, 0},
		{"noumea", "nuomea", 2, 1},
		{"noumea", "numea", 2, 1},
		{"noumea", "bourail", 2, 3},
		{"", "ab", 2, 2},
		{"", "abc", 2, 3},
		{"covorking", "coworking", 1, 1},
		{"abcd", "badc", 2, 2},
		{"été", "ete", 2, 2},
	} {
		if got := Distance(c.a, c.b, c.most); got != c.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", c.a, c.b, c.most, got, c.want)
		}
		if got := Distance(c.b, c.a, c.most); got != c.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", c.b, c.a, c.most, got, c.want)
		}
	}
}
