package browsertest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/db"
)

// clock is a time that tests move. It goes on by itself, as that of the browser does.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// instance is an application of its own in the browser that all share, with a clock that the test moves. It has New Caledonia
// without cards, and is a real one unless it is fictional: the team needs a strong proof then. It answers at localhost, for
// which browsers make passkeys.
func (s *stage) instance(t *testing.T, fictional bool) *stage {
	t.Helper()
	in := &stage{browser: s.browser, folder: t.TempDir(), seen: s.seen, next: s.next, clock: &clock{}}
	ctx, cancel := context.WithCancel(context.Background())
	in.stop = append(in.stop, cancel)
	t.Cleanup(in.close)
	o := app.Options{Data: in.folder, Fictional: fictional, Now: in.clock.now, PrivateNetworks: loopback()}
	addr := "127.0.0.1:0"
	if !fictional { // its letters name the address that the operator says
		addr = freeAddress(t)
		o.PublicURL = "http://" + strings.Replace(addr, "127.0.0.1", "localhost", 1)
	}
	var err error
	if in.app, err = app.Open(ctx, o); err != nil {
		t.Fatal(err)
	}
	in.stop = append(in.stop, func() {
		if err := in.app.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := in.app.Ensure(ctx, territory); err != nil {
		t.Fatal(err)
	}
	if err := in.serve(ctx, addr); err != nil {
		t.Fatal(err)
	}
	if !fictional {
		in.url = o.PublicURL
	}
	return in
}

// freeAddress is one at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// way is how a journey is made.
type way struct {
	size
	scripts bool
	lang    string
}

func (w way) String() string {
	name := w.size.String() + ", " + w.lang
	if !w.scripts {
		name += ", without scripts"
	}
	return name
}

// ways are a phone with scripts, which looks at the pages that it passes, and a wide window without.
func ways() []way {
	return []way{{phone(), true, "fr"}, {laptop(), false, "en"}}
}

// scripted are the ways of what does not go without scripts.
func scripted() []way { return []way{{phone(), true, "fr"}, {laptop(), true, "en"}} }

// each makes a journey in each of the ways.
func each(t *testing.T, all []way, journey func(t *testing.T, w way)) {
	t.Helper()
	for _, w := range all {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			journey(t, w)
		})
	}
}

// trip is a person's browser on the way.
type trip struct {
	*tab
	way  way
	home string // path of the territory's first page, in the language of the way
	axe  string // source of axe-core, "" where nothing is looked at
	own  setting
}

// trip opens a browser that knows nothing of before.
func (s *stage) trip(t *testing.T, w way) *trip {
	t.Helper()
	return s.tripIn(t, w, setting{size: w.size, noScripts: !w.scripts, noCache: w.scripts, alone: true, profile: s.profile(t)})
}

func (s *stage) tripIn(t *testing.T, w way, o setting) *trip {
	t.Helper()
	b := &trip{tab: s.open(t, o), way: w, home: home, own: o}
	if w.lang != "fr" {
		b.home += "/" + w.lang
	}
	if w.scripts {
		b.axe = axeSource(t)
	}
	return b
}

// beside opens one more tab in the same browser.
func (b *trip) beside(t *testing.T) *trip {
	t.Helper()
	return b.tripIn(t, b.way, b.own)
}

// opens opens a page of the territory, in the language of the way.
func (b *trip) opens(path string) {
	b.Helper()
	b.goTo(b.home+path, http.StatusOK)
}

// here fails the test unless the tab is at a path of the territory, whatever its parameters.
func (b *trip) here(path string) {
	b.Helper()
	b.want("the tab is at "+path, `location.pathname === `+quote(b.home+path))
}

// sends presses a button of the page, and waits for the page that it leads to.
func (b *trip) sends(what, selector string) {
	b.Helper()
	b.follow(what, func() { b.click(selector) })
}

// submit is the button of the form in the page's content.
const submit = `main form[method=post] [type=submit]`

// writes replaces what a field holds.
func (b *trip) writes(selector, text string) {
	b.Helper()
	b.focus(selector)
	b.paste(text)
}

// answered fails the test unless the page came with a status.
func (b *tab) answered(status int64) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.status != status {
		b.Errorf("%s was answered with %d, want %d", b.document, b.status, status)
	}
}

// asks asks for a code at the page of the sign-in, where the tab is.
func (b *trip) asks(mail string) {
	b.Helper()
	b.writes("#mail", mail)
	b.takesTime()
	b.sends("the page of the code", submit)
	b.here("/connexion/code")
}

// takesTime lets pass what a person needs for a form: what comes back at once is not taken for a person's.
func (b *trip) takesTime() {
	if b.clock != nil {
		b.clock.pass(time.Second)
	}
}

// answers types the code of the last letter, at the page that asks for it.
func (b *trip) answers(mail string) {
	b.Helper()
	b.writes("#code", codeIn(b.letter(mail)))
	b.sends("the page behind the sign-in", submit)
}

// signsIn signs in by a code.
func (b *trip) signsIn(mail string) {
	b.Helper()
	b.opens("/connexion")
	b.asks(mail)
	b.answers(mail)
	b.here("/espace")
}

// signsOut leaves by the button of the menu, which is folded on a phone.
func (b *trip) signsOut() {
	b.Helper()
	b.unfolds()
	b.sends("the first page", `form[action$="/deconnexion"] button`)
	b.here("")
}

// unfolds opens the menu of an office where it is folded.
func (b *trip) unfolds() {
	b.Helper()
	if b.is(visible(".office-fold:not([open]) > summary")) {
		b.click(".office-fold > summary")
		b.until("the menu", visible(".office-list a"))
	}
}

// menu are the paths within the territory to which the lines of the office's menu lead.
func (b *trip) menu() string {
	b.Helper()
	return strings.ReplaceAll(b.text(`[...document.querySelectorAll(".office-side .office-list a")].map((a) => a.pathname).join(" ")`), b.home, "")
}

// letter is the text of the last mail to an address.
func (s *stage) letter(mail string) string {
	var text string
	err := s.app.DB.Read().QueryRowContext(context.Background(),
		`SELECT body_text FROM mails WHERE to_mail = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, mail).Scan(&text)
	if err != nil {
		return ""
	}
	return text
}

// codeIn is the code of a letter, in six digits.
func codeIn(letter string) string {
	m := regexp.MustCompile(`(?m)\b(\d{3})[\s\x{00a0}](\d{3})\b`).FindStringSubmatch(letter)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// pathIn is the path of the address in a letter that goes on after the territory with this beginning.
func pathIn(letter, beginning string) string {
	return regexp.MustCompile(`/` + territory + `(/en)?` + regexp.QuoteMeta(beginning) + `[\w.-]+`).FindString(letter)
}

// somebody is an address that nobody else in the tests has.
func (s *stage) somebody(name string) string {
	return fmt.Sprintf("%s.%d@exemple.nc", name, s.next.Add(1))
}

// someCompany is a company of the directory that no other test uses, with its name.
func (s *stage) someCompany(t *testing.T) (id, name string) {
	t.Helper()
	err := s.app.DB.Read().QueryRowContext(t.Context(),
		`SELECT id FROM companies WHERE territory = $1 ORDER BY id DESC LIMIT 1 OFFSET $2`, territory, s.next.Add(1)).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	if name, _, err = s.app.Accounts.Companies.CompanyName(t.Context(), s.app.DB.Read(), id); err != nil {
		t.Fatal(err)
	}
	return id, name
}

// person makes a person, who manages the companies.
func (s *stage) person(t *testing.T, mail, name string, companies ...string) account.Person {
	t.Helper()
	return s.speaker(t, "fr", mail, name, companies...)
}

// speaker is person for one who reads letters in a language.
func (s *stage) speaker(t *testing.T, lang, mail, name string, companies ...string) account.Person {
	t.Helper()
	var p account.Person
	err := s.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		if p, _, err = s.app.Accounts.Arrive(t.Context(), tx, mail, territory, lang); err != nil || name == "" {
			return err
		}
		if err := s.app.Accounts.Name(t.Context(), tx, p.ID, name); err != nil {
			return err
		}
		for _, company := range companies {
			if err := s.app.Accounts.Attach(t.Context(), tx, p.ID, company, territory, account.CompanyManager); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// appoints gives somebody a role in the team.
func (s *stage) appoints(t *testing.T, mail string, role account.Role) {
	t.Helper()
	if _, err := s.app.Accounts.Appoint(t.Context(), account.Operator(territory), mail, role); err != nil {
		t.Fatal(err)
	}
}

// enters opens a session of a person in this browser without the ceremony.
func (b *trip) enters(t *testing.T, p account.Person) {
	t.Helper()
	var token string
	err := b.app.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		token, err = b.app.Accounts.Enter(t.Context(), tx, p, account.Proof{Method: account.ByCode, Territory: territory}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.run("setting the session", network.SetCookie("grappe_session", token).WithURL(b.url).WithPath("/").WithHTTPOnly(true))
}

// look asks everything that is asked of a page of the one that the tab shows now: of each once in a language. Its first view
// is light, axe finds nothing, it does not scroll sideways, its HTML is valid (which TestPeople asks in the end).
func (b *trip) look(name string) {
	b.Helper()
	name = b.way.lang + "-" + name
	if b.axe == "" {
		return
	}
	if _, known := b.seen.LoadOrStore(name, true); known {
		return
	}
	b.until("all of the page", `document.readyState === "complete"`)
	b.light()
	if b.way.width != phone().width { // the phone asks axe, wide and dark as well
		return
	}
	b.want("the title of the window begins with the heading or a title", `document.title.length > 8 && document.querySelectorAll("h1").length === 1`)
	b.keep(name)
	b.eval(b.axe+";true", nil)
	b.axeAll(b.way.size, allRules, false)
	b.axeAll(laptop(), colourRules, true)
	for _, width := range []int64{1280, 390, 320} {
		b.resize(size{width, 800})
		b.noSideways(size{width, 800})
		if width == phone().width {
			b.touchable()
		}
	}
	if os.Getenv(envGallery) != "" {
		b.gallery(name)
	}
	b.resize(b.way.size)
	b.media("screen", false)
}

func (b *trip) axeAll(s size, rules string, dark bool) {
	b.Helper()
	b.resize(s)
	b.media("screen", dark)
	b.tab.axe(fmt.Sprintf("%s, dark %v", s, dark), rules)
	b.media("screen", false)
}

// keep writes the page, as the server sent it, to where TestPeople finds it.
func (b *trip) keep(name string) {
	b.Helper()
	b.mu.Lock()
	id := b.page
	b.mu.Unlock()
	var body []byte
	b.run("reading what was sent", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		body, err = network.GetResponseBody(id).Do(ctx)
		return err
	}))
	folder, ok := b.seen.Load(keptIn)
	if !ok {
		return
	}
	if err := os.WriteFile(filepath.Join(fmt.Sprint(folder), name+".html"), body, 0o600); err != nil {
		b.Fatal(err)
	}
}

// keptIn is where the folder of the pages that were looked at is noted.
const keptIn = "/folder"

func (b *trip) gallery(name string) {
	b.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, size := range []size{phone(), laptop()} {
			b.resize(size)
			b.media("screen", scheme == "dark")
			b.draw(fmt.Sprintf("people-%s-%d-%s", name, size.width, scheme), chromedp.FullScreenshot)
		}
	}
}
