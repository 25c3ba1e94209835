package app

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(today().UnixMilli())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.at.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.at.Add(d.Milliseconds()) }

// visitor is a browser that keeps its cookies. It follows no redirect by itself.
type visitor struct {
	t     testing.TB
	front *front
	jar   *cookiejar.Jar
	host  string
	from  string // address that it asks from
	agent string
	hasty bool // sends forms back at once
}

func (f *front) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, front: f, jar: jar, host: "localhost:8080", from: "192.0.2.1:4711", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

// send asks for a path, posting a form where there is one.
func (v *visitor) send(method, path string, form url.Values) answer {
	v.t.Helper()
	var r *http.Request
	if method == http.MethodPost {
		r = httptest.NewRequestWithContext(v.t.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r = httptest.NewRequestWithContext(v.t.Context(), method, path, nil)
	}
	r.Host, r.RemoteAddr = v.host, v.from
	r.Header.Set("User-Agent", v.agent)
	here := &url.URL{Scheme: "http", Host: v.host, Path: r.URL.Path}
	for _, c := range v.jar.Cookies(here) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.front.handler.ServeHTTP(w, r)
	v.jar.SetCookies(here, w.Result().Cookies())
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (v *visitor) get(path string) answer { v.t.Helper(); return v.send(http.MethodGet, path, nil) }
func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.send(http.MethodPost, path, form)
}

// leads fails the test unless an answer is a redirect to a path.
func (a answer) leads(t testing.TB, what, path string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
		t.Fatalf("%s: %d to %q, want 303 to %q\n%s", what, a.status, a.header.Get("Location"), path, uitest.Texts(t, a.body, "main"))
	}
}

// session is the value of the session's cookie, "" for none.
func (v *visitor) session() string {
	for _, c := range v.jar.Cookies(&url.URL{Scheme: "http", Host: v.host, Path: "/"}) {
		if c.Name == "grappe_session" {
			return c.Value
		}
	}
	return ""
}

// ask asks for a code for an address.
func (v *visitor) ask(mail string) answer {
	v.t.Helper()
	page := v.get("/nc/connexion")
	since := regexp.MustCompile(`name="depuis" value="([^"]+)"`).FindStringSubmatch(page.body)
	if page.status != http.StatusOK || since == nil {
		v.t.Fatalf("the form: %d\n%s", page.status, page.body)
	}
	if c := v.front.clock; c != nil && !v.hasty {
		c.pass(time.Second)
	}
	return v.post("/nc/connexion", url.Values{"mail": {mail}, "depuis": {since[1]}})
}

// letter is the body of the last mail to an address, "" for none.
func (f *front) letter(t testing.TB, mail string) string {
	t.Helper()
	var text string
	err := db.Found(f.app.DB.Read().QueryRowContext(t.Context(),
		`SELECT body_text FROM mails WHERE to_mail = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, mail).Scan(&text))
	if err != nil {
		return ""
	}
	return text
}

// letters counts the mails of a kind to an address.
func (f *front) letters(t testing.TB, kind, mail string) (n int) {
	t.Helper()
	if err := f.app.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM mails WHERE kind = $1 AND to_mail = $2`, kind, mail).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// codeIn is the code of a letter, in six digits.
func codeIn(letter string) string {
	m := regexp.MustCompile(`(?m)\b(\d{3})[\s\x{00a0}](\d{3})\b`).FindStringSubmatch(letter)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// linkIn is the path of the sign-in link of a letter, "" for none.
func linkIn(letter string) string {
	return regexp.MustCompile(`/nc/connexion/lien/[\w-]+`).FindString(letter)
}

// signIn signs in by a code.
func (v *visitor) signIn(mail string) {
	v.t.Helper()
	v.ask(mail).leads(v.t, "asking for a code", "/nc/connexion/code")
	got := v.post("/nc/connexion/code", url.Values{"code": {codeIn(v.front.letter(v.t, mail))}})
	got.leads(v.t, "the code", "/nc/espace")
	if v.session() == "" {
		v.t.Fatal("no session")
	}
}

// enter opens a session without the ceremony, by a proof of any kind.
func (v *visitor) enter(mail string, method account.Method) account.Person {
	v.t.Helper()
	a := v.front.app
	var token string
	var p account.Person
	err := a.DB.Write(v.t.Context(), func(tx *db.Tx) (err error) {
		if p, _, err = a.Accounts.Arrive(v.t.Context(), tx, mail, demoTerritory, "fr"); err != nil {
			return err
		}
		token, err = a.Accounts.Enter(v.t.Context(), tx, p, account.Proof{Method: method, Territory: demoTerritory}, "")
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
	v.jar.SetCookies(&url.URL{Scheme: "http", Host: v.host, Path: "/"}, []*http.Cookie{{Name: "grappe_session", Value: token, Path: "/"}})
	return p
}

// real is an instance that is not fictional, with New Caledonia and a clock of its own.
func real(t testing.TB, o Options) (*front, *clock) {
	t.Helper()
	c := newClock()
	o.Now = c.now
	if o.PublicURL == "" {
		o.PublicURL = "http://localhost:8080"
	}
	a := start(t, o)
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	f.clock = c
	return f, c
}
