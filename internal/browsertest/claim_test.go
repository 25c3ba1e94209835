package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
)

// mostClicks is how many clicks lead from a card to the form by which it is edited, the sign-in not counted.
const mostClicks = 5

// someCard stores a published card that no other test uses, of a web site and addresses of its own.
func (s *stage) someCard(t *testing.T) listing.Record {
	t.Helper()
	n := s.next.Add(1)
	var saved listing.Record
	err := s.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		name := fmt.Sprintf("Voilerie %d", n)
		saved, err = listing.Store{}.Save(t.Context(), tx, listing.Record{Company: company.Company{UsualName: name, Status: company.Active}, Listing: listing.Listing{
			Territory: territory, State: listing.Published, Content: listing.Content{
				Name: name, Category: listing.Company, Headline: "Voiles et tauds",
				Emails: []string{fmt.Sprintf("contact@voilerie-%d.example", n), fmt.Sprintf("voilerie-%d@lagoon.nc", n)}, Websites: []string{fmt.Sprintf("https://www.voilerie-%d.example/", n)},
			},
		}}, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// claimer is somebody before a card, whose clicks are counted.
type claimer struct {
	*trip
	card   listing.Record
	clicks int
}

// presses follows a link or sends a form by one click.
func (c *claimer) presses(what, selector string) {
	c.Helper()
	c.clicks++
	c.sends(what, selector)
}

// claims goes from a card to where it is claimed, and signs in on the way.
func (s *stage) claims(t *testing.T, w way, mail string, card listing.Record) *claimer {
	t.Helper()
	c := &claimer{trip: s.trip(t, w), card: card}
	c.opens("/annuaire/" + card.Listing.Slug)
	c.presses("the first page of the claim", `main a[href$="/revendiquer"]`)
	c.look("revendiquer-visiteur")
	before := c.clicks
	c.presses("the sign-in", `main a.button-main`)
	c.here("/connexion")
	c.asks(mail)
	c.answers(mail)
	c.clicks = before // what the sign-in takes is not the claim's
	c.here(office.ClaimPath(card.Listing.Slug))
	return c
}

// holds fails the test unless the person of an address manages the company, by few enough clicks, before its form.
func (c *claimer) holds(t *testing.T, mail string) {
	t.Helper()
	c.here(office.EditPath(c.card.Listing.ID))
	people, err := c.app.Accounts.Acting(t.Context(), c.app.DB.Read(), c.card.Company.ID)
	if err != nil || len(people) != 1 || people[0].Mail != mail || people[0].Role != account.CompanyManager {
		t.Errorf("%+v act for the company (%v)", people, err)
	}
	if c.clicks > mostClicks {
		t.Errorf("%d clicks from the card to its form, more than %d", c.clicks, mostClicks)
	}
	t.Logf("%d clicks", c.clicks)
}

func claimByDomain(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		card := s.someCard(t)
		mail := "direction@" + listing.WebDomain(card.Listing.Websites[0])
		c := s.claims(t, w, mail, card)
		c.look("revendiquer-domaine")
		c.presses("the form of the card", submit)
		c.holds(t, mail)
		published := card.Listing.Emails[0]
		link := pathIn(s.letter(published), claim.DisputePath)
		if link == "" {
			t.Fatalf("no link in the letter to %s:\n%s", published, s.letter(published))
		}
		other := s.trip(t, w)
		other.home = strings.TrimSuffix(link, link[strings.Index(link, claim.DisputePath):])
		other.goTo(link, 200)
		other.look("contestation")
		other.sends("the page again", submit)
		other.want("it is noted", `document.querySelector("main .notice.tone-ok") && !document.querySelector("main form")`)
		other.look("contestation-notee")
	})
}

func claimByPublishedMail(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		card := s.someCard(t)
		mail := card.Listing.Emails[1]
		c := s.claims(t, w, mail, card)
		c.look("revendiquer-adresse")
		c.presses("the form of the card", submit)
		c.holds(t, mail)
		second := s.claims(t, w, "direction@"+listing.WebDomain(card.Listing.Websites[0]), card)
		second.look("revendiquer-prise")
		second.presses("the form of a request", `main a.button-main`)
		second.look("demande-rejoindre")
	})
}

func claimByCode(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		card, mail := s.someCard(t), s.somebody("gerante")
		c := s.claims(t, w, mail, card)
		c.look("revendiquer-code")
		c.presses("the page of the code", `main form[action$="/code"] [type=submit]`)
		c.here(office.ClaimPath(card.Listing.Slug) + "/code")
		c.look("code-fiche")
		code := codeIn(s.letter(card.Listing.Emails[0]))
		c.writes("#code", other(code))
		c.sends("the page again", submit) // a mistake is not the way
		c.answered(422)
		c.look("code-fiche-faute")
		c.writes("#code", code)
		c.presses("the form of the card", submit)
		c.holds(t, mail)
	})
}

func claimByRequest(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		card, mail := s.someCard(t), s.somebody("gerante")
		c := s.claims(t, w, mail, card)
		c.presses("the form of a request", `main a[href$="/demande"]`)
		c.look("demande")
		c.writes("#name", "Rosa Wéa")
		c.writes("#message", "Je tiens l’atelier depuis 2019.")
		c.sends("the form again", submit)
		c.answered(422)
		c.want("what was typed is there", `document.querySelector("#message").value.startsWith("Je tiens")`)
		c.look("demande-faute")
		c.chooses(t, "#document", "kbis.pdf", "%PDF-1.7\n%%EOF\n")
		c.presses("what becomes of it", submit)
		c.want("it is sent", `location.pathname.startsWith(`+quote(c.home+claim.ClaimPath(""))+`) && document.querySelector("main .notice.tone-ok")`)
		c.look("demande-envoyee")
		c.opens("/espace")
		c.want("it goes on in the space", `document.querySelector(".tasks-quiet").textContent.includes(`+quote(card.Listing.Name)+`)`)
		c.look("espace-demande")
		s.grants(t, card)
		c.opens("/espace")
		c.want("the company is there", `document.querySelector("main .roster").textContent.includes(`+quote(card.Company.UsualName)+`)`)
	})
}

// chooses gives a file to a field.
func (b *tab) chooses(t *testing.T, selector, name, content string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	b.run("choosing a file", chromedp.SetUploadFiles(selector, []string{path}, chromedp.ByQuery))
}

// grants has somebody of the team grant the request for a card.
func (s *stage) grants(t *testing.T, card listing.Record) {
	t.Helper()
	by := account.Operator(territory)
	waiting, err := s.app.Claims.Waiting(t.Context(), by, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range waiting {
		if one.Listing == card.Listing.ID {
			if err := s.app.Claims.Decide(t.Context(), by, one.ID, claim.Decision{Grant: true}); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("the request does not wait")
}
