package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// guard refuses connections to networks that are not public. It sees the address that is about to be dialled, after names
// were resolved, so that no name, redirect or second resolution leads around it.
type guard struct{ allowed []netip.Prefix }

var errPrivate = errors.New("fetch: not a public address")

// control is net.Dialer.ControlContext.
func (g guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", errPrivate, err)
	}
	if !g.allows(at.Addr()) {
		return errPrivate
	}
	return nil
}

func (g guard) allows(addr netip.Addr) bool {
	addr = addr.Unmap()
	if slices.ContainsFunc(g.allowed, func(p netip.Prefix) bool { return p.Contains(addr.WithZone("")) }) {
		return true
	}
	return Public(addr)
}

// Public reports whether an address belongs to the public internet: the special-purpose registries of IANA (RFC 6890 and
// what was added since) say which do not. An IPv6 address that carries an IPv4 address is as public as that one.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if addr.Zone() != "" || !addr.IsValid() {
		return false
	}
	if inner, ok := carried(addr); ok {
		return Public(inner)
	}
	if addr.Is4() {
		return !within(addr, special4())
	}
	return globalUnicast.Contains(addr) && !within(addr, special6())
}

// carried is the IPv4 address inside one of NAT64 (64:ff9b::/96, RFC 6052) or 6to4 (2002::/16, RFC 3056).
func carried(addr netip.Addr) (netip.Addr, bool) {
	if !addr.Is6() {
		return netip.Addr{}, false
	}
	b := addr.As16()
	switch {
	case nat64.Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour     = netip.MustParsePrefix("2002::/16")
)

func within(addr netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// special4 lists the IPv4 networks that are not public.
func special4() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this host
		netip.MustParsePrefix("10.0.0.0/8"),      // private
		netip.MustParsePrefix("100.64.0.0/10"),   // shared by the customers of a provider
		netip.MustParsePrefix("127.0.0.0/8"),     // loopback
		netip.MustParsePrefix("169.254.0.0/16"),  // link-local, and the clouds' metadata
		netip.MustParsePrefix("172.16.0.0/12"),   // private
		netip.MustParsePrefix("192.0.0.0/24"),    // protocols
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // relays of 6to4
		netip.MustParsePrefix("192.168.0.0/16"),  // private
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("224.0.0.0/4"),     // multicast
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved, and broadcast
	}
}

// special6 lists the networks within 2000::/3 that are not public.
func special6() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("2001::/23"),     // protocols, Teredo among them
		netip.MustParsePrefix("2001:db8::/32"), // documentation
		netip.MustParsePrefix("3fff::/20"),     // documentation
	}
}

// ParseNetworks reads addresses and networks: "192.168.1.7", "10.0.0.0/8", "fd00::/8". The second result is the first that
// is neither, empty where all are.
func ParseNetworks(list []string) ([]netip.Prefix, string) {
	out := make([]netip.Prefix, 0, len(list))
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil || addr.Zone() != "" {
				return nil, text
			}
			addr = addr.Unmap()
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, ""
}
