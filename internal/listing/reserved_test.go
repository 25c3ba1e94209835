package listing

import (
	"slices"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// The directory answers itself at /annuaire/imprimer, /annuaire/suggestions and /annuaire/lieux: a card there could never be
// read, whether its name or the slug that it brings along would lead there.
func TestNoCardTakesAnAddressOfTheDirectory(t *testing.T) {
	reserved := []string{"imprimer", "suggestions", "lieux"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var cards []Record
		for _, word := range reserved {
			named, brought := card(word), card("Autre "+word)
			brought.Listing.Slug = word
			cards = append(cards, named, brought)
		}
		for _, c := range save(t, d, cards...) {
			if c.Listing.Slug == "" || slices.Contains(reserved, c.Listing.Slug) {
				t.Errorf("%q stands at %q", c.Listing.Name, c.Listing.Slug)
			}
		}
	})
}
