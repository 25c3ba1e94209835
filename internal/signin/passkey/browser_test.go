package passkey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"grappe/internal/platform/db"
)

// tab is a tab of Chromium, with an authenticator that the protocol plays.
type tab struct {
	*house
	t      *testing.T
	ctx    context.Context
	device webauthn.AuthenticatorID
}

// newTab opens a tab that ends with the test. What its policy of content security refuses, and what fails in a script, fails the
// test.
func newTab(t *testing.T, before string) *tab {
	t.Helper()
	if os.Getenv("GRAPPE_TEST_NO_BROWSER") == "1" {
		t.Skip("skipped: GRAPPE_TEST_NO_BROWSER=1")
	}
	const dist = "../../../web/dist"
	if _, err := os.Stat(dist + "/manifest.json"); err != nil {
		t.Skip("the assets are not built: run make")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	opened, leave := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it does not know the newest events
	t.Cleanup(leave)
	ctx, cancel := context.WithTimeout(opened, 2*time.Minute)
	t.Cleanup(cancel)
	b := &tab{house: newHouse(t, dist), t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.hear())
	b.run("opening the tab", network.Enable(), log.Enable(), webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		b.device, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(before).Do(ctx)
		return err
	}))
	return b
}

func (b *tab) hear() func(any) {
	var once sync.Mutex
	return func(event any) {
		once.Lock()
		defer once.Unlock()
		switch e := event.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Source == log.SourceSecurity {
				b.t.Errorf("the browser refuses: %s", e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			b.t.Errorf("a script failed: %s", e.ExceptionDetails.Error())
		}
	}
}

func (b *tab) run(what string, steps ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// goTo opens a path as somebody, or as a visitor.
func (b *tab) goTo(person, path string) {
	b.t.Helper()
	b.run("opening "+path, chromedp.ActionFunc(func(ctx context.Context) error {
		if person == "" {
			return network.DeleteCookies(sessionCookie).WithURL(b.url).Do(ctx)
		}
		return network.SetCookie(sessionCookie, person).WithURL(b.url).WithPath("/").Do(ctx)
	}), chromedp.Navigate(b.url+path))
}

// until waits for an expression to be true, on this page or on the one that replaces it.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	var err error
	for range 6 { // each page that goes away ends one wait
		if err = chromedp.Run(b.ctx, chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(10*time.Second))); err == nil {
			return
		}
		if errors.Is(err, chromedp.ErrPollingTimeout) {
			break
		}
	}
	var seen string
	_ = chromedp.Run(b.ctx, chromedp.Evaluate(`location.href + ": " + document.body.innerText`, &seen)) // only to say more
	b.t.Fatalf("%s: never true: %s: %v\n%s", what, expression, err, seen)
}

// touched lets somebody touch the authenticator, and reports whether it is true soon afterwards.
func (b *tab) touched(expression string) bool {
	b.t.Helper()
	b.run("somebody touches", webauthn.SetAutomaticPresenceSimulation(b.device, true))
	for range 6 { // each page that goes away ends one wait
		err := chromedp.Run(b.ctx, chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(5*time.Second)))
		if err == nil || errors.Is(err, chromedp.ErrPollingTimeout) {
			return err == nil
		}
	}
	return false
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.run("clicking "+selector, chromedp.Click(selector, chromedp.NodeVisible))
}

// says waits for the words beside a button or form.
func (b *tab) says(what, start string) {
	b.t.Helper()
	b.until(what, fmt.Sprintf(`document.querySelector("[role=status]").textContent.startsWith(%q) && !document.querySelector("[aria-busy]")`, start))
}

// offers waits until the server has given so many challenges to sign in with.
func (b *tab) offers(n int64) {
	b.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); b.begun.Load() < n; {
		if time.Now().After(deadline) {
			b.t.Fatalf("%d challenges were given, not %d", b.begun.Load(), n)
		}
		b.run("waiting", chromedp.Evaluate("new Promise((r) => setTimeout(r, 20))", nil))
	}
}

const (
	signInButton = `[data-passkey=login]`
	enrolButton  = `[data-passkey=enrol] button`
)

// enrolAndReturn makes a passkey on the page of one's space, and comes back with it.
func (b *tab) enrolAndReturn(person string) {
	b.t.Helper()
	b.goTo(person, "/nc"+Back)
	b.until("the form is shown", `document.querySelector("[data-passkey=enrol]").checkVisibility()`)
	b.run("naming it", chromedp.SendKeys("#cle-nom", "Mon ordinateur"))
	b.click(enrolButton)
	b.until("the passkey is listed", `document.querySelector("#cles li strong")?.textContent === "Mon ordinateur"`)
	b.goTo("", "/nc/connexion")
	b.click(signInButton)
	b.until("signed in", fmt.Sprintf(`location.pathname === "/nc/espace" && document.getElementById("who")?.textContent === %q`, person))
}

func TestBrowser(t *testing.T) {
	b := newTab(t, "")
	person := db.NewID()
	b.enrolAndReturn(person)

	b.goTo("", "/nc/connexion?champ")
	b.until("signed in from the field", fmt.Sprintf(`document.getElementById("who")?.textContent === %q`, person))

	// Chromium's virtual authenticator now and then keeps the request that was given up, and never takes the next: then once more.
	for tries := 1; ; tries++ {
		b.run("nobody touches the authenticator", webauthn.SetAutomaticPresenceSimulation(b.device, false))
		given := b.begun.Load()
		b.goTo("", "/nc/connexion?champ")
		b.offers(given + 1) // the one that waits in the field
		b.click(signInButton)
		b.offers(given + 2)
		b.until("the button has taken over from the field", `document.querySelector("[role=status]").textContent.startsWith("Suivez")`)
		if b.touched(fmt.Sprintf(`document.getElementById("who")?.textContent === %q`, person)) {
			break
		}
		if tries == 4 {
			b.t.Fatal("nobody is signed in by the button")
		}
	}

	b.goTo(person, "/nc"+Back)
	b.click(enrolButton)
	b.says("the same authenticator again", "Cette clé d’accès est déjà enregistrée")

	b.goTo("stale."+db.NewID(), "/nc"+Back)
	b.click(enrolButton)
	b.until("a proof is asked first", `document.getElementById("confirm")?.textContent === "/espace/securite"`)

	b.goTo("", "/nc/connexion")
	b.run("failing verification", webauthn.SetUserVerified(b.device, false))
	b.click(signInButton)
	b.says("not verified", "Rien n’a été fait")
	b.run("verifying again", webauthn.SetUserVerified(b.device, true))

	b.run("unplugging", chromedp.Evaluate(`window.fetch = () => Promise.reject(new TypeError("unplugged")); true`, nil))
	b.click(signInButton)
	b.says("offline", "Le site n’a pas répondu")

	keys, err := b.Keys(t.Context(), person)
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	b.goTo(person, "/nc"+Back)
	b.click("#cles li summary")
	b.click("#cles li .button-danger")
	b.until("it is gone", `!document.querySelector("#cles li") && document.querySelector("#cles")`)
	b.goTo("", "/nc/connexion")
	b.click(signInButton)
	b.says("a passkey that is gone", "Cette clé d’accès n’est pas connue ici")
}

// Browsers of before 2025 have passkeys, but not the functions that read and write their JSON.
func TestBrowserWithoutJSON(t *testing.T) {
	b := newTab(t, `delete PublicKeyCredential.parseCreationOptionsFromJSON; delete PublicKeyCredential.parseRequestOptionsFromJSON;
		delete PublicKeyCredential.prototype.toJSON;`)
	b.enrolAndReturn(db.NewID())
}

// A browser without passkeys is offered none.
func TestBrowserWithoutPasskeys(t *testing.T) {
	b := newTab(t, `delete window.PublicKeyCredential;`)
	b.goTo("", "/nc/connexion")
	b.until("nothing is shown", `document.readyState === "complete" && !document.querySelector("[data-passkey-box]").checkVisibility()`)
	b.goTo(db.NewID(), "/nc"+Back)
	b.until("no form", `document.readyState === "complete" && !document.querySelector("[data-passkey=enrol]").checkVisibility()`)
	if res, err := http.Get(b.url + "/nc/connexion"); err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		t.Error(res, err)
	}
}
