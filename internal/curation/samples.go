package curation

import (
	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Samples are the mails of this room, for their preview.
func Samples() []mail.Sample {
	var samples []mail.Sample
	for _, kind := range Kinds() {
		for _, state := range []State{Accepted, Partly, Refused, Expired} {
			if state == Expired && kind != Suggestion {
				continue // only a suggestion is passed on to who may not answer
			}
			c := Change{Kind: kind, State: state, Listing: "exemple", Fields: []string{"phones", "opening_hours", "address"}, Taken: []string{"phones", "opening_hours"}}
			switch state {
			case Expired:
				c.Taken = nil
			case Refused:
				c.Taken, c.Reason = nil, "Le numéro proposé ne répond pas. Écrivez-nous si vous en connaissez un autre."
			case Accepted:
				c.Fields = c.Taken
			}
			about := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: c}
			samples = append(samples, sample(kindDecided, func(s account.Site) mail.Letter { return decisionLetter(s, about) }))
		}
	}
	done := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: Change{Kind: Suggestion, State: Accepted, Listing: "exemple"}}
	samples = append(samples, sample(kindDecided, func(s account.Site) mail.Letter { return decisionLetter(s, done) }))
	about := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: Change{
		Kind: Suggestion, Listing: "exemple", Fields: []string{"phones", "address"}, Passed: []string{"phones"}, After: listing.Content{},
	}}
	for _, kind := range []string{kindSuggested, kindOffered} {
		samples = append(samples, sample(kind, func(s account.Site) mail.Letter { return ownersLetter(s, kind, about) }))
	}
	return samples
}

// sample is a mail of a kind from a cluster that does not exist.
func sample(kind string, write func(s account.Site) mail.Letter) mail.Sample {
	return mail.Sample{Kind: kind, Message: func(p *locale.Printer) mail.Message {
		site := account.Site{P: p, Cluster: "Grappe", Base: "https://grappe.example", Accent: "#0A5A78"}
		m := message(site, "", kind, "sample", write(site))
		m.To = mail.Address{Mail: "vous@exemple.example"}
		return m
	}}
}
