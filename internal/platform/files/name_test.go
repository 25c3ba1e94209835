package files_test

import (
	"strings"
	"testing"

	"grappe/internal/platform/files"
)

func TestCleanName(t *testing.T) {
	for given, want := range map[string]string{
		"annuaire.csv": "annuaire.csv", `C:\Documents\Été 2026.csv`: "Été 2026.csv", "../../etc/passwd": "passwd", "a\x00b\u202e.csv": "ab.csv",
		"": "", ".": "", "..": "..", "/": "", "a/": "a", " \t ": "", "\xff\xfe.csv": ".csv", "\ufffd.csv": ".csv", `<"a":b|c?*>.pdf`: "abc.pdf", "a\u00a0b\u202fc": "a\u00a0b\u202fc",
		strings.Repeat("é", 300) + ".csv": strings.Repeat("é", 119) + "…", strings.Repeat("é", 120): strings.Repeat("é", 120),
	} {
		if got := files.CleanName(given); got != want {
			t.Errorf("%q gives %q, want %q", given, got, want)
		}
	}
}
