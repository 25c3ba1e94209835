package space_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/space"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, space.Texts))
}

// Every page in both languages: for somebody who has nothing, and for somebody who has all.
func TestEveryPage(t *testing.T) {
	b := newBench(t)
	alone := b.enter("seul@exemple.nc")
	full := b.enter("lea@exemple.nc").acts("atelier", "nc", account.CompanyManager).acts("lagon", "nc", account.CompanyManager).acts("uvea", "wf", account.CompanyEditor)
	paul := b.enter("paul@exemple.nc").acts("lagon", "nc", account.CompanyEditor)
	b.enter("lea@exemple.nc")
	full.goes("/espace/profil", "/espace/profil", "name", "Léa Kanak", "lang", "fr")
	full.goes("/espace/entreprises/lagon/invitations", "/espace/entreprises/lagon", "mail", "seul@exemple.nc", "role", "company_editor")
	b.ongoing = []office.Waiting{{Title: "Votre demande est à l’étude", Detail: "Depuis hier.", Action: "Voir", Path: "/ailleurs", Icon: "clock"}}
	link := b.invited("seul@exemple.nc")
	paths := []string{"/espace", "/espace/profil", "/espace/securite", "/espace/courriels", "/espace/donnees", "/espace/effacement", link}
	company := []string{
		"", "/invitations", "/personnes/" + paul.person.ID, "/depart", "/passation",
	}
	for _, lang := range []string{"fr", "en"} {
		alone.lang, full.lang, paul.lang = lang, lang, lang
		for _, path := range paths {
			alone.see(path, http.StatusOK)
			full.see(path, http.StatusOK)
		}
		for _, path := range company {
			full.see("/espace/entreprises/lagon"+path, http.StatusOK)
		}
		for _, path := range []string{"", "/depart", "/passation", "/consentement"} {
			full.see("/espace/entreprises/atelier"+path, http.StatusOK)
		}
		paul.see("/espace/entreprises/lagon", http.StatusOK)
		v := b.visitor()
		v.lang = lang
		v.see(link, http.StatusOK)
	}
	paul.goes("/espace/effacement", "/espace/effacement", "sur", "oui")
	for _, lang := range []string{"fr", "en"} {
		paul.lang, full.lang = lang, lang
		paul.see("/espace/effacement", http.StatusOK)
		paul.see("/espace", http.StatusOK)
		full.see("/espace/entreprises/lagon", http.StatusOK)
	}
}

// Nobody but their person sees these pages, and no cache keeps them.
func TestVisitorsAreSentAway(t *testing.T) {
	b := newBench(t)
	for _, pattern := range b.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if path == account.PathInvitation+"{token}" {
			continue
		}
		if w := b.visitor().ask(method, path, nil); w.Code != http.StatusUnauthorized || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", pattern, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func TestHome(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc")
	body := s.see("/espace", 200)
	uitest.One(t, body, ".empty a[href='/nc/annuaire']")
	uitest.Count(t, body, ".task", 1) // the name
	uitest.Count(t, body, ".office-side a[aria-current]", 1)
	s.goes("/espace/profil", "/espace/profil", "name", "Léa", "lang", "en")
	body = s.see("/espace", 200)
	uitest.Count(t, body, ".task", 0)
	if got := uitest.Text(uitest.One(t, body, "h1")); got != "Bonjour Léa" {
		t.Error(got)
	}
	b.waiting = []office.Waiting{{Title: "Plus tard", Action: "Voir", Path: "/x"}, {Title: "D’abord", Urgent: true, Action: "Voir", Path: "/y"}}
	s.acts("lagon", "nc", account.CompanyEditor).acts("uvea", "wf", account.CompanyEditor)
	body = s.see("/espace", 200)
	if got := uitest.Texts(t, body, ".task-title"); len(got) != 2 || got[0] != "D’abord" {
		t.Error(got)
	}
	uitest.Count(t, body, ".roster a", 1) // the other company has its pages elsewhere
	if !strings.Contains(body, "Wallis-et-Futuna") {
		t.Error("the place of the other company is not named")
	}
}

func TestProfile(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc")
	s.goes("/espace/courriels", "/espace/courriels", "recevoir", "news")
	body := s.send("/espace/profil", 422, "name", strings.Repeat("é", 101), "lang", "xx")
	uitest.One(t, body, ".errors a[href='#name']")
	if got := uitest.Attr(uitest.One(t, body, "#name[aria-invalid]"), "value"); got != strings.Repeat("é", 101) {
		t.Error("what was typed is lost")
	}
	s.goes("/espace/profil", "/espace/profil", "name", " Léa  Kanak ", "lang", "en")
	p, err := b.accounts.Person(t.Context(), s.person.ID)
	if err != nil || p.Name != "Léa Kanak" || p.Lang != "en" || len(p.Refused) != 1 || p.Refused[0] != "reminders" {
		t.Errorf("%+v %v", p, err)
	}
	b.resumed = url.Values{"name": {"Typed before"}, "lang": {"fr"}}
	body = s.see("/espace/profil", 200)
	if got := uitest.Attr(uitest.One(t, body, "#name"), "value"); got != "Typed before" {
		t.Errorf("what was parked is not in the form: %q", got)
	}
}

func TestMails(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc")
	uitest.Count(t, s.see("/espace/courriels", 200), "input[type=checkbox][checked]", 2)
	if err := b.accounts.Refuse(t.Context(), s.person.ID, "former"); err != nil {
		t.Fatal(err)
	}
	uitest.Count(t, s.goes("/espace/courriels", "/espace/courriels", "recevoir", "reminders"), "input[type=checkbox][checked]", 1)
	p, err := b.accounts.Person(t.Context(), s.person.ID)
	if err != nil || strings.Join(p.Refused, " ") != "former news" {
		t.Errorf("%v %v", p.Refused, err)
	}
	s.goes("/espace/courriels", "/espace/courriels")
	b.resumed = url.Values{"recevoir": {"news"}}
	uitest.Count(t, s.see("/espace/courriels", 200), "input[value=news][checked]", 1)
}

func TestSessions(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc")
	other, third := b.enter("lea@exemple.nc"), b.enter("lea@exemple.nc")
	stranger := b.enter("paul@exemple.nc")
	body := s.see("/espace/securite", 200)
	forms := uitest.Find(t, body, "form[action*='/espace/sessions/']")
	if len(forms) != 3 {
		t.Fatalf("%d forms, want one for each of the others and one for all", len(forms))
	}
	uitest.One(t, body, "#cles")
	uitest.Count(t, body, ".roster .badge.tone-ok", 1)
	if w := stranger.ask("POST", "/espace/sessions/"+other.actor().Session+"/fin", nil); w.Code != 404 {
		t.Errorf("somebody else's session: %d", w.Code)
	}
	body = s.goes("/espace/sessions/"+other.actor().Session+"/fin", "/espace/securite")
	if other.actor().SignedIn() || !third.actor().SignedIn() {
		t.Error("the wrong session has ended")
	}
	uitest.Count(t, body, "details tbody tr", 1)
	uitest.Count(t, s.goes("/espace/sessions/autres/fin", "/espace/securite"), "form[action*='/espace/sessions/']", 0)
	if third.actor().SignedIn() || !s.actor().SignedIn() || !stranger.actor().SignedIn() {
		t.Error("not exactly the other sessions have ended")
	}
}

func TestData(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	body := s.see("/espace/donnees", 200)
	for _, want := range []string{"lea@exemple.nc", "Les Ateliers du Lagon", "Firefox, Android", "30 jours après leur fin"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	w := s.ask("GET", "/espace/donnees.json", nil)
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Body.String(), "lea@exemple.nc") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	b.now = b.now.Add(account.FreshFor + time.Minute)
	for _, path := range []string{"/espace/donnees", "/espace/donnees.json"} {
		if w := s.ask("GET", path, nil); w.Code != 403 || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s without a fresh proof: %d", path, w.Code)
		}
	}
}

func TestErasure(t *testing.T) {
	b := newBench(t)
	s := b.enter("lea@exemple.nc").acts("lagon", "nc", account.CompanyManager)
	paul := b.enter("paul@exemple.nc").acts("lagon", "nc", account.CompanyEditor)
	uitest.One(t, s.send("/espace/effacement", 422), ".errors a[href='#sur']")
	if body := s.send("/espace/effacement", 409, "sur", "oui"); !strings.Contains(body, "Les Ateliers du Lagon") {
		t.Error("the last manager is not told what to do")
	}
	s.goes("/espace/entreprises/lagon/passation", "/espace/entreprises/lagon", "a", paul.person.ID, "ensuite", "rester")
	body := s.goes("/espace/effacement", "/espace/effacement", "sur", "oui")
	uitest.Count(t, body, "input[name=sur]", 0)
	if s.actor().EraseAt.IsZero() {
		t.Fatal("nothing was asked for")
	}
	uitest.One(t, s.see("/espace", 200), ".task-urgent form[action$='/effacement/annulation'] button")
	s.goes("/espace/effacement/annulation", "/espace")
	if !s.actor().EraseAt.IsZero() {
		t.Error("it was not taken back")
	}
}
