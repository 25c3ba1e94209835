package claim

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"grappe/internal/account"
	"grappe/internal/listing"
)

//go:embed data/providers.txt
var providersText string

// providers are the domains at which anybody gets an address.
var providers = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(providersText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all[line] = true
		}
	}
	return all
})

// IsProvider reports whether anybody gets a mail address at a domain.
func IsProvider(domain string) bool { return providers()[domain] }

// Proves gives what an address, in the normal form of account.ParseMail and proved to be the person's, proves about a card; "" for
// nothing. An address that the card shows proves it whoever provides it: it is the one that was published.
func Proves(mail string, l listing.Listing) Proof {
	if mail == "" {
		return ""
	}
	if slices.Contains(published(l), mail) {
		return ByMail
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(account.Domain(mail))
	if err != nil || IsProvider(domain) || crowded(l.Category) {
		return ""
	}
	for _, site := range l.Websites {
		if listing.WebDomain(site) == domain {
			return ByDomain
		}
	}
	return ""
}

// crowded are the organisations whose domain says little about who may speak for them: pupils and thousands of agents have an
// address there.
func crowded(c listing.Category) bool { return c == listing.School || c == listing.PublicBody }

// published are the addresses that a card shows, in their normal form, each once.
func published(l listing.Listing) []string {
	var all []string
	for _, written := range l.Emails {
		address, err := account.ParseMail(written)
		if err == nil && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	return all
}
