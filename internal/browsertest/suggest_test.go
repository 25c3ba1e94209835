package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/curation"
)

// A visitor without an account reports a wrong number, confirms by the letter's link, and sees the answer of the team; proposes an
// organisation that the directory does not know, and takes that back.
func suggesting(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		b, mail := s.trip(t, w), s.somebody("passant")
		slug := s.someCard(t).Listing.Slug
		b.opens("/annuaire/" + slug)
		b.sends("what is wrong", `main a[href$="/`+slug+`/signaler"]`)
		b.look("signaler")
		b.sends("the form", `main a.door[href$="quoi=coordonnees"]`)
		b.look("signaler-contact")
		b.sends("the form again", submit)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#mail")
		b.writes("#websites", "https://nouveau.example")
		b.writes("#message", "Le site a changé d’adresse.")
		b.writes("#mail", mail)
		b.sends("what comes next", submit)
		b.want("the address is shown", `document.querySelector("main").textContent.includes(`+quote(mail)+`)`)
		b.look("signalement-envoye")
		link := b.confirmed(t, mail)
		b.look("signalement-attend")

		changes := s.proposedBy(t, mail)
		if len(changes) != 1 || len(changes[0].Fields) != 1 || changes[0].Fields[0] != "websites" {
			t.Fatalf("%+v", changes)
		}
		team := account.Actor{Person: "team", Territory: territory, Roles: []account.Role{account.ProjectManager}}
		if _, err := s.app.Curation.Decide(t.Context(), team, changes[0].ID, curation.Decision{Reason: "L’ancienne adresse répond encore."}); err != nil {
			t.Fatal(err)
		}
		b.goTo(link, http.StatusOK)
		b.want("the answer is there", `document.querySelector("main").textContent.includes("répond encore")`)
		b.look("signalement-refuse")
		b.proposes(t, s, mail)
	})
}

// confirmed presses the button of the last letter's page, and gives its path.
func (b *trip) confirmed(t *testing.T, mail string) string {
	t.Helper()
	link := pathIn(b.letter(mail), "/signalements/")
	if link == "" {
		t.Fatalf("no link in the letter:\n%s", b.letter(mail))
	}
	b.goTo(link, http.StatusOK)
	b.look("signalement-confirmer")
	b.sends("what comes next", `main button[value="confirmer"]`)
	b.want("it is confirmed", `!document.querySelector('main button[value="confirmer"]')`)
	return link
}

// proposes proposes an organisation, from a search that found nothing: a look-alike is shown first. Then takes it back.
func (b *trip) proposes(t *testing.T, s *stage, mail string) {
	b.Helper()
	b.opens("/annuaire?q=" + "zzyzx")
	b.sends("the form", `main .empty a[href*="/proposer-une-fiche"]`)
	b.want("the name is there", `document.querySelector("#name").value === "zzyzx"`)
	b.look("proposer")
	b.opens("/proposer-une-fiche")
	b.writes("#nom", s.rich.Name)
	b.sends("the cards that look alike", `main form [type=submit]`)
	b.want("the card is among them", `!!document.querySelector('main a[href$="/annuaire/`+s.rich.Slug+`"]')`)
	b.look("proposer-ressemblances")
	b.sends("the form", `main a.button-main`)
	b.writes("#name", "Zzyzx Numérique "+mail)
	b.writes("#headline", "Sites pour les gîtes")
	b.writes("#phones", "28 11 22")
	b.sends("the form again", submit)
	b.answered(http.StatusUnprocessableEntity)
	b.want("what was typed is there", `document.querySelector("#headline").value === "Sites pour les gîtes"`)
	b.look("proposer-faute")
	b.click(`[name=mienne][value=oui]`)
	b.writes("#mail", mail)
	b.sends("what comes next", submit)
	b.confirmed(t, mail)
	b.look("proposition-attend")
	b.click("main details > summary")
	b.sends("the page again", `main button[value="retirer"]`)
	b.want("it is withdrawn", `!document.querySelector("main form")`)
	b.look("proposition-retiree")
}

// proposedBy are the changes of an address that wait.
func (s *stage) proposedBy(t *testing.T, mail string) []curation.Change {
	t.Helper()
	team := account.Actor{Person: "team", Territory: territory, Roles: []account.Role{account.ProjectManager}}
	all, err := s.app.Curation.Waiting(t.Context(), team, curation.Filter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	var theirs []curation.Change
	for _, c := range all {
		if strings.EqualFold(c.Mail, mail) {
			theirs = append(theirs, c)
		}
	}
	return theirs
}
