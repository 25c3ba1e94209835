package importer

import (
	"net/url"
	"slices"
	"strings"

	"grappe/internal/listing"
)

// networks are the social networks of listing.Social.
func networks() []string {
	return []string{"facebook", "linkedin", "x", "twitter", "instagram", "youtube", "viadeo", "googleplus", "tiktok", "mastodon", "github"}
}

// country is where numbers without a country code are dialled.
func (w *work) country() string { return w.env.Territory.Country }

// phoneText reads one number for the phone step, whose parameter may name another country.
func (w *work) phoneText(_, v, country string) string {
	if country == "" {
		country = w.country()
	}
	text, _ := listing.ParsePhone(v, country)
	return text
}

// isTenths reports whether a value is an amount as a sheet holds it ("45123.5"), whose digits only happen to make a telephone number.
func isTenths(v string) bool {
	at := strings.IndexAny(v, ".,")
	return at > 0 && at == len(v)-2 && isDigits(v[:at]) && isDigits(v[at+1:])
}

// addPhones adds the numbers of a value: those understood in E.164, those that may be one as written.
func (w *work) addPhones(field string, v string) {
	if digits, undone, _ := wholeNumber(v); undone {
		v = digits
	}
	if isTenths(v) {
		w.warn("importer.warn.phone-none", field, args("value", short(v)))
		return
	}
	if n, ok := listing.ParsePhone(v, w.country()); ok {
		w.addPhone(n)
		return
	}
	if parts := cutPhones(v); len(parts) > 1 {
		for _, p := range parts {
			w.addPhones(field, p)
		}
		return
	}
	if !listing.MayBePhone(v) {
		w.warn("importer.warn.phone-none", field, args("value", short(v)))
		return
	}
	w.warn("importer.warn.phone-doubtful", field, args("value", short(v)))
	w.addPhone(v)
}

// room reports whether a list takes more: one too many is enough for bound to tell.
func room[T any](list []T) bool { return len(list) <= listing.MaxItems }

// cutPhones parts numbers that share a cell.
func cutPhones(v string) []string {
	v = strings.NewReplacer(" ou ", "/", " et ", "/", " - ", "/", ";", "/", ",", "/", "\n", "/", "|", "/").Replace(v)
	return withoutBlanks(strings.Split(v, "/"))
}

func (w *work) addPhone(n string) {
	c := &w.draft.Content
	if room(c.Phones) && !slices.Contains(c.Phones, n) {
		c.Phones = append(c.Phones, n)
	}
}

// addEmails adds the addresses of a value and tells those that are none.
func (w *work) addEmails(field, v string) {
	for _, part := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ,;/\n<>()", r) }) {
		if address, ok := emailOf(part); ok {
			w.addEmail(address)
			continue
		}
		if strings.Contains(part, "@") || !strings.Contains(v, "@") {
			w.warn("importer.warn.email-none", field, args("value", short(v)))
		}
	}
}

func (w *work) addEmail(address string) {
	c := &w.draft.Content
	if room(c.Emails) && !slices.ContainsFunc(c.Emails, func(held string) bool { return strings.EqualFold(held, address) }) {
		c.Emails = append(c.Emails, address)
	}
}

// emailOf reads one address: a name, an at sign and a domain with a dot. The domain is lower-cased.
func emailOf(v string) (string, bool) {
	v = strings.TrimPrefix(strings.Trim(v, " .:\"'"), "mailto:")
	if len(v) > 254 || !listing.ValidEmail(v) {
		return "", false
	}
	local, domain, _ := strings.Cut(v, "@")
	domain = strings.ToLower(domain)
	if !strings.Contains(strings.Trim(domain, "."), ".") || strings.ContainsAny(domain, "[]") {
		return "", false
	}
	address := local + "@" + domain
	return address, listing.ValidEmail(address)
}

// siteText reads one address of the web, telling what it had to mend: a misspelt scheme, words behind the address.
func (w *work) siteText(field, v string) string {
	mended := mendScheme(strings.TrimSpace(v))
	if first, _, more := strings.Cut(mended, " "); more && strings.Contains(first, ".") {
		mended = strings.TrimRight(first, ",;")
	}
	site, ok := listing.ParseWebsite(mended)
	if !ok {
		w.warn("importer.warn.url-none", field, args("value", short(v)))
		return ""
	}
	if mended != strings.TrimSpace(v) {
		w.warn("importer.warn.url-mended", field, args("value", short(v), "read", short(site)))
	}
	return site
}

// mendScheme corrects the misspellings of http:// that are met.
func mendScheme(v string) string {
	low := strings.ToLower(v)
	for _, wrong := range []struct{ from, to string }{
		{"htpps://", "https://"},
		{"htpp://", "http://"},
		{"htttp://", "http://"},
		{"htttps://", "https://"},
		{"hhtp://", "http://"},
		{"hhtps://", "https://"},
		{"ttp://", "http://"},
		{"ttps://", "https://"},
		{"http//", "http://"},
		{"https//", "https://"},
		{"http:/www", "http://www"},
		{"https:/www", "https://www"},
		{"http:www", "http://www"},
		{"https:www", "https://www"},
		{"http://http://", "http://"},
		{"http://https://", "https://"},
		{"https://http://", "http://"},
		{"https://https://", "https://"},
	} {
		if strings.HasPrefix(low, wrong.from) {
			return wrong.to + v[len(wrong.from):]
		}
	}
	return v
}

// addWebsite adds one site. A mail address that stands in its column goes where it belongs.
func (w *work) addWebsite(field, v string) {
	if address, ok := emailOf(v); ok {
		w.warn("importer.warn.url-email", field, args("value", short(v)))
		w.addEmail(address)
		w.speak("emails")
		return
	}
	c := &w.draft.Content
	if site := w.siteText(field, v); site != "" && !slices.Contains(c.Websites, site) {
		c.Websites = append(c.Websites, site)
	}
}

// addSocial adds one account. It may be written as an address, as an address without a scheme, or as the bare name
// of the account when the mapping says on which network.
func (w *work) addSocial(field, network, v string) {
	if network == "twitter" {
		network = "x"
	}
	v, _, _ = strings.Cut(strings.TrimSpace(v), `\`) // a line end that an export spelled out
	bare := strings.TrimPrefix(strings.TrimSpace(v), "@")
	if network != "" && isHandle(network, bare) {
		w.putSocial(listing.Social{Network: network, URL: accountAddress(network, bare)})
		return
	}
	site, ok := "", false
	if looksLikeAddress(v) {
		mended := mendScheme(v)
		if site, ok = listing.ParseWebsite(mended); ok && mended != v {
			w.warn("importer.warn.url-mended", field, args("value", short(v), "read", short(site)))
		}
	}
	found := networkOf(site)
	switch {
	case !ok, found == "" && network != "" && network != "mastodon":
		w.warn("importer.warn.social-none", field, args("value", short(v)))
	case found == "" && network == "":
		w.warn("importer.warn.social-site", field, args("value", short(v)))
		w.addWebsite(field, v)
		w.speak("websites")
	case found == "":
		w.putSocial(listing.Social{Network: network, URL: site})
	default:
		w.putSocial(listing.Social{Network: found, URL: tidyAccount(found, site)})
	}
}

func (w *work) putSocial(s listing.Social) {
	c := &w.draft.Content
	if !slices.Contains(c.Social, s) {
		c.Social = append(c.Social, s)
	}
}

// looksLikeAddress tells "www.facebook.com/x" from "FB Mediatheque".
func looksLikeAddress(v string) bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(mendScheme(v), "https://"), "/")
	return strings.Contains(v, "://") || strings.Contains(host, ".") && !strings.Contains(host, " ")
}

// isHandle reports whether the text can be the name of an account on the network.
func isHandle(network, v string) bool {
	most := 50
	switch network {
	case "x":
		most = 15
	case "googleplus", "viadeo", "mastodon":
		return false
	}
	if v == "" || len(v) > most {
		return false
	}
	for _, r := range v {
		alnum := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !alnum && (network == "x" || r != '.' && r != '-') {
			return false
		}
	}
	return true
}

// accountAddress is the address of an account's page.
func accountAddress(network, handle string) string {
	switch network {
	case "x":
		return "https://x.com/" + handle
	case "linkedin":
		return "https://www.linkedin.com/company/" + handle
	case "youtube":
		return "https://www.youtube.com/@" + handle
	case "tiktok":
		return "https://www.tiktok.com/@" + handle
	case "github":
		return "https://github.com/" + handle
	}
	return "https://www." + network + ".com/" + handle
}

// networkOf recognises the network by the host, empty for any other site.
func networkOf(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, known := range []struct{ domain, network string }{
		{"facebook.com", "facebook"},
		{"fb.com", "facebook"},
		{"fb.me", "facebook"},
		{"linkedin.com", "linkedin"},
		{"twitter.com", "x"},
		{"x.com", "x"},
		{"instagram.com", "instagram"},
		{"youtube.com", "youtube"},
		{"youtu.be", "youtube"},
		{"viadeo.com", "viadeo"},
		{"plus.google.com", "googleplus"},
		{"tiktok.com", "tiktok"},
		{"github.com", "github"},
		{"mastodon.social", "mastodon"},
		{"piaille.fr", "mastodon"},
		{"framapiaf.org", "mastodon"},
	} {
		if host == known.domain || strings.HasSuffix(host, "."+known.domain) {
			return known.network
		}
	}
	return ""
}

// tidyAccount gives X its present name, so that one account has one address.
func tidyAccount(network, site string) string {
	if network != "x" {
		return site
	}
	u, err := url.Parse(site)
	if err != nil {
		return site
	}
	handle, _, _ := strings.Cut(strings.Trim(u.Path, "/@"), "/")
	if !isHandle("x", handle) {
		return site
	}
	return accountAddress("x", handle)
}
