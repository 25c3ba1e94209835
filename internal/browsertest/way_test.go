package browsertest

import (
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/office"
)

// What the way from "this is my company" to a card that is edited and published may take, the sign-in and its code in it.
const (
	wayClicks = 8
	wayTime   = 2 * time.Minute
)

// ownCardInTwoMinutes is that whole way, each click counted.
func ownCardInTwoMinutes(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		card := s.someCard(t)
		mail := "atelier@" + listing.WebDomain(card.Listing.Websites[0])
		c := &claimer{trip: s.trip(t, w), card: card}
		c.opens("/annuaire/" + card.Listing.Slug)
		began := time.Now()
		c.presses("the first page of the claim", `main a[href$="/revendiquer"]`)
		c.presses("the sign-in", `main a.button-main`)
		c.asks(mail)
		c.answers(mail)
		c.clicks += 2 // for the code, and with it
		c.here(office.ClaimPath(card.Listing.Slug))
		c.presses("the form of the card", submit)
		c.here(office.EditPath(card.Listing.ID))
		const says = "Voiles réparées dans la journée"
		c.writes("#headline", says)
		c.does("the end", "publier")
		c.clicks++
		c.presses("the card", "main .button-main")
		took := time.Since(began)
		c.here("/annuaire/" + card.Listing.Slug)
		c.want("it says what was written", `document.querySelector("main").textContent.includes(`+quote(says)+`)`)
		t.Logf("%d clicks, %s", c.clicks, took.Round(time.Second))
		if c.clicks > wayClicks || took > wayTime {
			t.Errorf("%d clicks in %s, more than %d or %s", c.clicks, took, wayClicks, wayTime)
		}
	})
}
