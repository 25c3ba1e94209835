package oidc

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

func TestKeyIsLongEnough(t *testing.T) {
	if _, err := New(Options{DB: dbtest.SQLite(t), Key: testKey()[:31]}); err == nil {
		t.Error("31 bytes are taken")
	}
}

// What the browser is given when it is sent away, and what is taken from it when it comes back.
func TestCookie(t *testing.T) {
	w := newWorld(t)
	newLiar(t, w, "a")
	b := w.browser(t)
	b.stop(func() {
		away := b.get(w.url + "/en" + Path("a") + "?suite=/nc/espace")
		var paths []string
		for _, line := range away.header.Values("Set-Cookie") {
			c, err := http.ParseSetCookie(line)
			if err != nil || c.Name != "grappe-oidc" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.MaxAge != 600 || len(c.Value) > 1500 {
				t.Errorf("%s %v", line, err)
			}
			paths = append(paths, c.Path)
			for _, text := range []string{"espace", "verifier"} {
				if strings.Contains(line[:strings.IndexByte(line, ';')], text) {
					t.Errorf("the cookie can be read: %s", line)
				}
			}
		}
		if strings.Join(paths, " ") != "/nc/connexion /nc/en/connexion" {
			t.Errorf("cookies for %q", paths)
		}
		to, err := url.Parse(away.header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		q := to.Query()
		if q.Get("redirect_uri") != w.url+ReturnPath("a") || q.Get("ui_locales") != "en" || q.Get("prompt") != "" || len(q.Get("state")) < 26 || len(q.Get("nonce")) < 26 {
			t.Errorf("sent to %s", to)
		}
		if away.header.Get("Cache-Control") != "no-store" || away.header.Get("Referrer-Policy") != "no-referrer" || away.status != http.StatusSeeOther {
			t.Errorf("%d %v", away.status, away.header)
		}
		back := b.get(b.get(to.String()).header.Get("Location"))
		if at := back.header.Get("Location"); !strings.HasPrefix(at, "/nc/en/connexion/oidc/a/retour?") || len(back.header.Values("Set-Cookie")) != 0 {
			t.Fatalf("sent on to %s", at)
		}
		at, err := url.Parse(w.url)
		if err != nil {
			t.Fatal(err)
		}
		done := b.get(at.ResolveReference(&url.URL{Path: "/nc/en/connexion/oidc/a/retour", RawQuery: strings.SplitN(back.header.Get("Location"), "?", 2)[1]}).String())
		if n := len(done.header.Values("Set-Cookie")); n != 2 || !strings.Contains(done.header.Get("Set-Cookie"), "Max-Age=0") || done.header.Get("Location") != "/nc/espace" {
			t.Errorf("%d cookies: %v %s", n, done.header, w.log)
		}
	})
	if proof, n := w.door.last(); n != 1 || proof.Next != "/nc/espace" {
		t.Errorf("%d %+v", n, proof)
	}
}

// Over TLS the cookie is one that no page without can write or read.
func TestCookieOverTLS(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest(http.MethodGet, "https://annuaire.exemple.nc/", nil)
	rec := httptest.NewRecorder()
	if err := w.service.keep(rec, r, newCeremony(Provider{}, w.Now())); err != nil {
		t.Fatal(err)
	}
	if c := rec.Result().Cookies()[0]; !c.Secure || c.Name != "__Secure-grappe-oidc" || c.Path != "/connexion" { //nolint:bodyclose // there is none
		t.Errorf("%+v", c)
	}
}

// The cookie of somebody else, of another instance, or one that was changed, opens nothing; nor does one that is too old.
func TestForgedCookies(t *testing.T) {
	w := newWorld(t)
	newLiar(t, w, "a")
	other := newWorld(t)
	key := []byte(strings.Repeat("k", 32))
	stranger, err := New(Options{Key: key, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	value := func(s *Service, c ceremony) string {
		rec := httptest.NewRecorder()
		if err := s.keep(rec, httptest.NewRequest(http.MethodGet, "/", nil), c); err != nil {
			t.Fatal(err)
		}
		return rec.Result().Cookies()[0].Value //nolint:bodyclose // there is none
	}
	good := newCeremony(Provider{Territory: "nc", Code: "a"}, w.Now())
	sealed := value(other.service, good) // the key is the same: this one is as good as ours
	try := func(cookie string) page {
		r, err := http.NewRequest(http.MethodGet, w.url+ReturnPath("a")+"?code=x&state="+good.State, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		return w.browser(t).do(r)
	}
	elsewhere, late, early := good, good, good
	elsewhere.Territory = "pf"
	late.Begun = w.Now().Add(-ceremonyFor - time.Second).UnixMilli()
	early.Begun = w.Now().Add(time.Hour).UnixMilli()
	for name, text := range map[string]string{
		"none": "", "empty": "grappe-oidc=", "no base64": "grappe-oidc=%%%", "short": "grappe-oidc=AAAA", "long": "grappe-oidc=" + strings.Repeat("A", 8000),
		"changed": "grappe-oidc=" + sealed[:40] + otherLetter(sealed[40]) + sealed[41:], "cut": "grappe-oidc=" + sealed[:len(sealed)-4],
		"another key": "grappe-oidc=" + value(stranger, good), "late": "grappe-oidc=" + value(w.service, late),
		"early": "grappe-oidc=" + value(w.service, early), "another territory": "grappe-oidc=" + value(w.service, elsewhere),
	} {
		t.Run(name, func(t *testing.T) {
			w.mustFail(t, try(text), errs.Usage, "oidc.start_again")
			if strings.Contains(w.log.String(), "invalid_grant") {
				t.Error("the provider was asked for tokens")
			}
		})
	}
	w.mustFail(t, try("grappe-oidc="+sealed), errs.Usage, "oidc.start_again")
	if !strings.Contains(w.log.String(), "invalid_grant") {
		t.Error("a good cookie leads no further: the others prove nothing")
	}
}

// A ceremony is over after ten minutes, and what one started cannot be ended by another browser.
func TestLateAndElsewhere(t *testing.T) {
	w := newWorld(t)
	newLiar(t, w, "a")
	b := w.browser(t)
	back := b.returned(w.url + Path("a"))
	w.mustFail(t, w.browser(t).get(back), errs.Usage, "oidc.start_again")
	w.pass(ceremonyFor + time.Second)
	w.mustFail(t, b.get(back), errs.Usage, "oidc.start_again")

	// Two that were begun: the first one's answer does not end the second, nor take it away.
	first := b.returned(w.url + Path("a"))
	second := b.returned(w.url + Path("a"))
	w.mustFail(t, b.get(first), errs.Usage, "oidc.start_again")
	if got := b.get(second); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.key)
	}
	w.door.proofs = nil
	w.mustFail(t, b.get(second), errs.Usage, "oidc.start_again")
}

// The answer of one service is no answer of another (mix-up, RFC 9700, 4.4).
func TestMixUp(t *testing.T) {
	w := newWorld(t)
	a, evil := newLiar(t, w, "a"), newLiar(t, w, "b")
	b := w.browser(t)
	back := b.returned(w.url + Path("a"))
	w.mustFail(t, b.get(strings.Replace(back, "/oidc/a/", "/oidc/b/", 1)), errs.Forbidden, "oidc.other_provider")
	if evil.count("/token") != 0 {
		t.Error("the code was given to another service")
	}
	// The service a sends the browser on to b, which answers for it.
	a.change(func() {
		a.instead["/authorize"] = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, evil.url+"/authorize?"+r.URL.RawQuery, http.StatusFound)
		}
	})
	evil.change(func() { evil.answers = func(q url.Values) { q.Set("iss", evil.url) } })
	w.mustFail(t, b.get(w.url+Path("a")), errs.Forbidden, "oidc.other_provider")
	// Tokens of b at a.
	evil.change(func() { evil.answers = nil })
	a.change(func() {
		a.instead["/token"] = http.RedirectHandler(evil.url+"/token", http.StatusTemporaryRedirect).ServeHTTP
	})
	w.mustFail(t, b.get(w.url+Path("a")), errs.Unavailable, "oidc.down")
	if evil.count("/token") != 0 {
		t.Error("the code was given to another service")
	}
}

// A path that names no service, or nothing that could be one, leads nowhere and asks nobody.
func TestUnknownService(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"a", "A", "%00", "%C3%A9", strings.Repeat("a", 33), "a;b"} {
		for _, path := range []string{Path(name), ReturnPath(name)} {
			w.mustFail(t, w.browser(t).get(w.url+path), errs.NotFound, "oidc.none")
		}
	}
}

// Where another host is the territory's own, the browser is led there before it is given anything.
func TestElsewhere(t *testing.T) {
	for _, tt := range []struct {
		frame        ui.Frame
		asked, query string
		want         string
	}{
		{ui.Frame{Origin: "https://here.nc", Base: "/nc"}, "here.nc", "suite=/nc/espace", ""},
		{ui.Frame{Origin: "https://HERE.nc"}, "here.nc", "", ""},
		{ui.Frame{Origin: "https://own.nc", Base: "/nc", AtRoot: true}, "here.nc", "suite=/nc/espace", "https://own.nc/connexion/oidc/a?ici=1&suite=%2Fespace"},
		{ui.Frame{Origin: "https://own.nc", Base: "/nc", AtRoot: true}, "here.nc", "suite=/nc&confirmer=1", "https://own.nc/connexion/oidc/a?confirmer=1&ici=1&suite=%2F"},
		{ui.Frame{Origin: "https://own.nc", Base: "/nc", AtRoot: true}, "here.nc", "suite=/ncx", "https://own.nc/connexion/oidc/a?ici=1&suite=%2Fncx"},
		{ui.Frame{Origin: "https://own.nc", Base: "/nc", AtRoot: true, LangPrefix: "/en"}, "here.nc", "suite=//evil.nc", "https://own.nc/en/connexion/oidc/a?ici=1"},
		{ui.Frame{Origin: "https://public.nc", Base: "/nc"}, "127.0.0.1:8080", "suite=/nc/espace", "https://public.nc/nc/connexion/oidc/a?ici=1&suite=%2Fnc%2Fespace"},
		{ui.Frame{Origin: "https://public.nc", Base: "/nc"}, "127.0.0.1:8080", "ici=1", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/connexion/oidc/a?"+tt.query, nil)
		r.Host = tt.asked
		if got := elsewhere(r.WithContext(ui.With(r.Context(), tt.frame)), "a"); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

// otherLetter is a letter of base64 that is not this one.
func otherLetter(b byte) string {
	if b == 'A' {
		return "B"
	}
	return "A"
}
