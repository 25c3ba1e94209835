package browsertest

import (
	"fmt"
	"testing"
)

// On paper a page is black on white, without what one clicks on, and says where its links lead.
func TestPrint(t *testing.T) {
	s := theStage(t)
	for _, path := range []string{home, results + "?q=site+internet", results + "/" + s.rich.Slug, results + "/imprimer?q=site", home + "/mentions-legales", home + "/composants"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := s.open(t, setting{size: laptop(), dark: true})
			b.goTo(path, 200)
			b.media("print", true)
			for _, gone := range []string{".header", ".footer", ".skip", ".breadcrumb", ".pager", ".facets", ".search", ".toasts", ".sort", ".no-print"} {
				b.want(gone+" is not printed", `!(`+visible(gone)+`)`)
			}
			b.want("the heading is printed", visible("h1"))
			b.want("it stands apart from the warning", `document.querySelector("h1").getBoundingClientRect().top >= document.querySelector(".banner").getBoundingClientRect().bottom + 16`)
			b.want("no button is a bar", `[...document.querySelectorAll("main a.button")].every((a) => getComputedStyle(a).backgroundColor === "rgba(0, 0, 0, 0)" && getComputedStyle(a).borderTopWidth === "0px")`)
			b.want("no address of a mail is printed twice", `[...document.querySelectorAll("main a[href^='mailto:']")].filter((a) => a.textContent.includes(a.pathname)).every((a) => getComputedStyle(a, "::after").content === "none")`)
			b.want("the text is black", `getComputedStyle(document.querySelector("h1")).color === "rgb(0, 0, 0)"`)
			b.want("the paper is white", `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`)
			var lost []string
			b.eval(unread, &lost)
			for _, e := range lost {
				t.Errorf("%s: on paper this cannot be read, dark on dark or light on light: %s", path, short(e))
			}
			var silent []string
			b.eval(`[...document.querySelectorAll('main a[href^="http"], main a[href^="mailto:"]')].filter((a) => {
				const leads = a.getAttribute("href").replace(/^(https?:\/\/(www\.)?|mailto:)/, "").replace(/^([^?]*@[^?]*)\?.*$/, "$1").replace(/\/$/, "");
				return a.checkVisibility() && !(a.textContent + getComputedStyle(a, "::after").content).includes(leads);
			}).map((a) => a.outerHTML)`, &silent)
			for _, a := range silent {
				t.Errorf("%s: on paper the link does not say where it leads: %s", path, short(a))
			}
		})
	}
}

// unread are the printed texts that stand dark on dark or light on light: their colour against the nearest background.
const unread = `(() => {
	const dark = (c) => {
		const n = c.match(/[\d.]+/g).map(Number), most = c.startsWith("color(") ? 1 : 255;
		return n.length > 3 && n[3] < 0.5 ? null : (n[0] + n[1] + n[2]) / 3 < most / 2;
	};
	const behind = (e) => { for (; e; e = e.parentElement) { const d = dark(getComputedStyle(e).backgroundColor); if (d !== null) return d; } return false; };
	return [...document.querySelectorAll("main *")].filter((e) => e.checkVisibility() && e.getClientRects().length > 0 &&
		[...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && dark(getComputedStyle(e).color) === behind(e)).map((e) => e.outerHTML);
})()`

// A printed card still says how to reach the organisation, and what was folded away on the screen.
func TestPrintedCard(t *testing.T) {
	s := theStage(t)
	b := s.open(t, setting{size: laptop()})
	b.goTo(results+"/"+s.rich.Slug, 200)
	b.media("print", false)
	for _, scheme := range []string{"tel:", "mailto:", "http"} {
		selector := fmt.Sprintf(`#contact ~ [href^=%[1]q], #contact ~ * [href^=%[1]q]`, scheme)
		if b.number(selector) > 0 {
			b.want("the contact "+scheme+" is printed", visible(selector))
		}
	}
	b.goTo(home+"/composants", 200)
	b.want("what is folded away is printed", `[...document.querySelectorAll("details > :not(summary)")].every((e) => e.closest(".facets, .office-nav") || e.checkVisibility())`)
}
