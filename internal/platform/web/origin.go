package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Scheme is "https" where the client's connection is encrypted, here or at a trusted proxy, else "http".
func Scheme(r *http.Request) string {
	if IsTLS(r) {
		return "https"
	}
	return "http"
}

// Origin is scheme and host of the request, as its client wrote them: "https://annuaire.example.nc". Anybody can write any
// host: what a page tells to others should rather be a name that the operator gave. It is empty for a host that is none.
func Origin(r *http.Request) string {
	if !isHost(r.Host) {
		return ""
	}
	return Scheme(r) + "://" + r.Host
}

// ParseOrigin reads the address of a site as its operator writes it, "https://annuaire.example.nc", and gives it without
// the slash at its end. A path, a query and a user name are refused.
func ParseOrigin(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil {
		return "", fmt.Errorf("web: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Host) || strings.TrimSuffix(s, "/") != u.Scheme+"://"+u.Host {
		return "", fmt.Errorf("web: %q is not the address of a site", s)
	}
	return u.Scheme + "://" + u.Host, nil
}

// isHost reports whether s is a name of letters, digits, dashes, underscores and dots, or an address in figures, with or
// without a port (RFC 3986, 3.2.2, without its exotic signs).
func isHost(s string) bool {
	if bracketed, ok := strings.CutPrefix(s, "["); ok {
		address, port, ok := strings.Cut(bracketed, "]")
		ip, err := netip.ParseAddr(address)
		return ok && err == nil && ip.Is6() && ip.Zone() == "" && (port == "" || isPort(strings.CutPrefix(port, ":")))
	}
	name, port, hasPort := strings.Cut(s, ":")
	if hasPort && !isPort(port, true) {
		return false
	}
	name = strings.TrimSuffix(name, ".")
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return false
		}
	}
	return true
}

// isPort reports whether s is a port's number, and what stood before it was as it should be.
func isPort(s string, before bool) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return before && err == nil && n > 0
}
