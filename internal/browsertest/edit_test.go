package browsertest

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"grappe/internal/listing"
)

// cardOf is the card of a company that no other test uses, with that company.
func (s *stage) cardOf(t *testing.T) (l listing.Listing, company string) {
	t.Helper()
	for {
		id, _ := s.someCompany(t)
		cards, err := s.app.Listings.OwnedBy(t.Context(), s.app.DB.Read(), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		if len(cards) == 1 && cards[0].State == listing.Published && cards[0].ID != s.rich.ID && cards[0].ID != s.bare.ID &&
			!slices.Contains(cards[0].Competences, "drones") {
			return cards[0], id
		}
	}
}

// pictureFile is a picture on the disk.
func pictureFile(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7)
	}
	m.Set(0, 0, color.White)
	name := filepath.Join(t.TempDir(), "logo.png")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	return name
}

// goes follows a button of the form's line of steps, which keeps what was typed.
func (b *trip) goes(step string) {
	b.Helper()
	b.sends("the step "+step, fmt.Sprintf(`.step-link[value=%q], .step-link[href$=%q]`, step, "/"+step))
}

// does presses a button of the form.
func (b *trip) does(what, value string) {
	b.Helper()
	b.sends(what, fmt.Sprintf(`.edit-buttons [name=faire][value=%q]`, value))
}

// ticked is the expression for: a box is ticked.
func ticked(name, value string) string {
	return fmt.Sprintf(`document.querySelector('[name="%s"][value="%s"]').checked`, name, value)
}

// previewed waits until the card beside the form says something; without scripts it is the next page that does.
func (b *trip) previewed(text string) {
	b.Helper()
	if b.way.scripts {
		b.until("the preview", `document.querySelector("#apercu-fiche").textContent.includes(`+quote(text)+`)`)
		b.until("that it is kept", `document.querySelector("#enregistre").textContent.length > 10`)
	}
}

// editCard is the whole edit of a card by its owner: what is typed is seen at once and kept, a fault is told and nothing lost, a
// competence is found by searching, hours are not typed as syntax, a logo is handed in, all of it is read again and published.
func editCard(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		l, company := s.cardOf(t)
		b := s.trip(t, w)
		b.enters(t, s.person(t, s.somebody("fiche"), "Louise Téin", company))
		b.opens("/espace")
		b.look("espace-fiches")
		b.sends("the form", `#fiches a[href$="`+l.ID+`"].button`)
		base := "/espace/fiches/" + l.ID
		b.here(base)
		b.writes("#headline", "Des sites qui tiennent la marée")
		b.previewed("Des sites qui tiennent la marée")
		b.look("fiche-essentiel")

		b.goes("activite")
		b.here(base + "/activite")
		b.picks(l)
		b.look("fiche-activite")
		b.does("the place", "suite")
		b.here(base + "/lieu")
		b.places()
		b.look("fiche-lieu")
		b.does("the contacts", "suite")
		b.writes("#phones", "douze")
		b.does("the contacts again", "publier")
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#phones")
		b.want("what was typed is there", `document.querySelector("#phones").value === "douze"`)
		b.look("fiche-contact-faute")
		b.writes("#phones", "24 12 34")
		b.does("the hours", "suite")
		b.here(base + "/horaires")
		b.opensDaily()
		b.look("fiche-horaires")
		b.does("the logo", "suite")
		b.here(base + "/logo")
		b.run("choosing a picture", chromedp.SetUploadFiles("#logo", []string{pictureFile(t)}, chromedp.ByQuery))
		b.sends("the logo again", `form[enctype] [type=submit]`)
		b.until("the picture", `document.querySelector(".edit-logo-now img").naturalWidth === 300`)
		b.look("fiche-logo")
		b.goes("publier")
		b.want("what changes is listed", `document.querySelectorAll(".diff").length >= 5`)
		b.look("fiche-relire")
		b.sends("the end", `.panel form .button-main`)
		b.here(base + "/fin")
		b.look("fiche-en-ligne")
		b.sends("the card", "main .button-main")
		b.here("/annuaire/" + l.Slug)
		b.want("it says all of it", `["Des sites qui tiennent la marée", "24"].every((x) => document.querySelector("main").textContent.includes(x)) && document.querySelector("#horaires")`)
		b.until("its logo", `document.querySelector("main header .avatar img").naturalWidth === 300`)
		b.opens("/espace")
		b.sends("the space again", `#fiches form[action*="`+l.ID+`"] [type=submit]`)
		b.want("it says that it is done", visible("main [role=alert]"))
	})
}

// picks finds a competence by searching, and takes another one back; without scripts by ticking boxes.
func (b *trip) picks(l listing.Listing) {
	b.Helper()
	if !b.way.scripts {
		b.click(`[name=competences][value=drones]`)
		return
	}
	b.until("the search", visible("#competences-search"))
	b.eval(`document.querySelectorAll("[data-chosen] .chip").length`, new(int))
	b.writes("#competences-search", "photogramm")
	b.until("what is found", visible(".combobox-option"))
	b.keys(kb.ArrowDown)
	b.keys(kb.Enter)
	b.until("the chip", fmt.Sprintf(`document.querySelectorAll("[data-chosen] .chip").length === %d`, len(l.Competences)+1))
	b.want("the box is ticked", ticked("competences", "drones"))
	b.click("[data-chosen] li:first-child .chip")
	b.want("the first one is taken back", fmt.Sprintf(`document.querySelectorAll("[data-chosen] .chip").length === %d`, len(l.Competences)))
	b.keys("zzz")
	b.until("it says that nothing is found", visible(".combobox-none"))
	b.keys(kb.Enter)
	b.want("Enter in the search sends no form", `document.querySelector("#competences-search")`)
	b.writes("#competences-search", "drones")
	b.until("what is found for drones", visible(".combobox-option"))
	b.keys(kb.Enter)
	b.want("what is not highlighted is not taken", fmt.Sprintf(`document.querySelectorAll("[data-chosen] .chip").length === %d`, len(l.Competences)))
	b.click(`.edit-buttons [value=suite]`)
	b.until("it says what was not chosen, and keeps it", visible("[data-unpicked]")+` && document.querySelector("#competences-search").value === "drones"`)
	b.writes("#competences-search", "")
}

// places chooses where the organisation works, and places it on the map.
func (b *trip) places() {
	b.Helper()
	if b.is(`document.querySelector("#service_area").checked`) {
		b.click("#service_area")
	}
	if !b.is(ticked("service_area-zones", "iles")) {
		b.click("#service_area-iles")
	}
	if !b.way.scripts {
		return
	}
	b.want("its communes light up", `[...document.querySelectorAll('[data-within~="iles"]')].every((e) => e.classList.contains("atlas-chosen"))`)
	b.click(`[name=point-mode][value=ici]`)
	b.click("[data-map-open]")
	b.until("the map", `document.querySelector(".plan-map.leaflet-container")`)
	b.until("its land", `document.querySelector("canvas.land")?.width > 0`)
	before := b.text(`document.querySelector("#point-lat").value`)
	b.focus(".plan-map")
	still := b.text(`document.querySelector(".leaflet-map-pane").style.transform`)
	b.keys(kb.ArrowUp)
	b.until("the map moves", `document.querySelector(".leaflet-map-pane").style.transform !== `+quote(still))
	b.keys(kb.Enter)
	b.until("another place", `document.querySelector("#point-lat").value !== `+quote(before)+` && document.querySelector(".here")`)
	b.want("it is said", `document.querySelector("[data-say]").textContent.includes(document.querySelector("#point-lat").value)`)
}

// opensDaily says that it is open on the days of the week, and longer on one that is copied.
func (b *trip) opensDaily() {
	b.Helper()
	b.click(`[name=opening_hours-mode][value=semaine]`)
	b.want("the week is asked for", visible(".edit-days"))
	if b.is(visible("[data-usual]")) {
		if b.way.scripts {
			b.click("[data-usual]")
		} else {
			b.sends("the hours again", "[data-usual]")
		}
	}
	b.eval(`document.querySelector("#opening_hours-1-de1").value = "07:30", document.querySelector("#opening_hours-1-a1").value = "12:00", document.querySelector("#opening_hours-1-ferme").checked = false, true`, nil)
	if b.way.scripts {
		b.click("[data-copy-day]")
	} else {
		b.sends("the hours again", "[data-copy-day]")
	}
	b.until("the copies", `["2", "3", "4", "5"].every((day) => document.querySelector("#opening_hours-" + day + "-de1").value === "07:30")`)
}

// Two people edit one card: who comes later chooses field by field, in a window where the card stands beside the form.
func editMeets(t *testing.T) {
	s := theStage(t)
	l, company := s.cardOf(t)
	one, two := s.trip(t, way{laptop(), true, "fr"}), s.trip(t, way{phone(), true, "fr"})
	one.enters(t, s.person(t, s.somebody("une"), "Louise Téin", company))
	two.enters(t, s.person(t, s.somebody("deux"), "Paul Wetta", company))
	base := "/espace/fiches/" + l.ID
	for b, headline := range map[*trip]string{one: "L’accroche de Louise", two: "L’accroche de Paul"} {
		b.opens(base)
		b.writes("#headline", headline)
	}
	one.until("the preview", visible(".edit-aside")+` && document.querySelector("#apercu-fiche").textContent.includes("L’accroche de Louise")`)
	one.writes("#description", "Une présentation que Louise seule a écrite, et qui doit rester.")
	two.does("the end", "publier")
	two.here(base + "/fin")
	one.does("the choice", "publier")
	one.here(base + "/difference")
	one.want("mine is proposed", ticked("garder-headline", "moi"))
	two.opens("/espace")
	one.click(`[name=garder-headline][value=eux]`)
	one.sends("the end", `main [value=publier]`)
	one.here(base + "/fin")
	one.sends("the card", "main .button-main")
	one.want("it says what was chosen", `["L’accroche de Paul", "que Louise seule a écrite"].every((x) => document.querySelector("main").textContent.includes(x))`)

	// Another time, on a phone, which looks at the pages.
	two.opens(base)
	two.writes("#headline", "Encore une autre de Paul")
	two.until("that it is kept", `document.querySelector("#enregistre").textContent.length > 10`)
	one.opens(base)
	one.writes("#headline", "Encore une autre de Louise")
	one.does("the end", "publier")
	two.opens(base)
	two.look("fiche-a-change")
	two.does("the choice", "publier")
	two.here(base + "/difference")
	two.look("fiche-difference")
	two.sends("the end", `main [value=publier]`)
	two.here(base + "/fin")
	two.opens(base + "/apercu")
	two.look("fiche-apercu")
}
