package passkey

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

// sessionCookie stands for the session that the sign-in room opens.
const sessionCookie = "session"

// door opens a session that is nothing but the person's identifier.
type door struct{ refuses error }

func (d door) Prove(w http.ResponseWriter, r *http.Request, person string) (string, error) {
	if d.refuses != nil {
		return "", d.refuses
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: person, Path: "/", HttpOnly: true})
	return r.URL.Query().Get("suite"), nil
}

// house is the service behind a server, with pages of its own around it, below /nc.
type house struct {
	*Service
	url    string
	assets *ui.Assets
	door   *door
	begun  atomic.Int64 // challenges to sign in with
}

const testPage = `<!doctype html><html lang="fr" dir="ltr"><head><meta charset="utf-8"><title>Essai</title><link rel="icon" href="data:,">`

func newHouse(t *testing.T, dist string) *house {
	t.Helper()
	h := &house{door: &door{}}
	if dist != "" {
		var err error
		if h.assets, err = ui.LoadAssets(os.DirFS(dist), ui.Accent{Code: "nc", Light: "#0A5A78", Dark: "#6CC7E6"}); err != nil {
			t.Fatal(err)
		}
	}
	h.Service = NewService(Options{
		DB: dbtest.SQLite(t), Now: time.Now, Door: h.door, Confirm: "/connexion/confirmer?suite=%2Fespace%2Fsecurite",
		Site: func(r *http.Request) (string, string, string) {
			host, _, _ := strings.Cut(r.Host, ":")
			return web.Origin(r), host, "Grappe d’essai"
		},
	})
	router := web.NewRouter()
	h.Routes(router)
	router.Handle("GET /connexion", func(w http.ResponseWriter, r *http.Request) error {
		part, err := h.Login(r, url.Values{"suite": {"/nc/espace"}})
		field := ""
		if r.URL.Query().Has("champ") {
			field = `<label>Adresse <input name="mail" autocomplete="username webauthn"></label>`
		}
		return h.page(w, r, field+string(part), err)
	})
	router.Handle("GET "+Back, func(w http.ResponseWriter, r *http.Request) error {
		part, err := h.Panel(r)
		return h.page(w, r, string(part), err)
	})
	router.Handle("GET /espace", func(w http.ResponseWriter, r *http.Request) error {
		return h.page(w, r, "<p id=who>"+account.Of(r.Context()).Person+"</p>", nil)
	})
	router.Handle("GET /connexion/confirmer", func(w http.ResponseWriter, r *http.Request) error {
		return h.page(w, r, "<p id=confirm>"+r.URL.Query().Get("suite")+"</p>", nil)
	})
	mux := http.NewServeMux()
	if h.assets != nil {
		mux.Handle(ui.AssetPrefix, h.assets.Handler())
	}
	mux.Handle("/nc/", http.StripPrefix("/nc", h.framed(t, router)))
	printer := uitest.Frame(t, "fr", Texts, account.Texts, web.Texts).P
	server := httptest.NewServer(web.Stack(web.Options{
		Logger: slog.New(slog.DiscardHandler),
		Errors: web.Errors{Printer: func(*http.Request) *locale.Printer { return printer }},
	}, mux))
	t.Cleanup(server.Close)
	h.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return h
}

// framed prepares what app prepares: the frame, and the actor of the session. A session that begins with "stale." was proved
// long ago.
func (h *house) framed(t *testing.T, next http.Handler) http.Handler {
	frame := uitest.Frame(t, "fr", Texts)
	frame.Assets = h.assets
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := ui.With(r.Context(), frame)
		if r.URL.Path == signInOptions {
			h.begun.Add(1)
		}
		if c, err := r.Cookie(sessionCookie); err == nil {
			by := account.Actor{Person: c.Value, Mail: "ana@example.nc", Name: "Ana", ProvedAt: h.o.Now()}
			if strings.HasPrefix(c.Value, "stale.") {
				by.ProvedAt = time.Time{}
			}
			ctx = account.With(ctx, by)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (h *house) page(w http.ResponseWriter, r *http.Request, inside string, err error) error {
	if err != nil {
		return err
	}
	script, err := h.assets.URL("app.js")
	if err != nil {
		return err
	}
	style, err := h.assets.URL("app.css")
	if err != nil {
		return err
	}
	return web.Write(w, r, http.StatusOK, "text/html; charset=utf-8", []byte(testPage+
		`<link rel="stylesheet" href="`+style+`"><script src="`+script+`" defer></script></head><body><a class="skip" href="#main">Contenu</a><main id="main"><h1>Essai</h1>`+
		inside+`</main></body></html>`))
}

// client is a browser without scripts.
type client struct {
	*http.Client
	t       *testing.T
	cookies map[string]*http.Cookie
	url     string
}

func (h *house) client(t *testing.T) *client {
	t.Helper()
	return &client{t: t, url: h.url, cookies: map[string]*http.Cookie{}, Client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) send(method, path, kind, body string) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	for _, cookie := range c.cookies {
		if strings.HasPrefix(path, cookie.Path) {
			r.AddCookie(cookie)
		}
	}
	res, err := c.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(res.Body); err != nil {
		c.t.Fatal(err)
	}
	for _, cookie := range res.Cookies() {
		c.cookies[cookie.Name+cookie.Path] = cookie
	}
	return res, out.String()
}

func (c *client) ask(path, body string, status int, into any) *http.Response {
	c.t.Helper()
	res, said := c.send(http.MethodPost, path, "application/json", body)
	if res.StatusCode != status {
		c.t.Fatalf("%s answers %d %s, want %d", path, res.StatusCode, said, status)
	}
	if err := json.Unmarshal([]byte(said), into); err != nil {
		c.t.Fatalf("%s: %q: %v", path, said, err)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		c.t.Errorf("%s: Cache-Control %q", path, res.Header.Get("Cache-Control"))
	}
	return res
}

func (c *client) session(person string) {
	c.cookies[sessionCookie] = &http.Cookie{Name: sessionCookie, Value: person, Path: "/"}
}

func TestAddresses(t *testing.T) {
	h := newHouse(t, "")
	at := site{h.url, "localhost", ""}
	c, person := h.client(t), db.NewID()
	var problem web.Problem
	res := c.ask("/nc"+enrolOptions, "", http.StatusUnauthorized, &problem)
	if problem.Code != account.KeySignIn || !strings.HasPrefix(problem.Detail, "Connectez-vous") || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a visitor is told %+v", problem)
	}
	c.session(person)
	var creation protocol.CredentialCreation
	c.ask("/nc"+enrolOptions, "", http.StatusOK, &creation)
	mark := c.cookies[cookieName+"/nc/espace"]
	if mark == nil || !mark.HttpOnly || mark.SameSite != http.SameSiteStrictMode || mark.MaxAge != 300 || mark.Secure {
		t.Fatalf("cookie %+v", mark)
	}
	if n := count(t, h.o.DB, "passkey_ceremonies WHERE browser_hash = '"+mark.Value+"'"); n != 0 {
		t.Error("the base holds the cookie as it is")
	}
	handle, _ := creation.Response.User.ID.(string)
	creation.Response.User.ID = protocol.URLEncodedBase64(mustDecode(t, handle))
	a := newAuthenticator(t, at)
	made := string(a.create(t, &creation))
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", ""} {
		if res, _ := c.send(http.MethodPost, "/nc"+enrol, kind, `{"credential":`+made+`}`); res.StatusCode != http.StatusBadRequest {
			t.Errorf("a body of type %q: %d", kind, res.StatusCode)
		}
	}
	var next led
	c.ask("/nc"+enrol, `{"name":" ","credential":`+made+`}`, http.StatusOK, &next)
	if next.Next != "/nc"+Back {
		t.Errorf("leads to %q", next.Next)
	}
	keys, err := h.Keys(t.Context(), person)
	if err != nil || len(keys) != 1 || !strings.HasPrefix(keys[0].Name, "Clé du ") {
		t.Fatalf("%+v: %v", keys, err)
	}

	visitor := h.client(t)
	var assertion protocol.CredentialAssertion
	visitor.ask("/nc"+signInOptions, "", http.StatusOK, &assertion)
	answer := string(a.get(t, &assertion))
	h.client(t).ask("/nc"+signIn, answer, http.StatusConflict, &problem)
	if problem.Code != "passkey.expired" || !strings.HasPrefix(problem.Detail, "Cette demande a déjà servi") {
		t.Errorf("without the cookie: %+v", problem)
	}
	visitor.ask("/nc"+signIn+"?suite=%2Fnc%2Fespace", answer, http.StatusOK, &next)
	if next.Next != "/nc/espace" || visitor.cookies[sessionCookie+"/"].Value != person {
		t.Errorf("leads to %q with %+v", next.Next, visitor.cookies)
	}
	visitor.ask("/nc"+signIn, answer, http.StatusConflict, &problem)
	visitor.ask("/nc"+signInOptions, "", http.StatusOK, &assertion)
	h.door.refuses = errs.New(errs.Forbidden, account.KeyNotYours, nil)
	visitor.ask("/nc"+signIn, string(a.get(t, &assertion)), http.StatusForbidden, &problem)
	if problem.Code != account.KeyNotYours {
		t.Errorf("a door that refuses: %+v", problem)
	}
	visitor.ask("/nc"+signIn, strings.Repeat(" ", mostAnswer)+"{}", http.StatusRequestEntityTooLarge, &problem)
	manage(t, c, keys[0])
}

func mustDecode(t *testing.T, s string) []byte {
	t.Helper()
	var b protocol.URLEncodedBase64
	if err := b.UnmarshalJSON([]byte(`"` + s + `"`)); err != nil {
		t.Fatal(err)
	}
	return b
}

// manage names a passkey and takes it away, by the forms of the panel.
func manage(t *testing.T, c *client, key Key) {
	t.Helper()
	path := "/nc" + enrol + "/" + key.ID
	res, _ := c.send(http.MethodPost, path, "application/x-www-form-urlencoded", "name=Bureau+%3Cb%3E")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/nc"+Back {
		t.Errorf("renamed: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	_, page := c.send(http.MethodGet, "/nc"+Back, "", "")
	uitest.CheckPage(t, page)
	if got := uitest.Texts(t, page, "#cles li strong"); len(got) != 1 || got[0] != "Bureau <b>" {
		t.Errorf("listed as %q", got)
	}
	for selector, want := range map[string]string{"form[action='" + path + "']": "post", "form[action='" + path + "/suppression']": "post", "form[data-passkey=enrol][hidden]": "post"} {
		if uitest.Attr(uitest.One(t, page, selector), "method") != want {
			t.Errorf("%s is not sent by post", selector)
		}
	}
	if res, _ := c.send(http.MethodPost, path, "application/x-www-form-urlencoded", "name="); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no name: %d", res.StatusCode)
	}
	if res, _ = c.send(http.MethodPost, path+"/suppression", "application/x-www-form-urlencoded", ""); res.StatusCode != http.StatusSeeOther {
		t.Errorf("removed: %d", res.StatusCode)
	}
	if res, _ = c.send(http.MethodPost, path+"/suppression", "application/x-www-form-urlencoded", ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("removed twice: %d", res.StatusCode)
	}
	_, page = c.send(http.MethodGet, "/nc/connexion", "", "")
	uitest.CheckPage(t, page)
	if button := uitest.One(t, page, "button[data-passkey=login][hidden]"); uitest.Attr(button, "data-finish") != "/nc"+signIn+"?suite=%2Fnc%2Fespace" {
		t.Errorf("the button leads to %q", uitest.Attr(button, "data-finish"))
	}
}

// Where browsers make no passkeys, nothing offers them.
func TestNowhere(t *testing.T) {
	h := newHouse(t, "")
	h.url = strings.Replace(h.url, "localhost", "127.0.0.1", 1)
	c := h.client(t)
	_, page := c.send(http.MethodGet, "/nc/connexion", "", "")
	if len(uitest.Find(t, page, "[data-passkey]")) != 0 {
		t.Error("a button that cannot work")
	}
	c.session(db.NewID())
	_, page = c.send(http.MethodGet, "/nc"+Back, "", "")
	uitest.CheckPage(t, page)
	if len(uitest.Find(t, page, "[data-passkey]")) != 0 || !strings.Contains(page, "ne fonctionnent pas à cette adresse") {
		t.Error("a form that cannot work, or no word about it")
	}
	var problem web.Problem
	c.ask("/nc"+enrolOptions, "", http.StatusConflict, &problem)
	if problem.Code != "passkey.nowhere" {
		t.Errorf("%+v", problem)
	}
}
