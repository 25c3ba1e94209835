package claim_test

import (
	"testing"

	"grappe/internal/claim"
	"grappe/internal/listing"
)

func TestProves(t *testing.T) {
	card := func(category listing.Category, sites, mails []string) listing.Listing {
		return listing.Listing{Content: listing.Content{Category: category, Websites: sites, Emails: mails}}
	}
	plain := card(listing.Company, []string{"http://www.atelier.nc/fr/", "https://atelier-du-lagon.com"}, []string{"Bonjour@Atelier.nc", "atelier@lagoon.nc"})
	for _, c := range []struct {
		what, mail string
		card       listing.Listing
		want       claim.Proof
	}{
		{"the domain of the site", "paul@atelier.nc", plain, claim.ByDomain},
		{"of the second site", "paul@atelier-du-lagon.com", plain, claim.ByDomain},
		{"a part of the domain", "paul@compta.atelier.nc", plain, claim.ByDomain},
		{"a published address", "bonjour@atelier.nc", plain, claim.ByMail},
		{"a published address of a provider", "atelier@lagoon.nc", plain, claim.ByMail},
		{"another of that provider", "autre@lagoon.nc", plain, ""},
		{"a domain that ends alike", "paul@monatelier.nc", plain, ""},
		{"a domain above", "paul@nc", plain, ""},
		{"another top domain", "paul@atelier.com", plain, ""},
		{"nobody", "", plain, ""},
		{"the provider's own card", "client@mls.nc", card(listing.Company, []string{"https://www.mls.nc"}, nil), ""},
		{"the post's own card", "client@offratel.nc", card(listing.Company, []string{"https://offratel.nc"}, nil), ""},
		{"a page at a provider", "paul@free.fr", card(listing.Company, []string{"http://paul.free.fr"}, nil), ""},
		{"a page of a network", "paul@facebook.com", card(listing.Company, []string{"https://facebook.com/atelier"}, nil), ""},
		{"a suffix of registers", "paul@autre.com.au", card(listing.Company, []string{"https://atelier.com.au"}, nil), ""},
		{"a site builder's name", "paul@atelier.wixsite.com", card(listing.Company, []string{"https://lagon.wixsite.com"}, nil), ""},
		{"pupils of a school", "eleve@univ.nc", card(listing.School, []string{"https://univ.nc"}, nil), ""},
		{"the school's own address", "accueil@univ.nc", card(listing.School, []string{"https://univ.nc"}, []string{"accueil@univ.nc"}), claim.ByMail},
		{"agents of an administration", "agent@province.nc", card(listing.PublicBody, []string{"https://province.nc"}, nil), ""},
		{"letters that look alike", "paul@xn--telier-3ve.nc", plain, ""},
		{"a page of an agency's site", "paul@agence.nc", card(listing.Company, []string{"https://agence.nc/salon"}, nil), ""},
		{"a page of a chamber's directory", "paul@chambre.nc", card(listing.Company, []string{"https://www.chambre.nc/fr/salon"}, nil), ""},
		{"a site below an agency's", "paul@agence.nc", card(listing.Company, []string{"https://salon.agence.nc"}, nil), ""},
		{"a page by its number", "paul@agence.nc", card(listing.Company, []string{"https://agence.nc/?id=7"}, nil), ""},
		{"the first page by its file", "paul@salon.nc", card(listing.Company, []string{"https://salon.nc/index.html"}, nil), claim.ByDomain},
		{"accents", "paul@xn--caf-dma.nc", card(listing.Company, []string{"https://café.nc"}, nil), claim.ByDomain},
		{"what is no address", "paul@lagoon.nc", card(listing.Company, []string{"javascript:alert(1)", ""}, []string{"paul at lagoon", ""}), ""},
	} {
		if got := claim.Proves(c.mail, c.card); got != c.want {
			t.Errorf("%s: %q proves %q, want %q", c.what, c.mail, got, c.want)
		}
	}
}

func TestProviders(t *testing.T) {
	for _, domain := range []string{
		"lagoon.nc", "mls.nc", "canl.nc", "nautile.nc", "offratel.nc", "mail.pf", "mail.wf", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "gmail.com", "outlook.fr", "proton.me",
	} {
		if !claim.IsProvider(domain) {
			t.Errorf("%s is no provider", domain)
		}
	}
	for _, domain := range []string{"", "#", "atelier.nc", "com", "GMAIL.COM"} {
		if claim.IsProvider(domain) {
			t.Errorf("%q is a provider", domain)
		}
	}
}
