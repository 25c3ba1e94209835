package app

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

const louise = "louise@example.nc"

func TestSignInByCode(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	for _, page := range []string{"/nc/connexion", "/nc/en/connexion"} {
		got := v.get(page)
		uitest.CheckPage(t, got.body)
		if got.status != 200 || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s", page, got.status, got.header.Get("Cache-Control"))
		}
	}
	v.ask("  Louise@Example.NC ").leads(t, "asking", "/nc/connexion/code")
	page := v.get("/nc/connexion/code")
	uitest.CheckPage(t, page.body)
	mustHold(t, "the page of the code", page.body, louise, `autocomplete="one-time-code"`)
	letter := f.letter(t, louise)
	mustHold(t, "the letter", letter, codeIn(letter)[:3], "http://localhost:8080/nc/connexion/lien/", "15")

	wrong := v.post("/nc/connexion/code", url.Values{"code": {other(codeIn(letter))}})
	uitest.CheckPage(t, wrong.body)
	if wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", wrong.status)
	}
	mustHold(t, "a wrong code", wrong.body, "4 essais")

	// As people type it.
	code := codeIn(letter)
	v.post("/nc/connexion/code", url.Values{"code": {" " + code[:3] + " " + code[3:] + "\u00a0"}}).leads(t, "the code", "/nc/espace")
	first := v.session()
	if first == "" {
		t.Fatal("no session")
	}
	mustHold(t, "a page afterwards", v.get("/nc/mentions-legales").body, "Mon espace")
	if f.visitor(t).get("/nc/mentions-legales").body == v.get("/nc/mentions-legales").body {
		t.Error("the page is the same for who is signed in")
	}

	// The code is used up, here and elsewhere.
	again := f.visitor(t)
	if got := again.post("/nc/connexion/code", url.Values{"code": {code}}); got.status != http.StatusGone {
		t.Errorf("the code in another browser: %d", got.status)
	}
	// Signing in once more rotates the session: the former token opens nothing.
	v.post("/nc/deconnexion", nil).leads(t, "leaving", "/nc")
	if v.session() != "" {
		t.Error("the cookie stays")
	}
	if by, err := f.app.Accounts.Actor(t.Context(), first, demoTerritory); err != nil || by.SignedIn() {
		t.Errorf("the session of before: %+v, %v", by, err)
	}
	v.signIn(louise)
	if v.session() == first {
		t.Error("the session is the same again")
	}
	if n := f.letters(t, "account.new_device", louise); n != 0 {
		t.Errorf("%d letters about the browser that is known", n)
	}
	elsewhere := f.visitor(t)
	elsewhere.signIn(louise)
	if n := f.letters(t, "account.new_device", louise); n != 1 {
		t.Errorf("%d letters about a browser that was never seen, not one", n)
	}
}

// other is a code that is not this one.
func other(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

// A mail scanner that opens the link uses nothing up; the link opens nothing in another browser, and once in its own.
func TestSignInByLink(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.ask(louise).leads(t, "asking", "/nc/connexion/code")
	link := linkIn(f.letter(t, louise))
	if link == "" {
		t.Fatalf("no link in\n%s", f.letter(t, louise))
	}
	scanner := f.visitor(t)
	for range 3 {
		got := scanner.get(link)
		uitest.CheckPage(t, got.body)
		if got.status != http.StatusForbidden || strings.Contains(got.body, louise) {
			t.Errorf("in another browser: %d, or it says whose the link is", got.status)
		}
	}
	if got := scanner.post(link, nil); got.status != http.StatusForbidden || scanner.session() != "" {
		t.Errorf("its button in another browser: %d", got.status)
	}
	page := v.get(link)
	uitest.CheckPage(t, page.body)
	mustHold(t, "the link's page", page.body, louise, `method="post"`)
	v.post(link, nil).leads(t, "the button", "/nc/espace")
	if v.session() == "" {
		t.Error("no session")
	}
	v.post("/nc/deconnexion", nil)
	for _, got := range []answer{v.get(link), v.post(link, nil)} {
		uitest.CheckPage(t, got.body)
		if got.status != http.StatusGone {
			t.Errorf("the link again: %d", got.status)
		}
	}
	for what, bad := range map[string]string{"forged": "/nc/connexion/lien/AAAA", "long": "/nc/connexion/lien/" + strings.Repeat("A", 4000)} {
		if got := v.get(bad); got.status != http.StatusGone {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	v.ask(louise)
	late := f.letter(t, louise)
	c.pass(15 * time.Minute)
	for what, got := range map[string]answer{"a late link": v.get(linkIn(late)), "a late code": v.post("/nc/connexion/code", url.Values{"code": {codeIn(late)}})} {
		if got.status != http.StatusGone || !strings.Contains(got.body, "quinze minutes") {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	// A newer request replaces the one before.
	v.ask(louise)
	old := f.letter(t, louise)
	c.pass(time.Second)
	v.ask(louise)
	if got := v.post("/nc/connexion/code", url.Values{"code": {codeIn(old)}}); codeIn(old) != codeIn(f.letter(t, louise)) && got.status == http.StatusSeeOther {
		t.Error("the code of a request that was replaced opens")
	}
}

// A thousand guesses fail: five lock a code, and after twenty in an hour no code for the address is judged any more.
func TestAThousandGuesses(t *testing.T) {
	if raced {
		t.Skip("one guess after the other: it is run without the detector")
	}
	f, c := real(t, Options{})
	victim := f.visitor(t)
	victim.signIn(louise)
	v := f.visitor(t)
	v.from = "198.51.100.7:4711"
	statuses := map[int]int{}
	asked := 0
	for guess := range 1000 {
		if guess%5 == 0 {
			got := v.ask(louise)
			statuses[got.status]++
			if got.status == http.StatusSeeOther {
				asked++
			}
		}
		right := codeIn(f.letter(t, louise))
		got := v.post("/nc/connexion/code", url.Values{"code": {other(right)}})
		if v.session() != "" || got.status == http.StatusSeeOther {
			t.Fatalf("guess %d is let in", guess)
		}
		if guess >= 4 && guess < 8 && got.status != http.StatusUnprocessableEntity && got.status != http.StatusTooManyRequests {
			t.Errorf("guess %d: %d", guess, got.status)
		}
	}
	// Locked means that the right code is not taken either, and the page says so.
	got := v.post("/nc/connexion/code", url.Values{"code": {codeIn(f.letter(t, louise))}})
	uitest.CheckPage(t, got.body)
	if got.status != http.StatusTooManyRequests || v.session() != "" {
		t.Errorf("the right code after a thousand wrong ones: %d", got.status)
	}
	mustHold(t, "a locked code", got.body, "Trop de codes faux")
	if asked > 6 || statuses[http.StatusTooManyRequests] == 0 {
		t.Errorf("%d codes were mailed within the hour: %v", asked, statuses)
	}
	if n := f.letters(t, "signin.guessed", louise); n != 1 {
		t.Errorf("%d letters to the owner, not one a day", n)
	}
	// Who is in stays in, and after the hour all is well again.
	mustHold(t, "the owner", victim.get("/nc/mentions-legales").body, "Mon espace")
	c.pass(2 * time.Hour)
	f.visitor(t).signIn(louise)
}

// Whoever is invited and signs in for it comes back to the invitation, in their language.
func TestTheWayThroughAnInvitation(t *testing.T) {
	f, c := real(t, Options{})
	by := account.Operator(demoTerritory)
	for i, prefix := range []string{"/nc", "/nc/en"} {
		mail := fmt.Sprintf("new%d@example.nc", i)
		if _, err := f.app.Accounts.InviteToTeam(t.Context(), by, mail, account.Reader); err != nil {
			t.Fatal(err)
		}
		link := regexp.MustCompile(`/invitations/[\w-]+`).FindString(f.letter(t, mail))
		v := f.visitor(t)
		to := uitest.Attr(uitest.One(t, v.get(prefix+link).body, "main a.button-main"), "href")
		form := v.get(to)
		next := uitest.Attr(uitest.One(t, form.body, "input[name=suite]"), "value")
		since := uitest.Attr(uitest.One(t, form.body, "input[name=depuis]"), "value")
		c.pass(time.Second)
		v.post(prefix+"/connexion", url.Values{"mail": {mail}, "depuis": {since}, "suite": {next}}).leads(t, "asking", prefix+"/connexion/code")
		v.post(prefix+"/connexion/code", url.Values{"code": {codeIn(f.letter(t, mail))}}).leads(t, "the code", prefix+link)
		uitest.One(t, v.get(prefix+link).body, "form[action$='/acceptation']")
	}
}

// Who is refused for asking too often uses up nobody else's share: not that of an address, nor that of the whole territory.
func TestWhoAsksTooOftenShutsNobodyOut(t *testing.T) {
	f, _ := real(t, Options{Rate: web.Rate{PerSecond: -1}})
	flood := f.visitor(t)
	flood.from, flood.hasty = "198.51.100.7:4711", true
	flood.front.clock.pass(time.Minute)
	page := flood.get("/nc/connexion")
	since := uitest.Attr(uitest.One(t, page.body, "input[name=depuis]"), "value")
	f.clock.pass(time.Second)
	for i := range 1300 {
		mail := fmt.Sprintf("nobody%d@example.nc", i)
		if i > 100 && i < 120 {
			mail = louise
		}
		flood.post("/nc/connexion", url.Values{"mail": {mail}, "depuis": {since}})
	}
	f.visitor(t).ask(louise).leads(t, "somebody else asks", "/nc/connexion/code")
	f.visitor(t).ask("autre@example.nc").leads(t, "and for another address", "/nc/connexion/code")
}

// Five at once are no more tries than five one after the other.
func TestGuessesAtOnce(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	v.ask(louise)
	code := codeIn(f.letter(t, louise))
	var all sync.WaitGroup
	judged := make(chan int, 40)
	for i := range 40 {
		all.Go(func() {
			got := v.post("/nc/connexion/code", url.Values{"code": {fmt.Sprintf("%06d", (i+1)*1000)}})
			judged <- got.status
		})
	}
	all.Wait()
	close(judged)
	wrong := 0
	for status := range judged {
		if status == http.StatusUnprocessableEntity {
			wrong++
		}
	}
	if wrong > 4 {
		t.Errorf("%d of forty codes were judged before it locked", wrong)
	}
	if got := v.post("/nc/connexion/code", url.Values{"code": {code}}); got.status != http.StatusTooManyRequests {
		t.Errorf("the right code afterwards: %d", got.status)
	}
}

// The right code sent twice at once opens one session.
func TestCodeOnce(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	v.ask(louise)
	form := url.Values{"code": {codeIn(f.letter(t, louise))}}
	var all sync.WaitGroup
	statuses := make(chan int, 8)
	for range 8 {
		all.Go(func() { statuses <- v.post("/nc/connexion/code", form).status })
	}
	all.Wait()
	close(statuses)
	in := 0
	for s := range statuses {
		if s == http.StatusSeeOther {
			in++
		}
	}
	var sessions int
	if err := f.app.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM sessions`).Scan(&sessions); err != nil || sessions != 1 {
		t.Errorf("%d sessions, %d let in, %v", sessions, in, err)
	}
}

// Whether an address has an account cannot be told from any answer.
func TestSameAnswerForAnyAddress(t *testing.T) {
	f, _ := real(t, Options{})
	f.visitor(t).signIn(louise)
	known, unknown := f.visitor(t), f.visitor(t)
	shape := func(v *visitor, mail string) string {
		v.agent = "same"
		var b strings.Builder
		for _, a := range []answer{v.ask(mail), v.get("/nc/connexion/code"), v.post("/nc/connexion/code", url.Values{"code": {"x"}})} {
			fmt.Fprintln(&b, a.status, a.header.Get("Location"), strings.ReplaceAll(strings.ReplaceAll(a.body, mail, "MAIL"), url.QueryEscape(mail), "MAIL"))
		}
		return b.String()
	}
	if a, b := shape(known, louise), shape(unknown, "nobody@example.nc"); a != b {
		t.Errorf("the answers differ:\n%s\n---\n%s", a, b)
	}
}

func TestBadAddresses(t *testing.T) {
	f, _ := real(t, Options{})
	for what, mail := range map[string]string{
		"none": "", "no @": "louise", "two lines": "a@example.nc\r\nBcc: all@example.nc", "a name": "Louise <louise@example.nc>",
		"a homograph": "louise@exаmple.nc", "an address of an address": "louise@[192.0.2.1]", "long": strings.Repeat("a", 300) + "@example.nc",
		"nul": "a\x00b@example.nc", "several": "a@example.nc,b@example.nc",
	} {
		v := f.visitor(t)
		got := v.ask(mail)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d to %s", what, got.status, got.header.Get("Location"))
			continue
		}
		for _, fault := range uitest.Faults(t, got.body) {
			t.Errorf("%s: %s", what, fault)
		}
		uitest.One(t, got.body, "#mail[aria-invalid=true]")
	}
	var mails int
	if err := f.app.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM mails`).Scan(&mails); err != nil || mails != 0 {
		t.Errorf("%d mails, %v", mails, err)
	}
	// A domain with accents is written as the network knows it, and shown so.
	v := f.visitor(t)
	v.ask("louise@société.nc").leads(t, "accents", "/nc/connexion/code")
	mustHold(t, "accents", v.get("/nc/connexion/code").body, "louise@xn--socit-esab.nc")
}

// Programs that fill in every form get no mail sent; what a person sent is never lost.
func TestFormsOfPrograms(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.hasty = true
	got := v.ask(louise)
	if got.status != http.StatusUnprocessableEntity || f.letter(t, louise) != "" {
		t.Errorf("a form that comes back at once: %d", got.status)
	}
	mustHold(t, "it", got.body, `value="`+louise+`"`, "plus vite")
	since := uitest.Attr(uitest.One(t, got.body, "input[name=depuis]"), "value")
	c.pass(2 * time.Second)
	if got := v.post("/nc/connexion", url.Values{"mail": {louise}, "depuis": {since}, "site": {"https://casino.example"}}); got.status != http.StatusSeeOther || f.letter(t, louise) != "" {
		t.Errorf("the trap: %d", got.status)
	}
	for what, bad := range map[string]string{"none": "", "forged": since[:len(since)-2] + "!!", "made up": "0.AAAA"} {
		if got := v.post("/nc/connexion", url.Values{"mail": {louise}, "depuis": {bad}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("time %s: %d", what, got.status)
		}
	}
	v.post("/nc/connexion", url.Values{"mail": {louise}, "depuis": {since}}).leads(t, "a person", "/nc/connexion/code")
	if f.letter(t, louise) == "" {
		t.Error("no letter")
	}
}

// The host of a request is anybody's to write: no letter leads to one that nobody vouches for.
func TestLinksOfLettersLeadHome(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.host = "evil.example"
	page := v.get("/nc/connexion")
	since := uitest.Attr(uitest.One(t, page.body, "input[name=depuis]"), "value")
	c.pass(time.Second)
	v.post("/nc/connexion", url.Values{"mail": {louise}, "depuis": {since}})
	letter := f.letter(t, louise)
	if strings.Contains(letter, "evil") || codeIn(letter) == "" || !strings.Contains(letter, "http://localhost:8080/nc/connexion/lien/") {
		t.Errorf("the letter:\n%s", letter)
	}
	f.app.options.PublicURL = ""
	f.visitor(t).ask("other@example.nc")
	if letter := f.letter(t, "other@example.nc"); linkIn(letter) != "" || codeIn(letter) == "" {
		t.Errorf("nobody named the host:\n%s", letter)
	}
}

// A session ends by idleness and in the end by itself, and its pages then lead to the sign-in and back.
func TestSessionsEnd(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.signIn(louise)
	in := func() bool {
		by, err := f.app.Accounts.Actor(t.Context(), v.session(), demoTerritory)
		if err != nil {
			t.Fatal(err)
		}
		return by.SignedIn()
	}
	for range 5 {
		c.pass(account.IdleFor - time.Hour)
		if c.now().Sub(today()) < account.LastsFor != in() {
			t.Fatalf("after %v it is open: %v", c.now().Sub(today()), in())
		}
	}
	v.signIn(louise)
	c.pass(account.IdleFor + time.Minute)
	if in() {
		t.Error("it does not end by idleness")
	}
	v.get("/nc/connexion/confirmer?suite=/espace").leads(t, "a page for who is signed in", "/nc/connexion?suite=%2Fespace")
}

// What somebody sends when their session has ended is in the form again once they have signed in, for them alone.
func TestWhatWasTypedIsKept(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.signIn(louise)
	c.pass(account.IdleFor + time.Hour)
	typed := url.Values{"name": {"Louise Kaméré <b>"}, "lang": {"en"}}
	to := v.post("/nc/espace/profil", typed).header.Get("Location")
	led, err := url.Parse(to)
	if err != nil || led.Path != "/nc/connexion" {
		t.Fatalf("led to %q", to)
	}
	next := led.Query().Get("suite")
	if !strings.HasPrefix(next, "/espace/profil?reprise=") {
		t.Fatalf("the way back is %q", next)
	}
	mustHold(t, "the sign-in", v.get(to).body, "Votre saisie est gardée")
	page := v.get(to)
	since := uitest.Attr(uitest.One(t, page.body, "input[name=depuis]"), "value")
	c.pass(time.Second)
	v.post("/nc/connexion", url.Values{"mail": {louise}, "depuis": {since}, "suite": {next}}).leads(t, "asking", "/nc/connexion/code")
	v.post("/nc/connexion/code", url.Values{"code": {codeIn(f.letter(t, louise))}}).leads(t, "the code", "/nc"+next)
	for range 2 { // a page may be loaded again
		form := v.get("/nc" + next)
		uitest.CheckPage(t, form.body)
		if got := uitest.Attr(uitest.One(t, form.body, "#name"), "value"); got != "Louise Kaméré <b>" {
			t.Errorf("the form holds %q", got)
		}
		uitest.One(t, form.body, "input[name=lang][value=en][checked]")
	}
	stranger := f.visitor(t)
	stranger.signIn("stranger@example.nc")
	if got := stranger.get("/nc" + next); strings.Contains(got.body, "Kaméré") {
		t.Error("somebody else is shown what was typed")
	}
	c.pass(time.Hour)
	if got := v.get("/nc" + next); strings.Contains(got.body, "Kaméré") {
		t.Error("it is kept for longer than an hour")
	}
	if err := f.app.SignIn.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := f.app.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM parked_forms`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d forms are left, %v", left, err)
	}
}

// A form that somebody who is nobody here has filled in is not laid before another person, ready to be sent; and visitors do not
// fill the disk with forms.
func TestFormsAreKeptForTheirBrowser(t *testing.T) {
	f, _ := real(t, Options{Rate: web.Rate{PerSecond: -1}})
	visitor, victim := f.visitor(t), f.visitor(t)
	victim.signIn(louise)
	to := visitor.post("/nc/espace/profil", url.Values{"name": {"Mallory"}}).header.Get("Location")
	led, err := url.Parse(to)
	if err != nil || led.Query().Get("suite") == "" {
		t.Fatalf("led to %q", to)
	}
	if page := victim.get("/nc" + led.Query().Get("suite")); strings.Contains(page.body, "Mallory") {
		t.Error("another browser shows what a stranger typed")
	}
	visitor.enter("mallory@example.nc", account.ByCode)
	mustHold(t, "in its own browser", visitor.get("/nc"+led.Query().Get("suite")).body, "Mallory")

	for range 200 {
		f.visitor(t).post("/nc/espace/profil", url.Values{"name": {strings.Repeat("a", 1000)}})
	}
	var kept int
	if err := f.app.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM parked_forms`).Scan(&kept); err != nil || kept > 60 {
		t.Errorf("%d forms of one visitor are kept, %v", kept, err)
	}
}

// A form of files, a long one and a button are not kept; each still leads to the sign-in and back.
func TestWhatIsNotKept(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	for what, tt := range map[string]struct {
		path string
		form url.Values
		want string
	}{
		"a button":      {"/nc/espace/sessions/autres/fin", url.Values{"x": {"1"}}, "/nc/connexion?suite=%2Fespace"},
		"nothing typed": {"/nc/espace/profil", nil, "/nc/connexion?suite=%2Fespace%2Fprofil"},
		"a long form":   {"/nc/espace/profil", url.Values{"name": {strings.Repeat("a", 70_000)}}, "/nc/connexion?suite=%2Fespace%2Fprofil"},
		"far too long":  {"/nc/espace/profil", url.Values{"name": {strings.Repeat("a", 2_000_000)}}, "/nc/connexion?suite=%2Fespace%2Fprofil"},
	} {
		v.post(tt.path, tt.form).leads(t, what, tt.want)
	}
	got := v.front.ask(t, http.MethodPost, "/nc/espace/cles/options", "Content-Type", "application/json")
	if got.status != http.StatusUnauthorized || got.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a script: %d %s", got.status, got.header.Get("Content-Type"))
	}
}
