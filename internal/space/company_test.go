package space_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/space"
)

func TestInvitationIsAccepted(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	path := "/espace/entreprises/lagon/invitations"
	body := lea.send(path, 422, "mail", "pas une adresse", "role", "company_editor")
	uitest.One(t, body, ".errors a[href='#mail']")
	if got := uitest.Attr(uitest.One(t, body, "#mail[aria-invalid]"), "value"); got != "pas une adresse" {
		t.Errorf("what was typed is lost: %q", got)
	}
	uitest.One(t, lea.send(path, 422, "mail", "paul@exemple.nc", "role", "emperor"), ".errors a[href='#role']")
	body = lea.goes(path, "/espace/entreprises/lagon", "mail", "Paul@Exemple.nc", "role", "company_editor")
	if !strings.Contains(body, "paul@exemple.nc") {
		t.Error("the open invitation is not listed")
	}
	link := b.invited("paul@exemple.nc")
	body = b.visitor().see(link, 200)
	if got := uitest.Attr(uitest.One(t, body, "a.button-main"), "href"); got != "/nc/connexion?suite="+url.QueryEscape(link) {
		t.Errorf("a visitor is led to %q", got)
	}
	uitest.Count(t, body, "form[method=post]", 0)
	if strings.Contains(body, "paul@exemple.nc") {
		t.Error("whoever has the link reads the whole address")
	}
	other := b.enter("other@exemple.nc")
	body = other.see(link, 200)
	uitest.One(t, body, ".notice.tone-warn")
	uitest.Count(t, body, "main form", 0)
	if w := other.ask("POST", link+"/acceptation", nil); w.Code != 403 {
		t.Errorf("another's invitation: %d", w.Code)
	}
	paul := b.enter("paul@exemple.nc")
	uitest.Count(t, paul.see(link, 200), "main form", 2)
	uitest.Count(t, paul.see("/espace", 200), ".task form", 2)
	paul.goes(link+"/acceptation", "/espace/entreprises/lagon")
	if !paul.actor().For("lagon", account.CompanyEditor) {
		t.Error("paul does not act for the company")
	}
	uitest.One(t, paul.see(link, 200), ".notice.tone-ok")
	uitest.One(t, paul.send(link+"/acceptation", 409), ".errors")
	if w := b.visitor().ask("GET", account.PathInvitation+"none", nil); w.Code != 404 {
		t.Errorf("an unknown link: %d", w.Code)
	}
}

func TestInvitationsThatEnd(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	invite := func(address string) string {
		lea.goes("/espace/entreprises/lagon/invitations", "/espace/entreprises/lagon", "mail", address, "role", "company_manager")
		return b.invited(address)
	}
	a, c, d := b.enter("a@exemple.nc"), b.enter("c@exemple.nc"), b.enter("d@exemple.nc")
	declined, revoked, expired := invite("a@exemple.nc"), invite("c@exemple.nc"), invite("d@exemple.nc")
	a.goes(declined+"/refus", "/espace")
	waiting, err := b.accounts.WaitingFor(t.Context(), c.actor())
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	lea.goes("/espace/entreprises/lagon/invitations/"+waiting[0].ID+"/retrait", "/espace/entreprises/lagon")
	uitest.One(t, c.send("/espace/invitations/"+waiting[0].ID+"/acceptation", 409), ".errors")
	uitest.One(t, c.send("/espace/invitations/"+waiting[0].ID+"/refus", 409), ".errors")
	mine, err := b.accounts.WaitingFor(t.Context(), d.actor())
	if err != nil || len(mine) != 1 {
		t.Fatal(mine, err)
	}
	b.now = b.now.Add(13 * 24 * time.Hour)
	d = b.enter("d@exemple.nc")
	b.now = b.now.Add(25 * time.Hour)
	for who, path := range map[*someone]string{a: declined, c: revoked, d: expired} {
		uitest.Count(t, who.see(path, 200), "main form", 0)
	}
	texts := map[string]string{declined: "refusée", revoked: "reprise", expired: "plus valable"}
	for path, want := range texts {
		if got := uitest.Text(uitest.One(t, b.visitor().see(path, 200), ".notice-title")); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	d.send("/espace/invitations/"+mine[0].ID+"/acceptation", 409)
}

func TestInvitationToTheTeam(t *testing.T) {
	b := newBench(t)
	if _, err := b.accounts.InviteToTeam(t.Context(), account.Operator("nc"), "lea@exemple.nc", account.ProjectManager); err != nil {
		t.Fatal(err)
	}
	link, lea := b.invited("lea@exemple.nc"), b.enter("lea@exemple.nc")
	for _, lang := range []string{"fr", "en"} {
		lea.lang = lang
		if got := uitest.Text(uitest.One(t, lea.see(link, 200), "h1")); !strings.Contains(got, "Grappe d’essai") {
			t.Error(got)
		}
		lea.see("/espace", 200)
	}
	lea.goes(link+"/acceptation", "/espace")
	if !lea.actor().Staff() {
		t.Error("lea is not of the team")
	}
}

func TestInvitationIsSentAgain(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	lea.goes("/espace/entreprises/lagon/invitations", "/espace/entreprises/lagon", "mail", "paul@exemple.nc", "role", "company_editor")
	first := b.invited("paul@exemple.nc")
	path := uitest.Attr(uitest.One(t, lea.see("/espace/entreprises/lagon", 200), "form[action$='/renvoi']"), "action")
	b.now = b.now.Add(time.Minute)
	lea.goes(path, "/espace/entreprises/lagon")
	if w := b.visitor().ask("GET", first, nil); w.Code != 404 {
		t.Errorf("the first link still opens: %d", w.Code)
	}
	b.visitor().see(b.invited("paul@exemple.nc"), 200)
	b.enter("paul@exemple.nc").goes(b.invited("paul@exemple.nc")+"/acceptation", "/espace/entreprises/lagon")
	uitest.One(t, lea.send(path, 409), ".errors")
}

func TestPeopleOfACompany(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	paul := b.enter("paul@exemple.nc").acts("lagon", "nc", account.CompanyEditor)
	body := paul.see("/espace/entreprises/lagon", 200)
	uitest.Count(t, body, "a[href*='/personnes/']", 0)
	if strings.Contains(body, "lea@exemple.nc") {
		t.Error("an editor reads the addresses of all")
	}
	for _, path := range []string{"/invitations", "/personnes/" + lea.person.ID, "/passation"} {
		if w := paul.ask("GET", "/espace/entreprises/lagon"+path, nil); w.Code != 403 {
			t.Errorf("an editor, %s: %d", path, w.Code)
		}
	}
	stranger := b.enter("other@exemple.nc")
	for _, path := range []string{"", "/invitations", "/personnes/" + lea.person.ID, "/passation", "/depart", "/consentement"} {
		if w := stranger.ask("GET", "/espace/entreprises/lagon"+path, nil); w.Code != 403 {
			t.Errorf("a stranger, %s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"none", "uvea"} {
		if w := lea.ask("GET", "/espace/entreprises/"+path, nil); w.Code != 404 && w.Code != 403 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	at := "/espace/entreprises/lagon/personnes/"
	lea.send(at+paul.person.ID, 422, "role", "emperor")
	lea.goes(at+paul.person.ID, "/espace/entreprises/lagon", "role", "company_manager")
	if !paul.actor().For("lagon", account.CompanyManager) {
		t.Error("the role is not another")
	}
	lea.goes(at+paul.person.ID+"/retrait", "/espace/entreprises/lagon")
	if paul.actor().For("lagon", account.CompanyEditor) {
		t.Error("paul still acts for the company")
	}
	if w := lea.ask("GET", at+paul.person.ID, nil); w.Code != 404 {
		t.Errorf("who is gone: %d", w.Code)
	}
}

func TestLeavingAndHandingOver(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager).acts("atelier", "nc", account.CompanyManager)
	paul := b.enter("paul@exemple.nc").acts("lagon", "nc", account.CompanyEditor)
	at := "/espace/entreprises/lagon"
	body := lea.see(at+"/depart", 200)
	uitest.Count(t, body, "main form", 0)
	uitest.One(t, body, "a.button-main[href$='/passation']")
	uitest.One(t, lea.send(at+"/depart", 409), ".errors")
	uitest.One(t, lea.see("/espace/entreprises/atelier/passation", 200), "a.button-main[href$='/invitations']")
	uitest.One(t, lea.send(at+"/passation", 422, "ensuite", "partir"), ".errors a[href='#a']")
	b.resumed = url.Values{"a": {paul.person.ID}, "ensuite": {"partir"}}
	uitest.Count(t, lea.see(at+"/passation", 200), "input[checked]", 2)
	b.resumed = nil
	if w := lea.ask("POST", at+"/passation", url.Values{"a": {"nobody"}}); w.Code != 404 {
		t.Errorf("to a stranger: %d", w.Code)
	}
	lea.goes(at+"/passation", at, "a", paul.person.ID, "ensuite", "rester")
	if lea.actor().For("lagon", account.CompanyManager) || !paul.actor().For("lagon", account.CompanyManager) {
		t.Error("the management is not handed over")
	}
	lea.goes(at+"/depart", "/espace")
	if lea.actor().For("lagon", account.CompanyEditor) {
		t.Error("lea has not left")
	}
	uitest.One(t, paul.see(at+"/depart", 200), "main form")
	paul.goes(at+"/depart", "/espace") // the last of all may leave
}

func TestConsent(t *testing.T) {
	b := newBench(t)
	lea := b.enter("lea@exemple.nc").acts("atelier", "nc", account.CompanyManager).acts("lagon", "nc", account.CompanyManager)
	paul := b.enter("paul@exemple.nc").acts("atelier", "nc", account.CompanyEditor)
	path := "/espace/entreprises/atelier/consentement"
	if w := lea.ask(http.MethodGet, "/espace/entreprises/lagon/consentement", nil); w.Code != 404 {
		t.Errorf("a company that needs none: %d", w.Code)
	}
	for _, company := range []string{"atelier", "lagon"} {
		if w := b.enter("other@exemple.nc").ask(http.MethodPost, "/espace/entreprises/"+company+"/consentement", url.Values{"faire": {"retirer"}}); w.Code != 403 {
			t.Errorf("a stranger asks about %s: %d", company, w.Code)
		}
	}
	uitest.One(t, lea.send(path, 422, "version", space.ConsentWords), ".errors a[href='#accord']")
	lea.send(path, 409, "accord", "oui", "version", "older")
	lea.send(path, 409, "faire", "retirer")
	if w := paul.ask(http.MethodPost, path, url.Values{"accord": {"oui"}, "version": {space.ConsentWords}}); w.Code != 403 {
		t.Errorf("an editor decides: %d", w.Code)
	}
	uitest.Count(t, paul.see(path, 200), "main form", 0)
	uitest.Count(t, lea.goes(path, path, "accord", "oui", "version", space.ConsentWords), "main form", 1)
	c, ok, err := b.accounts.Consent(t.Context(), b.db.Read(), "atelier")
	if err != nil || !ok || c.Words != space.ConsentWords || c.Person != lea.person.ID {
		t.Errorf("%+v %v %v", c, ok, err)
	}
	if err := b.accounts.GiveConsent(t.Context(), lea.actor(), "atelier", "2020-1"); err != nil {
		t.Fatal(err)
	}
	uitest.Count(t, lea.see(path, 200), "main form", 2) // renew it, or withdraw it
	for card, want := range map[string]int{"": 0, "/annuaire/lea": 1} {
		b.card = card
		for _, lang := range []string{"fr", "en"} {
			lea.lang = lang
			uitest.Count(t, lea.see(path, 200), "main p a[href$='/annuaire/lea']", want)
		}
		lea.lang = "fr"
		done := uitest.Text(uitest.One(t, lea.goes(path, path, "accord", "oui", "version", space.ConsentWords), ".notice.tone-ok"))
		if strings.Contains(done, "publiée") != (want == 1) {
			t.Errorf("told %q", done)
		}
	}
	b.card = ""
	lea.goes(path, path, "faire", "retirer")
	if _, ok, err = b.accounts.Consent(t.Context(), b.db.Read(), "atelier"); ok || err != nil {
		t.Error("it still holds", err)
	}
}

// What people consented to is what the version stands for: whoever changes the texts changes the version, and this sum.
func TestConsentWordsAreOfTheirVersion(t *testing.T) {
	sum := sha256.New()
	for _, lang := range []string{"fr", "en"} {
		p := localetest.Printer(t, lang, space.Texts)
		for _, key := range space.ConsentKeys() {
			sum.Write([]byte(p.T(key) + "\n"))
		}
	}
	want := map[string]string{"2026-1": "W-h4Q8978CriL0jf"}
	if got := base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]); got != want[space.ConsentWords] {
		t.Errorf("the words of %s have the sum %q: they are others than before, and need a version of their own", space.ConsentWords, got)
	}
}
