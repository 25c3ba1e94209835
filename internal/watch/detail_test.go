package watch

import (
	"testing"
	"time"

	"grappe/internal/company"
)

// What a flag says of a company that has ended is read back as it was noted; other words are no number of a register.
func TestDetailOfAStruckOffCompany(t *testing.T) {
	noumea := time.FixedZone("", 11*60*60)
	day := time.Date(2026, 11, 30, 0, 0, 0, 0, noumea)
	for scheme, number := range map[string]string{
		company.SchemeRID: "0 132 720", company.SchemeSIREN: "732 829 320", company.SchemeTAHITI: "A12345",
	} {
		for _, ended := range []string{"", "2026-03-12"} {
			d, ok := ReadStruckDetail(StruckDetail(number, day, ended), noumea)
			if !ok || d.Number.Scheme != scheme || company.Format(d.Number) != number || !d.Said.Equal(day) || dayWords(d.Ended) != ended {
				t.Errorf("%s: %+v, %v", number, d, ok)
			}
		}
	}
	for _, words := range []string{"", "Radiée le 3 février", "0 132 720", "Radiée (2026-11-30)", "0 132 720 (hier)", "0 132 720 (2026-11-30; hier)"} {
		if d, ok := ReadStruckDetail(words, noumea); ok {
			t.Errorf("%q is read as %+v", words, d)
		}
	}
}
