package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// visit opens an address outside the application in a tab of its own: the page of another site.
func (s *stage) visit(t *testing.T, address string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(s.browser)
	t.Cleanup(cancel)
	b := &tab{TB: t, stage: s, ctx: ctx, document: address}
	b.run("opening a tab", emulation.SetFocusEmulationEnabled(true))
	b.resize(phone())
	b.media("screen", false)
	b.run("opening "+address, chromedp.Navigate(address), page.BringToFront()) // in a tab behind others nothing is laid out
	return b
}

// otherSite is a web site of another origin with this body.
func otherSite(t *testing.T, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><html lang=fr><meta name=viewport content='width=device-width'><title>Mairie</title><h1>Notre commune</h1>%s", body)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // another site, and not only another port
}

// On another site the frame takes the height of its list, keeps it when the list changes, and changes no other frame.
func TestFrameOnAnotherSite(t *testing.T) {
	s := theStage(t)
	frame := s.url + home + "/integration/annuaire?nombre=5&competence=" + s.competence()
	b := s.visit(t, otherSite(t, fmt.Sprintf(`<iframe id=ours src="%s" width="100%%" height="300" style="border:0"></iframe>
		<iframe id=second src="%s" width="100%%" height="300"></iframe><iframe id=theirs srcdoc="<p>autre</p>" height="123"></iframe>
		<script src="%s/integrer.js" async></script>`, frame, s.url+home+"/integration/annuaire?nombre=20", s.url+home)))
	const height = `document.getElementById("ours").getBoundingClientRect().height`
	b.until("the frame to grow", height+` > 400 && document.getElementById("second").getBoundingClientRect().height > `+height+` + 300`)
	b.want("another site's frame stays as it is", `document.getElementById("theirs").getBoundingClientRect().height < 130`)

	// Messages of others are not listened to, nor heights that are none.
	b.eval(`new Promise((done) => {
		addEventListener("message", (e) => { if (e.data.last) setTimeout(done, 0); });
		for (const grappe of [5, 99999, -1, "700", null]) postMessage({grappe}, "*");
		postMessage({last: true, grappe: 77}, "*");
	})`, nil)
	b.want("a height that others tell is not taken", height+` > 400`)

	// A narrow window makes longer lines, a wide one shorter ones.
	var narrow float64
	b.eval(height, &narrow)
	b.resize(laptop())
	b.until("the frame to shrink", fmt.Sprintf("%s < %f", height, narrow))
	b.resize(phone())
	b.until("the frame to grow back", fmt.Sprintf("%s >= %f", height, narrow-2))

	// Without our script it scrolls inside, at the height that the code gives it.
	still := s.visit(t, otherSite(t, fmt.Sprintf(`<iframe src="%s" width="100%%" height="300"></iframe>`, frame)))
	still.want("its height is the given one", `document.querySelector("iframe").getBoundingClientRect().height < 310`)
}

// In the frame, pages and words change what it shows, and what the site chose stays.
func TestFrameKeepsWhatWasChosen(t *testing.T) {
	s := theStage(t)
	b := s.open(t, setting{size: phone()})
	b.goTo(home+"/integration/annuaire?nombre=5&theme=sombre&competence="+s.competence(), 200)
	b.want("it is dark by choice", `getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)"`)
	b.follow("the next page", func() { b.click(".pager a[rel=next]") })
	b.at(home+"/integration/annuaire", "competence", s.competence(), "nombre", "5", "theme", "sombre", "page", "2")
	b.focus("input[name=mots]")
	b.paste("nouméa")
	b.follow("the answer", func() { b.keys("\r") })
	b.at(home+"/integration/annuaire", "competence", s.competence(), "nombre", "5", "theme", "sombre", "mots", "nouméa")
	b.want("links leave the frame", `[...document.querySelectorAll("article h2 a")].length > 0 && [...document.querySelectorAll("article h2 a")].every((a) => a.target === "_blank")`)
}

// A browser shows nothing of our other pages in a frame of another site.
func TestOtherPagesRefuseToBeFramed(t *testing.T) {
	s := theStage(t)
	for _, path := range []string{"/annuaire", "/integrer", "/annuaire/" + s.rich.Slug} {
		refused := make(chan struct{}, 8)
		b := s.visit(t, otherSite(t, ""))
		chromedp.ListenTarget(b.ctx, func(event any) {
			said := ""
			switch e := event.(type) {
			case *log.EventEntryAdded:
				said = e.Entry.Text
			case *network.EventLoadingFailed:
				said = e.ErrorText
			}
			if strings.Contains(said, "frame-ancestors") || strings.Contains(said, "ERR_BLOCKED_BY_RESPONSE") {
				select {
				case refused <- struct{}{}:
				default:
				}
			}
		})
		b.run("listening", network.Enable())
		b.eval(fmt.Sprintf(`(() => { const f = document.createElement("iframe"); f.src = %s; document.body.append(f); })()`, quote(s.url+home+path)), nil)
		select {
		case <-refused:
		case <-time.After(patience):
			t.Errorf("%s is shown in a frame of another site", path)
		}
	}
}

// embedded are the looks of the frame, which TestHTML validates.
func (s *stage) embedded() []kind {
	var all []kind
	for i, query := range []string{"?nombre=5", "?q=zzyzx", "?fiche=" + s.rich.Slug, "?nombre=5&theme=sombre&champ=0"} {
		all = append(all, kind{fmt.Sprintf("frame-%d", i), home + "/integration/annuaire" + query, http.StatusOK})
	}
	return append(all, kind{"frame-fault", home + "/integration/annuaire?nombre=x", http.StatusBadRequest})
}

// The frame is accessible in all its looks, light and dark.
func TestFrameIsAccessible(t *testing.T) {
	s := theStage(t)
	axe := axeSource(t)
	for _, p := range s.embedded() {
		b := s.open(t, setting{size: phone()})
		b.goTo(p.path, p.status)
		b.eval(axe+";true", nil)
		b.axe("390 px, light", allRules)
		b.media("screen", true)
		b.axe("390 px, dark", colourRules)
		b.noSideways(phone())
	}
}

// The page gives a code whose preview has the height of its list, and a button that copies it.
func TestCodeToCopy(t *testing.T) {
	s := theStage(t)
	b := s.open(t, setting{size: laptop()})
	b.goTo(home+"/integrer?q=site&nombre=5", 200)
	b.until("the preview to take its height", `document.querySelector("iframe").style.height !== ""`)
	b.want("the whole list is seen", `(() => { const f = document.querySelector("iframe"); return f.contentDocument.documentElement.scrollHeight <= f.clientHeight + 1; })()`)
	b.want("the buttons copy what stands above", `[...document.querySelectorAll("[data-copy]")].length === 3 &&
		[...document.querySelectorAll("[data-copy]")].every((e) => e.dataset.copy === e.closest(".embed-code").querySelector("textarea").value)`)
}
