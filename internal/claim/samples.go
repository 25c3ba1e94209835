package claim

import (
	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Samples are the mails of this room, for their preview.
func Samples() []mail.Sample {
	const who = "Marie Wamytan (marie@exemple.example)"
	l := listing.Listing{ID: "exemple", Slug: "atelier-du-lagon", Content: listing.Content{Name: "Atelier du Lagon"}}
	named := func(kind, path string) mail.Sample {
		return sample(kind, func(s account.Site) mail.Letter { return letter(s, kind, path, "who", who, "name", l.Name) })
	}
	return []mail.Sample{
		sample(kindCode, func(s account.Site) mail.Letter { return codeLetter(s, l, who, "042718") }),
		named(kindTaken, EditPath(l.ID)),
		sample(kindPublished, func(s account.Site) mail.Letter { return publishedLetter(s, l, who, "exemple") }),
		named(kindAsked, ClaimPath("exemple")),
		named(kindGranted, EditPath(l.ID)),
		sample(kindRefused, func(s account.Site) mail.Letter { return refusedLetter(s, l, s.P.T("claim.letter.sample_reason")) }),
		named(kindJoined, "/espace/entreprises/exemple"),
	}
}

// sample is a mail of a kind from a cluster that does not exist.
func sample(kind string, write func(s account.Site) mail.Letter) mail.Sample {
	return mail.Sample{Kind: kind, Message: func(p *locale.Printer) mail.Message {
		site := account.Site{P: p, Cluster: "Grappe", Base: "https://grappe.example", Accent: "#0A5A78"}
		return mail.Message{
			Event: kind + "/sample", Kind: kind, To: mail.Address{Mail: "vous@exemple.example"}, Lang: p.Lang(), From: site.Cluster,
			Accent: site.Accent, Letter: write(site),
		}
	}}
}
