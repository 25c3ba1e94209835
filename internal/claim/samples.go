package claim

import (
	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/mail"
)

// Samples are the mails of this room, for their preview.
func Samples() []mail.Sample {
	const who = "Marie Wamytan (marie@exemple.example)"
	l := listing.Listing{ID: "exemple", Slug: "atelier-du-lagon", Content: listing.Content{Name: "Atelier du Lagon"}}
	named := func(kind, path string) mail.Sample {
		return account.Sample(kind, "", func(s account.Site) mail.Letter { return letter(s, kind, path, "who", who, "name", l.Name) })
	}
	disputed := func(kind string) mail.Sample {
		return account.Sample(kind, "", func(s account.Site) mail.Letter {
			return disputeLetter(s, kind, l, Claim{ID: "exemple", Reason: s.P.T("claim.letter.sample_reason")})
		})
	}
	return []mail.Sample{
		account.Sample(kindCode, "", func(s account.Site) mail.Letter { return codeLetter(s, l, who, "042718") }),
		named(kindTaken, office.EditPath(l.ID)),
		account.Sample(kindPublished, "", func(s account.Site) mail.Letter { return publishedLetter(s, l, who, DisputePath+"exemple") }),
		named(kindAsked, ClaimPath("exemple")),
		named(kindGranted, office.EditPath(l.ID)),
		account.Sample(kindRefused, "", func(s account.Site) mail.Letter {
			return refusedLetter(s, l, "exemple", s.P.T("claim.letter.sample_reason"))
		}),
		named(kindJoined, "/espace/entreprises/exemple"),
		disputed(kindDisputed), disputed(kindUpheld), disputed(kindRemoved),
	}
}
