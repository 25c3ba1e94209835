package company

import (
	"slices"
	"strings"
)

// The schemes of register numbers.
const (
	// SchemeRID is New Caledonia's number of a legal unit (Répertoire d'identification des entreprises, kept by
	// ISEE): 7 digits, the first usually 0, the last a Luhn check.
	SchemeRID = "rid"
	// SchemeRIDET is New Caledonia's number of an establishment: the RID followed by 3 digits.
	SchemeRIDET = "ridet"
	// SchemeSIREN is INSEE's number of a legal unit: 9 digits, Luhn.
	SchemeSIREN = "siren"
	// SchemeSIRET is INSEE's number of an establishment: the SIREN followed by 5 digits (NIC), Luhn over the 14.
	SchemeSIRET = "siret"
	// SchemeTAHITI is French Polynesia's number of a legal unit (ISPF): 6 characters, a letter or a digit and then
	// 5 digits ("G33972", "075390"). ISPF publishes no check, so only the shape can be verified.
	SchemeTAHITI = "tahiti"
	// SchemeTAHITIITI is French Polynesia's number of an establishment: the TAHITI number followed by 3 digits.
	SchemeTAHITIITI = "tahiti-iti"
)

// laPoste is the one SIREN whose establishments do not follow Luhn: they outgrew it, and INSEE checks that the
// sum of their digits is a multiple of 5. Its head office still follows Luhn.
const laPoste = "356000000"

// Schemes lists every scheme known here.
func Schemes() []string {
	return []string{SchemeRID, SchemeRIDET, SchemeSIREN, SchemeSIRET, SchemeTAHITI, SchemeTAHITIITI}
}

// KnownScheme reports whether scheme is one of Schemes.
func KnownScheme(scheme string) bool { return length(scheme) > 0 }

// length is how many characters a canonical number of the scheme has, 0 for an unknown scheme.
func length(scheme string) int {
	switch scheme {
	case SchemeRID:
		return 7
	case SchemeRIDET:
		return 10
	case SchemeSIREN:
		return 9
	case SchemeSIRET:
		return 14
	case SchemeTAHITI:
		return 6
	case SchemeTAHITIITI:
		return 9
	}
	return 0
}

// ParseIdentifier reads a register number as people write it: with spaces, dots, hyphens or the letters of the
// register in front. A number that passes the check of its scheme is Valid and its Value canonical; any other is
// kept as written and flagged. Nothing is corrected, except that a RID or RIDET of New Caledonia may be written
// without its leading zero, which the register itself leaves out, and gets it back when the check then passes.
func ParseIdentifier(scheme, written string) Identifier {
	written = strings.TrimSpace(written)
	id := Identifier{Scheme: scheme, Value: written, Written: written}
	compact, ok := compactNumber(scheme, written)
	if !ok {
		return id
	}
	want := length(scheme)
	if (scheme == SchemeRID || scheme == SchemeRIDET) && len(compact) == want-1 {
		compact = "0" + compact
	}
	if len(compact) == want && checks(scheme, compact) {
		id.Value, id.Valid = compact, true
	}
	return id
}

// compactNumber drops separators and the register's own name, and upper-cases. It is false where the text holds
// anything else than what a number of the scheme may hold.
func compactNumber(scheme, written string) (string, bool) {
	if len(written) > 64 {
		return "", false
	}
	text := strings.ToUpper(written)
	for _, word := range []string{"RIDET", "RID", "SIRET", "SIREN", "TAHITI-ITI", "TAHITI", "N°", "Nº", ":"} {
		text = strings.TrimSpace(strings.TrimPrefix(text, word))
	}
	letters := scheme == SchemeTAHITI || scheme == SchemeTAHITIITI
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case letters && r >= 'A' && r <= 'Z' && b.Len() == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" .-/\u00a0\u202f\u2009\t", r):
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// checks applies the scheme's own check to a canonical number of the right length.
func checks(scheme, number string) bool {
	if strings.Trim(number, "0") == "" {
		return false
	}
	switch scheme {
	case SchemeRID:
		return luhn(number)
	case SchemeRIDET:
		return luhn(number[:7]) && number[7:] != "000" && strings.Trim(number[:7], "0") != ""
	case SchemeSIREN:
		return luhn(number)
	case SchemeSIRET:
		if strings.HasPrefix(number, laPoste) && digitSum(number)%5 == 0 {
			return true
		}
		return luhn(number[:9]) && luhn(number) && strings.Trim(number[:9], "0") != ""
	case SchemeTAHITI:
		return strings.Trim(number[1:], "0") != ""
	case SchemeTAHITIITI:
		return strings.Trim(number[1:6], "0") != "" && number[6:] != "000"
	}
	return false
}

// luhn is the check of ISO/IEC 7812-1 annex B over a string of digits.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func digitSum(digits string) int {
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i] - '0')
	}
	return sum
}

// Format writes the number as its register does on paper: "0 132 720.001", "552 100 554 00013", "G33972-001".
// A number that is not valid is shown as written.
func Format(id Identifier) string {
	if !id.Valid || len(id.Value) != length(id.Scheme) {
		return id.Written
	}
	v := id.Value
	switch id.Scheme {
	case SchemeRID:
		return v[:1] + " " + v[1:4] + " " + v[4:7]
	case SchemeRIDET:
		return v[:1] + " " + v[1:4] + " " + v[4:7] + "." + v[7:]
	case SchemeSIREN:
		return v[:3] + " " + v[3:6] + " " + v[6:9]
	case SchemeSIRET:
		return v[:3] + " " + v[3:6] + " " + v[6:9] + " " + v[9:]
	case SchemeTAHITIITI:
		return v[:6] + "-" + v[6:]
	}
	return v
}

// IsPlaceholder reports whether the text stands for "no number": "0", "000000", "néant", "n/a", "-"…
// It is no identifier at all and should not be kept as one.
func IsPlaceholder(written string) bool {
	text := strings.ToLower(strings.TrimSpace(written))
	switch text {
	case "", "néant", "neant", "aucun", "aucune", "non", "none", "null", "nan", "na", "n/a", "n.a.", "nc", "n.c.",
		"inconnu", "inconnue", "en cours", "en attente", "sans", "sans objet", "xxx":
		return true
	}
	for _, r := range text {
		if !strings.ContainsRune("0.- _/?*x\u00a0\u202f–—", r) {
			return false
		}
	}
	return true
}

// ZeroRestored reports whether the number was written without the leading zero that its canonical form has, as a
// spreadsheet does that takes it for a quantity.
func (id Identifier) ZeroRestored() bool {
	compact, ok := compactNumber(id.Scheme, id.Written)
	return ok && id.Valid && len(compact) == len(id.Value)-1
}

// Unit is the number of the legal unit that an establishment's number begins with: the SIREN of a SIRET, the RID
// of a RIDET, the TAHITI number of a TAHITI-ITI. A legal unit's own number is returned as it is. It is false for
// a number that is not valid.
func (id Identifier) Unit() (Identifier, bool) {
	if !id.Valid {
		return Identifier{}, false
	}
	unit := map[string]string{SchemeRIDET: SchemeRID, SchemeSIRET: SchemeSIREN, SchemeTAHITIITI: SchemeTAHITI}[id.Scheme]
	if unit == "" {
		return id, true
	}
	value := id.Value[:length(unit)]
	return Identifier{Scheme: unit, Value: value, Written: value, Valid: true}, true
}

// Implied reports whether a number is the first part of another one of all: the RID of a RIDET, the SIREN of a SIRET.
func Implied(all []Identifier, id Identifier) bool {
	return slices.ContainsFunc(all, func(other Identifier) bool {
		unit, ok := other.Unit()
		return ok && other.Scheme != id.Scheme && unit.Scheme == id.Scheme && unit.Value == id.Value
	})
}

// IsEstablishment reports whether numbers of the scheme name one establishment and not a whole legal unit.
func IsEstablishment(scheme string) bool {
	return scheme == SchemeRIDET || scheme == SchemeSIRET || scheme == SchemeTAHITIITI
}

// SchemeKey is the key of the scheme's name: "company.scheme.ridet".
func SchemeKey(scheme string) string { return "company.scheme." + scheme }
