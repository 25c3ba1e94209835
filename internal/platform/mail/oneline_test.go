package mail_test

import (
	"strings"
	"testing"

	"grappe/internal/platform/mail"
)

func TestOneLine(t *testing.T) {
	for name, want := range map[string]string{
		"":                              "",
		" Atelier \r\n du\tLagon ":      "Atelier du Lagon",
		"Pat\u202egnp\u2066.exe\ufffd":  "Patgnp.exe",
		"a\x00b":                        "a b",
		strings.Repeat("é", 60):         strings.Repeat("é", 60),
		strings.Repeat("é", 58) + " é":  strings.Repeat("é", 58) + " é",
		strings.Repeat("é", 58) + " éé": strings.Repeat("é", 58) + "…",
	} {
		if got := mail.OneLine(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
