package app

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/space"
)

// Who somebody is in the table of routes. The operator of the platform has no column: there is no page that makes one.
const (
	asVisitor = 1 << iota
	asPerson
	asEditor  // of the company
	asManager // of the company
	asReader
	asProjectManager
	asAdministrator
	asSleeper // an administrator who has given a code alone

	anybody  = asVisitor | signedIn
	signedIn = asPerson | asEditor | asManager | asReader | asProjectManager | asAdministrator | asSleeper
	theTeam  = asReader | asProjectManager | asAdministrator
	manages  = asProjectManager | asAdministrator
	ours     = asEditor | asManager
)

func columns() map[int]string {
	return map[int]string{
		asVisitor: "a visitor", asPerson: "a person", asEditor: "an editor", asManager: "a manager", asReader: "a reader", asProjectManager: "a project manager",
		asAdministrator: "an administrator", asSleeper: "an administrator asleep",
	}
}

// routes says who may use each pattern within a territory: everybody else is led to the sign-in or refused. What is allowed may still
// find nothing, or fault what was not filled in. In paths, C is a company, P a person of it and X something that is not there.
func routesOfRoles() map[string]int {
	table := map[string]int{
		"GET /{$}": anybody, "GET /competences": anybody, "GET /communes": anybody, "GET /repartition": anybody, "GET /repartition.csv": anybody,
		"GET /mentions-legales": anybody, "GET /donnees-personnelles": anybody, "GET /accessibilite": anybody, "GET /composants": anybody,
		"GET /sitemap.xml": anybody, "/api": anybody, "/api/": anybody, "GET /oembed": anybody, "OPTIONS /oembed": anybody,

		"GET /proposer-une-fiche": anybody, "POST /proposer-une-fiche": anybody, "GET /signalements/{token}": anybody, "POST /signalements/{token}": anybody,

		"GET /connexion": anybody, "POST /connexion": anybody, "GET /connexion/code": anybody, "POST /connexion/code": anybody,
		"GET /connexion/lien/{token}": anybody, "POST /connexion/lien/{token}": anybody, "POST /deconnexion": anybody,
		"GET /connexion/oidc/{provider}": anybody, "GET /connexion/oidc/{provider}/retour": anybody,
		"POST /connexion/cle/options": anybody, "POST /connexion/cle": anybody,
		"GET /connexion/confirmer": signedIn, "POST /connexion/confirmer": signedIn,

		"GET /espace": signedIn, "GET /espace/profil": signedIn, "POST /espace/profil": signedIn, "GET /espace/securite": signedIn,
		"POST /espace/organisations/retrait": signedIn &^ asSleeper, "POST /espace/sessions/{id}/fin": signedIn, "POST /espace/sessions/autres/fin": signedIn, "GET /espace/courriels": signedIn, "POST /espace/courriels": signedIn,
		"POST /espace/cles/options": signedIn, "POST /espace/cles": signedIn, "POST /espace/cles/{id}": signedIn,
		"POST /espace/cles/{id}/suppression": signedIn,                                                                 // of nobody's: there is nothing to prove it for
		"GET /espace/donnees":                signedIn &^ asSleeper, "GET /espace/donnees.json": signedIn &^ asSleeper, // fresh and strong
		"GET /espace/effacement": signedIn, "POST /espace/effacement": signedIn &^ asSleeper, "POST /espace/effacement/annulation": signedIn,
		"POST /espace/invitations/{id}/acceptation": signedIn, "POST /espace/invitations/{id}/refus": signedIn,
		"GET /invitations/{token}": anybody, "POST /invitations/{token}/acceptation": signedIn, "POST /invitations/{token}/refus": signedIn,

		"GET /espace/entreprises/{id}":                                   ours | theTeam,
		"GET /espace/entreprises/{id}/invitations":                       asManager | asProjectManager | asAdministrator,
		"POST /espace/entreprises/{id}/invitations":                      asManager | asProjectManager | asAdministrator,
		"POST /espace/entreprises/{id}/invitations/{invitation}/retrait": ours | theTeam, // of none: whose it is decides
		"POST /espace/entreprises/{id}/invitations/{invitation}/renvoi":  ours | theTeam,
		"GET /espace/entreprises/{id}/personnes/{person}":                asManager | asProjectManager | asAdministrator,
		"POST /espace/entreprises/{id}/personnes/{person}":               asManager | asProjectManager | asAdministrator,
		"POST /espace/entreprises/{id}/personnes/{person}/retrait":       asManager | asProjectManager | asAdministrator,
		"GET /espace/entreprises/{id}/depart":                            ours,
		"POST /espace/entreprises/{id}/depart":                           ours,
		"GET /espace/entreprises/{id}/passation":                         asManager,
		"POST /espace/entreprises/{id}/passation":                        asManager,
		"GET /espace/entreprises/{id}/consentement":                      ours,
		"POST /espace/entreprises/{id}/consentement":                     asManager,

		"GET /gestion": theTeam, "GET /gestion/equipe": theTeam, "GET /gestion/equipe/{person}": theTeam, "GET /gestion/personnes": theTeam,
		"GET /gestion/personnes/{id}": theTeam, "GET /gestion/entreprises": theTeam, "GET /gestion/entreprises/{id}": theTeam,
		"GET /gestion/entreprises/{id}/invitations": theTeam, "GET /gestion/sante": theTeam,
		"POST /gestion/entreprises/{id}/invitations": asProjectManager | asAdministrator,
		"POST /gestion/equipe":                       asAdministrator, "POST /gestion/equipe/{person}": asAdministrator,
		"GET /gestion/equipe/{person}/retrait": asAdministrator, "POST /gestion/equipe/{person}/retrait": asAdministrator,
		"POST /gestion/invitations/{id}/annulation": signedIn, "POST /gestion/invitations/{id}/renvoi": signedIn, // of none: whose it is decides
		"GET /gestion/imports": theTeam, "GET /gestion/imports/nouveau": manages, "POST /gestion/imports/nouveau": manages,
		"GET /gestion/imports/fichiers/{id}": manages, "POST /gestion/imports/fichiers/{id}": manages, "GET /gestion/imports/fichiers/{id}/correspondance": manages,
		"GET /gestion/imports/fichiers/{id}/essai": manages, "POST /gestion/imports/fichiers/{id}/essai": manages, "GET /gestion/imports/fichiers/{id}/essai/detail": manages,
		"GET /gestion/imports/fichiers/{id}/import": manages, "POST /gestion/imports/fichiers/{id}/import": manages,
		"GET /gestion/imports/fichiers/{id}/abandon": manages, "POST /gestion/imports/fichiers/{id}/abandon": manages,
		"GET /gestion/imports/suivi/{run}": theTeam, "GET /gestion/imports/suivi/{run}/detail": theTeam,
		"GET /gestion/imports/suivi/{run}/annulation": manages, "POST /gestion/imports/suivi/{run}/annulation": manages,
		"GET /gestion/imports/correspondances": theTeam, "GET /gestion/imports/correspondances/{source}": theTeam,
		"POST /gestion/imports/correspondances/{source}/suppression": manages,
		"GET /gestion/imports/correspondances/{source}/suppression":  manages,

		"GET /gestion/moderation": theTeam, "GET /gestion/moderation/lots/{id}": theTeam, "GET /gestion/moderation/{kind}/{id}": theTeam,
		"POST /gestion/moderation": asProjectManager | asAdministrator, "POST /gestion/moderation/{kind}/{id}": asProjectManager | asAdministrator,
		"POST /gestion/moderation/{kind}/{id}/apercu": asProjectManager | asAdministrator, "POST /gestion/moderation/{kind}/{id}/annulation": asProjectManager | asAdministrator,
		"GET /gestion/moderation/{kind}/{id}/apercu": anybody, "GET /gestion/moderation/{kind}/{id}/annulation": anybody, // these only lead back to the case
		"GET /gestion/journal": asAdministrator, "GET /gestion/journal.csv": asAdministrator,
		"POST /gestion/sante/taches/{id}/reprise": asAdministrator, "POST /gestion/sante/taches/{id}/abandon": asAdministrator,
		"POST /gestion/sante/courriers/{id}/renvoi": asAdministrator,
		// These only lead back to the page of the desk that they stand on.
		"GET /gestion/invitations/{id}/annulation": anybody, "GET /gestion/invitations/{id}/renvoi": anybody, "GET /gestion/sante/taches/{id}/reprise": anybody,
		"GET /gestion/sante/taches/{id}/abandon": anybody, "GET /gestion/sante/courriers/{id}/renvoi": anybody,

		"GET /gestion/fiches": theTeam, "GET /gestion/fiches/{id}": theTeam, "POST /gestion/fiches/{id}": asProjectManager | asAdministrator,
		"GET /gestion/fiches/{id}/historique":             theTeam,
		"GET /gestion/fiches/{id}/historique/{revision}":  asProjectManager | asAdministrator,
		"POST /gestion/fiches/{id}/historique/{revision}": asProjectManager | asAdministrator,
		"GET /gestion/fiches/{id}/fusion":                 asProjectManager | asAdministrator, "POST /gestion/fiches/{id}/fusion": asProjectManager | asAdministrator,
		"GET /gestion/fiches/{id}/separation": asProjectManager | asAdministrator, "POST /gestion/fiches/{id}/separation": asProjectManager | asAdministrator,
		"GET /espace/fiches/{id}/historique": ours | theTeam, "GET /espace/fiches/{id}/historique/{revision}": ours | theTeam,
		"POST /espace/fiches/{id}/historique/{revision}": ours | asProjectManager | asAdministrator,
		"GET /annuaire/{slug}/revendiquer":               anybody, "POST /annuaire/{slug}/revendiquer": signedIn,
		"GET /annuaire/{slug}/revendiquer/code": signedIn, "POST /annuaire/{slug}/revendiquer/code": signedIn,
		"GET /annuaire/{slug}/revendiquer/demande": signedIn, "POST /annuaire/{slug}/revendiquer/demande": signedIn,
		"GET /espace/demandes/{id}": signedIn, "POST /espace/demandes/{id}": signedIn, "POST /espace/demandes/{id}/retrait": signedIn, // of none: whose it is decides
		"GET /gestion/revendications/{id}/document": asProjectManager | asAdministrator,
		"GET /fiches/contestation/{token}":          anybody, "POST /fiches/contestation/{token}": anybody, // whoever holds the link

		"GET /fiches/exacte/{token}": anybody, "POST /fiches/exacte/{token}": anybody, // the link of a letter is its own permission
		"GET /gestion/annuaire": theTeam, "GET /gestion/annuaire/tableau.csv": theTeam,
		"GET /gestion/annuaire/registre": manages, "POST /gestion/annuaire/registre": manages,
		"GET /gestion/annuaire/registre/{id}": manages, "POST /gestion/annuaire/registre/{id}": manages,
		"GET /gestion/annuaire/reglages": asAdministrator, "POST /gestion/annuaire/reglages": asAdministrator,

		"GET /desabonnement/{token}": anybody, "POST /desabonnement/{token}": anybody, "POST /desabonnement/{token}/retour": anybody,
		"GET /courrier": anybody, "GET /courrier/{id}": anybody, "GET /courrier/{id}/{form}": anybody, "GET /courrier/modeles": anybody,
		"GET /courrier/modeles/{kind}": anybody, "GET /courrier/modeles/{kind}/html": anybody,
	}
	maps.Copy(table, editRoutes())
	for _, path := range []string{"annuaire", "donnees", "annuaire.atom", "annuaire.pdf", "integrer", "integration", "integrer.js", "carte", "sitemap-"} {
		table["* /"+path] = anybody // all of the directory in its forms
	}
	return table
}

// allowed gives who may use a pattern; ok is false for one that the table does not name.
func allowed(table map[string]int, pattern string) (who int, ok bool) {
	if who, ok = table[pattern]; ok {
		return who, true
	}
	_, path, _ := strings.Cut(pattern, " ")
	for known, who := range table {
		if prefix, wild := strings.CutPrefix(known, "* "); wild && (path == prefix || strings.HasPrefix(path, prefix+"/") || strings.HasSuffix(prefix, "-") && strings.HasPrefix(path, prefix)) {
			return who, true
		}
	}
	return 0, false
}

// Each route is asked by each role, and lets in whom the table says. A route that the table does not name fails.
func TestRoutesByRole(t *testing.T) {
	if raced {
		t.Skip("the detector finds nothing in one request after the other: it is run without")
	}
	for _, fictional := range []bool{false, true} {
		t.Run(fmt.Sprintf("fictional %v", fictional), func(t *testing.T) { routesByRole(t, fictional) })
	}
}

func routesByRole(t *testing.T, fictional bool) {
	f, _ := real(t, Options{Fictional: fictional})
	table := routesOfRoles()
	if fictional { // a code is enough in a demonstration: nobody sleeps there
		for pattern, who := range table {
			if who&asAdministrator != 0 {
				table[pattern] = who | asSleeper
			}
		}
	}
	var known []string
	for _, pattern := range f.inside.Patterns() {
		who, ok := allowed(table, pattern)
		if !ok {
			t.Errorf("%s: who may use it? Add it to the table of roles_test.go", pattern)
			continue
		}
		known = append(known, pattern)
		if who == anybody && !strings.Contains(pattern, "connexion") && !strings.Contains(pattern, "desabonnement") && strings.HasPrefix(pattern, "POST") {
			t.Logf("%s is open to anybody", pattern)
		}
	}
	for pattern := range table {
		if demoOnly := strings.Contains(pattern, "courrier") && !strings.Contains(pattern, "sante") || strings.Contains(pattern, "composants"); demoOnly && !fictional {
			continue
		}
		if !strings.HasPrefix(pattern, "* ") && !slices.Contains(known, pattern) {
			t.Errorf("%s stands in the table, and there is no such route", pattern)
		}
	}
	enterprise := f.enterprise(t)
	shown := presented(t, f.app, enterprise, "Atelier du Lagon")
	for role, name := range columns() {
		if fictional && role&(asVisitor|asPerson|asSleeper) == 0 {
			continue // as on a real instance
		}
		for _, pattern := range known {
			who, _ := allowed(table, pattern)
			got := asked(t, f, role, pattern, enterprise, shown.ID)
			if got.status >= 500 {
				t.Errorf("%s, asked by %s: %d", pattern, name, got.status)
			}
			if refused := got.refuses(); refused == (who&role != 0) {
				t.Errorf("%s, asked by %s: %d to %q; refused %v", pattern, name, got.status, got.header.Get("Location"), refused)
			}
		}
	}
}

// refuses reports whether an answer keeps somebody out: it leads to where they prove who they are, or says that they may not.
func (a answer) refuses() bool {
	to := a.header.Get("Location")
	led := a.status == http.StatusSeeOther && (to == "/nc/connexion" || strings.HasPrefix(to, "/nc/connexion?") || strings.HasPrefix(to, "/nc/connexion/confirmer"))
	return led || a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
}

// asked asks for a pattern as somebody in a role, who has just signed in.
func asked(t *testing.T, f *front, role int, pattern, enterprise, shown string) answer {
	t.Helper()
	v := f.visitor(t)
	v.cast(role, enterprise)
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	path = strings.NewReplacer(
		"/{$}", "/", "entreprises/{id}", "entreprises/"+enterprise, "fiches/{id}", "fiches/"+shown, "{change}", "none", "personnes/{person}", "personnes/nobody", "equipe/{person}", "equipe/"+f.member(t), "{slug}", "nowhere",
		"{token}", "none", "{id}", "none", "{person}", "nobody", "{invitation}", "none", "{run}", "none", "{source}", "none", "{provider}", "none", "{kind}", "signin.code", "{form}", "html",
	).Replace(path)
	path = strings.TrimSuffix("/nc"+path, "/")
	// The boxes that say that one is sure, and what one agrees to.
	return v.send(method, path, url.Values{"sur": {"oui"}, "accord": {"oui"}, "version": {space.ConsentWords}})
}

// enterprise makes a company that has a manager.
func (f *front) enterprise(t *testing.T) string {
	t.Helper()
	a, ctx, id := f.app, t.Context(), ""
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		saved, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{{Territory: demoTerritory, LegalName: "Atelier du Lagon", NaturalPerson: true}}, a.now())
		if err != nil {
			return err
		}
		id = saved[0].ID
		other, _, err := a.Accounts.Arrive(ctx, tx, "other@example.nc", demoTerritory, "fr")
		if err != nil {
			return err
		}
		return a.Accounts.Attach(ctx, tx, other.ID, id, demoTerritory, account.CompanyManager)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// member appoints somebody to the team, and gives who it is.
func (f *front) member(t *testing.T) string {
	t.Helper()
	p, err := f.app.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "member@example.nc", account.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// cast gives the visitor a role by a fresh proof, in the team or for a company.
func (v *visitor) cast(role int, enterprise string) {
	v.t.Helper()
	if role == asVisitor {
		return
	}
	a, ctx := v.front.app, v.t.Context()
	// Who asked to be erased a moment ago is asked again.
	if err := a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE persons SET erase_at = 0`)
		return err
	}); err != nil {
		v.t.Fatal(err)
	}
	team := map[int]account.Role{asReader: account.Reader, asProjectManager: account.ProjectManager, asAdministrator: account.Administrator, asSleeper: account.Administrator}
	mail, method := fmt.Sprintf("role-%d@example.nc", role), account.ByPasskey
	if role == asSleeper {
		method = account.ByCode
	}
	if team[role] != "" {
		if _, err := a.Accounts.Appoint(ctx, account.Operator(demoTerritory), mail, team[role]); err != nil {
			v.t.Fatal(err)
		}
	}
	p := v.enter(mail, method)
	own := map[int]account.Role{asEditor: account.CompanyEditor, asManager: account.CompanyManager}
	if own[role] != "" {
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			return a.Accounts.Attach(ctx, tx, p.ID, enterprise, demoTerritory, own[role])
		})
		if err != nil {
			v.t.Fatal(err)
		}
	}
}
