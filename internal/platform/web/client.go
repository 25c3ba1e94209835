package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the machines in front of this one whose word on the client is taken. Only the one header that they are
// known to set is read, since they pass the others on as the client wrote them.
type Proxies struct {
	Trusted   []netip.Prefix
	Forwarded bool // they set Forwarded (RFC 7239) rather than X-Forwarded-For and X-Forwarded-Proto
}

// ParseProxies reads addresses and networks: "127.0.0.1", "10.0.0.0/8". The error names the wrong one.
func ParseProxies(list []string) (Proxies, error) {
	var p Proxies
	for _, text := range list {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return Proxies{}, fmt.Errorf("web: trusted proxy %q is neither an address nor a network", text)
			}
			prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		p.Trusted = append(p.Trusted, prefix.Masked())
	}
	return p, nil
}

func (p Proxies) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p.Trusted, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// client is the nearest address that is no trusted proxy, and whether a trusted proxy spoke for it.
func (p Proxies) client(r *http.Request) (addr netip.Addr, proxied bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	addr = peer.Addr().Unmap().WithZone("")
	if !p.trusts(addr) {
		return addr, false
	}
	hops := p.hops(r)
	for _, hop := range slices.Backward(hops) {
		next, ok := parseHop(hop)
		if !ok {
			break // what stands further left is hearsay
		}
		if addr = next; !p.trusts(addr) {
			break
		}
	}
	return addr, true
}

func (p Proxies) hops(r *http.Request) []string {
	if p.Forwarded {
		return forwarded(r, "for")
	}
	return splitList(r.Header.Values("X-Forwarded-For"))
}

// encrypted reports whether the trusted proxy nearest to us says that the client came by https.
func (p Proxies) encrypted(r *http.Request) bool {
	said := splitList(r.Header.Values("X-Forwarded-Proto"))
	if p.Forwarded {
		said = forwarded(r, "proto")
	}
	return len(said) > 0 && strings.EqualFold(said[len(said)-1], "https")
}

func splitList(values []string) []string {
	var items []string
	for _, item := range strings.Split(strings.Join(values, ","), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// forwarded lists one parameter of the elements of Forwarded (RFC 7239), in their order.
func forwarded(r *http.Request, name string) []string {
	var found []string
	for _, element := range splitList(r.Header.Values("Forwarded")) {
		for _, pair := range strings.Split(element, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if strings.EqualFold(key, name) {
				found = append(found, strings.Trim(value, `"`))
			}
		}
	}
	return found
}

// parseHop reads an address with or without a port, and IPv6 with or without brackets.
func parseHop(s string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}

// Network is what is counted as one client: an address, or for IPv6 the network of 64 bits around it, which is one household's. All
// unknown addresses are of the zero network.
func Network(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	n, _ := addr.Prefix(bits)
	return n
}
