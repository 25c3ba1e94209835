package browsertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
)

const (
	enrolButton = `[data-passkey=enrol] button`
	loginButton = `button[data-passkey=login]`
)

// enrols makes a passkey at the page of one's security, where the tab is.
func (b *trip) enrols(name string) {
	b.Helper()
	b.until("the form of a passkey", visible(enrolButton))
	b.writes("#cle-nom", name)
	b.sends("the passkey in the list", enrolButton)
	b.want("the passkey is listed", `[...document.querySelectorAll("#cles li strong")].some((e) => e.textContent === `+quote(name)+`)`)
}

// byKey presses the button of passkeys, with an authenticator that is touched from then on. One that was not touched when it was
// asked, as by the field before, has forgotten who asked.
func (b *trip) byKey(a *authenticator, what string) {
	b.Helper()
	b.until("the field to have asked", `!document.querySelector("input[autocomplete~=webauthn]") ||
		performance.getEntriesByName(new URL(document.querySelector("`+loginButton+`").dataset.options, location.href).href).length > 0`)
	b.follow(what, func() {
		a.touched(true)
		b.click(loginButton)
	})
	a.touched(false)
}

// After a code a passkey is made; it then opens the account by the button, and by the field.
func passkeyOfPerson(t *testing.T) {
	each(t, scripted(), func(t *testing.T, w way) {
		in := theStage(t).instance(t, false)
		b := in.trip(t, w)
		a := b.authenticator()
		mail := b.somebody("cle")
		b.signsIn(mail)
		b.opens("/espace/securite")
		b.until("the form of a passkey", visible(enrolButton))
		b.look("securite")
		b.enrols("Téléphone")
		b.look("securite-cle")
		if n := a.keys(); n != 1 {
			t.Errorf("the authenticator keeps %d passkeys", n)
		}
		if text := in.letter(mail); !strings.Contains(text, "Téléphone") {
			t.Errorf("the letter about the passkey:\n%s", text)
		}
		b.signsOut()

		a.touched(false)
		b.opens("/connexion")
		b.until("the button of passkeys", visible(loginButton))
		b.look("connexion-cle")
		b.byKey(a, "the space")
		b.here("/espace")
		b.signsOut()

		a.touched(true)
		b.opens("/connexion")
		b.until("the space, from the field", `location.pathname === `+quote(b.home+"/espace")+` && document.readyState === "complete"`)

		b.opens("/espace/securite")
		b.click("#cles details summary")
		b.look("securite-cle-ouverte")
		b.sends("the page without the passkey", "#cles .button-danger")
		b.want("it is gone", `!document.querySelector("#cles li")`)
	})
}

// A member of the team who came by a code is led to make the first passkey; the desk opens then. What is sensitive asks again
// later, and takes up what was typed.
func passkeyOfTeam(t *testing.T) {
	each(t, scripted(), func(t *testing.T, w way) {
		in := theStage(t).instance(t, false)
		admin := in.somebody("equipe")
		in.appoints(t, admin, account.Administrator)
		b := in.trip(t, w)
		a := b.authenticator()
		b.signsIn(admin)
		b.goTo(b.home+"/gestion", http.StatusOK)
		b.here("/connexion/confirmer")
		b.look("confirmer-premiere-cle")
		b.sends("the page of security", `main a.button-main[href*="/espace/securite"]`)
		b.enrols("Bureau")
		a.touched(false)
		b.goTo(b.home+"/gestion", http.StatusOK)
		if b.is(`location.pathname.endsWith("/confirmer")`) {
			b.until("the button of passkeys", visible(loginButton))
			b.look("confirmer-cle")
			b.byKey(a, "the desk")
		}
		b.here("/gestion")
		b.look("gestion-reelle")

		in.clock.pass(11 * time.Minute)
		b.opens("/gestion/equipe")
		colleague := in.somebody("chef")
		b.writes("#mail", colleague)
		b.click(`[name=role][value=project_manager]`)
		b.sends("a further proof", `main form[action$="/equipe"] [type=submit]`)
		b.here("/connexion/confirmer")
		b.want("it says that what was typed is kept", visible("main .notice"))
		b.until("the button of passkeys", visible(loginButton))
		b.look("confirmer-reprise")
		b.byKey(a, "the form")
		b.here("/gestion/equipe")
		b.want("what was typed stands in the form", `document.querySelector("#mail").value === `+quote(colleague)+` && document.querySelector("[name=role][value=project_manager]").checked`)
		b.sends("the team", `main form[action$="/equipe"] [type=submit]`)
		b.here("/gestion/equipe")
		b.want("the invitation is there", `document.querySelector("main").textContent.includes(`+quote(colleague)+`)`)
		if pathIn(in.letter(colleague), account.PathInvitation) == "" || !strings.Contains(in.letter(colleague), in.url+"/") {
			t.Error("no letter with the link of an invitation")
		}
	})
}
