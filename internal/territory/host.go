package territory

import (
	"net"
	"strings"

	"golang.org/x/net/idna"
)

// CleanHost is a host name as browsers send it: lower case, without port, accents in punycode. It is false for what
// cannot be a public host name: an address in figures, a name without a dot (but localhost), a path.
func CleanHost(s string) (string, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	if h, _, err := net.SplitHostPort(s); err == nil {
		s = h
	}
	if net.ParseIP(strings.Trim(s, "[]")) != nil || len(s) > 253 {
		return "", false
	}
	h, err := idna.Lookup.ToASCII(s)
	if err != nil || h == "" || h != "localhost" && !strings.Contains(h, ".") {
		return "", false
	}
	return h, true
}
