package listing_test

import (
	"strings"
	"testing"

	"grappe/internal/listing"
)

func TestLogo(t *testing.T) {
	own := "/fichiers/" + strings.Repeat("0a", 16) + ".png"
	for _, c := range []struct {
		logo    string
		valid   bool
		own     string
		address string
	}{
		{own, true, own, "https://nc.example" + own},
		{"https://example.org/logo.png", true, "", "https://example.org/logo.png"},
		{"http://example.org/logo.png", false, "", "http://example.org/logo.png"},
		{"", false, "", ""},
		{"/fichiers/../secret", false, "", ""},
		{"//example.org" + own, false, "", ""},
		{"javascript:alert(1)", false, "", ""},
		{"data:image/png;base64,AAAA", false, "", ""},
		{"/assets/app.js", false, "", ""},
	} {
		content := listing.Content{Logo: c.logo}
		if got := listing.ValidLogo(c.logo); got != c.valid {
			t.Errorf("%q is valid: %v", c.logo, got)
		}
		if got := content.OwnLogo(); got != c.own {
			t.Errorf("%q shown as %q", c.logo, got)
		}
		if got := listing.LogoAddress(c.logo, "https://nc.example/annuaire/x"); got != c.address {
			t.Errorf("%q told as %q", c.logo, got)
		}
	}
	if got := listing.LogoAddress(own, "/annuaire/x"); got != "" {
		t.Errorf("without a host: %q", got)
	}
}
