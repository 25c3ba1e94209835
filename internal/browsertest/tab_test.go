package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// size is that of a window, in CSS pixels.
type size struct{ width, height int64 }

func (s size) String() string { return fmt.Sprintf("%d px", s.width) }

func phone() size  { return size{390, 844} }
func laptop() size { return size{1280, 900} }

// setting is how a tab is opened.
type setting struct {
	size
	dark      bool
	noScripts bool
	noCache   bool
	alone     bool                 // a profile of its own: no storage shared with other tabs
	profile   cdp.BrowserContextID // that it is alone in, "" for a new one
}

// tab is one tab, and what went wrong in it.
type tab struct {
	testing.TB
	*stage
	ctx context.Context

	mu       sync.Mutex
	faults   []string
	requests map[network.RequestID]string // address
	document string                       // address of the page asked for
	bytes    map[string]float64           // received for the present page, by address
	frame    string                       // identifier of the page's own frame
	led      map[string]bool              // addresses of pages that the tab was led to
	page     network.RequestID            // by which the present page came
	status   int64                        // that it was answered with
	offline  bool                         // without a connection: what fails then is no fault
	abroad   string                       // origin of another site that the way leads over, "" for none
}

// open gives a tab that is closed when the test ends. What the page writes to the console as an error, what its policy of
// content security refused and what it asked of another host then fails the test.
func (s *stage) open(t testing.TB, o setting) *tab {
	t.Helper()
	var options []chromedp.ContextOption
	if o.alone {
		id := o.profile
		if id == "" {
			id = s.profile(t)
		}
		options = append(options, chromedp.WithTargetID(s.window(t, id)))
	}
	ctx, cancel := chromedp.NewContext(s.browser, options...)
	b := &tab{TB: t, stage: s, ctx: ctx, requests: map[network.RequestID]string{}, bytes: map[string]float64{}, led: map[string]bool{}}
	t.Cleanup(func() {
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, fault := range b.faults {
			t.Error(fault)
		}
	})
	chromedp.ListenTarget(ctx, b.heard)
	b.run("opening a tab", network.Enable(), emulation.SetFocusEmulationEnabled(true),
		network.SetCacheDisabled(o.noCache), emulation.SetScriptExecutionDisabled(o.noScripts))
	b.mu.Lock()
	b.frame = string(chromedp.FromContext(ctx).Target.TargetID)
	b.mu.Unlock()
	b.resize(o.size)
	b.media("screen", o.dark)
	return b
}

// profile makes a profile without history nor storage.
func (s *stage) profile(t testing.TB) cdp.BrowserContextID {
	t.Helper()
	ctx := s.atBrowser()
	id, err := target.CreateBrowserContext().Do(ctx)
	if err != nil {
		t.Fatalf("making a profile: %v", err)
	}
	t.Cleanup(func() {
		if err := target.DisposeBrowserContext(id).Do(ctx); err != nil {
			t.Errorf("removing a profile: %v", err)
		}
	})
	return id
}

// atBrowser is the context of what is asked of the browser, and not of a tab.
func (s *stage) atBrowser() context.Context {
	return cdp.WithExecutor(s.browser, chromedp.FromContext(s.browser).Browser)
}

// window opens an empty tab of a profile in a window of its own: Chromium opens no tab of a new profile without one.
func (s *stage) window(t testing.TB, id cdp.BrowserContextID) target.ID {
	t.Helper()
	opened, err := target.CreateTarget("about:blank").WithBrowserContextID(id).WithNewWindow(true).Do(s.atBrowser())
	if err != nil {
		t.Fatalf("opening a window: %v", err)
	}
	return opened
}

// heard notes what happens in the tab.
func (b *tab) heard(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		// A page of an error is itself "a resource that failed to load".
		own := e.Entry.Source == log.SourceNetwork && (b.offline || e.Entry.URL == b.document || b.led[e.Entry.URL] || b.isAbroad(e.Entry.URL))
		if (e.Entry.Level == log.LevelError || e.Entry.Source == log.SourceSecurity) && !own {
			b.fault("the browser says: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning || e.Type == runtime.APITypeAssert {
			words := make([]string, 0, len(e.Args))
			for _, a := range e.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			b.fault("console %s: %s", e.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		b.fault("a script failed: %s", e.ExceptionDetails.Error())
	case *network.EventRequestWillBeSent:
		b.requests[e.RequestID] = e.Request.URL
		if e.Type == network.ResourceTypeDocument && string(e.FrameID) == b.frame {
			b.page, b.led[e.Request.URL] = e.RequestID, true
			clear(b.bytes) // of the page before
		}
		if !strings.HasPrefix(e.Request.URL, b.url+"/") && !strings.HasPrefix(e.Request.URL, "data:") && !b.isAbroad(e.Request.URL) {
			b.fault("a request leaves the house: %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.RequestID != b.page {
			return
		}
		if b.status = e.Response.Status; b.status >= 500 {
			b.fault("%s answers %d", e.Response.URL, b.status)
		}
	case *network.EventLoadingFinished:
		b.bytes[b.requests[e.RequestID]] += e.EncodedDataLength
	}
}

// isAbroad reports whether an address is of the site that the way leads over; the caller holds the lock.
func (b *tab) isAbroad(address string) bool {
	return b.abroad != "" && strings.HasPrefix(address, b.abroad+"/")
}

// fault notes a fault once; the caller holds the lock.
func (b *tab) fault(format string, args ...any) {
	text := b.document + ": " + fmt.Sprintf(format, args...)
	if !slices.Contains(b.faults, text) {
		b.faults = append(b.faults, text)
	}
}

// run does the actions or ends the test, saying what was being done.
func (b *tab) run(what string, actions ...chromedp.Action) {
	b.Helper()
	ctx, cancel := b.ctx, context.CancelFunc(func() {})
	if chromedp.FromContext(b.ctx).Target != nil { // the first run makes the tab, which must outlive it
		ctx, cancel = context.WithTimeout(b.ctx, patience)
	}
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.Fatalf("%s: %s: %v", b.document, what, err)
	}
}

func (b *tab) resize(s size) {
	b.Helper()
	b.run("resizing", emulation.SetDeviceMetricsOverride(s.width, s.height, 1, false))
}

// disconnects takes the connection away, or gives it back.
func (b *tab) disconnects(is bool) {
	b.Helper()
	b.mu.Lock()
	b.offline = true // what failed is told late
	b.mu.Unlock()
	b.run("the connection", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := network.EmulateNetworkConditionsByRule(is, []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1}}).Do(ctx)
		return err
	}), network.OverrideNetworkState(is, 0, -1, -1))
}

// media emulates "screen" or "print", light or dark.
func (b *tab) media(kind string, dark bool) {
	b.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.run("emulating "+kind, emulation.SetEmulatedMedia().WithMedia(kind).WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}))
}

// goTo opens the page at a path, which must answer with the status.
func (b *tab) goTo(path string, status int64) {
	b.Helper()
	b.mu.Lock()
	b.document = b.url + path
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Navigate(b.url+path))
	if err != nil {
		b.Fatalf("%s: %v", path, err)
	}
	if res.Status != status {
		b.Fatalf("%s answers %d, want %d", path, res.Status, status)
	}
}

// eval gives the value of an expression in the page. Scripts that are off are those of the page: this still works.
func (b *tab) eval(expression string, value any) {
	b.Helper()
	b.run(expression, chromedp.Evaluate(expression, value, awaiting))
}

// leaves does what may lead to another page, which the browser may have left for before it answers.
func (b *tab) leaves(expression string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Evaluate(expression+", true", nil)); err != nil && !strings.Contains(err.Error(), "navigated or closed") {
		b.Fatalf("%s: %s: %v", b.document, expression, err)
	}
}

func awaiting(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// text is the text of an expression's value.
func (b *tab) text(expression string) string {
	b.Helper()
	var s string
	b.eval("String("+expression+")", &s)
	return strings.TrimSpace(s)
}

// is says whether an expression is true.
func (b *tab) is(expression string) bool {
	b.Helper()
	var yes bool
	b.eval("!!("+expression+")", &yes)
	return yes
}

// want fails the test unless the expression is true.
func (b *tab) want(what, expression string) {
	b.Helper()
	if !b.is(expression) {
		b.Errorf("%s: %s: not so: %s", b.address(), what, expression)
	}
}

// until waits for an expression to become true.
func (b *tab) until(what, expression string) {
	b.Helper()
	err := poll(b.ctx, patience, func() error {
		ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
		defer cancel()
		var yes bool
		if err := chromedp.Run(ctx, chromedp.Evaluate("!!("+expression+")", &yes)); err != nil {
			return err
		}
		if !yes {
			return fmt.Errorf("never so: %s", expression)
		}
		return nil
	})
	if err != nil {
		var state string
		_ = chromedp.Run(b.ctx, chromedp.Evaluate(`document.readyState + ", focus on " + document.activeElement?.outerHTML.slice(0, 80) +
			", left " + document.documentElement.hasAttribute("data-left")`, &state)) // only to say more
		b.Fatalf("%s: waiting for %s: %v (%s)", b.address(), what, err, state)
	}
}

// follow does something that leads to another page, and waits for it.
func (b *tab) follow(what string, action func()) {
	b.Helper()
	b.eval(`document.documentElement.setAttribute("data-left", ""), true`, nil)
	action()
	b.until(what, `!document.documentElement.hasAttribute("data-left") && document.readyState === "complete"`)
}

// address is where the tab is.
func (b *tab) address() string {
	var s string
	if err := chromedp.Run(b.ctx, chromedp.Evaluate("location.href", &s)); err != nil {
		return b.document
	}
	return s
}

// parameters are those of the address, its path first under "".
func (b *tab) parameters() url.Values {
	b.Helper()
	u, err := url.Parse(b.address())
	if err != nil {
		b.Fatal(err)
	}
	v := u.Query()
	v.Set("", u.Path)
	return v
}

// at fails the test unless the tab is at the path, with these parameters and no others.
func (b *tab) at(path string, pairs ...string) {
	b.Helper()
	want := url.Values{"": {path}}
	for i := 0; i+1 < len(pairs); i += 2 {
		want.Add(pairs[i], pairs[i+1])
	}
	got := b.parameters()
	for name, values := range got {
		if len(values) == 1 && values[0] == "" {
			delete(got, name) // a field left empty
		}
	}
	if got.Encode() != want.Encode() {
		b.Errorf("the tab is at %s, want %s with %v", b.address(), path, pairs)
	}
}

// click clicks in the middle of the first visible element, as a pointer does.
func (b *tab) click(selector string) {
	b.Helper()
	var at []float64
	b.eval(fmt.Sprintf(`(() => {
		const e = [...document.querySelectorAll(%s)].find((e) => e.checkVisibility({visibilityProperty: true}));
		if (!e) return [];
		e.scrollIntoView({block: "center"});
		const r = e.getClientRects()[0];
		return [r.left + r.width / 2, r.top + r.height / 2];
	})()`, quote(selector)), &at)
	if len(at) != 2 {
		b.Fatalf("%s: nothing to click at %s", b.address(), selector)
	}
	b.run("clicking "+selector, chromedp.MouseClickXY(at[0], at[1]))
}

// focus puts the focus into an element, and typing replaces what it holds.
func (b *tab) focus(selector string) {
	b.Helper()
	if !b.is(fmt.Sprintf(`(() => { const e = document.querySelector(%s); e?.focus(); e?.select?.(); return e && e === document.activeElement; })()`, quote(selector))) {
		b.Fatalf("%s: %s cannot be focused", b.address(), selector)
	}
}

// keys types; the special ones are those of chromedp's package kb.
func (b *tab) keys(keys string) {
	b.Helper()
	if keys != kb.Enter {
		b.run("typing "+keys, chromedp.KeyEvent(keys))
		return
	}
	// As a keyboard does it: one event for the key and its character, so that a page that takes the key takes both.
	enter := func(kind input.KeyType) *input.DispatchKeyEventParams {
		return input.DispatchKeyEvent(kind).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13)
	}
	b.run("pressing Enter", enter(input.KeyDown).WithText("\r"), enter(input.KeyUp))
}

// paste puts a text in at once: what listens hears of it once.
func (b *tab) paste(text string) {
	b.Helper()
	b.run("pasting "+text, input.InsertText(text))
}

// visible is the expression for: an element is there and shown.
func visible(selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.checkVisibility({visibilityProperty: true}))`, quote(selector))
}

// quote writes a text as a literal of JavaScript.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(b)
}
