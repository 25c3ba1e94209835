package curation

import (
	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/mail"
	"grappe/internal/territory"
)

// Samples are the mails of this room, for their preview.
func Samples() []mail.Sample {
	var samples []mail.Sample
	for _, kind := range Kinds() {
		for _, state := range []State{Accepted, Partly, Refused, Expired} {
			c := Change{Kind: kind, State: state, Listing: "exemple", Fields: []string{"phones", "opening_hours", "address"}, Taken: []string{"phones", "opening_hours"}, After: listing.Content{Address: "12 rue de l’Alma", Phones: []string{"241234"}}}
			switch state {
			case Expired:
				c.Taken = nil
			case Refused:
				c.Taken, c.Reason = nil, "Le numéro proposé ne répond pas. Écrivez-nous si vous en connaissez un autre."
			case Accepted:
				c.Fields = c.Taken
			}
			about := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: c, Place: &territory.Territory{Country: "NC"}}
			samples = append(samples, account.Sample(kindDecided, "", func(s account.Site) mail.Letter { return decisionLetter(s, about) }))
		}
	}
	passed := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: Change{Kind: Suggestion, State: Expired, Listing: "exemple", Passed: []string{"phones"}}}
	samples = append(samples, account.Sample(kindDecided, "", func(s account.Site) mail.Letter { return decisionLetter(s, passed) }))
	done := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: Change{Kind: Suggestion, State: Accepted, Listing: "exemple"}}
	samples = append(samples, account.Sample(kindDecided, "", func(s account.Site) mail.Letter { return decisionLetter(s, done) }))
	about := subject{Name: "Atelier du Lagon", Slug: "atelier-du-lagon", Change: Change{
		Kind: Suggestion, Listing: "exemple", Fields: []string{"phones", "address"}, Passed: []string{"phones"}, After: listing.Content{},
	}}
	for _, kind := range []string{kindSuggested, kindOffered} {
		samples = append(samples, account.Sample(kind, "", func(s account.Site) mail.Letter { return ownersLetter(s, kind, about) }))
	}
	card := listing.Listing{ID: "exemple", Content: listing.Content{Name: "Atelier du Lagon"}}
	for _, how := range []string{FlagHidden, FlagCeased} {
		samples = append(samples, account.Sample(hidingKind(how), "", func(s account.Site) mail.Letter {
			return hiddenLetter(s, card, how, s.P.T("curation.letter.hidden.sample"))
		}))
	}
	samples = append(samples, account.Sample(kindRestored, "", func(s account.Site) mail.Letter { return restoredLetter(s, card, []string{"phones", "opening_hours"}) }))
	for _, kind := range []string{kindMerged, kindMergedOthers} {
		kept := listing.Listing{ID: "exemple", Slug: "atelier-du-lagon", State: listing.Published, Content: card.Content}
		gone := listing.Listing{ID: "exemple", Content: listing.Content{Name: "Atelier Lagon Web"}}
		samples = append(samples, account.Sample(kind, "", func(s account.Site) mail.Letter { return mergedLetter(s, kind, kept, gone) }))
	}
	return samples
}
