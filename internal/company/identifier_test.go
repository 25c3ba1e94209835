package company

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseIdentifier(t *testing.T) {
	tests := []struct {
		scheme, written string
		value           string // canonical when valid, else as written
		valid           bool
		shown           string
	}{
		// Published numbers: Peugeot, EDF, Danone, La Poste and its establishments, OPT-NC, French Polynesia's administration.
		{SchemeSIREN, "552100554", "552100554", true, "552 100 554"},
		{SchemeSIREN, "552 081 317", "552081317", true, "552 081 317"},
		{SchemeSIREN, "SIREN : 552 032 534", "552032534", true, "552 032 534"},
		{SchemeSIREN, "552100555", "552100555", false, "552100555"},
		{SchemeSIREN, "000000000", "000000000", false, "000000000"},
		{SchemeSIREN, "55210055", "55210055", false, "55210055"},
		{SchemeSIRET, "552 100 554 00013", "55210055400013", true, "552 100 554 00013"},
		{SchemeSIRET, "48828583400021", "48828583400021", true, "488 285 834 00021"},
		{SchemeSIRET, "552.100.554/00013", "55210055400013", true, "552 100 554 00013"},
		{SchemeSIRET, "55210055400014", "55210055400014", false, "55210055400014"},
		{SchemeSIRET, "35600000000048", "35600000000048", true, "356 000 000 00048"}, // head office: Luhn
		{SchemeSIRET, "35600000049837", "35600000049837", true, "356 000 000 49837"}, // post office: sum 45
		{SchemeSIRET, "35600000049838", "35600000049838", false, "35600000049838"},
		{SchemeRIDET, "0 132 720.001", "0132720001", true, "0 132 720.001"},
		{SchemeRIDET, "132 720.001", "0132720001", true, "0 132 720.001"},
		{SchemeRIDET, "RIDET n° 0132720001", "0132720001", true, "0 132 720.001"},
		{SchemeRIDET, "0132721001", "0132721001", false, "0132721001"},
		{SchemeRIDET, "0132720000", "0132720000", false, "0132720000"},
		{SchemeRIDET, "0", "0", false, "0"},
		{SchemeRID, "0132720", "0132720", true, "0 132 720"},
		{SchemeRID, "132720", "0132720", true, "0 132 720"},
		{SchemeRID, "0132702", "0132702", false, "0132702"},
		{SchemeTAHITI, "g33972", "G33972", true, "G33972"},
		{SchemeTAHITI, "075390", "075390", true, "075390"},
		{SchemeTAHITI, "GG3972", "GG3972", false, "GG3972"},
		{SchemeTAHITIITI, "G33972001", "G33972001", true, "G33972-001"},
		{SchemeTAHITIITI, "075390-001", "075390001", true, "075390-001"},
		{SchemeTAHITIITI, "075390-000", "075390-000", false, "075390-000"},
		{"vat", "FR123", "FR123", false, "FR123"},
		{SchemeSIREN, " <b>552100554</b> ", "<b>552100554</b>", false, "<b>552100554</b>"},
	}
	for _, tt := range tests {
		t.Run(tt.scheme+" "+tt.written, func(t *testing.T) {
			got := ParseIdentifier(tt.scheme, tt.written)
			if got.Valid != tt.valid || got.Value != tt.value {
				t.Errorf("got %q valid %v, want %q valid %v", got.Value, got.Valid, tt.value, tt.valid)
			}
			if shown := Format(got); shown != tt.shown {
				t.Errorf("shown as %q, want %q", shown, tt.shown)
			}
		})
	}
}

func TestZeroRestored(t *testing.T) {
	if !ParseIdentifier(SchemeRIDET, "132720001").ZeroRestored() {
		t.Error("a lost zero is not told")
	}
	if ParseIdentifier(SchemeRIDET, "0 132 720.001").ZeroRestored() {
		t.Error("a zero that was there is told as lost")
	}
}

func TestUnit(t *testing.T) {
	for scheme, tt := range map[string][2]string{
		SchemeSIRET:     {"55210055400013", "552100554"},
		SchemeRIDET:     {"0132720001", "0132720"},
		SchemeTAHITIITI: {"G33972001", "G33972"},
		SchemeSIREN:     {"552100554", "552100554"},
	} {
		unit, ok := ParseIdentifier(scheme, tt[0]).Unit()
		if !ok || unit.Value != tt[1] || IsEstablishment(unit.Scheme) {
			t.Errorf("%s %s: unit %+v", scheme, tt[0], unit)
		}
	}
	if _, ok := ParseIdentifier(SchemeSIRET, "1").Unit(); ok {
		t.Error("a faulty number has a unit")
	}
}

// A number that another one begins with says nothing more; alone it does.
func TestImplied(t *testing.T) {
	rid, ridet, other := ParseIdentifier("rid", "0132720"), ParseIdentifier("ridet", "0132720001"), ParseIdentifier("rid", "0132738")
	for _, tt := range []struct {
		all  []Identifier
		id   Identifier
		want bool
	}{
		{[]Identifier{ridet, rid}, rid, true},
		{[]Identifier{ridet, rid}, ridet, false},
		{[]Identifier{rid}, rid, false},
		{[]Identifier{ridet, other}, other, false},
	} {
		if got := Implied(tt.all, tt.id); got != tt.want || !tt.id.Valid {
			t.Errorf("%s of %v: %v", tt.id.Value, tt.all, got)
		}
	}
}

func TestIsPlaceholder(t *testing.T) {
	for _, s := range []string{"0", "000000", "néant", "NÉANT", " n/a ", "", "-", "—", "0 000 000.000", "XXX", "en cours"} {
		if !IsPlaceholder(s) {
			t.Errorf("%q is taken for a number", s)
		}
	}
	for _, s := range []string{"0132720001", "G33972", "100000", "Néanmoins"} {
		if IsPlaceholder(s) {
			t.Errorf("%q is taken for a placeholder", s)
		}
	}
}

// Luhn finds every single wrong digit: so a valid SIREN with one digit changed is never valid.
func TestChangedDigitFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom([]string{SchemeSIREN, SchemeRID}).Draw(t, "scheme")
		digits := []byte(rapid.StringMatching(`[1-9][0-9]{7}`).Draw(t, "digits"))[:length(scheme)-1]
		number := ""
		for check := byte('0'); check <= '9'; check++ {
			if s := string(digits) + string(check); luhn(s) {
				number = s
			}
		}
		if !ParseIdentifier(scheme, number).Valid {
			t.Fatalf("%s is not valid", number)
		}
		at := rapid.IntRange(0, len(number)-1).Draw(t, "at")
		digit := rapid.SampledFrom([]byte("0123456789")).Draw(t, "digit")
		if digit == number[at] {
			return
		}
		wrong := number[:at] + string(digit) + number[at+1:]
		if id := ParseIdentifier(scheme, wrong); id.Valid || id.Value != wrong {
			t.Fatalf("%s became %+v", wrong, id)
		}
	})
}

// Whatever is written, it is kept, and a canonical number parses to itself.
func TestWrittenIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom(append(Schemes(), "other")).Draw(t, "scheme")
		written := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Z]?[0-9 .]{4,16}`)).Draw(t, "written")
		id := ParseIdentifier(scheme, written)
		if !id.Valid && id.Value != id.Written {
			t.Fatalf("%q was corrected to %q", written, id.Value)
		}
		if again := ParseIdentifier(scheme, id.Value); id.Valid && (again.Value != id.Value || !again.Valid) {
			t.Fatalf("%q parses to %+v", id.Value, again)
		}
		if again := ParseIdentifier(scheme, Format(id)); id.Valid && again.Value != id.Value {
			t.Fatalf("%q as shown parses to %+v", Format(id), again)
		}
	})
}

func TestParseActivity(t *testing.T) {
	tests := []struct {
		nomenclature, written, code string
		ok                          bool
	}{
		{NAFRev2, "62.01Z", "62.01Z", true},
		{NAFRev2, "6201z", "62.01Z", true},
		{NAFRev2, " 62.01 Z ", "62.01Z", true},
		{NAF2025, "62.10Y", "62.10Y", true},
		{NAFRev2, "45.11Z", "45.11Z", true},
		{NAF2025, "45.11Z", "45.11Z", false}, // division 45 is gone
		{NAFRev2, "04.10Z", "04.10Z", false},
		{NAFRev2, "62.01", "62.01", false},
		{NAFRev2, "62.01ZZ", "62.01ZZ", false},
		{NAFRev2, "", "", false},
		{"naf-1993", "72.2C", "72.2C", false},
	}
	for _, tt := range tests {
		got, ok := ParseActivity(tt.nomenclature, tt.written)
		if ok != tt.ok || got.Code != tt.code {
			t.Errorf("%s %q: %q %v, want %q %v", tt.nomenclature, tt.written, got.Code, ok, tt.code, tt.ok)
		}
	}
}

func TestSizeClassOf(t *testing.T) {
	for staff, class := range map[int]string{
		-1: "NN", 0: "00", 2: "01", 5: "02", 9: "03", 10: "11", 49: "12", 99: "21", 199: "22", 249: "31", 499: "32",
		999: "41", 1999: "42", 4999: "51", 9999: "52", 10000: "53",
	} {
		if got := SizeClassOf(staff); got != class || !ValidSizeClass(got) {
			t.Errorf("%d is of class %s, want %s", staff, got, class)
		}
	}
}
