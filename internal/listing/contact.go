package listing

import (
	"net/url"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// KeyPhoneWrong is the key of the sentence about a phone number that somebody typed and that is none; its "typed" is what was typed.
const KeyPhoneWrong = "listing.phone_wrong"

// ParsePhone reads a phone number as people of a country write it (ISO 3166-1 alpha-2: "NC", "FR") and returns
// it in E.164 ("+687445728"). It is false, with the text trimmed, when the numbering plan knows no such number.
func ParsePhone(written, country string) (string, bool) {
	written = strings.TrimSpace(written)
	if len(written) > 60 {
		return written, false
	}
	number, err := phonenumbers.Parse(written, country)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return written, false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

// TypedPhone reads a phone number that a person types for a company of a country: one that ParsePhone knows, or a short one of the
// country as operators and help lines have them ("1012", "3646", "118 218"), which is given as its digits. Short numbers of two
// digits are those of emergencies, and no company's.
func TypedPhone(written, country string) (string, bool) {
	stored, ok := ParsePhone(written, country)
	if ok || len(stored) > 60 {
		return stored, ok
	}
	number, err := phonenumbers.Parse(stored, country)
	if short := strings.ReplaceAll(stored, " ", ""); err == nil && isShort(short) && phonenumbers.IsValidShortNumberForRegion(number, country) {
		return short, true
	}
	return stored, false
}

func isShort(s string) bool {
	return len(s) >= 3 && len(s) <= 6 && strings.Trim(s, "0123456789") == ""
}

// MayBePhone reports whether a text may be a phone number at all: whatever brings one, it has from three to twenty digits, and from
// seven where it begins as an international number does: the calling code alone ("+687"), which forms leave in the field, is none.
// Files bring such numbers that no numbering plan knows; what a person types is held to TypedPhone.
func MayBePhone(written string) bool {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, written)
	least := 3
	if strings.HasPrefix(strings.TrimLeft(written, " ("), "+") || strings.HasPrefix(digits, "00") {
		least = 7
	}
	return len(digits) >= least && len(digits) <= 20
}

// DisplayPhone writes a stored number as readers of the country do: national format at home ("44.57.28"),
// international abroad. What is not E.164 is shown as it was written.
func DisplayPhone(stored, country string) string {
	number, err := phonenumbers.Parse(stored, "")
	if err != nil {
		return stored
	}
	format := phonenumbers.INTERNATIONAL
	if int(number.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
		format = phonenumbers.NATIONAL
	}
	return phonenumbers.Format(number, format)
}

// PhoneLink is the "tel:" address of a stored number, empty when it is neither E.164 nor a short one.
func PhoneLink(stored string) string {
	if !isE164(stored) && !isShort(stored) {
		return ""
	}
	return "tel:" + stored
}

func isE164(s string) bool {
	digits, ok := strings.CutPrefix(s, "+")
	if !ok || len(digits) < 5 || len(digits) > 15 {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// ParseWebsite reads a web address as people write it ("www.kernix.com") and returns it with its scheme. It is
// false, with the text trimmed, when that is no http address of a host with a dot.
func ParseWebsite(written string) (string, bool) {
	written = strings.TrimSpace(written)
	text := written
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > 2000 || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return written, false
	}
	host := u.Hostname()
	if !strings.Contains(strings.Trim(host, "."), ".") || strings.ContainsAny(host, " <>\"'_,;") {
		return written, false
	}
	return u.String(), true
}

// WebDomain is the domain under which an organisation registered its site: "blueoffice.nexity.fr" gives
// "nexity.fr". It is empty for hosts that many organisations share (social networks, site builders, blog hosts).
func WebDomain(address string) string {
	address, ok := ParseWebsite(address)
	if !ok {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."))
	if err != nil {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || isSharedHost(domain) {
		return ""
	}
	return domain
}

// OwnDomain is WebDomain where the address is that of a whole site, at the domain itself or at its "www", with no page named but the
// first one or that of a language: who has a page of somebody else's site has none of the domain. It is empty otherwise.
func OwnDomain(address string) string {
	domain := WebDomain(address)
	if domain == "" {
		return ""
	}
	address, _ = ParseWebsite(address)
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."))
	if err != nil || strings.TrimPrefix(host, "www.") != domain || u.RawQuery != "" {
		return ""
	}
	if page := strings.Trim(u.Path, "/"); page != "" && len(page) != 2 && !strings.HasPrefix(page, "index.") || strings.Contains(strings.Trim(u.Path, "/"), "/") {
		return ""
	}
	return domain
}

// isSharedHost is true for domains on which organisations have pages without owning the name.
func isSharedHost(domain string) bool {
	switch domain {
	case "facebook.com", "fb.com", "fb.me", "twitter.com", "x.com", "linkedin.com", "instagram.com", "youtube.com",
		"youtu.be", "tiktok.com", "pinterest.com", "viadeo.com", "google.com", "google.fr", "goo.gl", "bit.ly",
		"tumblr.com", "medium.com", "github.com", "github.io", "gitlab.com", "wordpress.com", "wixsite.com", "wix.com",
		"blogspot.com", "blogspot.fr", "over-blog.com", "canalblog.com", "weebly.com", "jimdo.com", "jimdofree.com",
		"e-monsite.com", "free.fr", "orange.fr", "wanadoo.fr", "sfr.fr", "pagesperso-orange.fr", "pagesjaunes.fr",
		"webnode.fr", "webnode.com", "site-solocal.com", "business.site", "sites.google.com", "strikingly.com",
		"squarespace.com", "myshopify.com", "eventbrite.fr", "meetup.com", "helloasso.com", "about.me", "angel.co",
		"wikipedia.org", "lagoon.nc", "linktr.ee", "vimeo.com", "dailymotion.com", "netlify.app", "vercel.app",
		"example.org", "example.com", "gouv.fr", "gouv.nc", "asso.fr", "scoop.it", "mairie.fr", "apple.com":
		return true
	}
	return false
}
