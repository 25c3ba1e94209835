package browsertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/freshness"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// From the letter among the mails of a demonstration to "thank you", in one press and without signing in; the link tells afterwards
// how things stand.
func freshnessButton(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t).instance(t, true)
		card := s.dueCard(t, w)
		b := s.trip(t, w)
		b.opens("/courrier")
		b.sends("the letter", `main tbody tr:first-child a[href*="/courrier/"]`)
		b.want("it is about the card", `document.querySelector("main").textContent.includes(`+quote(card.Name)+`)`)
		b.look("fraicheur-lettre")
		b.sends("the page of the button", `main a[href*="`+freshness.ExactPath+`"]`)
		link := b.text("location.pathname")
		if !strings.HasPrefix(link, b.home+freshness.ExactPath) {
			t.Fatalf("the letter leads to %s", link)
		}
		b.want("it says what the card does", `document.querySelector("main dl").textContent.includes("bonjour@lagon.example")`)
		b.want("nobody has to sign in", `document.querySelectorAll("main form").length === 1 && !document.querySelector("main input:not([type=hidden])")`)
		b.look("fraicheur-exacte")
		if s.stored(t, card.ID).Version != card.Version {
			t.Error("looking changes the card")
		}
		b.sends("thanks", submit)
		b.want("it thanks", visible("main .notice.tone-ok")+` && !document.querySelector("main form")`)
		b.look("fraicheur-merci")
		if now := s.stored(t, card.ID); now.Version != card.Version+1 || !now.ConfirmedAt.After(card.ConfirmedAt) {
			t.Errorf("the card is confirmed at %v", now.ConfirmedAt)
		}
		b.goTo(link, http.StatusOK)
		b.want("the link is used", `!document.querySelector("main form") && !document.querySelector("main .notice")`)
		b.look("fraicheur-faite")
		b.sends("the card", `main a[href$="/annuaire/`+card.Slug+`"]`)
		b.want("the card is up to date", `!!document.querySelector("main .badge.tone-ok")`)

		if _, err := listing.NewService(s.app.DB, s.clock.now).Hide(t.Context(), listing.Author{}, card.ID, card.Version+1); err != nil {
			t.Fatal(err)
		}
		b.goTo(link, http.StatusGone)
		b.want("the card is not named any more", `!document.body.textContent.includes(`+quote(card.Name)+`)`)
		b.look("fraicheur-absente")
		b.goTo(link[:len(link)-4]+"AAAA", http.StatusNotFound)
	})
}

// dueCard is a card of a company that somebody acts for, with the letter that asks about it.
func (s *stage) dueCard(t *testing.T, w way) listing.Listing {
	t.Helper()
	ctx := t.Context()
	place, err := s.app.Territory(ctx, territory)
	if err != nil {
		t.Fatal(err)
	}
	var saved []listing.Record
	err = s.app.DB.Write(ctx, func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.SaveBatch(ctx, tx, []listing.Record{{
			Company: company.Company{Territory: territory, UsualName: "Atelier du Lagon"},
			Listing: listing.Listing{
				Territory: territory, State: listing.Published, ConfirmedAt: s.clock.now().AddDate(-1, 0, 0),
				Content: listing.Content{Name: "Atelier du Lagon", Category: listing.Company, Emails: []string{"bonjour@lagon.example"}, Headline: "Sites et applications"},
			},
		}}, s.clock.now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.speaker(t, w.lang, s.somebody("lagon"), "Louise Téin", saved[0].Company.ID)
	if err := s.app.Freshness.Begin(ctx, account.Operator(territory), place); err != nil {
		t.Fatal(err)
	}
	for day := 0; s.letters(t) == 0 && day < 70; day++ { // a letter that is late goes out within sixty days
		s.clock.pass(24 * time.Hour)
		if err := s.app.Freshness.Tick(ctx); err != nil {
			t.Fatal(err)
		}
	}
	return s.stored(t, saved[0].Listing.ID)
}

func (s *stage) letters(t *testing.T) (n int) {
	t.Helper()
	if err := s.app.DB.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM mails WHERE kind = 'freshness.reminder'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *stage) stored(t *testing.T, id string) listing.Listing {
	t.Helper()
	l, err := s.app.Listings.ByID(t.Context(), s.app.DB.Read(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// An administrator sees how well the directory is kept, opens the list behind a number, and what other months would bring before
// anything is saved.
func directoryHealth(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		b, mail := s.trip(t, w), s.somebody("admin")
		p := s.person(t, mail, "Ida Boulari")
		s.appoints(t, mail, account.Administrator)
		b.enters(t, p)
		b.opens("/gestion/annuaire")
		b.want("how it went is drawn", `document.querySelectorAll("figure.chart").length === 2`)
		b.look("fraicheur-annuaire")
		b.click(`section[aria-labelledby="par-commune"] summary`)
		b.want("each number of the table leads on", `document.querySelectorAll("section[aria-labelledby=par-commune] td a[href*=zone]").length > 20`)
		b.look("fraicheur-communes")
		agreed := false
		for try := 0; try < 4 && !agreed; try++ { // other journeys edit cards meanwhile
			b.opens("/gestion/annuaire")
			unconfirmed := b.text(`[...document.querySelectorAll(".tile")][2].querySelector(".tile-value").textContent.trim()`)
			b.sends("the list behind", `.tile:nth-child(3) a`)
			b.here("/gestion/fiches")
			agreed = b.is(`document.querySelector("main").textContent.includes(` + quote(unconfirmed) + `)`)
		}
		if !agreed {
			b.Error("the list behind a number has another number of cards")
		}

		b.opens("/gestion/annuaire")
		b.sends("the settings", `main a[href$="/reglages"]`)
		b.look("fraicheur-reglages")
		b.writes(`[name=rappel1]`, "12")
		b.sends("the settings again", `main form[method=get] [type=submit]`)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField(`[name=rappel2]`)
		b.look("fraicheur-reglages-faute")
		b.writes(`[name=rappel1]`, "3")
		b.sends("what it would bring", `main form[method=get] [type=submit]`)
		b.want("nothing is saved yet", visible("main form[method=post] [type=submit]"))
		b.look("fraicheur-reglages-effet")
	})
}
