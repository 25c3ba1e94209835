package edit

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
)

// items asks for a list, one input for each item. show is how a stored one is written, read what is stored of one that is typed, with
// the key of what is wrong with it.
func items(
	field string, step Step, at func(*listing.Content) *[]string, show func(s scope, stored string) string, read func(s scope, typed string) (stored, wrong string),
) question {
	return question{
		field, step,
		func(s scope, c *listing.Content) url.Values {
			var shown []string
			for _, stored := range *at(c) {
				shown = append(shown, line(show(s, stored)))
			}
			return of(field, shown...)
		},
		func(s scope, v url.Values, was, c *listing.Content) (faults []errs.Field) {
			*at(c) = nil
			for i, typed := range v[field] {
				stored, wrong := known(*at(was), line(typed), func(stored string) string { return line(show(s, stored)) })
				if !wrong {
					var key string
					if stored, key = read(s, line(typed)); key != "" {
						faults = append(faults, fault(input(field, i), key, errs.Args{"typed": short(typed)}))
					}
				}
				if !slices.Contains(*at(c), stored) {
					*at(c) = append(*at(c), stored)
				}
			}
			return faults
		},
	}
}

// input is the id of the input of an item.
func input(field string, i int) string {
	if i == 0 {
		return field
	}
	return field + "-" + strconv.Itoa(i)
}

// known finds what is stored as somebody was shown it.
func known[T any](held []T, typed string, show func(T) string) (stored T, ok bool) {
	i := slices.IndexFunc(held, func(t T) bool { return show(t) == typed })
	if i < 0 {
		return stored, false
	}
	return held[i], true
}

// short is what somebody typed, as a sentence may quote it.
func short(typed string) string {
	if runes := []rune(typed); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return typed
}

func asItIs(_ scope, stored string) string { return stored }

func showPhone(s scope, stored string) string {
	return listing.DisplayPhone(stored, s.territory.Country)
}

func readPhone(s scope, typed string) (stored, wrong string) {
	stored, ok := listing.TypedPhone(typed, s.territory.Country)
	if !ok {
		return stored, wrongPhone(s, typed)
	}
	return stored, ""
}

// mostDigits is how many digits a number has at the most, with the prefix of its country.
const mostDigits = 15

// wrongPhone is the key of what is wrong with a number that is none.
func wrongPhone(s scope, typed string) string {
	parts := strings.FieldsFunc(strings.NewReplacer(" ou ", "/", " or ", "/", " et ", "/", " and ", "/").Replace(typed), func(r rune) bool { return strings.ContainsRune("/;,|", r) })
	numbers, digits := 0, 0
	for _, part := range parts {
		if _, ok := listing.TypedPhone(strings.TrimSpace(part), s.territory.Country); ok {
			numbers++
		}
	}
	for _, r := range typed {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	switch {
	case numbers > 1:
		return "edit.phone_two"
	case digits > mostDigits:
		return "edit.phone_long"
	}
	return listing.KeyPhoneWrong
}

func readEmail(_ scope, typed string) (stored, wrong string) {
	if !listing.ValidEmail(typed) {
		return typed, "edit.email_wrong"
	}
	return typed, ""
}

func readWebsite(_ scope, typed string) (stored, wrong string) {
	stored, ok := listing.ParseWebsite(typed)
	switch {
	case !ok:
		return stored, "edit.website_wrong"
	case withinHouse(stored):
		return stored, "edit.website_private"
	}
	return stored, ""
}

// withinHouse reports whether an address is one of a private network, which leads nobody else anywhere.
func withinHouse(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if at, err := netip.ParseAddr(host); err == nil {
		return !fetch.Public(at)
	}
	return slices.Contains([]string{"local", "lan", "home", "internal", "localhost", "intranet"}, host[strings.LastIndexByte(host, '.')+1:])
}

// socialQuestion asks for the addresses of accounts: the address says on which network.
func socialQuestion() question {
	show := func(a listing.Social) string { return line(a.URL) }
	return question{
		"social", Contact,
		func(_ scope, c *listing.Content) url.Values {
			var shown []string
			for _, a := range c.Social {
				shown = append(shown, show(a))
			}
			return of("social", shown...)
		},
		func(_ scope, v url.Values, was, c *listing.Content) (faults []errs.Field) {
			c.Social = nil
			for i, typed := range v["social"] {
				account, ok := known(was.Social, line(typed), show)
				if !ok {
					if account, ok = accountAt(line(typed)); !ok {
						faults = append(faults, fault(input("social", i), "edit.social_wrong", errs.Args{"typed": short(typed)}))
						continue
					}
				}
				if !slices.Contains(c.Social, account) {
					c.Social = append(c.Social, account)
				}
			}
			return faults
		},
	}
}

// accountAt is the account of an address, by its host; of a host that nobody knows, the path of Mastodon's accounts tells.
func accountAt(typed string) (listing.Social, bool) {
	address, ok := listing.ParseWebsite(typed)
	if !ok {
		return listing.Social{}, false
	}
	u, err := url.Parse(address)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return listing.Social{}, false
	}
	host := strings.ToLower(u.Hostname())
	for _, prefix := range []string{"www.", "m.", "fr.", "fr-fr.", "nc.", "mobile.", "web."} {
		host = strings.TrimPrefix(host, prefix)
	}
	network := networkOf(host)
	if network == "" && strings.HasPrefix(u.Path, "/@") {
		network = "mastodon"
	}
	return listing.Social{Network: network, URL: address}, network != ""
}

func networkOf(host string) string {
	switch host {
	case "facebook.com", "fb.com", "fb.me":
		return "facebook"
	case "linkedin.com", "lnkd.in":
		return "linkedin"
	case "twitter.com", "x.com":
		return "x"
	case "instagram.com":
		return "instagram"
	case "youtube.com", "youtu.be":
		return "youtube"
	case "tiktok.com":
		return "tiktok"
	case "github.com":
		return "github"
	case "viadeo.com", "viadeo.journaldunet.com":
		return "viadeo"
	case "plus.google.com":
		return "googleplus"
	}
	return ""
}
