package browsertest

import (
	"net/http"
	"net/netip"
	"testing"

	"grappe/internal/account"
	"grappe/internal/signin/oidc"
	"grappe/internal/signin/oidc/oidctest"
)

// loopback is where the provider of the tests stands.
func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// The account of an organisation leads in by a button, there and back, and is proof enough for the team. What the organisation
// does not vouch for is said, or proved by a code first.
func organisation(t *testing.T) {
	s := theStage(t)
	in := s.instance(t, false)
	p := oidctest.Start(t, in.url+home+oidc.ReturnPath("test"))
	service, err := in.app.Organisations(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = service.Save(t.Context(), oidc.Provider{
		Territory: territory, Code: "test", Name: "Province de l’essai", Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret,
		Domains: []string{"exemple.nc"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("ways", func(t *testing.T) { // the instance outlives them
		each(t, ways(), func(t *testing.T, w way) {
			byOrganisation(t, in, w, p.Issuer)
		})
	})
}

// provider leaves for the provider, and answers there.
func (b *trip) provider(login, answer string) {
	b.Helper()
	b.opens("/connexion")
	b.sends("the provider", `main a[href*="/connexion/oidc/test"]`)
	if b.is(`location.origin === ` + quote(b.abroad)) {
		b.writes("input[name=login]", login)
		b.follow("the way back", func() { b.click(`button[value=` + answer + `]`) })
	}
	b.until("the site again", `location.origin === `+quote(b.url)+` && document.readyState === "complete"`)
}

func byOrganisation(t *testing.T, in *stage, w way, issuer string) {
	t.Helper()
	fresh := func() *trip {
		b := in.trip(t, w)
		b.mu.Lock()
		b.abroad = issuer
		b.mu.Unlock()
		return b
	}
	member := in.somebody("membre")
	in.appoints(t, member, account.Administrator)
	b := fresh()
	b.opens("/connexion")
	b.look("connexion-organisation")
	b.provider(member, "yes")
	b.here("/espace")
	b.opens("/gestion")
	b.here("/gestion")
	b.opens("/espace/securite")
	b.want("the account is listed", `document.querySelector("#comptes").parentElement.textContent.includes("Province de l’essai")`)
	b.look("securite-organisation")
	b.signsOut()

	for login, name := range map[string]string{"neuf-" + in.somebody("x"): "non-verifie", "muet": "sans-adresse"} {
		b := fresh()
		b.provider(login, "yes")
		b.want("it says why not", `document.querySelector("main").textContent.includes("Province de l’essai")`)
		b.want("nobody is in", visible(`.header-tools a[href*="/connexion"]`))
		b.look("organisation-" + name)
	}
	b = fresh()
	b.provider("x", "no")
	b.look("organisation-annulee")

	// An address that the organisation does not speak for is proved by a code.
	b = fresh()
	stranger := in.somebody("ailleurs") + "x"
	b.provider(stranger, "yes")
	b.here("/connexion/code")
	b.look("organisation-code")
	b.answers(stranger)
	b.here("/espace")
	b.goTo(b.home+"/gestion", http.StatusForbidden)
	b.look("interdit-personne")
}
