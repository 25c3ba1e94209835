package app

import (
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// ofPeople reports whether a pattern is of the pages of persons and of the team, which are nobody else's.
func ofPeople(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	for _, prefix := range []string{"/connexion", "/deconnexion", "/espace", "/gestion", "/invitations", "/desabonnement", "/courrier"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return true
		}
	}
	return false
}

// pagesOfPeople are the pages of people with the most statements that each may take, two or three of which find out who asks.
func pagesOfPeople() map[string]int64 {
	return map[string]int64{
		"GET /connexion":                                            2,
		"GET /connexion/code":                                       3,
		"GET /connexion/lien/{token}":                               3,
		"GET /connexion/confirmer":                                  5,
		"GET /connexion/oidc/{provider}":                            3,
		"GET /connexion/oidc/{provider}/retour":                     3,
		"GET /espace":                                               24,
		"GET /espace/profil":                                        2,
		"GET /espace/securite":                                      5,
		"GET /espace/courriels":                                     3,
		"GET /espace/entreprises/{id}":                              6,
		"GET /espace/entreprises/{id}/invitations":                  4,
		"GET /espace/entreprises/{id}/personnes/{person}":           4,
		"GET /espace/entreprises/{id}/depart":                       4,
		"GET /espace/entreprises/{id}/passation":                    4,
		"GET /espace/entreprises/{id}/consentement":                 8,
		"GET /invitations/{token}":                                  3,
		"GET /espace/donnees":                                       29,
		"GET /espace/donnees.json":                                  29,
		"GET /espace/demandes/{id}":                                 3,
		"GET /gestion/revendications/{id}/document":                 4,
		"GET /espace/effacement":                                    2,
		"GET /gestion/journal":                                      6,
		"GET /gestion/journal.csv":                                  7,
		"GET /gestion/sante":                                        15,
		"GET /gestion/equipe/{person}":                              4,
		"GET /gestion/sante/taches/{id}/reprise":                    3,
		"GET /gestion/sante/courriers/{id}/renvoi":                  3,
		"GET /gestion/equipe/{person}/retrait":                      4,
		"GET /gestion/invitations/{id}/annulation":                  3,
		"GET /gestion/entreprises/{id}/invitations":                 11,
		"GET /gestion":                                              24,
		"GET /gestion/invitations/{id}/renvoi":                      3,
		"GET /gestion/personnes":                                    3,
		"GET /gestion/entreprises":                                  3,
		"GET /gestion/entreprises/{id}":                             11,
		"GET /gestion/sante/taches/{id}/abandon":                    3,
		"GET /gestion/equipe":                                       5,
		"GET /gestion/personnes/{id}":                               7,
		"GET /gestion/moderation":                                   17,
		"GET /gestion/moderation/lots/{id}":                         4,
		"GET /gestion/moderation/{kind}/{id}":                       3, // of none: TestModerationTakesFewStatements counts those of cases
		"GET /gestion/moderation/{kind}/{id}/apercu":                3,
		"GET /gestion/moderation/{kind}/{id}/annulation":            3,
		"GET /gestion/fiches":                                       7,
		"GET /gestion/fiches/{id}":                                  17,
		"GET /gestion/fiches/{id}/fusion":                           10,
		"GET /gestion/fiches/{id}/separation":                       7,
		"GET /gestion/fiches/{id}/historique":                       12,
		"GET /gestion/fiches/{id}/historique/{revision}":            13,
		"GET /espace/fiches/{id}/historique":                        12,
		"GET /espace/fiches/{id}/historique/{revision}":             12,
		"GET /gestion/annuaire":                                     14,
		"GET /gestion/annuaire/tableau.csv":                         14,
		"GET /gestion/annuaire/reglages":                            8,
		"GET /gestion/annuaire/registre":                            5,
		"GET /gestion/annuaire/registre/{id}":                       5, // of none; one that is there takes as many, whatever it says
		"GET /desabonnement/{token}":                                2,
		"GET /courrier":                                             3,
		"GET /courrier/{id}":                                        3,
		"GET /courrier/{id}/{form}":                                 3,
		"GET /courrier/modeles":                                     2,
		"GET /courrier/modeles/{kind}":                              2,
		"GET /courrier/modeles/{kind}/html":                         2,
		"GET /gestion/imports":                                      7,
		"GET /gestion/imports/nouveau":                              4,
		"GET /gestion/imports/fichiers/{id}":                        4, // of none, as below: TestImportsTakeFewStatements counts those of files and runs
		"GET /gestion/imports/fichiers/{id}/correspondance":         4,
		"GET /gestion/imports/fichiers/{id}/essai":                  4,
		"GET /gestion/imports/fichiers/{id}/essai/detail":           4,
		"GET /gestion/imports/fichiers/{id}/import":                 4,
		"GET /gestion/imports/fichiers/{id}/abandon":                4,
		"GET /gestion/imports/suivi/{run}":                          4,
		"GET /gestion/imports/suivi/{run}/detail":                   4,
		"GET /gestion/imports/suivi/{run}/annulation":               4,
		"GET /gestion/imports/correspondances":                      4,
		"GET /gestion/imports/correspondances/{source}":             4,
		"GET /gestion/imports/correspondances/{source}/suppression": 4,
	}
}

// inMenu is how many statements the menu of the desk takes, to count what asks for an act.
const inMenu = 6

// crowded is an instance in which an administrator, who asks, has n of everything.
func crowded(t *testing.T, n int, count *atomic.Int64) (v *visitor, enterprise, other string) {
	t.Helper()
	c := newClock()
	a := start(t, Options{Fictional: true, Now: c.now, Observe: func(string) { count.Add(1) }})
	if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	ctx, operator := t.Context(), account.Operator(demoTerritory)
	admin, err := a.Accounts.Appoint(ctx, operator, "admin@example.nc", account.Administrator)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := a.Accounts.Appoint(ctx, operator, fmt.Sprintf("reader-%d@example.nc", i), account.Reader); err != nil {
			t.Fatal(err)
		}
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			saved, err := company.Store{}.SaveBatch(ctx, tx, []company.Company{{Territory: demoTerritory, UsualName: fmt.Sprint("Atelier ", i), NaturalPerson: i == 0}}, a.now())
			if err != nil {
				return err
			}
			if i == 0 {
				enterprise = saved[0].ID
			}
			if err := a.Accounts.Attach(ctx, tx, admin.ID, saved[0].ID, demoTerritory, account.CompanyManager); err != nil {
				return err
			}
			p, _, err := a.Accounts.Arrive(ctx, tx, fmt.Sprintf("editor-%d@example.nc", i), demoTerritory, "fr")
			if err != nil {
				return err
			}
			other = p.ID
			return a.Accounts.Attach(ctx, tx, p.ID, enterprise, demoTerritory, account.CompanyEditor)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	presentAll(t, a)
	crowdCard(t, a, cardOf(t, a, enterprise), admin.ID, n)
	for range n { // sessions, of which the last is that of who asks
		v = f.visitor(t)
		v.enter("admin@example.nc", account.ByPasskey)
	}
	by, err := a.Accounts.Actor(ctx, v.session(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if _, err := a.Accounts.Invite(ctx, by, enterprise, fmt.Sprintf("invited-%d@example.nc", i), account.CompanyEditor); err != nil {
			t.Fatal(err)
		}
	}
	askedFor(t, f, by, enterprise, n)
	return v, enterprise, other
}

// askedFor has the actor ask for n cards, and n persons ask the actor to join a company.
func askedFor(t *testing.T, f *front, by account.Actor, enterprise string, n int) {
	t.Helper()
	a := f.app
	card := func(firm company.Company) string {
		t.Helper()
		var saved listing.Record
		err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			saved, err = listing.Store{}.Save(t.Context(), tx, listing.Record{Company: firm, Listing: listing.Listing{
				Territory: demoTerritory, State: listing.Lapsed, Content: listing.Content{Name: "Atelier", Category: listing.Company},
			}}, a.now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return saved.Listing.ID
	}
	ask := func(by account.Actor, card string, whom claim.Ask) {
		t.Helper()
		in := claim.Request{Listing: card, Ask: whom, Message: "Bonjour", Document: []byte("%PDF-1.7\n%%EOF\n")}
		if _, err := a.Claims.Request(t.Context(), by, in); err != nil {
			t.Fatal(err)
		}
	}
	firm, err := company.Store{}.ByID(t.Context(), a.DB.Read(), enterprise)
	if err != nil {
		t.Fatal(err)
	}
	theirs := card(firm)
	for i := range n {
		ask(by, card(company.Company{UsualName: fmt.Sprint("Fiche ", i)}), claim.AskTeam)
		v := f.visitor(t)
		v.enter(fmt.Sprintf("asks-%d@example.nc", i), account.ByPasskey)
		other, err := a.Accounts.Actor(t.Context(), v.session(), demoTerritory)
		if err != nil {
			t.Fatal(err)
		}
		ask(other, theirs, claim.AskManagers)
	}
}

// No page of people takes more statements than a few, whatever there is of companies, colleagues, invitations, sessions and
// entries of the trail. A new page must say how many.
func TestPagesOfPeopleTakeFewStatements(t *testing.T) {
	if raced {
		t.Skip("the detector finds nothing in one request after the other: it is run without")
	}
	var counts [2]atomic.Int64
	var visitors [2]*visitor
	var enterprises, others, cards, revisions [2]string
	for i, n := range []int{3, 15} {
		visitors[i], enterprises[i], others[i] = crowded(t, n, &counts[i])
		cards[i], revisions[i] = lastEdited(t, visitors[i].front.app)
	}
	all := pagesOfPeople()
	maps.Copy(all, editStatements())
	for _, pattern := range visitors[0].front.inside.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if !ofPeople(pattern) || method != "GET" {
			continue
		}
		most, ok := all[pattern]
		if strings.HasPrefix(path, "/gestion") {
			most += inMenu
		}
		if !ok {
			t.Errorf("the page %q is not among those whose statements are counted: add it to pagesOfPeople", pattern)
		}
		var took [2]int64
		for i, v := range visitors {
			address := "/nc" + strings.NewReplacer("entreprises/{id}", "entreprises/"+enterprises[i], "personnes/{person}", "personnes/"+others[i],
				"fiches/{id}", "fiches/"+cards[i], "{revision}", revisions[i], "personnes/{id}", "personnes/"+others[i], "equipe/{person}", "equipe/"+others[i], "{kind}", "signin.code", "{form}", "html",
				"{token}", "none", "{id}", "none", "{provider}", "none", "{run}", "none", "{source}", "none").Replace(path)
			v.get(address)
			before := counts[i].Load()
			if got := v.get(address); got.status >= 500 {
				t.Errorf("%s: %d", address, got.status)
			}
			took[i] = counts[i].Load() - before
		}
		if took[0] != took[1] || took[1] > most {
			t.Errorf("%s: %d statements where there are 3 of everything, %d where there are 15, want at most %d", pattern, took[0], took[1], most)
		}
	}
}
