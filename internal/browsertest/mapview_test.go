package browsertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
)

// The map is accessible where it is open, narrow and wide, light and dark, with its list and a chosen card.
func TestMapIsAccessible(t *testing.T) {
	s := theStage(t)
	axe := axeSource(t)
	for _, lang := range []string{"", "/en"} {
		for _, size := range []size{phone(), laptop()} {
			t.Run(size.String()+lang, func(t *testing.T) {
				t.Parallel()
				b := s.open(t, setting{size: size, alone: true})
				b.openMap(home + lang + "/annuaire?carte=-22.27,166.44,13&vue=carte&fiche=" + s.rich.Slug)
				b.click(".plan-shows > summary")
				b.until("the list of what is shown", visible(".plan-lines li"))
				b.eval(`scrollTo(0, 0), true`, nil) // the bar over the page hides what passes under it
				b.eval(axe+";true", nil)
				b.axe("map open, light", allRules)
				b.media("screen", true)
				b.axe("map open, dark", colourRules)
				b.noSideways(size)
			})
		}
	}
}

// mostWithMap is what the map may add to the first view of the directory over the wire.
const mostWithMap = 60_000

// The first view of the directory costs at most 60 KB, and at most 60 KB more with its map. Where the map is not to be seen,
// nothing of it is fetched. Nothing moves when it comes.
func TestMapIsLight(t *testing.T) {
	s := theStage(t)
	for _, path := range []string{results, results + "?q=site+internet&zone=noumea"} {
		small := s.open(t, setting{size: phone(), noCache: true, alone: true})
		small.goTo(path, 200)
		small.light()
		small.want("no map is fetched where the list is shown", `!performance.getEntriesByType("resource").some((e) => /map\.|basemap|clusters/.test(e.name))`)

		b := s.open(t, setting{size: laptop(), noCache: true, alone: true})
		b.run("watching what moves", chromedp.ActionFunc(watchShifts))
		b.goTo(path, 200)
		b.until("the map", drawn)
		b.still()
		var shift float64
		b.eval(`window.shifted ?? 0`, &shift)
		if shift > 0.02 {
			t.Errorf("%s: the page shifts by %.3f while it loads", path, shift)
		}
		own, plan, lines := 0.0, 0.0, []string{}
		b.mu.Lock()
		for address, n := range b.bytes {
			if isOfMap(address) {
				plan += n
			} else {
				own += n
			}
			lines = append(lines, fmt.Sprintf("%7.0f %s", n, strings.TrimPrefix(address, b.url)))
		}
		b.mu.Unlock()
		slices.Sort(lines)
		if own > mostBytes || plan > mostWithMap || plan < 20_000 {
			t.Errorf("%s costs %.0f bytes without the map and %.0f more with it:\n%s", path, own, plan, strings.Join(lines, "\n"))
		}
		t.Logf("%s: %.0f bytes without the map, %.0f more with it", path, own, plan)
	}
}

// watchShifts sums up how much of the page moves by itself (CLS), from its first paint on.
func watchShifts(ctx context.Context) error {
	_, err := page.AddScriptToEvaluateOnNewDocument(`new PerformanceObserver((list) => {
		for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifted = (window.shifted ?? 0) + e.value;
	}).observe({type: "layout-shift", buffered: true})`).Do(ctx)
	return err
}

// locating says whether pages of the tab's profile may know where the device is.
func (b *tab) locating(may browser.PermissionSetting) {
	b.Helper()
	b.run("answering for the reader", chromedp.ActionFunc(func(ctx context.Context) error {
		tab, err := target.GetTargetInfo().Do(ctx)
		if err != nil {
			return err
		}
		return browser.SetPermission(&browser.PermissionDescriptor{Name: "geolocation"}, may).WithOrigin(b.url).
			WithBrowserContextID(tab.BrowserContextID).Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
	}))
}

// save puts cards into the base, and gives their identifiers.
func (s *stage) save(t *testing.T, cards []listing.Record) []string {
	t.Helper()
	var ids []string
	err := s.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		saved, err := listing.Store{}.SaveBatch(t.Context(), tx, cards, time.Now())
		for _, r := range saved {
			ids = append(ids, r.Listing.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// isOfMap tells what only the map asks for.
func isOfMap(address string) bool {
	return slices.ContainsFunc([]string{"/assets/map.", "/assets/map-", "/assets/basemap", "/carte/", "/api/v1/"}, func(part string) bool { return strings.Contains(address, part) })
}

// On paper there is no map.
func TestMapIsNotPrinted(t *testing.T) {
	b := theStage(t).open(t, setting{size: laptop(), alone: true})
	b.openMap(results)
	b.media("print", false)
	b.want("no map on paper", `!(`+visible(".finder-plan")+`)`)
	b.want("the results are", visible(".result"))
}

// Near me: the device is asked only when the button is pressed, the place is rounded, nothing is stored; a refusal says what
// else to do.
func TestNearMe(t *testing.T) {
	s := theStage(t)
	b := s.open(t, setting{size: phone(), alone: true})
	b.goTo(results+"?q=site", 200)
	b.want("it says what the position is for", visible("[data-near] [role=status]"))
	b.locating(browser.PermissionSettingDenied)
	b.click("[data-near] button")
	b.until("what to do", `/réglages/.test(document.querySelector("[data-near] [role=status]").textContent)`)
	b.at(results, "q", "site")

	b = s.open(t, setting{size: phone(), alone: true})
	b.goTo(results+"?q=site", 200)
	b.locating(browser.PermissionSettingGranted)
	b.run("being somewhere", emulation.SetGeolocationOverride().WithLatitude(-22.276543).WithLongitude(166.451234).WithAccuracy(20))
	b.follow("the nearest", func() { b.click("[data-near] button") })
	b.at(results, "q", "site", "pres", "-22.277,166.451", "tri", "distance")
	b.want("the results say how far", `/\d\s*k?m/.test(document.querySelector(".result-facts").textContent)`)
	b.want("nothing is stored", `localStorage.length === 0 && document.cookie === ""`)
}

// Cards on the very same spot are fanned out when their marker is opened; Escape folds them.
func TestSameSpot(t *testing.T) {
	s := theStage(t)
	spot := &geo.Point{Lat: -21.05, Lon: 164.85}
	var cards []listing.Record
	for i := range 14 {
		cards = append(cards, listing.Record{
			Company: company.Company{UsualName: fmt.Sprintf("Pépinière Zwyx %02d", i), Status: company.Active},
			Listing: listing.Listing{Territory: territory, State: listing.Published, Content: listing.Content{
				Name: fmt.Sprintf("Pépinière Zwyx %02d", i), Category: listing.Company, Zone: "98811", City: "Koné", Point: spot,
			}},
		})
	}
	ids := s.save(t, cards)
	t.Cleanup(func() {
		ctx := context.Background() // that of the test has ended
		err := s.app.DB.Write(ctx, func(tx *db.Tx) error { return listing.Store{}.Delete(ctx, tx, ids, time.Now()) })
		if err != nil {
			t.Error(err)
		}
	})
	s.shows(t, "zwyx", "Pépinière Zwyx 00", true, patience)
	for _, size := range []size{phone(), laptop()} {
		b := s.open(t, setting{size: size, alone: true})
		b.openMap(results + "?q=zwyx")
		b.want("one marker says how many", `document.querySelectorAll(".pin").length === 1 && /^14 fiches au même endroit/.test(document.querySelector(".pin").getAttribute("aria-label"))`)
		b.focus(".pin")
		b.keys(kb.Enter)
		b.until("all of them", `document.querySelectorAll(".fan .pin").length === 14`)
		b.want("the focus is on the first", `document.activeElement === document.querySelector(".fan .pin")`)
		b.want("each is named", `[...document.querySelectorAll(".fan .pin")].every((p) => /^Pépinière Zwyx \d\d, entreprise/.test(p.getAttribute("aria-label")))`)
		b.eval(axeSource(t)+";true", nil)
		b.axe("fanned out", allRules)
		b.keys(kb.Escape)
		b.until("none of them", `!document.querySelector(".fan")`)
		b.want("the focus is on the marker again", `document.activeElement === document.querySelector(".pin")`)
		b.keys(kb.Enter)
		b.until("all of them again", `document.querySelectorAll(".fan .pin").length === 14`)
		b.keys(kb.Enter)
		b.until("the chosen one", `/^pepiniere-zwyx-\d\d/.test(new URLSearchParams(location.search).get("fiche"))`)
		// Escape puts away what has the focus: the sheet on a phone, else the fan; then the other, or the choice.
		b.keys(kb.Escape)
		b.keys(kb.Escape)
		b.until("the fan away", `!document.querySelector(".fan")`)
		b.until("none is chosen", `!new URLSearchParams(location.search).has("fiche") && !document.querySelector(".pin-chosen, .result-chosen")`)
	}
}

// Where the territory has its own tiles they take the place of the land, with their credit, and are darkened by the theme.
func TestOwnTiles(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.goTo(results, 200)
	// What the server writes for a territory with tiles, on tiles of this host: the test asks nothing of another.
	b.eval(`(() => {
		const icon = document.querySelector("link[rel=icon]").href;
		Object.assign(document.querySelector("[data-map]").dataset, {tiles: icon + "?{z}/{x}/{y}", credit: "Tuiles d’essai", maxZoom: "15"});
		return true;
	})()`, nil)
	b.click(`.pane[href*="vue=carte"]`)
	b.until("the map", drawn)
	b.until("tiles", `document.querySelectorAll("img.leaflet-tile-loaded").length > 1`)
	b.want("no land is drawn", `!document.querySelector("canvas.land") && !performance.getEntriesByType("resource").some((e) => e.name.includes("basemap"))`)
	b.want("they are credited", `document.querySelector(".plan-credit").textContent === "Tuiles d’essai"`)
	b.want("no closer than they are", `!performance.getEntriesByType("resource").some((e) => /\?(1[6-9]|2\d)\//.test(e.name))`)
	b.want("they are as they are by day", `getComputedStyle(document.querySelector(".leaflet-tile-pane")).filter === "none"`)
	b.media("screen", true)
	b.want("and darkened at night", `getComputedStyle(document.querySelector(".leaflet-tile-pane")).filter.includes("invert")`)
}

// On a phone list and map are one tap apart without leaving the page, and going back leads from one to the other.
func TestPanes(t *testing.T) {
	b := theStage(t).open(t, setting{size: phone(), alone: true})
	b.openMap(results + "?q=site")
	b.at(results, "q", "site", "vue", "carte")
	b.want("the map, and not the list", visible(".plan-map")+`&& !(`+visible(".result")+`)`)
	b.click(`.pane:not([aria-current])`)
	b.until("the list", visible(".result")+`&& !(`+visible(".plan-map")+`)`)
	b.at(results, "q", "site")
	b.leaves("history.back()")
	b.until("the map again", visible(".plan-map")+`&& !(`+visible(".result")+`)`)
	b.until("its markers", drawn)
	b.want("the switch says so", `document.querySelector('.pane[aria-current]').href.includes("vue=carte")`)
	b.leaves("history.back()")
	b.until("the list again", visible(".result"))
	b.want("the bar stays at hand", `(scrollTo(0, 2000), document.querySelector(".finder-tools").getBoundingClientRect().top === 0)`)
}
