package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
)

// A role of the team sleeps after a code alone, and wakes by a passkey; a sensitive act asks again after ten minutes.
func TestTeamNeedsAStrongProof(t *testing.T) {
	f, c := real(t, Options{})
	if _, err := f.app.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), louise, account.Administrator); err != nil {
		t.Fatal(err)
	}
	v := f.visitor(t)
	v.signIn(louise)
	v.get("/nc/gestion/equipe").leads(t, "after a code", "/nc/connexion/confirmer?suite=%2Fgestion%2Fequipe")
	page := v.get("/nc/connexion/confirmer?suite=%2Fgestion%2Fequipe")
	uitest.CheckPage(t, page.body)
	mustHold(t, "what to do", page.body, "Créer ma clé d’accès", `href="/nc/espace/securite"`)
	c.pass(account.FreshFor + time.Minute)
	page = v.get("/nc/connexion/confirmer?suite=%2Fgestion%2Fequipe")
	mustHold(t, "what to do later", page.body, "Recevoir un code")

	v.enter(louise, account.ByPasskey)
	if got := v.get("/nc/gestion/equipe"); got.status != http.StatusOK {
		t.Fatalf("after a passkey: %d", got.status)
	}
	invite := url.Values{"mail": {"new@example.nc"}, "role": {"reader"}}
	v.post("/nc/gestion/equipe", invite).leads(t, "an invitation", "/nc/gestion/equipe?fait=invitation")
	c.pass(account.FreshFor + time.Minute)
	invite.Set("mail", "newer@example.nc")
	to := v.post("/nc/gestion/equipe", invite).header.Get("Location")
	if !strings.HasPrefix(to, "/nc/connexion/confirmer?suite=%2Fgestion%2Fequipe%3Freprise%3D") {
		t.Errorf("ten minutes later it leads to %q", to)
	}
	if got := v.get("/nc/gestion/equipe"); got.status != http.StatusOK {
		t.Errorf("reading: %d", got.status)
	}
	c.pass(account.StrongFor)
	v.get("/nc/gestion/equipe").leads(t, "the next day", "/nc/connexion/confirmer?suite=%2Fgestion%2Fequipe")
}

// What a page shows to who is signed in is for their browser alone, on the pages for everybody too.
func TestPagesOfTheSignedInAreTheirs(t *testing.T) {
	f, _ := real(t, Options{PageCache: 1 << 20})
	v := f.visitor(t)
	v.enter(louise, account.ByCode)
	for _, page := range []string{"/nc", "/nc/annuaire", "/nc/mentions-legales", "/nc/nulle-part"} {
		got := v.get(page).header.Get("Cache-Control")
		if !strings.Contains(got, "private") && !strings.Contains(got, "no-store") {
			t.Errorf("%s: Cache-Control %q", page, got)
		}
	}
}

// The cookies of an encrypted connection belong to their host, and none is read by scripts.
func TestCookies(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	v.ask(louise)
	got := v.post("/nc/connexion/code", url.Values{"code": {codeIn(f.letter(t, louise))}})
	cookies := got.header["Set-Cookie"]
	if len(cookies) < 3 {
		t.Fatalf("%q", cookies)
	}
	for _, c := range cookies {
		if !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || strings.Contains(c, "Domain") {
			t.Errorf("%s", c)
		}
	}
	if got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %s", got.header.Get("Cache-Control"))
	}
}

// An organisation's account never opens the account of somebody who has a passkey by a mailed code alone; and what an organisation
// says was proved a while ago is not fresh.
func TestOrganisationNeedsMoreThanAMailbox(t *testing.T) {
	f, _ := real(t, Options{})
	a := f.app
	if _, err := a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), louise, account.Administrator); err != nil {
		t.Fatal(err)
	}
	link := func(v *visitor, has bool) answer {
		t.Helper()
		a.SignIn.HasKeys = func(context.Context, string) (bool, error) { return has, nil }
		v.ask(louise)
		err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE signin_attempts SET identity = '{"issuer":"https://id.example","subject":"7","provider":"Province"}' WHERE outcome = ''`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return v.post("/nc/connexion/code", url.Values{"code": {codeIn(f.letter(t, louise))}})
	}
	thief := f.visitor(t)
	if got := link(thief, true); got.status != http.StatusForbidden || thief.session() != "" {
		t.Fatalf("with a mailbox alone: %d", got.status)
	}
	mustHold(t, "why", link(thief, true).body, "moyen plus sûr")

	// Without any better proof yet it is the first one, and its next use wakes the role without being fresh.
	v := f.visitor(t)
	link(v, false).leads(t, "the first account", "/nc/espace")
	if got := v.get("/nc/gestion/equipe"); got.status != http.StatusOK {
		t.Errorf("the role sleeps: %d to %s", got.status, got.header.Get("Location"))
	}
	to := v.post("/nc/gestion/equipe", url.Values{"mail": {"new@example.nc"}, "role": {"reader"}}).header.Get("Location")
	if !strings.HasPrefix(to, "/nc/connexion/confirmer") {
		t.Errorf("a sensitive act leads to %q", to)
	}
	// From now on it protects its person from others.
	if got := link(f.visitor(t), false); got.status != http.StatusForbidden {
		t.Errorf("another account by a mailbox alone: %d", got.status)
	}
	if n := f.letters(t, "account.account_linked", louise); n != 1 {
		t.Errorf("%d letters about the account, not one", n)
	}
	// It is taken away after a fresh proof, and its person is told.
	v.enter(louise, account.ByPasskey)
	gone := url.Values{"issuer": {"https://id.example"}, "subject": {"7"}}
	mustHold(t, "the page", v.get("/nc/espace/securite").body, "Province", "Détacher")
	v.post("/nc/espace/organisations/retrait", gone).leads(t, "taking it away", "/nc/espace/securite?fait=organisation")
	if got := v.post("/nc/espace/organisations/retrait", gone); got.status != http.StatusNotFound {
		t.Errorf("twice: %d", got.status)
	}
	if n := f.letters(t, "account.account_unlinked", louise); n != 1 {
		t.Errorf("%d letters, not one", n)
	}
}

// Whoever guesses codes for an address does not keep its owner out of the browser in which they were before.
func TestGuessesDoNotLockTheOwnerOut(t *testing.T) {
	f, _ := real(t, Options{})
	owner := f.visitor(t)
	owner.signIn(louise)
	owner.post("/nc/deconnexion", nil)
	thief := f.visitor(t)
	thief.from = "198.51.100.7:4711"
	for range 6 {
		thief.ask(louise)
		for range 5 {
			thief.post("/nc/connexion/code", url.Values{"code": {other(codeIn(f.letter(t, louise)))}})
		}
	}
	if got := f.visitor(t).ask(louise); got.status != http.StatusTooManyRequests {
		t.Errorf("an unknown browser: %d", got.status)
	}
	owner.signIn(louise)
}
