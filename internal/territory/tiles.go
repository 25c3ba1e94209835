package territory

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/errs"
)

// Limits of what a cluster may write about its tile server.
const (
	longestTileURL     = 300
	longestAttribution = 200
	usualMaxZoom       = 19 // of most servers
	deepestZoom        = 22
)

// IsZero reports that the territory has no tile server of its own.
func (t Tiles) IsZero() bool { return t == Tiles{} }

// Zooms is the deepest level that the server has.
func (t Tiles) Zooms() int {
	if t.MaxZoom == 0 {
		return usualMaxZoom
	}
	return t.MaxZoom
}

// TileOrigin is the origin of the territory's own tile server, "https://tiles.example.nc", for the policy of the pages that
// show its maps; empty where it has none.
func (t *Territory) TileOrigin() string {
	host, ok := tileHost(t.Tiles.URL)
	if !ok || !isPublic(host) {
		return ""
	}
	return "https://" + host
}

// CheckTiles returns errs.Invalid, with one entry in Fields for each fault, for a tile server that pages must not name: tiles
// come by https from a public host name without a port, each at one address of {z}, {x} and {y}, and whoever made
// them is named. The zero value is no fault.
func CheckTiles(t Tiles) error {
	var c checker
	c.tiles(t)
	return c.invalid("territory.tiles")
}

func (c *checker) invalid(key string) error {
	if len(c.faults) == 0 {
		return nil
	}
	e := errs.New(errs.Invalid, key, nil)
	e.Fields = c.faults
	return e
}

func (c *checker) tiles(t Tiles) {
	if t.IsZero() {
		return
	}
	host, ok := tileHost(t.URL)
	switch {
	case t.URL == "":
		c.fault("tiles.url", "missing", "")
	case !ok:
		c.faultWith("tiles.url", "tile_url", errs.Args{"value": clip(t.URL), "marks": "{z}, {x}, {y}", "path": "{z}/{x}/{y}"})
	case !isPublic(host):
		c.fault("tiles.url", "tile_host", clip(host))
	}
	switch {
	case strings.TrimSpace(t.Attribution) == "":
		c.fault("tiles.attribution", "attribution_missing", "")
	case !isPlain(t.Attribution, longestAttribution):
		c.fault("tiles.attribution", "attribution", clip(t.Attribution))
	}
	c.must(t.MaxZoom >= 0 && t.MaxZoom <= deepestZoom, "tiles.max_zoom", "max_zoom", t.MaxZoom)
}

// tileHost is the host of an address of tiles, false for what is not one: see CheckTiles.
func tileHost(address string) (string, bool) {
	if len(address) > longestTileURL || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII || strings.ContainsRune(`"'<>\^|`+"`", r) }) {
		return "", false
	}
	plain := address
	for _, name := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(address, name) != 1 {
			return "", false
		}
		plain = strings.Replace(plain, name, "0", 1)
	}
	u, err := url.Parse(plain)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || u.Port() != "" || u.Fragment != "" || strings.ContainsAny(plain, "{}#") {
		return "", false
	}
	// What stands before the path must be the host as it is written, with no placeholder in it.
	host := strings.TrimPrefix(address, "https://")
	host, _, _ = strings.Cut(host, "/")
	if host != u.Host || host == "" {
		return "", false
	}
	return strings.ToLower(host), true
}

// isPublic reports a host name, in small letters, that other machines of the Internet can know: no address, no port, none of the names that mean this
// machine or this network (RFC 6761, RFC 6762, RFC 8375, and what routers use).
func isPublic(host string) bool {
	if clean, ok := CleanHost(host); !ok || clean != host {
		return false
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	// A last label of digits makes browsers read the whole as an IPv4 address ("127.1", "0x7f.1").
	if len(labels) < 2 || regexp.MustCompile(`^(\d+|0x[0-9a-f]*)$`).MatchString(last) {
		return false
	}
	switch last {
	case "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "invalid", "onion":
		return false
	case "arpa":
		return false
	}
	return true
}

// isPlain reports text of one line, without markup, of at most so many characters.
func isPlain(s string, longest int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= longest &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '<' || r == '>' })
}
