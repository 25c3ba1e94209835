package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/signin/oidc/oidctest"
)

// realWorld is a world with a real provider for the code "test".
func realWorld(t *testing.T, c oidctest.Config) (*world, *browser) {
	t.Helper()
	w := newWorld(t)
	c.Redirects = []string{w.url + ReturnPath("test")}
	p := oidctest.StartWith(t, c)
	w.save(t, Provider{
		Code: "test", Name: "Fournisseur", Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Domains: []string{"exemple.nc"},
	})
	return w, w.browser(t)
}

// answer fills the provider's page.
func (b *browser) answer(form page, login, answer string) page {
	b.t.Helper()
	if !strings.Contains(form.body, `name="login"`) {
		b.t.Fatalf("the provider does not ask who it is: %d %s", form.status, form.body)
	}
	r, err := http.NewRequest(http.MethodPost, form.url.String(), strings.NewReader(url.Values{"login": {login}, "answer": {answer}}.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// Through a certified provider, with the mail address in userinfo or in the ID token, and the secret in the head or in the body.
func TestRealProvider(t *testing.T) {
	for name, c := range map[string]oidctest.Config{"usual": {}, "other": {MailInToken: true, Post: true}} {
		t.Run(name, func(t *testing.T) {
			w, b := realWorld(t, c)
			form := b.get(w.url + Path("test") + "?suite=/nc/espace%3Fx%3D1")
			got := b.answer(form, "Marie@Exemple.nc", "yes")
			if got.status != http.StatusOK || got.url.Path != "/nc/espace" || got.url.RawQuery != "x=1" {
				t.Fatalf("%d %s %s\n%s", got.status, got.url, got.body, w.log)
			}
			proof, n := w.door.last()
			subject := proof.Subject
			want := Proof{
				Territory: "nc", Provider: "test", Issuer: proof.Issuer, Subject: subject, Mail: "Marie@exemple.nc", Name: "Personne Marie", Next: "/nc/espace?x=1",
				SpeaksFor: true,
			}
			if proof.Fresh = false; n != 1 || proof != want || subject == "" || form.url.Host != hostOf(proof.Issuer) {
				t.Errorf("%d proofs: %+v", n, proof)
			}

			// The provider knows the browser by now, and does not ask again; a confirmation makes it ask.
			if got = b.get(w.url + "/en" + Path("test")); got.url.Path != "/nc/en/espace" || got.body != "welcome en" {
				t.Errorf("%s %s", got.url, got.body)
			}
			if proof, n = w.door.last(); n != 2 || proof.Subject != subject {
				t.Errorf("%d proofs: %+v", n, proof)
			}
			got = b.answer(b.get(w.url+Path("test")+"?confirmer=1"), "Marie@Exemple.nc", "yes")
			if proof, n = w.door.last(); n != 3 || proof.Subject != subject || !proof.Fresh || got.status != http.StatusOK {
				t.Errorf("%d proofs: %+v\n%s", n, proof, w.log)
			}
			b = w.browser(t)
			got = b.answer(b.get(w.url+Path("test")), "jean@ailleurs.exemple.nc", "yes")
			if proof, n = w.door.last(); n != 4 || proof.Subject == subject || proof.SpeaksFor || got.status != http.StatusOK {
				t.Errorf("%d proofs: %+v\n%s", n, proof, w.log)
			}
		})
	}
}

// What goes wrong with a real provider.
func TestRealProviderRefuses(t *testing.T) {
	w, b := realWorld(t, oidctest.Config{})
	start := w.url + Path("test")
	w.mustFail(t, b.answer(b.get(start), "marie@exemple.nc", "no"), errs.Usage, "oidc.cancelled")
	w.mustFail(t, b.answer(b.get(start), "neuf-marie@exemple.nc", "yes"), errs.Forbidden, "oidc.mail_unverified")
	b = w.browser(t)
	w.mustFail(t, b.answer(b.get(start), "muet", "yes"), errs.Forbidden, "oidc.no_mail")

	// A code serves once: who saw the whole answer, cookie included, gets no further with it.
	b = w.browser(t)
	form := b.get(start)
	var back string
	b.stop(func() {
		resume := b.answer(form, "marie@exemple.nc", "yes").header.Get("Location")
		back = b.get(resume).header.Get("Location")
	})
	u, err := url.Parse(back)
	if err != nil || u.Query().Get("iss") == "" || u.Query().Get("code") == "" {
		t.Fatalf("the provider sends back to %s: %v", back, err)
	}
	cookies := b.jar.Cookies(u)
	if got := b.get(back); got.status != http.StatusOK {
		t.Fatalf("%d %s\n%s", got.status, got.body, w.log)
	}
	w.door.proofs = nil
	w.mustFail(t, b.get(back), errs.Usage, "oidc.start_again")
	thief := w.browser(t)
	thief.jar.SetCookies(u, cookies)
	w.mustFail(t, thief.get(back), errs.Usage, "oidc.start_again")

	// A wrong secret is the operator's to correct.
	p, err := w.service.Get(t.Context(), "nc", "test")
	if err != nil {
		t.Fatal(err)
	}
	p.ClientSecret = "wrong"
	w.save(t, p)
	w.mustFail(t, b.get(start), errs.Unavailable, "oidc.misconfigured")
	if strings.Contains(w.log.String(), "marie") || strings.Contains(w.log.String(), p.ClientSecret+" ") {
		t.Errorf("the log names people or secrets:\n%s", w.log)
	}
}
