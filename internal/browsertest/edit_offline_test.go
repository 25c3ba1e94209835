package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// The line beside the buttons of the form, and how many copies of forms the browser keeps.
const (
	savingLine = `document.querySelector("#enregistre").textContent`
	copiesKept = `Object.keys(localStorage).filter((k) => k.startsWith("grappe.fiche.")).length`
)

// says waits until the saving line says one thing and not another.
func (b *trip) says(what, text string) {
	b.Helper()
	b.until(what, savingLine+`.includes(`+quote(text)+`)`)
}

// The signal is lost while somebody types: the form says so, does not leave, keeps what is typed, and saves it when the signal is back.
func editOffline(t *testing.T) {
	s := theStage(t)
	l, company := s.cardOf(t)
	b := s.trip(t, way{phone(), true, "fr"})
	b.enters(t, s.person(t, s.somebody("lointaine"), "Louise Téin", company))
	base := "/espace/fiches/" + l.ID
	b.opens(base)
	b.writes("#headline", "Avant la panne")
	b.says("that it is saved", "Enregistré")
	b.disconnects(true)
	b.writes("#headline", "Pendant la panne")
	b.says("that nothing is saved", "rien n’est enregistré depuis")
	b.want("it is told as what is wrong", `document.querySelector("#enregistre.edit-unsaved")`)
	b.click(`.edit-buttons [value=suite]`)
	b.until("that it has tried", copiesKept+` === 1`)
	b.here(base)
	b.want("what was typed stands there", `document.querySelector("#headline").value === "Pendant la panne"`)
	b.disconnects(false)
	b.says("that it is saved again", "Enregistré")
	b.want("no copy is left", copiesKept+` === 0 && !document.querySelector(".edit-unsaved")`)

	// The tab is closed while nothing can be saved; the page is opened again later.
	b.disconnects(true)
	b.writes("#headline", "Tapé dans la vallée")
	b.says("that nothing is saved", "rien n’est enregistré depuis")
	b.run("closing the page", chromedp.Navigate("about:blank"))
	b.disconnects(false)
	b.opens(base) // Chromium may have sent it while the page was closed
	b.until("that it is there", `document.querySelector("#headline")?.value === "Tapé dans la vallée"`)
	b.until("that no copy is left", copiesKept+` === 0`)
}

// putsBack opens the form again, which shows what could not be saved and says so.
func (b *trip) putsBack(path, headline string) {
	b.Helper()
	b.opens(path)
	b.until("that it is put back", `document.readyState === "complete" && document.querySelector("#headline")?.value === `+quote(headline)+` && document.querySelector("main [role=alert]")?.textContent.includes("remis ici")`)
	b.until("that no copy is left", copiesKept+` === 0`)
}

// loses takes the session away.
func (b *trip) loses() {
	b.Helper()
	b.run("ending the session", network.DeleteCookies("grappe_session").WithURL(b.url).WithPath("/"))
}

// The session ends while somebody types: the form says so, and a button leads to the sign-in with all that was typed.
func editSignedOut(t *testing.T) {
	s := theStage(t)
	l, company := s.cardOf(t)
	b := s.trip(t, way{phone(), true, "fr"})
	p := s.person(t, s.somebody("sortie"), "Louise Téin", company)
	b.enters(t, p)
	base := "/espace/fiches/" + l.ID
	b.opens(base)
	b.loses()
	b.writes("#headline", "Écrit après la fin")
	b.says("that the session is over", "Votre session est terminée")
	b.goTo(b.home+"/annuaire", 200)
	b.want("the browser keeps it", copiesKept+` === 1`)
	b.enters(t, p)
	b.putsBack(base, "Écrit après la fin")

	b.loses()
	b.writes("#headline", "Et encore")
	b.says("that the session is over", "Votre session est terminée")
	b.sends("the sign-in", `.edit-buttons [value=suite]`)
	b.here("/connexion")
	b.enters(t, p)
	b.opens("/espace")
	b.signsOut()
	b.want("leaving takes the copy away", copiesKept+` === 0`)
}
