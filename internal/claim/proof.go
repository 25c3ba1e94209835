package claim

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
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
// nothing. An address that the card shows proves it whoever provides it: it is the one that was published. A domain is only that of
// a whole site; whether others show it too is for Service.proves to look at.
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
		if listing.OwnDomain(site) == domain {
			return ByDomain
		}
	}
	return ""
}

// proves is Proves, but for a domain that public cards of other companies show as well: a group's address speaks for none of its members.
func (s *Service) proves(ctx context.Context, q db.Querier, mail string, r listing.Record) (Proof, error) {
	proof := Proves(mail, r.Listing)
	if proof != ByDomain {
		return proof, nil
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(account.Domain(mail))
	if err != nil {
		return "", err
	}
	if shared, err := s.shared(ctx, q, domain, r); err != nil || shared {
		return "", err
	}
	return proof, nil
}

// proving is the domain of which any address proves the card, "" for none.
func (s *Service) proving(ctx context.Context, q db.Querier, r listing.Record) (string, error) {
	for _, site := range r.Listing.Websites {
		domain := listing.OwnDomain(site)
		if domain == "" || Proves("a@"+domain, r.Listing) != ByDomain {
			continue
		}
		if shared, err := s.shared(ctx, q, domain, r); err != nil || !shared {
			return domain, err
		}
	}
	return "", nil
}

// shared reports whether public cards of other companies have the same domain.
func (s *Service) shared(ctx context.Context, q db.Querier, domain string, r listing.Record) (bool, error) {
	found, err := s.cards.Candidates(ctx, q, r.Listing.Territory, []listing.Key{{Kind: listing.KeyDomain, Value: domain}})
	if err != nil {
		return false, err
	}
	ids := make([]string, 0, len(found))
	for _, m := range found {
		ids = append(ids, m.ListingID)
	}
	cards, err := s.cards.ByIDs(ctx, q, ids)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(cards, func(l listing.Listing) bool { return l.CompanyID != r.Company.ID && l.State == listing.Published }), nil
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

// shown is an address of a card as its claimants read it: in full where everybody reads it on the card.
func shown(l listing.Listing, address string) string {
	if l.State == listing.Published && slices.Contains(published(l), address) {
		return address
	}
	return account.HiddenMail(address)
}
