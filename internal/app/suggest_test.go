package app

import (
	"testing"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// Who is signed in sees in their space what they have reported and proposed, until it is decided, and whatever page follows it.
func TestWhatOneHasSaidStandsInOnesSpace(t *testing.T) {
	h := newClaimed(t)
	v := h.visitor(t)
	p, card := v.enter("nina@voisine.nc", account.ByCode), h.cards["muet"].Listing
	var said []curation.Change
	for _, c := range []curation.Change{
		{Kind: curation.Suggestion, Listing: card.ID, Base: card.Version, Fields: []string{"city"}, After: listing.Content{City: "Dumbéa"}},
		{Kind: curation.New, Fields: []string{"name", "category"}, After: listing.Content{Name: "École du Ouen Toro", Category: listing.School}},
	} {
		c.State, c.Territory, c.Person, c.Mail, c.Lang = curation.Waiting, demoTerritory, p.ID, p.Mail, "fr"
		err := h.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			c, err = h.app.Curation.Propose(t.Context(), tx, c)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, c)
	}
	page := v.get("/nc/espace")
	page.page(t, "the space", 200, "Votre signalement sur la fiche Fiche muet", "La fiche que vous proposez, École du Ouen Toro")
	links := uitest.Find(t, page.body, `a[href^="/nc/signalements/"]`)
	if len(links) != len(said) {
		t.Fatalf("%d links", len(links))
	}
	for _, a := range links {
		v.get(uitest.Attr(a, "href")).page(t, "what follows it", 200)
	}
	for _, c := range said {
		err := h.app.DB.Write(t.Context(), func(tx *db.Tx) error { return h.app.Curation.WithdrawIn(t.Context(), tx, c.ID) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if left := uitest.Find(t, v.get("/nc/espace").body, `a[href^="/nc/signalements/"]`); len(left) > 0 {
		t.Errorf("%d are withdrawn, and still stand there", len(left))
	}
}
