package browsertest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Suggestions by keyboard: typing opens them, the arrows choose, Escape closes and keeps what was typed, Enter takes.
func TestSuggestions(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	const field, list = `document.querySelector('main [name="q"]')`, `document.querySelector('main [role="listbox"]')`
	b.goTo(results, 200)
	b.focus(`main [name="q"]`)
	b.paste("cybers") // key by key, each pause on a busy machine would bring suggestions of its own
	b.until("suggestions", `!`+list+`.hidden && `+list+`.children.length > 0`)
	b.want("the field says that they are there", field+`.getAttribute("aria-expanded") === "true"`)
	b.want("their number is announced", `/\d|une/i.test(document.querySelector('main .combobox [role="status"]').textContent)`)
	b.want("none is chosen yet", `!`+list+`.querySelector('[aria-selected="true"]')`)
	b.eval(axeSource(t)+";true", nil)
	b.axe("suggestions open", allRules)

	b.keys(kb.ArrowDown)
	b.want("the first is chosen", list+`.children[0].getAttribute("aria-selected") === "true"`)
	b.want("the field points to it", field+`.getAttribute("aria-activedescendant") === `+list+`.children[0].id`)
	b.keys(kb.ArrowUp)
	b.want("upwards leads to the last", list+`.lastElementChild.getAttribute("aria-selected") === "true"`)
	b.keys(kb.Escape)
	b.want("Escape closes", list+`.hidden && `+field+`.getAttribute("aria-expanded") === "false"`)
	b.want("and keeps what was typed", field+`.value === "cybers"`)

	b.keys(kb.ArrowDown)
	b.until("suggestions again", `!`+list+`.hidden`)
	b.keys(kb.ArrowDown)
	taken := b.text(list + `.querySelector('[aria-selected="true"] > span').textContent`)
	b.follow("the results", func() { b.keys(kb.Enter) })
	b.at(results, "q", taken)

	b.focus(`main [name="ou"]`)
	b.paste("boul")
	b.until("places", visible(`main [role="option"]`))
	b.keys(kb.ArrowDown)
	b.keys(kb.Enter)
	b.want("the place is in the field", `document.querySelector('main [name="ou"]').value === "Bouloupari"`)
	b.follow("the results of the place", func() { b.keys(kb.Enter) })
	b.at(results, "q", taken, "zone", "bouloupari")
}

// On a phone the filters are a sheet over the page with scripts, a disclosure in it without.
func TestFacetsOnPhone(t *testing.T) {
	both(t, phone(), func(t *testing.T, b *tab, scripts bool) {
		const box = `.facet input[name="categorie"]`
		b.goTo(results+"?q=site", 200)
		b.want("the filters are folded away", `!(`+visible(box)+`)`)
		b.click(".facets > summary")
		b.until("the filters", visible(box))
		if scripts {
			b.want("they are in a modal sheet", `document.querySelector("dialog[open]")?.matches(":modal")`)
			b.want("its title stands on one line", `((h) => h.getBoundingClientRect().height < 1.5 * parseFloat(getComputedStyle(h).fontSize))(document.querySelector("dialog[open] h2"))`)
			b.want("its way out does not overhang", `((e) => e.querySelector("[data-close]").getBoundingClientRect().right <= e.querySelector("[data-sheet-body]").getBoundingClientRect().right + 8)(document.querySelector("dialog[open]"))`)
			b.want("the focus is in it", `document.querySelector("dialog[open]").contains(document.activeElement)`)
			b.eval(axeSource(t)+";true", nil)
			b.axe("sheet open", allRules)
			b.noSideways(phone())
			b.keys(kb.Escape)
			b.until("the sheet closed", `!document.querySelector("dialog[open]")`)
			b.want("the focus is back on its button", `document.activeElement === document.querySelector(".facets > summary")`)
			b.keys(kb.Enter)
			b.until("the sheet again", visible(box))
		}
		value := b.text(`document.querySelector('` + box + `').value`)
		b.click(box)
		b.want("ticking sends nothing yet", `document.querySelector('`+box+`').checked`)
		b.follow("the filtered results", func() { b.click(`.facets-form [type="submit"], dialog[open] [type="submit"]`) })
		b.at(results, "q", "site", "categorie", value)
		b.want("the button says how many choices there are", `document.querySelector(".facets > summary").textContent.includes("1")`)
	})
}

// By keyboard alone: the skip link comes first and works, and each stop shows where one is.
func TestKeyboardOnly(t *testing.T) {
	both(t, laptop(), func(t *testing.T, b *tab, _ bool) {
		b.goTo(results+"?q=site+internet", 200)
		b.keys(kb.Tab)
		b.want("the skip link comes first", `document.activeElement.matches(".skip")`)
		b.want("it shows itself", `document.activeElement.getBoundingClientRect().width > 40`)
		b.keys(kb.Enter)
		b.until("the content", `location.hash === "#main"`)
		b.keys(kb.Tab)
		b.want("what comes next is in the content", `document.querySelector("main").contains(document.activeElement)`)

		b.goTo(results+"?q=site+internet", 200)
		seen := map[string]bool{}
		for range 50 {
			b.keys(kb.Tab)
			seen[b.stop()] = true
		}
		for _, want := range []string{"a.brand", "input#search-what", "input#search-where", "button.button", "a.sort"} {
			if !seen[want] {
				t.Errorf("Tab never reaches %s; it reaches %v", want, slices.Sorted(maps.Keys(seen)))
			}
		}
	})
}

// stop says which element has the focus, and fails the test where it cannot be seen.
func (b *tab) stop() string {
	b.Helper()
	var at struct {
		Name          string
		Outline       string
		Shown, InView bool
	}
	b.eval(`(() => {
		const e = document.activeElement, ringed = e.closest(".choice") ?? e, r = e.getBoundingClientRect(), style = getComputedStyle(ringed);
		return {
			name: e.localName + (e.id ? "#" + e.id : e.classList.length ? "." + e.classList[0] : ""),
			outline: style.outlineStyle + " " + style.outlineWidth, shown: e.checkVisibility({visibilityProperty: true}) && r.width > 0,
			inView: r.bottom > 0 && r.top < innerHeight,
		};
	})()`, &at)
	if at.Name == "body" {
		return at.Name // the end of the page
	}
	if strings.HasPrefix(at.Outline, "none") || strings.HasSuffix(at.Outline, " 0px") {
		b.Errorf("%s: the focus on %s shows no ring (outline: %s)", b.address(), at.Name, at.Outline)
	}
	if !at.Shown || !at.InView {
		b.Errorf("%s: the focus is on %s, which is not to be seen", b.address(), at.Name)
	}
	return at.Name
}

// At 200 % and at 400 % of 1280 pixels, and with text twice as large, nothing is lost and nothing scrolls sideways.
func TestZoom(t *testing.T) {
	s := theStage(t)
	for _, path := range []string{home, results + "?q=site+internet", results + "/" + s.rich.Slug, home + "/competences"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: size{640, 450}})
			b.goTo(path, 200)
			for _, zoomed := range []size{{640, 450}, {320, 225}} {
				b.resize(zoomed)
				b.noSideways(zoomed)
				b.unclipped(zoomed)
			}
			b.resize(laptop())
			b.eval(`document.documentElement.style.fontSize = "200%", true`, nil)
			b.noSideways(laptop())
			b.unclipped(laptop())
			b.want("the heading is there", visible("h1"))
		})
	}
}

// unclipped fails the test when an element hides a part of its own text.
func (b *tab) unclipped(s size) {
	b.Helper()
	var cut []string
	b.eval(`[...document.body.querySelectorAll("*")].filter((e) => {
		const style = getComputedStyle(e);
		return e.checkVisibility({visibilityProperty: true}) && e.clientWidth > 1 && !e.matches("input, textarea, select, .plan-map, .plan-frame") && // a map shows a part
			["hidden", "clip"].includes(style.overflowX) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
	}).map((e) => e.outerHTML.slice(0, 120))`, &cut)
	for _, e := range cut {
		b.Errorf("%s: at %s a text is cut off: %s", b.document, s, e)
	}
}
