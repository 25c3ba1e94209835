package locale

import (
	"strings"
	"testing"
)

func TestCheckTypography(t *testing.T) {
	tests := []struct{ lang, text, want string }{
		{"fr", "C’est prêt\u202f! Où\u202f? «\u202fIci\u202f»\u202f; là\u202f: {n}\u202f%", ""},
		{"fr", "Heures\u00a0: 9\u00a0h\u00a030 (quoi\u202f?)", ""},
		{"fr", "Écrivez à `grappe serve --addr \"x\"` ou https://exemple.nc/?q=a;b", ""},
		{"fr", "127.0.0.1:8080 est pris", ""},
		{"fr", "C'est prêt", "straight apostrophe"},
		{"fr", `Le "mot"`, "straight quote"},
		{"fr", "Attendez...", "three dots"},
		{"fr", "Deux  espaces", "two spaces"},
		{"fr", "fin ", "space at an end"},
		{"fr", "Prêt !", "before !"},
		{"fr", "Prêt!", "before !"},
		{"fr", "Prêt ? Oui", "before ?"},
		{"fr", "Un ; deux", "before ;"},
		{"fr", "Un\u00a0; deux", "before ;"},
		{"fr", "Un : deux", "before :"},
		{"fr", "Un: deux", "before :"},
		{"fr", "« Ici\u202f»", "after «"},
		{"fr", "«\u202fIci »", "before »"},
		{"fr", "12 %", "before %"},
		{"fr", "{n}%", "before %"},
		{"fr", "12 500 fiches", "inside a number"},
		{"en", "It’s ready! Where? “Here”; there: {n}%", ""},
		{"en", "It's ready", "straight apostrophe"},
		{"en", "Ready !", "space before !"},
		{"en", "Ready\u202f!", "space before !"},
	}
	for _, tt := range tests {
		got := strings.Join(CheckTypography(tt.lang, tt.text), "; ")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s %q: %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}
