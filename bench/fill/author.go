package main

import (
	"strconv"
	"strings"

	"grappe/bench/corpus"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// author makes cards of the listings of the bench's corpus, with what a base holds besides: a company, an address, contacts and
// where each field comes from.
type author struct {
	corpus *corpus.Corpus
	zones  map[string]string // code → name
}

func newAuthor(seed uint64, n int) (*author, error) {
	c, err := corpus.Generated(seed, n)
	if err != nil {
		return nil, err
	}
	a := &author{corpus: c, zones: map[string]string{}}
	for _, z := range c.Territory.Zones {
		a.zones[z.Code] = z.Name
	}
	return a, nil
}

// card is the card of a number, published, with its company.
func (a *author) card(i int) listing.Record {
	l, number := a.corpus.Listing(i), strconv.Itoa(i)
	source := company.Source{Kind: company.FromImport, Name: "fill", At: l.Fresh}
	card := listing.Listing{
		Territory: a.corpus.Territory.Code, State: listing.Published, ConfirmedAt: l.Fresh,
		Content: listing.Content{
			Name: l.Name, Category: listing.Category(l.Category), Headline: l.Headline, Description: l.Description, Competences: l.Competences,
			Tags: l.Tags, ServiceArea: listing.ServiceArea{Zones: l.Serves, Everywhere: l.ServesAll}, Zone: l.Zone, City: a.zones[l.Zone], Point: &l.Point,
			Address: number + " rue des Cocotiers", Phones: []string{"+687" + strconv.Itoa(200000+i%800000)},
			Emails: []string{"contact@c" + number + ".example"}, Websites: []string{"https://www.c" + number + ".example/"},
		},
		Provenance: company.Provenance{"name": source, "headline": source, "description": source, "zone": source, "phones": source},
	}
	return listing.Record{Listing: card, Company: company.Company{
		LegalName: strings.ToUpper(l.Name) + " SARL", UsualName: l.Name, Status: company.Active, SizeClass: "01",
	}}
}
