package browser

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui/uitest"
)

// Each thing that the pages read is given to who may see it, whatever page asks: readers see, project managers act, and nobody elsewhere.
func TestWhoReadsWhat(t *testing.T) {
	b := sqlite(t)
	tried := b.given("b.csv", someFile)
	b.tried(tried)
	run := strings.TrimPrefix(b.imported(b.given("a.csv", someFile)), runsPath+"/")
	b.post(RunPath(run)+"/annulation", url.Values{stepName: {"compter"}})
	saved, err := b.service.Mappings(t.Context(), b.by)
	if err != nil || len(saved) != 1 {
		t.Fatal(saved, err)
	}
	reads := map[string]func(by account.Actor) error{
		"Mapping": func(by account.Actor) error {
			_, err := b.service.Mapping(t.Context(), by, saved[0].Source)
			return err
		},
		"Findings": func(by account.Actor) error { _, err := b.service.Findings(t.Context(), by, run); return err },
		"PlanOf": func(by account.Actor) error {
			p, err := b.service.PlanOf(t.Context(), by, run)
			if err == nil && p == nil {
				err = errs.New(errs.NotFound, "", nil)
			}
			return err
		},
		"Runs": func(by account.Actor) error {
			found, err := b.service.Runs(t.Context(), by, "", 10)
			if err == nil && len(found) == 0 {
				err = errs.New(errs.NotFound, "", nil)
			}
			return err
		},
	}
	acts := map[string]func(by account.Actor) error{
		"ToForget": func(by account.Actor) error {
			_, err := b.service.ToForget(t.Context(), by, saved[0].Source)
			return err
		},
		"ToUndo": func(by account.Actor) error { _, _, err := b.service.ToUndo(t.Context(), by, run); return err },
		"TrialOutcomes": func(by account.Actor) error {
			_, err := b.service.TrialOutcomes(t.Context(), by, strings.TrimPrefix(tried, filesPath+"/"))
			return err
		},
	}
	reader, elsewhere := b.person("lecteur@example.nc", "", account.Reader), b.by
	elsewhere.Territory = "wf"
	for which, some := range map[account.Role]map[string]func(by account.Actor) error{account.Reader: reads, account.ProjectManager: acts} {
		for name, ask := range some {
			if err := ask(b.by); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := ask(reader); errs.Is(err, errs.Forbidden) != (which == account.ProjectManager) {
				t.Errorf("%s for a reader: %v", name, err)
			}
			if err := ask(b.person("passant@example.nc", "", "")); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s for anybody: %v", name, err)
			}
			if err := ask(elsewhere); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s from elsewhere: %v", name, err)
			}
		}
	}
}

// Two people at one file: the second is told, and what they chose stays on their page.
func TestTwoPeopleAtOneFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		other := b.as(b.person("lea@example.nc", "Léa Kaouma", account.ProjectManager))
		path := b.given("a.csv", someFile)
		mine, theirs := b.composed(path), other.composed(path)
		theirs.Set("c4", "headline")
		theirs.Set(stepName, "apercu")
		other.checked(path, other.ask(http.MethodPost, path, theirs), http.StatusOK)
		mine.Set("c4", "tags")
		mine.Set(titleName, "Mon titre")
		mine.Set(stepName, "essai")
		body := b.checked(path, b.ask(http.MethodPost, path, mine), http.StatusConflict)
		b.says(body, ".errors", "Quelqu’un d’autre vient de changer")
		again := form(t, body, "#composer")
		if again.Get("c4") != "tags" || again.Get(titleName) != "Mon titre" {
			t.Errorf("what was chosen is gone: %v", again)
		}
		if !strings.Contains(b.held(path).Mapping, "headline") {
			t.Error("the first one's choices are gone")
		}
		again.Set(stepName, "essai")
		if to := b.post(path, again); to != path+"/essai" {
			t.Errorf("the second time leads to %s", to)
		}
		if m := b.held(path).Mapping; !strings.Contains(m, "tags") || strings.Contains(m, "headline") {
			t.Error(m)
		}
		// While the trial is made, the columns stay where they are.
		if a := other.ask(http.MethodPost, path, theirs); a.status != http.StatusSeeOther || a.location != path {
			t.Errorf("%d %s", a.status, a.location)
		}
	})
}

// A form that is sent twice, as by an impatient hand, is no change of somebody else's.
func TestAFormSentTwice(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	v := b.composed(path)
	v.Set("c4", "headline")
	v.Set(stepName, "apercu")
	for range 2 {
		b.checked(path, b.ask(http.MethodPost, path, v), http.StatusOK)
	}
	v.Set(stepName, "essai")
	for range 2 {
		if to := b.post(path, v); !strings.HasPrefix(to, path) {
			t.Errorf("leads to %s", to)
		}
	}
	b.work()
	if u := b.held(path); u.State != Tried || u.Fault != nil {
		t.Errorf("%s %+v", u.State, u.Fault)
	}
}

// busy has somebody import into a source until what it gives back is called.
func (b *bench) busy(by account.Actor, path string) (release func()) {
	b.t.Helper()
	began, end, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	u := b.held(path)
	m, err := importer.ParseMapping(u.File, []byte(u.Mapping))
	if err != nil {
		b.t.Fatal(err)
	}
	go func() {
		input := strings.NewReader(someFile)
		_, err := b.service.Importer.Import(context.WithoutCancel(b.t.Context()), importer.Options{
			Territory: b.place, Mapping: m, File: u.File, Input: input, Size: input.Size(), Person: by.Person,
			Began: func(context.Context, importer.Run) error {
				close(began)
				<-end
				return nil
			},
		})
		ended <- err
	}()
	<-began
	return func() {
		close(end)
		if err := <-ended; err != nil {
			b.t.Error(err)
		}
	}
}

// While one imports a source, another is told who does and since when; whoever was too late for the same file is told on its page.
func TestTwoImportsOfOneSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		lea := b.person("lea@example.nc", "Léa Kaouma", account.ProjectManager)
		first, second := b.given("a.csv", someFile), b.given("a.csv", someFile)
		b.tried(first)
		b.tried(second)
		b.post(second+"/import", nil) // its job waits
		release := b.busy(lea, first)
		body := b.checked(first, b.ask(http.MethodPost, first+"/import", nil), http.StatusConflict)
		b.says(body, ".errors", "Léa Kaouma")
		b.work()
		if u := b.held(second); u.State != Tried || u.Fault == nil {
			t.Fatalf("%s %+v", u.State, u.Fault)
		}
		b.says(b.see(second+"/essai", http.StatusOK), ".notice", "par quelqu’un d’autre au moment de commencer")
		b.says(b.see(Path, http.StatusOK), "main", "Arrêté")
		waiting, err := b.service.Waiting(t.Context(), b.by, "fr")
		if err != nil || len(waiting) != 1 || waiting[0].Path != second+"/essai" || !strings.Contains(waiting[0].Title, "a.csv") {
			t.Errorf("%+v %v", waiting, err)
		}
		if n, err := b.service.stopped(t.Context(), b.by); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		reader := b.person("lecteur@example.nc", "", account.Reader)
		if waiting, err := b.service.Waiting(t.Context(), reader, "fr"); err != nil || len(waiting) != 0 {
			t.Errorf("a reader has %+v to do (%v)", waiting, err)
		}
		release()
		run := b.imported(second)
		b.says(b.see(run, http.StatusOK), "main", "3 lignes sans changement")
		if n, err := b.service.stopped(t.Context(), b.by); err != nil || n != 0 {
			t.Errorf("%d %v", n, err)
		}
	})
}

// A run whose source is being imported is not undone meanwhile, and its page says so.
func TestUndoWhileTheSourceIsImported(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	next := b.given("a.csv", someFile)
	run := b.imported(path)
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	release := b.busy(b.by, next)
	b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
	b.work()
	body := b.see(run+"/annulation", http.StatusOK)
	b.says(body, ".notice", "par quelqu’un d’autre au moment de commencer")
	release()
	if n := len(b.cards()); n != 3 {
		t.Errorf("%d cards", n)
	}
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
	b.work()
	b.says(b.see(run, http.StatusOK), "main", "Import annulé")
	for _, step := range []string{"compter", "annuler"} {
		if a := b.ask(http.MethodPost, run+"/annulation", url.Values{stepName: {step}}); a.status != http.StatusSeeOther || a.location != run {
			t.Errorf("%s an undone run: %d %s", step, a.status, a.location)
		}
	}
}

// A row that was joined to a card is no card: plan and result of an undo tell as many cards as the import did.
func TestUndoCountsCards(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("a.csv", "nom;ville;tel;mel\nAtelier du Lagon;Nouméa;26 12 34;contact@lagon.example.org\nGarage Koné;Koné;47 12 34;garage@kone.example.org\n"+
		"Atelier du Lagon;Nouméa;26 12 34;contact@lagon.example.org\n"))
	b.says(b.see(run, http.StatusOK), "main", "2 fiches créées", "1 ligne réunie à une fiche")
	l := b.cards()["Garage Koné"]
	by := listing.Author{Source: company.Source{Kind: company.FromStaff, Name: "staff"}}
	if _, _, err := listing.NewService(b.db, func() time.Time { return b.now }).Edit(t.Context(), by, l.ID, l.Version, listing.Content{Headline: "Un garage"}, []string{"headline"}); err != nil {
		t.Fatal(err)
	}
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	b.says(b.see(run+"/annulation", http.StatusOK), "main", "1 fiche serait supprimée", "1 fiche serait gardée", "1 ligne réunie à une fiche serait retirée aussi")
	b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
	b.work()
	b.says(b.see(run, http.StatusOK), "main", "1 fiche supprimée", "1 fiche gardée", "1 ligne réunie à une fiche, retirée aussi")
	if n := len(b.cards()); n != 1 {
		t.Errorf("%d cards are left", n)
	}
}

// So it is with a real file, of which a few rows are joined.
func TestUndoCountsRealCards(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("techonmap.geojson", string(shared(t, "techonmap-idf-2015.geojson"))))
	c, err := b.service.Importer.Run(t.Context(), "nc", strings.TrimPrefix(run, runsPath+"/"))
	if err != nil || c.Merged == 0 {
		t.Fatalf("%+v (%v)", c, err)
	}
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	number := func(n int) string { return strings.Join(strings.Fields(b.frames["fr"].P.Number(n)), " ") }
	b.says(b.see(run+"/annulation", http.StatusOK), "main", number(c.Created)+" fiches seraient supprimées", number(c.Merged)+" lignes réunies à une fiche seraient retirées aussi")
}

// Nobody undoes what they have not seen counted.
func TestUndoingIsCountedFirst(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("a.csv", someFile))
	body := b.checked(run, b.ask(http.MethodPost, run+"/annulation", url.Values{stepName: {"annuler"}}), http.StatusConflict)
	b.says(body, ".errors", "Regardez d’abord")
	b.work()
	if n := len(b.cards()); n != 3 {
		t.Errorf("%d cards", n)
	}
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	b.now = b.now.Add(time.Hour)
	b.says(b.see(run+"/annulation", http.StatusOK), "main", "Compté aujourd’hui", "Compter de nouveau")
}

// What could not be counted is not undone either, whatever was counted before.
func TestWhatCannotBeCountedIsNotUndone(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("a.csv", someFile))
	about := task{Territory: "nc", Object: strings.TrimPrefix(run, runsPath+"/"), Person: b.by.Person}
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.work()
	b.post(run+"/annulation", url.Values{stepName: {"compter"}})
	b.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE import_effects SET effect = effect || '{'")
		return err
	})
	if err := b.service.doCount(t.Context(), about, true); err != nil {
		t.Fatal(err)
	}
	b.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE import_effects SET effect = substr(effect, 1, length(effect) - 1)")
		return err
	})
	body := b.see(run+"/annulation", http.StatusOK)
	uitest.Count(t, body, "main .notice", 1)
	uitest.Count(t, body, "main button.button-danger", 0)
	body = b.checked(run, b.ask(http.MethodPost, run+"/annulation", url.Values{stepName: {"annuler"}}), http.StatusConflict)
	b.says(body, ".errors", "Regardez d’abord")
	b.work()
	if n := len(b.cards()); n != 3 {
		t.Errorf("%d cards", n)
	}
}

// An import is undone after owners and the team edited its cards: what undoing would leave is shown with names before, stays, and is
// listed after.
func TestUndoAfterOwnersEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		path := b.given("a.csv", someFile)
		v := b.composed(path)
		v.Set("c4", "description")
		v.Set(stepName, "apercu")
		b.ask(http.MethodPost, path, v)
		run := b.imported(path)
		service, cards := listing.NewService(d, func() time.Time { return b.now }), b.cards()
		edit := func(name string, kind company.SourceKind, content listing.Content, fields ...string) {
			t.Helper()
			l := cards[name]
			if _, _, err := service.Edit(t.Context(), listing.Author{Source: company.Source{Kind: kind, Name: string(kind)}}, l.ID, l.Version, content, fields); err != nil {
				t.Fatal(err)
			}
		}
		b.now = b.now.Add(24 * time.Hour)
		edit("Atelier du Lagon", company.FromOwner, listing.Content{Description: "Nos mots à nous.", Phones: []string{"+687 26 99 99"}}, "description", "phones")
		edit("École des Îles", company.FromStaff, listing.Content{Headline: "Une école"}, "headline")

		b.says(b.see(run+"/annulation", http.StatusOK), "main", "aucune parole d’entreprise n’est perdue")
		b.post(run+"/annulation", url.Values{stepName: {"compter"}})
		b.work()
		body := b.see(run+"/annulation", http.StatusOK)
		b.says(body, "main", "1 fiche serait supprimée", "1 fiche serait gardée telle quelle : son entreprise la gère",
			"1 fiche serait gardée, car quelqu’un l’a modifiée", "Atelier du Lagon", "École des Îles", "son entreprise l’a publiée ou confirmée", "écrit par l’équipe")
		b.post(run+"/annulation", url.Values{stepName: {"annuler"}})
		b.work()
		body = b.see(run, http.StatusOK)
		b.says(body, "main", "1 fiche supprimée", "1 fiche gardée telle quelle", "1 fiche gardée, car", "Ce qui est resté", "Atelier du Lagon", "son entreprise l’a publiée ou confirmée")
		uitest.Count(t, body, "main a.button-danger", 0)
		left := b.cards()
		if len(left) != 2 {
			t.Fatalf("%d cards are left", len(left))
		}
		l := left["Atelier du Lagon"]
		if l.Description != "Nos mots à nous." || len(l.Phones) != 1 || l.Phones[0] != "+687 26 99 99" {
			t.Errorf("the owner's words are %+v", l.Content)
		}
		if len(l.Emails) != 1 || l.Provenance["emails"].Kind != company.FromOwner || l.Provenance["name"].Kind != company.FromOwner {
			t.Errorf("of what the owner vouched for is left %+v, from %+v", l.Content, l.Provenance)
		}
		if left["École des Îles"].Headline != "Une école" {
			t.Errorf("the team's words are %+v", left["École des Îles"].Content)
		}
	})
}

// What owners wrote stays when a file says otherwise, and the trial says so before.
func TestOwnersWordsStay(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	v := b.composed(path)
	v.Set("c4", "description")
	v.Set(stepName, "apercu")
	b.ask(http.MethodPost, path, v)
	b.imported(path)
	l := b.cards()["Atelier du Lagon"]
	service := listing.NewService(b.db, func() time.Time { return b.now })
	by := listing.Author{Source: company.Source{Kind: company.FromOwner, Name: "owner"}}
	if _, _, err := service.Edit(t.Context(), by, l.ID, l.Version, listing.Content{Description: "Nos mots à nous."}, []string{"description"}); err != nil {
		t.Fatal(err)
	}
	path = b.given("a.csv", strings.ReplaceAll(strings.ReplaceAll(someFile, "Des sites.", "Des applications."), "contact@lagon", "bonjour@lagon"))
	b.tried(path)
	body := b.see(path+"/essai", http.StatusOK)
	b.says(body, "main", "Les mots des entreprises restent", "Ligne 2 – Atelier du Lagon (Présentation)", "bonjour@lagon")
	run := b.imported(path)
	b.says(b.see(run, http.StatusOK), "main", "Ligne 2 – Atelier du Lagon (Présentation)")
	if c := b.cards()["Atelier du Lagon"]; c.Description != "Nos mots à nous." || c.Emails[0] != "bonjour@lagon.example.org" {
		t.Errorf("%+v", c.Content)
	}
}
