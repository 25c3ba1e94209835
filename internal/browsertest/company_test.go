package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/account"
)

// An owner invites a colleague, who comes by the letter's link and accepts; both are seen. The last manager is told why not to
// leave, hands over, and leaves.
func companyPeople(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		id, name := s.someCompany(t)
		b, mail := s.trip(t, w), s.somebody("proprietaire")
		owner := s.person(t, mail, "Louise Téin", id)
		b.enters(t, owner)
		b.opens("/espace")
		b.want("the company is listed", `document.querySelector("main .roster").textContent.includes(`+quote(name)+`)`)
		b.look("espace-entreprise")
		b.sends("the company", `main .roster a`)
		here := "/espace/entreprises/" + id
		b.here(here)
		b.unfolds()
		b.want("one can leave from here too", visible(`form[action$="/deconnexion"] button`))
		b.look("entreprise-seule")
		colleague := s.somebody("collegue")
		b.invites(here, colleague)
		other := b.accepts(t, s, w, here, colleague)

		b.opens(here)
		b.want("both are seen", `document.querySelector("#personnes").closest("section").querySelectorAll("li").length === 2`)
		b.look("entreprise-deux")
		b.sends("the colleague's page", `main .roster a.button`)
		b.look("entreprise-personne")
		b.opens(here + "/depart")
		b.want("it says why the last manager cannot leave", visible("main .notice.tone-warn"))
		b.want("and offers no button that does it", `!document.querySelector("main form")`)
		b.look("depart-derniere")
		b.handsOver(here)
		b.opens(here + "/depart")
		b.look("depart")
		b.sends("the space", submit)
		b.here("/espace")
		b.want("the company is gone", `!document.querySelector("main .roster") && document.querySelector("main .empty")`)
		b.goTo(b.home+here, http.StatusForbidden)

		other.opens(here)
		other.want("one's own address is whole", `document.querySelector("#personnes").closest("section").textContent.includes(`+quote(colleague)+`)`)
		other.want("the colleague is alone, and manages", `document.querySelector("#personnes").closest("section").querySelectorAll("li").length === 1 && document.querySelector("#invitations")`)
	})
}

// invites sends an invitation from the page of a company; a wrong address first.
func (b *trip) invites(here, mail string) {
	b.Helper()
	b.sends("the form", `main a[href$="/invitations"]`)
	b.look("inviter")
	b.writes("#mail", "collègue@")
	b.sends("the form again", submit)
	b.answered(http.StatusUnprocessableEntity)
	b.wrongField("#mail")
	b.want("what was typed is there", `document.querySelector("#mail").value === "collègue@"`)
	b.look("inviter-faute")
	b.writes("#mail", mail)
	b.want("an editor is proposed", `document.querySelector("[name=role][value=company_editor]").checked`)
	b.sends("the company", submit)
	b.here(here)
	b.want("the invitation is listed", `document.querySelector("#invitations").closest("section").textContent.includes(`+quote(mail)+`)`)
	b.look("entreprise-invitation")
}

// accepts opens the link of an invitation in another browser, signs in there and accepts.
func (b *trip) accepts(t *testing.T, s *stage, w way, here, mail string) *trip {
	t.Helper()
	other := s.trip(t, w)
	link := pathIn(s.letter(mail), account.PathInvitation)
	if link == "" {
		t.Fatalf("no link in the letter:\n%s", s.letter(mail))
	}
	other.home = strings.TrimSuffix(link, link[strings.Index(link, account.PathInvitation):]) // in the language of the letter
	other.goTo(link, http.StatusOK)
	other.look("invitation")
	other.sends("the sign-in", `main a.button-main`)
	other.here("/connexion")
	other.asks(mail)
	other.answers(mail)
	other.want("the invitation again", `location.pathname === `+quote(link))
	other.look("invitation-repondre")
	other.sends("what one belongs to", `main form[action$="/acceptation"] [type=submit]`)
	other.here(here)
	other.look(fmt.Sprintf("accepte%s", strings.ReplaceAll(here[:min(len(here), 12)], "/", "-")))
	other.goTo(link, http.StatusOK)
	other.want("it is answered", `!document.querySelector('main form[action$="/acceptation"]')`)
	other.look("invitation-acceptee")
	return other
}

// handsOver gives the company to the only colleague; without a choice first.
func (b *trip) handsOver(here string) {
	b.Helper()
	b.sends("the form", `main a[href$="/passation"]`)
	b.look("passation")
	b.sends("the form again", submit)
	b.answered(http.StatusUnprocessableEntity)
	b.look("passation-faute")
	b.click(`[name=a]`)
	b.sends("the company", submit)
	b.here(here)
	b.want("who hands over decides no more", `!document.querySelector("#invitations")`)
	b.look("entreprise-transmise")
}

// The pages of the space that no other journey passes.
func spacePages(t *testing.T) {
	each(t, scripted()[:1], func(t *testing.T, w way) {
		s := theStage(t)
		id, _ := s.someCompany(t)
		b, mail := s.trip(t, w), s.somebody("pages")
		b.enters(t, s.person(t, mail, "Très Longuement-Nommée de Saint-Exemple-sur-Dumbéa", id))
		b.opens("/espace")
		b.look("espace-nom-long")
		b.opens("/espace/entreprises/" + id + "/passation")
		b.look("passation-personne")
		b.opens("/espace/entreprises/" + id + "/depart")
		b.look("depart-seule")
		b.opens("/espace/courriels")
		b.look("courriels")
		b.click("main [type=checkbox]")
		b.sends("the page again", submit)
		b.want("it says that it is done", visible("main [role=alert]"))
		b.want("it is unticked", `!document.querySelector("main [type=checkbox]").checked`)
		b.look("courriels-enregistre")
		b.goTo(b.home+"/espace/entreprises/nulle-part", http.StatusNotFound)
		b.look("entreprise-absente")

		elsewhere := s.trip(t, w)
		elsewhere.enters(t, s.person(t, mail, ""))
		b.opens("/espace/securite")
		b.look("securite-deux-sessions")
		b.sends("the page without the other", `main form[action$="/sessions/autres/fin"] button`)
		b.want("it says that it is done", visible("main [role=alert]"))
		b.look("securite-terminee")
		elsewhere.goTo(b.home+"/espace", http.StatusOK)
		elsewhere.here("/connexion")
		b.writesName()
	})
}

// writesName sends a name that is too long.
func (b *trip) writesName() {
	b.Helper()
	b.opens("/espace/profil")
	b.eval(`document.querySelector("#name").removeAttribute("maxlength"), true`, nil)
	b.writes("#name", strings.Repeat("Long ", 40))
	b.sends("the profile again", submit)
	b.answered(http.StatusUnprocessableEntity)
	b.wrongField("#name")
	b.look("profil-faute")
}
