package listing

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/company"
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

// LogosUsed finds which files are the logo of a card, in any state.
func (Reader) LogosUsed(ctx context.Context, q db.Querier, ids []string) (map[string]bool, error) {
	used := map[string]bool{}
	for chunk := range slices.Chunk(ids, 500) {
		paths := make([]any, len(chunk))
		for i, id := range chunk {
			paths[i] = files.Path(id)
		}
		rows, err := q.QueryContext(ctx, "SELECT logo FROM listings WHERE logo IN "+company.InSQL(1, len(chunk)), paths...)
		if err != nil {
			return nil, fmt.Errorf("listing: logos: %w", err)
		}
		found, err := scanIDs(rows)
		if err != nil {
			return nil, fmt.Errorf("listing: logos: %w", err)
		}
		for _, path := range found {
			used[files.IDOf(path)] = true
		}
	}
	return used, nil
}
