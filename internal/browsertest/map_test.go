package browsertest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// drawn is the expression for: the map is drawn, with its markers.
const drawn = `document.querySelector(".plan-live") && document.querySelectorAll(".pin").length > 0`

// openMap goes to the results and waits for the map; on a phone it is one tap away.
func (b *tab) openMap(address string) {
	b.Helper()
	b.goTo(address, 200)
	if b.is(visible(".panes")) && !b.is(`document.querySelector("[data-pane]")`) {
		b.click(`.pane[href*="vue=carte"]`)
	}
	b.until("the map", drawn)
	b.still()
}

// still waits until the map neither moves nor waits for an answer.
func (b *tab) still() {
	b.Helper()
	b.until("the map standing still", `!document.querySelector(".leaflet-zoom-anim, .leaflet-dragging, [aria-busy=true]")`)
}

// drag moves the map under the pointer, by pixels.
func (b *tab) drag(dx, dy float64) {
	b.Helper()
	var at []float64
	b.eval(`(() => { const r = document.querySelector(".plan-map").getBoundingClientRect(); return [r.left + r.width / 2, r.top + 40]; })()`, &at)
	x, y := at[0], at[1]
	move := func(x, y float64) chromedp.Action {
		return input.DispatchMouseEvent(input.MouseMoved, x, y).WithButton(input.Left).WithButtons(1)
	}
	b.run("dragging the map",
		input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithClickCount(1),
		move(x+dx/2, y+dy/2), move(x+dx, y+dy), move(x+dx, y+dy),
		input.DispatchMouseEvent(input.MouseReleased, x+dx, y+dy).WithButton(input.Left).WithClickCount(1))
}

// Without scripts the map's place leads to places, and on a phone list and map are links apart.
func TestMapWithoutScripts(t *testing.T) {
	s := theStage(t)
	for _, size := range []size{phone(), laptop()} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: size, noScripts: true, alone: true})
			b.goTo(results+"?q=site+internet&tri=nom", 200)
			if size == phone() {
				b.want("the list comes first", visible(".result")+`&& !(`+visible(".plan-places")+`)`)
				b.follow("the map", func() { b.click(`.pane[href*="vue=carte"]`) })
				b.at(results, "q", "site internet", "tri", "nom", "vue", "carte")
				b.want("the list is away", `!(`+visible(".result")+`)`)
			}
			b.want("places with their counts", visible(".plan-places .index-count"))
			count := b.text(`document.querySelector(".plan-places .index-count").textContent`)
			b.follow("the cards of a place", func() { b.click(".plan-places li a") })
			v := b.parameters()
			if v.Get("q") != "site internet" || v.Get("zone") == "" || v.Get("surplace") != "1" || v.Get("tri") != "nom" {
				t.Errorf("the place leads to %s", b.address())
			}
			b.want("as many cards as were said", `document.querySelector("#total").textContent.trim().split(/\s/)[0] === `+quote(count))
		})
	}
}

// Search, filter, map, card and back: words, choices, view and chosen card are all in the address, and all come back.
func TestMapKeepsItsState(t *testing.T) {
	s := theStage(t)
	for _, size := range []size{phone(), laptop()} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: size, alone: true})
			b.openMap(results + "?q=site+internet&categorie=entreprise")
			b.want("no view in the address before one moves", `!location.search.includes("carte=-")`)
			b.click(".plan-zoom button")
			b.until("the view in the address", `new URLSearchParams(location.search).get("carte")?.split(",").length === 3`)
			b.still()
			b.until("a card on the map", `document.querySelector(".pin-one, .pin-l, .pin-m, .pin-s")`)
			for range 12 {
				if b.is(visible(".pin-one")) {
					break
				}
				before := b.text(`location.href`)
				b.leaves(`document.querySelector(".pin").click()`)
				b.until("a closer view", `location.href !== `+quote(before))
				b.still()
				b.until("markers", drawn)
			}
			b.leaves(`document.querySelector(".pin-one").click()`)
			b.until("the chosen card in the address", `new URLSearchParams(location.search).get("fiche")`)
			b.until("the chosen card shown", `document.querySelector(".result-chosen")?.checkVisibility() || `+visible(".plan-card a"))
			here := b.parameters()
			for name, want := range map[string]string{"q": "site internet", "categorie": "entreprise"} {
				if here.Get(name) != want {
					t.Errorf("%s=%q in %s", name, here.Get(name), b.address())
				}
			}
			address, pins := b.address(), b.markers()

			b.follow("the card", func() { b.click(`.plan-card a, .result-chosen h2 a`) })
			b.want("the card that was chosen", `location.pathname.endsWith("/"+`+quote(here.Get("fiche"))+`)`)
			b.leaves("history.back()")
			b.until("the results again", `location.href === `+quote(address)+` && `+drawn)
			b.sameMap(t, "after going back", pins, here)
			b.follow("the page anew", func() { b.run("reloading", chromedp.Reload()) })
			b.until("the map anew", drawn)
			b.sameMap(t, "after reloading", pins, here)

			b.follow("another order", func() {
				b.leaves(`[...document.querySelectorAll(".sort")].find((a) => a.href.includes("tri=nom")).click()`)
			})
			now := b.parameters()
			for _, name := range []string{"q", "categorie", "carte", "fiche"} {
				if now.Get(name) != here.Get(name) {
					t.Errorf("ordering loses %s: %s", name, b.address())
				}
			}
		})
	}
}

// markers are the names of the markers, in their order.
func (b *tab) markers() string {
	b.Helper()
	return b.text(`[...document.querySelectorAll(".pins > .pin")].map((p) => p.getAttribute("aria-label")).join("|")`)
}

func (b *tab) sameMap(t *testing.T, when, pins string, here url.Values) {
	t.Helper()
	b.until("the same markers "+when, `[...document.querySelectorAll(".pins > .pin")].map((p) => p.getAttribute("aria-label")).join("|") === `+quote(pins))
	if got := b.parameters(); got.Get("carte") != here.Get("carte") || got.Get("fiche") != here.Get("fiche") {
		t.Errorf("%s the address is %s", when, b.address())
	}
	b.until("the chosen marker "+when, `document.querySelector(".pin-chosen")`)
	b.want("the words "+when, `document.querySelector('main [name="q"]').value === `+quote(here.Get("q")))
}

// The map filters the list when it is asked to: once by its button, then at each move. Going back undoes the question.
func TestSearchHere(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.openMap(results)
	const total = `document.querySelector("#total").textContent.trim()`
	all, entries := b.text(total), b.number("body") // of history, below
	b.eval("history.length", &entries)
	b.want("nothing to ask before one moves", `!(`+visible(".plan-search")+`)`)
	for range 3 {
		b.click(".plan-zoom button")
		b.still()
	}
	b.until("the question", visible(".plan-search"))
	b.want("moving asks nothing", total+` === `+quote(all))
	length := 0
	b.eval("history.length", &length)
	if length != entries {
		t.Errorf("moving the map made %d steps to go back from", length-entries)
	}
	b.click(".plan-search")
	b.until("fewer cards", total+` !== `+quote(all))
	b.want("the box is a chip", visible(`.chip`))
	b.want("the count of the list is the map's", `document.querySelector(".plan-status").textContent.split(/\s/)[0] === `+total+`.split(/\s/)[0]`)
	b.want("the facets are those of the answer", `!document.querySelector(".facets-form").hasAttribute("aria-busy") && document.querySelector('.facets-form input[type=hidden][name=bbox]')`)
	b.eval("history.length", &length)
	if length != entries+1 {
		t.Errorf("asking made %d steps, want one", length-entries)
	}
	here := b.text(total)
	b.click("#suivre")
	b.drag(0, 160)
	b.until("the list follows", total+` !== `+quote(here))
	b.want("there is nothing to ask while it follows", `!(`+visible(".plan-search")+`)`)
	moved := b.text(total)
	b.still()
	b.leaves("history.back()")
	b.until("the answer before", total+` !== `+quote(moved))
	b.leaves("history.back()")
	b.until("the first answer", total+` === `+quote(all))
	b.want("no chip is left", `!(`+visible(".chip")+`)`)
}

// Pointing at a result marks its marker, or the one that gathers it; pointing at a marker marks its results.
func TestMapAndListPointAtEachOther(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.openMap(results)
	b.focus(".result[data-point] h2 a")
	b.until("a marker marked by the focus", `document.querySelectorAll(".pin-marked").length === 1`)
	b.focus(".pin-l")
	b.until("results marked by a marker", `document.querySelectorAll(".result-near").length > 0`)
	b.want("those and no others", `document.querySelectorAll(".result-near:not([data-point])").length === 0`)
	b.focus(`main [name="q"]`)
	b.until("nothing is marked", `!document.querySelector(".result-near, .pin-marked")`)
}

// By keyboard alone: markers are named buttons in the order of reading; Enter comes closer, down to a card and to its page.
func TestMapByKeyboard(t *testing.T) {
	for _, size := range []size{phone(), laptop()} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			b := theStage(t).open(t, setting{size: size, alone: true})
			b.openMap(results + "?vue=carte")
			b.want("each marker is a named button", `[...document.querySelectorAll(".pin")].every((p) => p.localName === "button" && p.getAttribute("aria-label").length > 3)`)
			b.want("those that gather say how many, near what, and what happens", `/^\d+ fiches près de .*agrandir$/.test(document.querySelector(".pin-l").getAttribute("aria-label"))`)
			b.want("they come from the north", `(([first, ...rest]) => rest.every((p) => p.top > first.top - 80))([...document.querySelectorAll(".pin")].map((p) => p.getBoundingClientRect()))`)
			b.want("none is too small for a finger", `[...document.querySelectorAll(".pin")].every((p) => p.offsetWidth >= 24 && p.offsetHeight >= 24)`)
			b.focus(".plan-map")
			before := b.address()
			b.keys(kb.ArrowRight)
			b.until("arrows move the map", `location.href !== `+quote(before))
			b.still()
			b.keys(kb.Tab)
			b.want("Tab leads to the first marker", `document.activeElement === document.querySelector(".pin")`)
			b.stopOnMap()
			for range 14 {
				if b.is(`document.activeElement.matches(".pin-one")`) {
					break
				}
				if b.is(`document.activeElement.matches(".pin[aria-expanded=true]")`) {
					b.keys(kb.Tab)
					continue
				}
				before = b.text(`location.href + document.querySelectorAll(".fan").length`)
				b.keys(kb.Enter)
				b.until("Enter opens it", `location.href + document.querySelectorAll(".fan").length !== `+quote(before))
				b.still()
				b.until("the focus on what it opened", `document.activeElement.matches(".pin")`)
			}
			b.keys(kb.Enter)
			b.until("the card is chosen", `new URLSearchParams(location.search).get("fiche")`)
			b.until("it is shown", `document.querySelector(".result-chosen")?.checkVisibility() || `+visible(".plan-card a"))
			b.leaves(`document.querySelector(".plan-shows > summary").click()`)
			b.until("the list of what is shown", visible(".plan-lines li"))
			b.want("it names every marker", `document.querySelectorAll(".plan-lines li").length === document.querySelectorAll(".pins > .pin").length`)
		})
	}
}

// stopOnMap fails the test where the focus on a marker shows no ring.
func (b *tab) stopOnMap() {
	b.Helper()
	b.want("the focus is seen", `getComputedStyle(document.activeElement.querySelector(".pin-face")).outlineStyle === "solid"`)
}

// Nouméa, Wallis and Tahiti on one map; and around the world the markers are still there.
func TestDateLine(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	asked := func(carte string) url.Values {
		t.Helper()
		b.openMap(results + "?carte=" + carte)
		return b.askedOfClusters()
	}
	if box := asked("-20,179,4").Get("bbox"); !strings.Contains(box, ",-1") {
		t.Errorf("a view across the date line asks for %q", box)
	}
	west, east := edges(t, asked("-20,179,4").Get("bbox"))
	if west <= east {
		t.Errorf("its box runs from %v to %v: it does not cross the line", west, east)
	}
	b.want("Nouméa is to the left of the middle", `(() => { const m = document.querySelector(".plan-map").getBoundingClientRect(), p = document.querySelector(".pin-l").getBoundingClientRect(); return p.left > m.left && p.right < m.left + m.width / 2; })()`)
	b.openMap(results + "?carte=-20,-179,4")
	b.want("and so it is from the other side", `(() => { const m = document.querySelector(".plan-map").getBoundingClientRect(), p = document.querySelector(".pin-l").getBoundingClientRect(); return p.left > m.left && p.right < m.left + m.width / 2; })()`)
	for range 9 {
		b.drag(-220, 0)
		b.still()
	}
	v := b.parameters()
	if at := strings.Split(v.Get("carte"), ","); len(at) != 3 || strings.Contains(at[1], "18") && len(at[1]) > 8 {
		t.Errorf("after going east for long the view is %s", v.Get("carte"))
	}
	if box := b.askedOfClusters().Get("bbox"); box == "" {
		t.Error("no box is asked for far from home")
	} else if w, e := edges(t, box); w < -180 || w > 180 || e < -180 || e > 180 {
		t.Errorf("far from home the box is %q", box)
	}
}

// askedOfClusters are the parameters of the last question for markers.
func (b *tab) askedOfClusters() url.Values {
	b.Helper()
	last := b.text(`performance.getEntriesByType("resource").filter((e) => e.name.includes("/api/v1/clusters?") && e.name.includes("bbox=")).at(-1)?.name ?? ""`)
	u, err := url.Parse(last)
	if err != nil {
		b.Fatal(err)
	}
	return u.Query()
}

// edges are the west and the east of a box of an address.
func edges(t *testing.T, box string) (west, east float64) {
	t.Helper()
	var south, north float64
	if _, err := fmt.Sscanf(strings.ReplaceAll(box, ",", " "), "%g %g %g %g", &west, &south, &east, &north); err != nil {
		t.Fatalf("box %q: %v", box, err)
	}
	return west, east
}
