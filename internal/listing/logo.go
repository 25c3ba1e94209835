package listing

import (
	"context"
	"net/url"
	"strings"

	"grappe/internal/platform/db"
	"grappe/internal/platform/files"
)

// ValidLogo reports whether the text is the address of a picture that a page may show: of a file that was handed in, or
// elsewhere by https.
func ValidLogo(text string) bool {
	if files.IsPath(text) {
		return true
	}
	_, ok := ParseWebsite(text)
	return ok && strings.HasPrefix(text, "https://")
}

// OwnLogo is the path of the card's logo where it was handed in, "" for none and for one that stands elsewhere: a page shows no
// pictures of third parties.
func (c *Content) OwnLogo() string {
	if files.IsPath(c.Logo) {
		return c.Logo
	}
	return ""
}

// LogoAddress is the absolute address of a logo, as the card at the address page names it to others; "" for what leads nowhere.
func LogoAddress(logo, page string) string {
	if IsWeb(logo) {
		return logo
	}
	if at, err := url.Parse(page); err == nil && at.Host != "" && files.IsPath(logo) {
		return at.Scheme + "://" + at.Host + logo
	}
	return ""
}

// LogoOwner is what the logos of a card are kept as, among files: of all cards for the empty identifier.
func LogoOwner(id string) string { return "listing/" + id }

// showLogos lets anybody see the logos of cards that are public: until then a logo that was handed in is its editors' and the team's.
func showLogos(ctx context.Context, tx *db.Tx, records []Record) error {
	var logos []string
	for _, r := range records {
		if id := files.IDOf(r.Listing.Logo); id != "" && r.Listing.State == Published {
			logos = append(logos, id)
		}
	}
	return files.Store{}.Publish(ctx, tx, LogoOwner(""), logos...)
}

// LogosUsed finds the files that are the logo of a card in any state, or were once: the history can put one back.
func (Reader) LogosUsed(ctx context.Context, q db.Querier) (map[string]bool, error) {
	return files.MentionedBy(`SELECT logo FROM listings WHERE logo LIKE '/fichiers/%'
		UNION ALL SELECT before FROM listing_revisions WHERE before LIKE '%/fichiers/%'`)(ctx, q)
}
