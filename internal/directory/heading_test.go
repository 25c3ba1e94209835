package directory

import "testing"

// A heading has quotation marks of its own.
func TestUnquoted(t *testing.T) {
	for text, want := range map[string]string{
		`site web`:         `site web`,
		`"site web"`:       `site web`,
		`« site web »`:     `site web`,
		`“site web”`:       `site web`,
		`"site" web`:       `"site" web`,
		`"site" et "web"`:  `"site" et "web"`,
		`caisse "site web`: `caisse "site web`,
		`""`:               `""`,
	} {
		if got := unquoted(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
