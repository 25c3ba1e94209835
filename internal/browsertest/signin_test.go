package browsertest

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"grappe/internal/account"
)

// TestPeople makes the journeys of people and of the team. The pages that they pass are looked at on the way; in the end their
// HTML is validated all at once.
func TestPeople(t *testing.T) {
	s := theStage(t)
	folder := t.TempDir()
	s.seen.Clear()
	s.seen.Store(keptIn, folder)
	t.Run("journeys", func(t *testing.T) {
		for name, journey := range map[string]func(t *testing.T){
			"a code": signInByCode, "a link": signInByLink, "a code by keyboard": signInByKeyboard, "a session that ends": formOutlivesSession,
			"a passkey": passkeyOfPerson, "a passkey of the team": passkeyOfTeam, "an organisation": organisation, "a company": companyPeople,
			"one’s own card in two minutes": ownCardInTwoMinutes, "a claim by domain": claimByDomain, "a claim by published mail": claimByPublishedMail, "a claim by code": claimByCode, "a claim by request": claimByRequest,
			"a card that is edited": editCard, "a card that two edit": editMeets, "a card edited without a connection": editOffline, "a card edited when the session is over": editSignedOut,
			"a team": team, "cards of the team": cardsOfTheTeam, "an import": importing, "pages of the desk": deskPages, "moderation by keyboard": moderationByKeyboard, "moderation of many": moderationOfMany, "one's data": ownData, "mails that one stops": stoppedMails, "pages of the space": spacePages,
			"a suggestion":           suggesting,
			"the button of a letter": freshnessButton, "the directory’s health": directoryHealth,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				journey(t)
			})
		}
	})
	if kept, err := os.ReadDir(folder); err != nil || len(kept) > 0 { // a part of the journeys may pass none
		validate(t, folder)
	}
}

// number is that of the way among ways.
func (w way) number() (n int) {
	if w.width != phone().width {
		n++
	}
	if !w.scripts {
		n += 2
	}
	return n
}

// other is a code that is not this one.
func other(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

// marked gives the expression that marks the first link of the list that stands in a row with a text.
func marked(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("main tbody tr")].find((r) => r.textContent.includes(%s))?.querySelector("a")?.setAttribute("data-mine", "") === undefined && document.querySelector("[data-mine]")`, quote(text))
}

// From the first page of the demonstration: choosing a person, asking for a code, reading it in the letter, typing it; a wrong
// one first. Then leaving.
func signInByCode(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		b := theStage(t).trip(t, w)
		b.opens("")
		b.look("home")
		b.sends("the sign-in", fmt.Sprintf(`section[aria-labelledby="essai"] li:nth-child(%d) a`, w.number()+1))
		mail := b.text(`document.querySelector("#mail").value`)
		if !strings.HasSuffix(mail, "@example.org") {
			t.Fatalf("the address of the person is not in the field: %q", mail)
		}
		b.look("connexion-choisie")
		b.sends("the page of the code", submit)
		b.here("/connexion/code")
		b.want("it says where the code is", `document.querySelector("main").textContent.includes(`+quote(mail)+`)`)
		b.look("code")

		letters := b.beside(t)
		letters.opens("/courrier")
		letters.look("courrier")
		letters.want("the letter is there", marked(mail))
		letters.sends("the letter", "[data-mine]")
		letters.look("lettre")
		code := strings.ReplaceAll(letters.text(`document.querySelector(".letter-code").textContent.replace(/\D/g, "")`), " ", "")
		if len(code) != 6 {
			t.Fatalf("the code is %q", code)
		}

		b.writes("#code", other(code))
		b.sends("the page of the code again", submit)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#code")
		b.want("it still says where the code is", `document.querySelector("main").textContent.includes(`+quote(mail)+`)`)
		b.want("it says how many tries are left", `/4/.test(document.querySelector("#code-error").textContent)`)
		b.look("code-faux")

		b.writes("#code", code[:3]+" "+code[3:])
		b.sends("the space", submit)
		b.here("/espace")
		b.want("it greets", `document.querySelector("h1").textContent.length > 8`)
		b.look(fmt.Sprintf("espace-%d", w.number()))
		b.signsOut()
		b.want("the header offers to sign in", visible(`.header-tools a[href*="/connexion"]`))
		b.goTo(b.home+"/espace", 200)
		b.at(b.home+"/connexion", "suite", "/espace")
	})
}

// wrongField fails the test unless a form came back with a fault in a field: said at the field and on top, where the focus is.
func (b *trip) wrongField(selector string) {
	b.Helper()
	b.want("the fault stands at the field", fmt.Sprintf(`((e) => e.getAttribute("aria-invalid") === "true" && e.getAttribute("aria-describedby").split(" ").some((id) => id.endsWith("-error") && document.getElementById(id).checkVisibility()))(document.querySelector(%s))`, quote(selector)))
	b.want("it is announced on top", `document.querySelector(".errors[role=alert]").checkVisibility()`)
	b.want("the focus is there", `document.activeElement === document.querySelector(".errors")`)
	b.want("and leads to the field", fmt.Sprintf(`[...document.querySelectorAll(".errors a")].some((a) => document.querySelector(a.hash) === document.querySelector(%s))`, quote(selector)))
}

// By keys alone, with each stop to be seen.
func signInByKeyboard(t *testing.T) {
	each(t, scripted(), func(t *testing.T, w way) {
		b := theStage(t).trip(t, w)
		mail := b.somebody("touches")
		b.opens("/connexion")
		b.tabTo("#mail")
		b.paste(mail)
		b.follow("the page of the code", func() { b.keys(kb.Enter) })
		b.here("/connexion/code")
		code := codeIn(b.letter(mail))
		b.tabTo("#code")
		b.paste(other(code))
		b.follow("the page of the code again", func() { b.keys(kb.Enter) })
		b.wrongField("#code")
		b.keys(kb.Tab)
		b.keys(kb.Enter)
		b.until("the link of the fault to lead to the field", `document.activeElement === document.querySelector("#code")`)
		b.paste(code)
		b.tabTo(submit)
		b.follow("the space", func() { b.keys(kb.Enter) })
		b.here("/espace")
		if w.width == phone().width {
			b.tabTo(".office-fold > summary")
			b.keys(kb.Enter)
			b.until("the menu", visible(".office-list a"))
		}
		b.tabTo(`form[action$="/deconnexion"] button`)
		b.follow("the first page", func() { b.keys(kb.Enter) })
		b.here("")
	})
}

// tabTo presses Tab until an element has the focus.
func (b *trip) tabTo(selector string) {
	b.Helper()
	for range 60 {
		if b.is(`document.activeElement.matches(` + quote(selector) + `)`) {
			return
		}
		b.keys(kb.Tab)
		b.stop()
	}
	b.Fatalf("%s: Tab never reaches %s", b.address(), selector)
}

// The link of the letter leads to a button, opens nothing in another browser, and once in its own.
func signInByLink(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		b := s.trip(t, w)
		mail := b.somebody("lien")
		b.opens("/connexion")
		b.look("connexion")
		b.writes("#mail", "pas une adresse")
		b.sends("the sign-in again", submit)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#mail")
		b.want("what was typed is there", `document.querySelector("#mail").value === "pas une adresse"`)
		b.look("connexion-faute")
		b.asks(mail)
		link := pathIn(b.letter(mail), "/connexion/lien/")

		elsewhere := s.trip(t, w)
		elsewhere.goTo(link, http.StatusForbidden)
		elsewhere.want("it says why not, and no address", `document.querySelector(".lead").textContent.length > 60 && !document.body.textContent.includes(`+quote(mail)+`)`)
		elsewhere.want("it does not say that the code is spent", `/navigateur|browser/.test(document.querySelector("h1").textContent)`)
		elsewhere.look("lien-ailleurs")
		elsewhere.sends("the sign-in", `main a.button-main`)
		elsewhere.here("/connexion")

		b.goTo(link, http.StatusOK)
		b.want("it says for whom", `document.querySelector("main").textContent.includes(`+quote(mail)+`)`)
		b.look("lien")
		b.sends("the space", submit)
		b.here("/espace")
		b.want("a new account is empty", visible(".empty"))
		b.look("espace-vide")
		b.signsOut()
		b.goTo(link, http.StatusGone)
		b.look("lien-servi")
	})
}

// What was typed when the session ended is in the form again after the sign-in, and is sent then.
func formOutlivesSession(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		b := s.trip(t, w)
		mail := b.somebody("profil")
		p := s.person(t, mail, "Ancien Nom")
		b.enters(t, p)
		b.opens("/espace/profil")
		b.look("profil")
		b.writes("#name", "Élise « Lili » N’Guyen")
		b.click(`[name=lang][value=en]`)

		open, _, err := s.app.Accounts.Sessions(t.Context(), account.Actor{Person: p.ID})
		if err != nil || len(open) != 1 {
			t.Fatal(open, err)
		}
		if err := s.app.Accounts.EndSession(t.Context(), account.Actor{Person: p.ID, Territory: territory}, open[0].ID); err != nil {
			t.Fatal(err)
		}
		b.sends("the sign-in", submit)
		b.here("/connexion")
		b.want("it says that what was typed is kept", visible("main .notice"))
		b.look("connexion-reprise")
		b.asks(mail)
		b.answers(mail)
		b.here("/espace/profil")
		b.want("the name stands in the form again", `document.querySelector("#name").value === "Élise « Lili » N’Guyen"`)
		b.want("and the choice", `document.querySelector("[name=lang][value=en]").checked`)
		b.look("profil-repris")
		b.sends("the profile", submit)
		b.here("/espace/profil")
		b.want("it says that it is done", visible(".notice[role=alert], .notice [role=alert], [role=alert]"))
		b.look("profil-enregistre")
		if p, err = s.app.Accounts.Person(t.Context(), p.ID); err != nil || p.Name != "Élise « Lili » N’Guyen" || p.Lang != "en" {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
