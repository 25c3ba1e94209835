package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/desk"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/platform/web"
)

// team is a desk with people, companies and things that went wrong.
type team struct {
	*house
	admin, manager, reader account.Actor
	lagon, empty           string // companies of nc
	foreign                string // a company of pf
	dead                   string
}

func filled(t testing.TB, d *db.DB) *team {
	h := newHouse(t, d)
	f := &team{
		house: h, admin: h.appoint("ada@grappe.example", "Ada Admin", account.Administrator), manager: h.appoint("pierre@grappe.example", "Pierre Projet", account.ProjectManager),
		reader: h.appoint("lise@grappe.example", "Lise Lectrice", account.Reader),
		lagon:  h.found("nc", "Lagon Numérique"), empty: h.found("nc", "Atelier <sans> fiche"), foreign: h.found("pf", "Lagon de Tahiti"),
	}
	if _, err := h.accounts.InviteToTeam(t.Context(), f.admin, "nouveau@grappe.example", account.Reader); err != nil {
		t.Fatal(err)
	}
	if _, err := h.accounts.Invite(t.Context(), f.manager, f.lagon, "marie@lagon.example", account.CompanyManager); err != nil {
		t.Fatal(err)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		p, _, err := h.accounts.Arrive(ctx, tx, "paul@lagon.example", "nc", "fr")
		if err != nil {
			return err
		}
		return h.accounts.Attach(ctx, tx, p.ID, f.lagon, "nc", account.CompanyManager)
	})
	h.run()
	f.dead = h.fail("nc")
	h.fail("")
	h.post("nc", "trop@lagon.example")
	h.post("nc", "refus@lagon.example")
	h.post("nc", "panne@lagon.example")
	h.state.waiting = []office.Waiting{{Title: "Un courrier à lire", Path: "/gestion/x", Action: "Lire", Icon: "mail"}, {Title: "Effacement demandé", Detail: "Avant mardi", Path: "/gestion/y", Action: "Voir", Urgent: true}}
	return f
}

func (f *team) paths() []string {
	return []string{
		desk.TodayPath, desk.TeamPath, desk.TeamPath + "?fait=role", desk.TeamPath + "?fait=<x>", desk.TeamPath + "/" + f.reader.Person, desk.TeamPath + "/" + f.reader.Person + "/retrait", desk.TeamPath + "/" + f.admin.Person + "/retrait",
		desk.PeoplePath, desk.PeoplePath + "?q=lagon", desk.PeoplePath + "?q=zzz", desk.PeoplePath + "/" + f.reader.Person,
		desk.CompaniesPath, desk.CompaniesPath + "?q=lagon", desk.CompaniesPath + "?q=%22%3Cx%3E", desk.CompaniesPath + "/" + f.lagon, desk.CompaniesPath + "/" + f.empty, desk.CompaniesPath + "/" + f.lagon + "/invitations",
		desk.JournalPath, desk.JournalPath + "?action=account.invited&personne=" + f.admin.Person, desk.JournalPath + "?action=x.y&du=2026-11-30&au=2026-11-30", desk.HealthPath,
	}
}

// keyShown is a key where its text should stand.
var keyShown = regexp.MustCompile(`>\s*(desk|account|mail|queue)\.[a-z_.]+\s*<`)

// Every page holds to the rules of the house in both languages, with much to show and with nothing.
func TestPagesInBothLanguages(t *testing.T) {
	for name, d := range map[string]*db.DB{"filled": dbtest.SQLite(t), "empty": dbtest.SQLite(t)} {
		var f *team
		if name == "filled" {
			f = filled(t, d)
		} else {
			h := newHouse(t, d)
			f = &team{house: h, admin: h.appoint("ada@grappe.example", "", account.Administrator), lagon: h.found("nc", "Nu"), empty: h.found("nc", "Nu aussi")}
			f.reader = f.admin
			h.state.backup, h.state.space, h.state.index = desk.Backup{}, desk.Space{}, desk.IndexState{}
		}
		readers := []account.Actor{f.admin}
		if name == "filled" {
			readers = []account.Actor{f.admin, f.manager, f.reader}
		}
		for _, lang := range []string{"fr", "en"} {
			for _, by := range readers {
				for _, path := range f.paths() {
					got := f.get(lang, by, path)
					where := fmt.Sprintf("%s %s %v %s", name, lang, by.Roles, path)
					if got.status == http.StatusForbidden && !by.Is(account.Administrator) && (strings.HasPrefix(path, desk.JournalPath) || strings.HasSuffix(path, "/retrait")) {
						continue
					}
					if got.status != http.StatusOK {
						t.Errorf("%s: %d %s", where, got.status, got.body)
						continue
					}
					for _, fault := range uitest.Faults(t, got.body) {
						t.Errorf("%s: %s", where, fault)
					}
					if uitest.Attr(uitest.One(t, got.body, "meta[name=robots]"), "content") != "noindex" {
						t.Errorf("%s may be indexed", where)
					}
					if key := keyShown.FindString(got.body); key != "" {
						t.Errorf("%s shows the key %s", where, key)
					}
					uitest.Count(t, got.body, ".office-side a[aria-current=page]", 1)
				}
			}
		}
	}
}

func TestToday(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	got := f.get("fr", f.admin, desk.TodayPath)
	lines := uitest.Texts(t, got.body, ".todo-title")
	if len(lines) != 4 || lines[0] != "3 tâches ont échoué urgent" || lines[1] != "Effacement demandé urgent" || !strings.HasPrefix(lines[2], "Une adresse a refusé") {
		t.Errorf("%q", lines)
	}
	if links := uitest.Find(t, got.body, ".todo a"); uitest.Attr(links[0], "href") != "/nc/gestion/sante#echecs" || uitest.Attr(links[1], "href") != "/nc/gestion/y" {
		t.Error(uitest.Attr(links[0], "href"), uitest.Attr(links[1], "href"))
	}
	// Readers see what waits, and are not asked to do what only an administrator may.
	if lines = uitest.Texts(t, f.get("fr", f.reader, desk.TodayPath).body, ".todo-title"); len(lines) != 2 {
		t.Errorf("%q", lines)
	}
	f.state.at = now().Add(8 * 24 * time.Hour)
	f.admin.StrongAt = f.state.at
	if lines = uitest.Texts(t, f.get("fr", f.admin, desk.TodayPath).body, ".todo-title"); !strings.HasPrefix(lines[2], "Une invitation dans l’équipe attend") {
		t.Errorf("%q", lines)
	}
	f.state.fails = true
	got = f.get("fr", f.admin, desk.TodayPath)
	if got.status != http.StatusOK || !strings.Contains(got.body, "n’a pas pu être lue") {
		t.Errorf("%d: what one room cannot tell hides what the others tell", got.status)
	}
	if text := uitest.Text(uitest.One(t, f.get("fr", f.admin, desk.HealthPath).body, ".trouble")); !strings.Contains(text, "État inconnu\u202f: Sauvegardes") || strings.Contains(text, "Aucune sauvegarde") {
		t.Error(text)
	}
}

// A form that is refused comes back with all that was typed, what is wrong on top and beside its field.
func TestRefusedForms(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	for _, tt := range []struct {
		by          account.Actor
		path        string
		form        url.Values
		status      int
		want, field string
	}{
		{f.admin, desk.TeamPath, url.Values{"mail": {"pas une adresse"}, "role": {"project_manager"}}, 422, "nom@exemple.nc", "mail"},
		{f.admin, desk.TeamPath, url.Values{"mail": {"lise@grappe.example"}, "role": {"project_manager"}}, 409, "", ""},
		{f.admin, desk.TeamPath, url.Values{"mail": {"x@grappe.example"}, "role": {"queen"}}, 422, "", "role"},
		{f.admin, desk.TeamPath + "/" + f.admin.Person, url.Values{"role": {"reader"}}, 409, "", ""},
		{f.admin, desk.TeamPath + "/" + f.admin.Person + "/retrait", nil, 409, "", ""},
		{f.manager, desk.CompaniesPath + "/" + f.lagon + "/invitations", url.Values{"mail": {"@"}, "role": {"company_editor"}}, 422, "nom@exemple.nc", "mail"},
	} {
		got := f.send(tt.by, tt.path, tt.form)
		if got.status != tt.status {
			t.Errorf("%s %v: %d %s", tt.path, tt.form, got.status, got.location)
			continue
		}
		uitest.CheckPage(t, got.body)
		if text := uitest.Text(uitest.One(t, got.body, ".errors")); text == "" || !strings.Contains(text, tt.want) {
			t.Errorf("%s %v: %q", tt.path, tt.form, text)
		}
		if tt.field != "" {
			uitest.Count(t, got.body, ".errors a[href='#"+tt.field+"']", 1)
			uitest.Count(t, got.body, ".field-bad", 1)
		}
		if m := tt.form.Get("mail"); m != "" && uitest.Attr(uitest.One(t, got.body, "#mail"), "value") != m {
			t.Errorf("%s %v: the address is lost", tt.path, tt.form)
		}
		if role := tt.form.Get("role"); role != "" && role != "queen" && uitest.Attr(uitest.One(t, got.body, "input[name=role][checked]"), "value") != role {
			t.Errorf("%s %v: the role is lost", tt.path, tt.form)
		}
	}
}

// What was typed when a session ended stands in the form again.
func TestResumedForms(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	for path, by := range map[string]account.Actor{desk.TeamPath: f.admin, desk.CompaniesPath + "/" + f.empty + "/invitations": f.manager} {
		role := map[string]string{desk.TeamPath: "administrator"}[path]
		if role == "" {
			role = "company_editor"
		}
		r := uitest.Request(t, f.frame("fr", by, path), path)
		r = r.WithContext(web.WithResumed(r.Context(), url.Values{"mail": {"encore@lagon.example"}, "role": {role}}))
		got := f.ask("fr", by, r)
		if uitest.Attr(uitest.One(t, got.body, "#mail"), "value") != "encore@lagon.example" || uitest.Attr(uitest.One(t, got.body, "input[name=role][checked]"), "value") != role {
			t.Errorf("%s: the form is not filled again", path)
		}
	}
}

func TestTeam(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	mail := f.get("fr", f.reader, desk.TeamPath).body
	if strings.Contains(mail, "ada@grappe.example") || !strings.Contains(mail, "lise@grappe.example") || !strings.Contains(mail, "a•••@grappe.example") {
		t.Error("a reader sees the addresses of others, or not their own")
	}
	uitest.Count(t, mail, "main form, .cell-acts", 0)
	admins := f.get("fr", f.admin, desk.TeamPath).body
	if !strings.Contains(admins, "lise@grappe.example") || !strings.Contains(admins, "nouveau@grappe.example") {
		t.Error("an administrator does not see the addresses")
	}
	again := uitest.Attr(uitest.One(t, admins, "form[action$='/renvoi']"), "action")
	if got := f.send(f.admin, strings.TrimPrefix(again, "/nc"), nil); got.status != 303 || got.location != "/nc/gestion/equipe?fait=renvoi" {
		t.Error(got.status, got.location)
	}
	if got := f.send(f.admin, desk.TeamPath+"/"+f.reader.Person, url.Values{"role": {"project_manager"}}); got.location != "/nc/gestion/equipe?fait=role" {
		t.Error(got.status, got.location, got.body)
	}
	if got := f.send(f.admin, desk.TeamPath+"/"+f.reader.Person+"/retrait", nil); got.location != "/nc/gestion/equipe?fait=retrait" {
		t.Error(got.status, got.location)
	}
	if got := f.get("fr", f.admin, desk.TeamPath+"/"+f.reader.Person); got.status != 404 {
		t.Error(got.status)
	}
	// A company's invitation leads back to the company.
	page := f.get("fr", f.manager, desk.CompaniesPath+"/"+f.lagon).body
	revoke := uitest.Attr(uitest.One(t, page, "form[action$='/annulation']"), "action")
	if got := f.send(f.manager, strings.TrimPrefix(revoke, "/nc"), url.Values{"company": {f.lagon}}); got.location != "/nc/gestion/entreprises/"+f.lagon+"?fait=annulation" {
		t.Error(got.status, got.location)
	}
	if got := f.send(f.manager, strings.TrimPrefix(revoke, "/nc"), url.Values{"company": {f.lagon}}); got.status != 409 {
		t.Error(got.status)
	}
}

// A line says that a company is a natural person and whether its card may be published, for such a company alone.
func TestNaturalPerson(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	by := h.appoint("lise@grappe.example", "Lise", account.Reader)
	for name, want := range map[string]string{"Lagon Numérique": "", "Lagon seule": "Accord donné", "Photographe seule": "Pas d’accord"} {
		body := h.get("fr", by, desk.CompaniesPath+"/"+h.found("nc", name)).body
		if strings.Contains(body, "Personne physique") != (want != "") || !strings.Contains(body, want) {
			t.Errorf("%s: %s", name, uitest.Texts(t, body, "main"))
		}
	}
}
