package browsertest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp/kb"
)

// Before a directory has a card, its page stands in one column: nothing lies on anything else.
func TestEmptyDirectory(t *testing.T) {
	s := theStage(t)
	for _, size := range []size{phone(), laptop()} {
		b := s.open(t, setting{size: size})
		b.goTo("/pf/annuaire", http.StatusOK)
		b.want("the title, the fields and what is said follow each other", `(([head, list]) => list.top >= head.bottom && head.left === list.left && head.width > innerWidth / 2)(
			[".finder-head", ".finder-list"].map((e) => document.querySelector(e).getBoundingClientRect()))`)
	}
}

// On a phone the map of an area without cards keeps its chips: there is a way back.
func TestPhoneMapOfNothing(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(results+"?bbox=170,-20,171,-19&vue=carte", http.StatusOK)
	b.until("the map", `document.querySelector(".plan-live")`)
	b.want("the list is away", `!(`+visible(".empty")+`)`)
	b.want("the chip stands over the map", visible(".chip")+` && document.querySelector(".chip").getBoundingClientRect().bottom <= document.querySelector(".plan").getBoundingClientRect().top`)
	b.eval(axeSource(t)+";true", nil)
	b.axe("a map of nothing", allRules)
	b.noSideways(phone())
	b.follow("all of it", func() { b.click(".chip") })
	b.until("markers", drawn)
}

// A view in which nothing stands leads back to where something does.
func TestEmptySpotLeadsBack(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(results+"?carte=-15,160,12&vue=carte", http.StatusOK)
	b.until("the map", `document.querySelector(".plan-live")`)
	b.until("a way back", visible(".plan-whole"))
	b.eval(axeSource(t)+";true", nil)
	b.axe("a view of nothing", allRules)
	b.click(".plan-whole")
	b.until("markers again", `document.querySelectorAll(".pin").length > 0 && !(`+visible(".plan-whole")+`)`)
	b.at(results, "vue", "carte")
}

// Once a box is ticked in the sheet, its button promises no number that it cannot know.
func TestSheetPromisesNoWrongNumber(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(results+"?q=site+internet", http.StatusOK)
	b.click(".facets > summary")
	b.until("the sheet", visible("dialog[open]"))
	b.want("it says how many there are", `/\d/.test(document.querySelector("dialog[open] [type=submit]").textContent)`)
	b.click(`dialog[open] .facet input[name="competence"]`)
	b.want("then it does not", `document.querySelector("dialog[open] [type=submit]").textContent.trim() === "Voir les fiches"`)
}

// The cards without a place are counted wherever they are among the results, and nowhere else.
func TestUnplacedAreCounted(t *testing.T) {
	s := theStage(t)
	b := s.open(t, setting{size: laptop(), alone: true})
	const says = `/ sans lieu/.test(document.querySelector(".plan-status").textContent)`
	for _, address := range []string{"", "?carte=-22.27,166.44,12", "?pres=-22.27,166.44&tri=distance"} {
		b.openMap(results + address)
		b.until("the count of those without a place, "+address, says)
	}
	b.openMap(results + "?carte=-22.27,166.44,11")
	b.click(".plan-zoom button")
	b.still()
	b.until("the question", visible(".plan-search"))
	b.click(".plan-search")
	b.until("an answer without them", visible(".chip")+` && !(`+says+`)`)
	b.still()
	b.want("it stays so", `!(`+says+`)`)
	b.openMap(strings.TrimPrefix(b.address(), b.url))
	b.want("and when it is loaded again", `!(`+says+`)`)
}

// Near somebody: the map shows where, and the words say where the position stands.
func TestHereOnTheMap(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.locating(browser.PermissionSettingDenied)
	b.openMap(results + "?pres=-22.27,166.44&tri=distance")
	b.want("the place is marked", `(([here, map]) => here.left > map.left && here.right < map.right && here.top > map.top && here.bottom < map.bottom)(
		[".here", ".plan-map"].map((e) => document.querySelector(e).getBoundingClientRect()))`)
	b.want("and named", `document.querySelector(".here").textContent === "Vous êtes ici"`)
	b.want("the chip speaks of it", `document.querySelector(".chip").textContent.includes("Autour de vous")`)
	b.want("it is said to stand in the address", `/adresse/.test(document.querySelector("[data-near] [role=status]").textContent)`)
	b.eval(axeSource(t)+";true", nil)
	b.axe("near", allRules)
	b.openMap(results)
	b.want("elsewhere nobody is", `!document.querySelector(".here")`)
}

// Tiles that do not come leave Grappe's own land, and it is said.
func TestTilesThatFail(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(results, http.StatusOK)
	b.eval(`(() => {
		const app = document.querySelector("link[rel=stylesheet]").href;
		Object.assign(document.querySelector("[data-map]").dataset, {tiles: app + "?{z}/{x}/{y}", credit: "Tuiles d’essai", maxZoom: "15"});
		return true;
	})()`, nil)
	b.click(`.pane[href*="vue=carte"]`)
	b.until("the map", drawn)
	b.until("the land", `document.querySelector("canvas.land") && performance.getEntriesByType("resource").some((e) => e.name.includes("basemap"))`)
	b.want("no tile is left", `!document.querySelector(".leaflet-tile")`)
	b.want("it is said", visible(".plan-note")+` && document.querySelector(".plan-note").textContent.length > 20`)
	b.want("the land is credited, the tiles are not", `/Natural Earth/.test(document.querySelector(".plan-credit").textContent) && !/essai/.test(document.querySelector(".plan-credit").textContent)`)
	b.eval(axeSource(t)+";true", nil)
	b.axe("without tiles", allRules)
}

// Links at the top lead past the filters to the results and to the map.
func TestSkipLinks(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.openMap(results)
	b.keys(kb.Tab + kb.Tab)
	b.want("the second leads to the results", `document.activeElement.matches(".skip[href='#resultats']")`)
	b.keys(kb.Enter)
	b.keys(kb.Tab)
	b.want("to the first of them", `document.activeElement === document.querySelector(".result a")`)
	b.openMap(results)
	b.keys(kb.Tab + kb.Tab + kb.Tab)
	b.want("the third leads to the map", `document.activeElement.matches(".skip[href='#carte']")`)
	b.keys(kb.Enter)
	b.keys(kb.Tab)
	b.want("to its frame", `document.activeElement.closest(".plan-map")`)
}

// What a screen reader is told of markers: only a card can be pressed, and what Enter chooses is said or has the focus.
func TestMarkersAreSaid(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.openMap(results)
	b.want("what only zooms is no switch", `[...document.querySelectorAll(".pin:not(.pin-one)")].every((p) => !p.hasAttribute("aria-pressed"))`)
	b.openMap(results + "?vue=carte&carte=" + b.viewOfRich())
	b.focus(".pin-one")
	b.keys(kb.Enter)
	b.until("its sheet", visible(".plan-card a"))
	b.until("the focus on the link", `document.activeElement === document.querySelector(".plan-card a")`)
	b.want("it is said", `/choisie/i.test(document.querySelector(".plan-said").textContent)`)
	b.keys(kb.Escape)
	b.until("none", `!(`+visible(".plan-card")+`)`)
	b.want("the focus is on the marker again", `document.activeElement.matches(".pin-one")`)
}

// viewOfRich is the view of the map around the card that says most.
func (b *tab) viewOfRich() string {
	p := b.rich.Point
	if p == nil {
		b.Fatal("the richest card has no place")
	}
	return strings.Join([]string{number(p.Lat), number(p.Lon), "18"}, ",")
}

// Each marker is as large for a finger as its neighbours leave it room for: 24 pixels at least, 44 where it stands alone.
func TestMarkersAreLargeEnough(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	for _, view := range []string{"", "&carte=-22.27,166.44,12", "&carte=-21.5,165.5,7"} {
		b.openMap(results + "?vue=carte" + view)
		b.want("none is small", `[...document.querySelectorAll(".pin")].every((p) => p.offsetWidth >= 24)`)
		b.want("those that stand alone are large", `(() => {
			const pins = [...document.querySelectorAll(".pin")].map((p) => ({p, r: p.getBoundingClientRect()})).map(({p, r}) => ({p, w: r.width, x: r.left + r.width / 2, y: r.top + r.height / 2}));
			return pins.every((a) => a.w >= 43.5 || pins.some((b) => a !== b && Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) < 22 + Math.max(22, b.w / 2)));
		})()`)
		b.want("none lies on another", `(() => {
			const pins = [...document.querySelectorAll(".pin")].map((p) => p.getBoundingClientRect());
			return pins.every((a, i) => pins.every((b, j) => i === j || Math.max(Math.abs(a.left + a.right - b.left - b.right), Math.abs(a.top + a.bottom - b.top - b.bottom)) / 2 >= (a.width + b.width) / 2 - 3));
		})()`)
	}
}

// A name over a marker stays within the map.
func TestMarkerNamesStayInside(t *testing.T) {
	s := theStage(t)
	p := s.rich.Point
	if p == nil {
		t.Fatal("the richest card has no place")
	}
	b := s.open(t, setting{size: phone(), alone: true})
	b.openMap(results + "?vue=carte&carte=" + number(p.Lat) + "," + number(p.Lon+0.00075) + ",18")
	b.focus(".pin-one")
	b.want("the name is seen in full", `(([name, map]) => name.left >= map.left && name.right <= map.right)(
		[document.activeElement.querySelector(".pin-name"), document.querySelector(".plan-map")].map((e) => e.getBoundingClientRect()))`)
}

// Where the browser lets nobody write to the clipboard, what was to be copied is selected, with words on what to do.
func TestCopyRefused(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(home+"/integrer", http.StatusOK)
	b.eval(`Object.defineProperty(navigator, "clipboard", {value: {writeText: () => Promise.reject(new Error("no"))}}), true`, nil)
	b.click("[data-copy]")
	b.until("what to do", `/Ctrl/.test(document.querySelector(".toast")?.textContent ?? "")`)
	b.want("no code in it", `!/</.test(document.querySelector(".toast").textContent)`)
	b.want("the code is selected", `((e) => e.selectionEnd - e.selectionStart === e.value.length && e.value.includes("<iframe"))(document.activeElement)`)
}

// The hints of the fields are to be read in full, and the orders of a list near somebody stand in one line.
func TestNothingIsCut(t *testing.T) {
	s := theStage(t)
	for _, path := range []string{"/idf/annuaire", results + "?q=zzyzx", results + "?pres=-22.27,166.44&tri=distance"} {
		for _, size := range []size{phone(), laptop()} {
			b := s.open(t, setting{size: size})
			b.goTo(path, http.StatusOK)
			b.want("the hint fits", `[...document.querySelectorAll("main [placeholder]")].every((e) => {
				const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(e);
				pen.font = style.font;
				return pen.measureText(e.placeholder).width <= e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
			})`)
			b.want("the orders stand in one line", `new Set([...document.querySelectorAll(".sort")].map((e) => e.getBoundingClientRect().top)).size <= 1`)
		}
	}
}

// On paper the directory asks for no position and switches between no panes.
func TestPrintedDirectory(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop()})
	b.goTo(results, http.StatusOK)
	b.media("print", false)
	for _, gone := range []string{".panes", ".near"} {
		b.want(gone+" is not printed", `!(`+visible(gone)+`)`)
	}
}

// number writes a coordinate as addresses do.
func number(x float64) string { return strconv.FormatFloat(x, 'f', 5, 64) }
