package listing

import (
	"strings"
	"testing"
)

func TestMayBePhone(t *testing.T) {
	for written, want := range map[string]bool{
		"12": false, "": false, "1044": true, "appelez-moi": false, "28.12.34": true, "+687281234": true, "05 05 05 poste 12": true,
		"281234 / 281235 / 281236 / 281237": false, "118": true, "+687": false, "(+687)": false, " 00 687": false, "+683 4000": true,
	} {
		if got := MayBePhone(written); got != want {
			t.Errorf("%q: %v", written, got)
		}
	}
}

func TestTypedPhone(t *testing.T) {
	for _, tt := range []struct{ written, country, stored, link string }{
		{"44 57 28", "NC", "+687445728", "tel:+687445728"},
		{" 1012", "NC", "1012", "tel:1012"},
		{"36 46", "FR", "3646", "tel:3646"},
		{"118 218", "FR", "118218", "tel:118218"},
	} {
		if stored, ok := TypedPhone(tt.written, tt.country); !ok || stored != tt.stored || PhoneLink(stored) != tt.link || DisplayPhone(stored, tt.country) != stored && stored[0] != '+' {
			t.Errorf("%q: %q %v, %q", tt.written, stored, ok, PhoneLink(stored))
		}
	}
	for _, wrong := range []string{"17", "12", "999", "4455", "", "poste 1012", "+1012", strings.Repeat("1", 100)} {
		if stored, ok := TypedPhone(wrong, "NC"); ok || stored != wrong {
			t.Errorf("%q: %q %v", wrong, stored, ok)
		}
	}
}
