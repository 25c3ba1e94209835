package browsertest

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// both runs a journey with scripts and without.
func both(t *testing.T, size size, journey func(t *testing.T, b *tab, scripts bool)) {
	t.Helper()
	s := theStage(t)
	for _, scripts := range []bool{true, false} {
		name := "with scripts"
		if !scripts {
			name = "without scripts"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			journey(t, s.open(t, setting{size: size, noScripts: !scripts, alone: true}), scripts)
		})
	}
}

// home and results are where journeys begin.
const (
	home    = "/" + territory
	results = home + "/annuaire"
)

// From the home page to a card by words, place and a filter, and back: the address holds all of it.
func TestSearchFromHome(t *testing.T) {
	both(t, laptop(), func(t *testing.T, b *tab, scripts bool) {
		b.goTo(home, 200)
		b.focus(`main [name="q"]`)
		b.keys("site internet")
		b.focus(`main [name="ou"]`)
		b.keys("noumea")
		b.follow("the results", func() { b.keys(kb.Enter) })
		b.at(results, "q", "site internet", "zone", "noumea")
		b.want("the words stay in the field", `document.querySelector('main [name="q"]').value === "site internet"`)
		b.want("the place is a chip", `document.querySelector(".chip").textContent.includes("Nouméa")`)
		b.want("the count is announced", `/\d/.test(document.querySelector('#total[role="status"]').textContent)`)
		before := b.number(".result")

		choice := b.text(`document.querySelector('.facet input[name="competence"]').value`)
		if scripts {
			b.follow("the filtered results", func() { b.click(`.facet input[name="competence"]`) })
		} else {
			b.click(`.facet input[name="competence"]`)
			b.follow("the filtered results", func() { b.click(`.facets-form [type="submit"]`) })
		}
		b.at(results, "q", "site internet", "zone", "noumea", "competence", choice)
		b.want("the choice is ticked", `document.querySelector('.facet input[name="competence"]:checked').value === `+quote(choice))
		if n := b.number(".result"); n == 0 || n > before {
			t.Errorf("the filter leaves %d results on the page of %d", n, before)
		}
		here, name := b.address(), b.text(`document.querySelector(".result-title").textContent`)

		b.follow("the card", func() { b.click(".result-title a") })
		b.want("the card is the one chosen", `document.querySelector("h1").textContent.trim() === `+quote(name))
		b.leaves("history.back()")
		b.until("the results again", `location.href === `+quote(here)+` && document.readyState === "complete"`)
		b.want("the choice is still ticked", `document.querySelector('.facet input[name="competence"]:checked').value === `+quote(choice))

		b.follow("the results without the place", func() { b.click(".chip") })
		if v := b.parameters(); v.Get("q") != "site internet" {
			t.Errorf("taking a chip away loses the words: %s", b.address())
		}
	})
}

// number counts the elements of a selector.
func (b *tab) number(selector string) (n int) {
	b.Helper()
	b.eval(fmt.Sprintf("document.querySelectorAll(%s).length", quote(selector)), &n)
	return n
}

// A place that is typed becomes a zone, however it is written; an unknown one is told.
func TestPlaceTyped(t *testing.T) {
	both(t, phone(), func(_ *testing.T, b *tab, _ bool) {
		b.goTo(results, 200)
		b.focus(`main [name="ou"]`)
		b.keys("MONT DORE")
		b.follow("the results", func() { b.keys(kb.Enter) })
		b.at(results, "zone", "le-mont-dore")
		b.want("the page is the commune's", `document.querySelector("h1").textContent.includes("Mont-Dore")`)
		b.goTo(results, 200)
		b.focus(`main [name="ou"]`)
		b.keys("Atlantide")
		b.follow("the results", func() { b.keys(kb.Enter) })
		b.want("the unknown place is told", `[...document.querySelectorAll(".notice")].some((n) => n.textContent.includes("Atlantide"))`)
		b.want("there are results all the same", `document.querySelector(".result")`)
	})
}

// Ticking a choice keeps the others, even those that no result has.
func TestChoicesAreKept(t *testing.T) {
	both(t, laptop(), func(_ *testing.T, b *tab, scripts bool) {
		b.goTo(results+"?q=site+internet&zone=noumea&categorie=investisseur&tri=nom", 200)
		b.want("the chosen place is among the filters", `document.querySelector('.facet input[value="noumea"]:checked')`)
		choice := `.facet input[name="categorie"][value="entreprise"]`
		if scripts {
			b.follow("the filtered results", func() { b.click(choice) })
		} else {
			b.click(choice)
			b.follow("the filtered results", func() { b.click(`.facets-form [type="submit"]`) })
		}
		v := b.parameters()
		for name, want := range map[string]string{"q": "site internet", "zone": "noumea", "tri": "nom"} {
			if v.Get(name) != want {
				b.Errorf("ticking a category loses %s=%s: %s", name, want, b.address())
			}
		}
		if n := len(v["categorie"]); n != 2 {
			b.Errorf("ticking a second category leaves %d: %s", n, b.address())
		}
	})
}

// The pager leads on and back, and keeps the question.
func TestPager(t *testing.T) {
	both(t, laptop(), func(t *testing.T, b *tab, _ bool) {
		b.goTo(results+"?tri=nom&categorie=entreprise", 200)
		first := b.text(`document.querySelector(".result-title").textContent`)
		b.follow("the second page", func() { b.click(`.pager [rel="next"]`) })
		b.at(results, "tri", "nom", "categorie", "entreprise", "page", "2")
		b.want("the pager says where one is", `document.querySelector('.pager [aria-current="page"]').textContent.includes("2")`)
		second := b.text(`document.querySelector(".result-title").textContent`)
		if second == first {
			t.Errorf("both pages begin with %s", first)
		}
		b.follow("the first page", func() { b.click(`.pager [rel="prev"]`) })
		b.at(results, "tri", "nom", "categorie", "entreprise")
		if again := b.text(`document.querySelector(".result-title").textContent`); again != first {
			t.Errorf("the first page begins with %s, now with %s", first, again)
		}
	})
}

// Where nothing is found, the page leads on to something.
func TestNothingFound(t *testing.T) {
	both(t, phone(), func(t *testing.T, b *tab, _ bool) {
		for _, query := range []string{"q=zzyzx", "q=drone&zone=belep&categorie=investisseur", "page=400"} {
			status := int64(200)
			if query == "page=400" {
				status = 404
			}
			b.goTo(results+"?"+query, status)
			b.want("it says that there is nothing", visible(".empty-title"))
			b.want("the search stays at hand", visible(`main [name="q"]`))
			b.follow("the first way on", func() { b.click(".empty a") })
			if b.number(".result") == 0 {
				t.Errorf("?%s: the first way on leads to nothing: %s", query, b.address())
			}
		}
	})
}

// The other language shows the same page, with the same question.
func TestLanguageSwitch(t *testing.T) {
	both(t, phone(), func(t *testing.T, b *tab, _ bool) {
		question := url.Values{"q": {"site internet"}, "zone": {"noumea"}}
		b.goTo(results+"?"+question.Encode(), 200)
		b.follow("the English page", func() { b.click(`.header a[hreflang="en"]`) })
		b.at(home+"/en/annuaire", "q", "site internet", "zone", "noumea")
		b.want("it is in English", `document.documentElement.lang === "en"`)
		b.follow("the French page", func() { b.click(`.header a[hreflang="fr"]`) })
		b.at(results, "q", "site internet", "zone", "noumea")
		b.goTo(results+"/"+b.rich.Slug, 200)
		b.follow("the English card", func() { b.click(`.header a[hreflang="en"]`) })
		b.at(home + "/en/annuaire/" + b.rich.Slug)
	})
}

// The theme that was chosen stays, and the system's comes back with it.
func TestThemeSwitch(t *testing.T) {
	s := theStage(t)
	for _, size := range []size{phone(), laptop()} {
		t.Run(size.String(), func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: size, alone: true})
			b.goTo(home, 200)
			paper := func() string { return b.text(`getComputedStyle(document.body).backgroundColor`) }
			day := paper()
			b.click("[data-theme-switch]")
			b.until("the dark page", `document.documentElement.dataset.theme === "dark"`)
			night := paper()
			if day == night {
				t.Errorf("the page is %s, light or dark", day)
			}
			b.follow("the page anew", func() { b.run("reloading", chromedp.Reload()) })
			if now := paper(); now != night {
				t.Errorf("after reloading the page is %s, want %s", now, night)
			}
			b.want("the switch leads back to the light", visible(`[data-theme-switch] [data-face="light"]`))
			b.click("[data-theme-switch]")
			b.until("the light page", `!document.documentElement.dataset.theme`)
			if now := paper(); now != day {
				t.Errorf("back in the light the page is %s, want %s", now, day)
			}
		})
	}
}
