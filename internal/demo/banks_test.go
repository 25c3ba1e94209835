package demo

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/locale"
)

// TestTradesSayEnough holds how much every trade has to say, so that cards differ.
func TestTradesSayEnough(t *testing.T) {
	b, err := loadBanks()
	if err != nil {
		t.Fatal(err)
	}
	for name, trade := range b.trades {
		for what, enough := range map[string]bool{
			"kinds": len(trade.Kinds) >= 3, "heads": len(trade.Heads) >= 5, "does": len(trade.Does) >= 6,
			"list": len(trade.List) >= 6, "gains": len(trade.Gains) >= 4, "ways": len(trade.Ways) >= 3,
			"tags": len(trade.Tags) >= 6, "words": len(trade.Words) >= 4, "near": len(trade.Near) >= 3, "weight": trade.Weight > 0,
		} {
			if !enough {
				t.Errorf("%s: too few %s", name, what)
			}
		}
		for _, code := range trade.Near {
			if len(b.byCode[code]) == 0 || code == trade.Code {
				t.Errorf("%s: competence %q beside it", name, code)
			}
		}
		for _, kind := range trade.Kinds {
			if !strings.HasPrefix(kind, "f ") && !strings.HasPrefix(kind, "m ") {
				t.Errorf("%s: %q has no gender", name, kind)
			}
		}
		checkActivities(t, name, trade.NAF)
	}
	for category, o := range b.organisations {
		if len(o.Names) < 3 || len(o.Heads) < 4 || len(o.Open) < 4 || len(o.List) < 6 || len(o.Gains) < 4 || len(o.Ways) < 3 {
			t.Errorf("%s says too little", category)
		}
		for _, code := range o.Codes {
			if len(b.byCode[code]) == 0 {
				t.Errorf("%s: competence %q", category, code)
			}
		}
		checkActivities(t, category, o.NAF)
	}
	for sort, phrases := range b.frames {
		if len(phrases) < 8 {
			t.Errorf("frames %s: %d variants, want 8", sort, len(phrases))
		}
	}
}

func checkActivities(t *testing.T, name string, codes []string) {
	t.Helper()
	for _, code := range codes {
		if again, ok := company.ParseActivity(company.NAFRev2, code); !ok || again.Code != code {
			t.Errorf("%s: activity %q", name, code)
		}
	}
	if len(codes) == 0 {
		t.Errorf("%s has no activity", name)
	}
}

// TestPhrasesAreWellSet checks each phrase by itself, and that none stands twice.
func TestPhrasesAreWellSet(t *testing.T) {
	b, err := loadBanks()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	check := func(where string, phrases []string, sentence bool) {
		for _, phrase := range phrases {
			if other, twice := seen[phrase]; twice && sentence {
				t.Errorf("%s: %q stands in %s too", where, phrase, other)
			}
			seen[phrase] = where
			if where != "frames english" {
				for _, fault := range locale.CheckTypography(locale.French, phrase) {
					t.Errorf("%s: %s", where, fault)
				}
			}
			if last := phrase[len(phrase)-1]; sentence && last != '.' && last != ':' && last != '?' {
				t.Errorf("%s: %q has no end", where, phrase)
			}
			if !sentence && strings.HasSuffix(phrase, ".") {
				t.Errorf("%s: %q has a full stop", where, phrase)
			}
		}
	}
	for sort, phrases := range b.frames {
		check("frames "+sort, phrases, true)
	}
	for sort, phrases := range b.places {
		check("places "+sort, phrases, true)
	}
	for name, trade := range b.trades {
		check(name, slices.Concat(trade.Gains, trade.Ways), true)
		check(name, slices.Concat(trade.Heads, trade.Does, trade.List, trade.Kinds, trade.Tags, trade.Words), false)
	}
	for category, o := range b.organisations {
		check(category, slices.Concat(o.Open, o.Gains, o.Ways), true)
		check(category, slices.Concat(o.Heads, o.List, o.Names, o.Tags), false)
	}
	for _, sector := range slices.Sorted(maps.Keys(b.clients)) {
		check(sector, b.clients[sector], false)
	}
}

// TestSlotsAreKnown finds a misspelt {slot}, which fill would leave empty.
func TestSlotsAreKnown(t *testing.T) {
	b, err := loadBanks()
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields("nom un kind e lieu Lieu annee aud aud2 do1 do2 do3 Do1")
	phrases := slices.Concat(slices.Concat(slices.Collect(maps.Values(b.frames))...), slices.Concat(slices.Collect(maps.Values(b.places))...))
	for _, o := range b.organisations {
		phrases = append(phrases, o.Open...)
	}
	for _, phrase := range phrases {
		for _, part := range strings.Split(phrase, "{")[1:] {
			if name, _, closed := strings.Cut(part, "}"); !closed || !slices.Contains(known, name) {
				t.Errorf("slot %q in %q", name, phrase)
			}
		}
	}
}

func TestFrench(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{locative("Koné"), "à Koné"},
		{locative("Le Mont-Dore"), "au Mont-Dore"},
		{locative("L'Île-des-Pins"), "à L’Île-des-Pins"},
		{ofThe("Creek", false), "du Creek"},
		{ofThe("Lagune", true), "de la Lagune"},
		{ofThe("Araucaria", false), "de l’Araucaria"},
		{capital("équipe"), "Équipe"},
		{fill("le soin de {do1}.", map[string]string{"do1": "héberger vos sites"}), "le soin d’héberger vos sites."},
		{fill("le soin de {do1}.", map[string]string{"do1": "former vos équipes"}), "le soin de former vos équipes."},
		{fill("né{e} {lieu}", map[string]string{"lieu": "à Voh", "e": "e"}), "née à Voh"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// TestRID follows the Luhn check by hand: 9000001 doubles the 2nd, 4th and 6th digit from the left.
func TestRID(t *testing.T) {
	for i, want := range map[int]string{0: "9000001", 1: "9000019", 99_999: "9999996", 100_000: "8000002"} {
		if got := rid(i); got != want {
			t.Errorf("rid(%d) = %s, want %s", i, got, want)
		}
	}
}
