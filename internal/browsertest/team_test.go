package browsertest

import (
	"cmp"
	"net/http"
	"net/url"
	"testing"

	"grappe/internal/account"
)

// An administrator invites a project manager. Each role sees its own menu, and of other pages that it may not.
func team(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		b, mail := s.trip(t, w), s.somebody("admin")
		p := s.person(t, mail, "Ida Boulari")
		s.appoints(t, mail, account.Administrator)
		b.enters(t, p)
		b.opens("/gestion")
		b.look("gestion")
		const whole = "/gestion /gestion/moderation /gestion/fiches /gestion/annuaire /gestion/entreprises /gestion/personnes /gestion/imports /gestion/equipe /gestion/journal /gestion/sante"
		if got := b.menu(); got != whole {
			t.Errorf("the menu of an administrator: %s", got)
		}
		b.unfolds()
		b.sends("the team", `.office-list a[href$="/gestion/equipe"]`)
		b.look("equipe")
		b.writes("#mail", "")
		b.sends("the team again", `main form[action$="/equipe"] [type=submit]`)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#mail")
		b.look("equipe-faute")
		invited := s.somebody("chef")
		b.writes("#mail", invited)
		b.click(`[name=role][value=project_manager]`)
		b.sends("the team", `main form[action$="/equipe"] [type=submit]`)
		b.want("it says that it is done", visible("main [role=alert]"))
		b.look("equipe-invitation")

		manager := b.accepts(t, s, w, "/espace", invited)
		manager.want("the header leads to the desk", visible(`.header-tools a[href$="/gestion"]`))
		manager.sends("the desk", `.header-tools a[href$="/gestion"]`)
		if got, want := manager.menu(), "/gestion /gestion/moderation /gestion/fiches /gestion/annuaire /gestion/entreprises /gestion/personnes /gestion/imports /gestion/equipe /gestion/sante"; got != want {
			t.Errorf("the menu of a project manager: %s, want %s", got, want)
		}
		manager.refused("/gestion/journal")
		manager.look("interdit-equipe")
		manager.opens("/gestion/equipe")
		manager.want("only an administrator invites", `!document.querySelector('main form')`)
		manager.look("equipe-chef")
		b.dismisses(t, s, invited)
		manager.refused("/gestion")
		manager.want("the header no longer leads to the desk", `!document.querySelector('.header-tools a[href$="/gestion"]')`)
	})
}

// refused fails the test unless the page of a path says that it is not for this person, and leads on.
func (b *trip) refused(path string) {
	b.Helper()
	b.goTo(b.home+path, http.StatusForbidden)
	b.want("it says why, and leads on", `document.querySelector("main h1") && document.querySelector("main .lead").textContent.length > 30 && document.querySelectorAll("main a").length > 1`)
}

// dismisses changes the role of a member, and takes it away.
func (b *trip) dismisses(t *testing.T, s *stage, mail string) {
	t.Helper()
	p, err := s.app.Accounts.Known(t.Context(), s.app.DB.Read(), mail)
	if err != nil {
		t.Fatal(err)
	}
	b.opens("/gestion/equipe")
	b.sends("the member", `main a[href$="/equipe/`+p.ID+`"]`)
	b.look("membre")
	b.click(`[name=role][value=reader]`)
	b.sends("the team", submit)
	b.here("/gestion/equipe")
	b.opens("/gestion/equipe/" + p.ID)
	b.want("the role is another", `document.querySelector("[name=role][value=reader]").checked`)
	b.sends("the question", `main a.button-danger`)
	b.look("retrait")
	b.sends("the team", submit)
	b.here("/gestion/equipe")
	b.want("the member is gone", `!document.querySelector('main a[href$="/equipe/`+p.ID+`"]')`)
	b.look("equipe-retrait")
}

// The pages of the desk that no other journey passes, as an administrator and a reader see them.
func deskPages(t *testing.T) {
	each(t, scripted()[:1], func(t *testing.T, w way) {
		s := theStage(t)
		id, name := s.someCompany(t)
		mail := s.somebody("lectrice")
		p := s.person(t, mail, "Anne Lectrice", id)
		s.appoints(t, mail, account.Reader)
		reader := s.trip(t, w)
		reader.enters(t, p)
		reader.opens("/gestion")
		if got, want := reader.menu(), "/gestion /gestion/moderation /gestion/fiches /gestion/annuaire /gestion/entreprises /gestion/personnes /gestion/imports /gestion/equipe /gestion/sante"; got != want {
			t.Errorf("the menu of a reader: %s, want %s", got, want)
		}
		reader.look("gestion-lectrice")
		reader.refused("/gestion/journal")
		reader.opens("/gestion/entreprises/" + id)
		reader.look("gestion-entreprise-lectrice")

		admin := s.somebody("directrice")
		b := s.trip(t, w)
		b.enters(t, s.person(t, admin, ""))
		s.appoints(t, admin, account.Administrator)
		for _, page := range []kind{
			{name: "gestion-personnes", path: "/personnes"},
			{name: "gestion-personnes-trouvees", path: "/personnes?q=exemple"},
			{name: "gestion-personnes-aucune", path: "/personnes?q=zzyzx"},
			{name: "gestion-personne", path: "/personnes/" + p.ID},
			{name: "gestion-entreprises", path: "/entreprises"},
			{name: "gestion-entreprises-trouvees", path: "/entreprises?q=" + url.QueryEscape(name)},
			{name: "gestion-entreprises-aucune", path: "/entreprises?q=zzyzx"},
			{name: "gestion-entreprise", path: "/entreprises/" + id},
			{name: "journal", path: "/journal"},
			{name: "journal-faute", path: "/journal?du=x", status: http.StatusUnprocessableEntity},
			{name: "sante", path: "/sante"},
			{name: "membre-soi", path: "/equipe/" + s.person(t, admin, "").ID},
		} {
			b.goTo(b.home+"/gestion"+page.path, cmp.Or(page.status, http.StatusOK))
			b.look(page.name)
		}
		b.opens("/courrier/modeles")
		b.look("modeles")
		b.sends("a sample", "main tbody a")
		b.look("modele")

		visitor := s.trip(t, w)
		visitor.goTo(visitor.home+"/gestion", http.StatusOK)
		visitor.here("/connexion")
		owner := s.trip(t, w)
		owner.enters(t, s.person(t, s.somebody("tiers"), "Un Tiers"))
		owner.refused("/gestion")
		owner.refused("/espace/entreprises/" + id)
		owner.look("interdit-entreprise")
	})
}
