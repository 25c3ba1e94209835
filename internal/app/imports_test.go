package app

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/importer/browser"
	"grappe/internal/listing"
	"grappe/internal/platform/ui/uitest"
)

// importing is an instance with a project manager who imports.
type importing struct {
	*visitor
	t     *testing.T
	a     *App
	lise  account.Actor
	count atomic.Int64
	files int
}

func newImporting(t *testing.T) *importing {
	t.Helper()
	i := &importing{t: t}
	i.a = start(t, Options{Fictional: true, PublicURL: "https://grappe.example", Observe: func(string) { i.count.Add(1) }})
	if _, err := i.a.Territories.Add(t.Context(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	if _, err := i.a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := i.a.Accounts.Appoint(t.Context(), account.Operator(demoTerritory), "lise@example.nc", account.ProjectManager); err != nil {
		t.Fatal(err)
	}
	i.visitor = newFront(t, i.a).visitor(t)
	i.enter("lise@example.nc", account.ByPasskey)
	var err error
	if i.lise, err = i.a.Accounts.Actor(t.Context(), i.session(), demoTerritory); err != nil {
		t.Fatal(err)
	}
	return i
}

// work has the queue do what is due.
func (i *importing) work() {
	i.t.Helper()
	if _, err := i.a.Queue.RunDue(i.t.Context()); err != nil {
		i.t.Fatal(err)
	}
}

// given gives a file of n rows.
func (i *importing) given(name, words string, n int) browser.Upload {
	i.t.Helper()
	var text strings.Builder
	text.WriteString("nom;type;présentation;tel;ville\n")
	for row := range n {
		phone := fmt.Sprintf("25 10 %02d", row)
		if row == 0 {
			phone = "sans"
		}
		fmt.Fprintf(&text, "Atelier %s %d;Entreprise;%s;%s;Nouméa\n", name, row, words, phone)
	}
	i.files++ // the same list again: its source is not asked for
	u, err := i.a.Imports.Receive(i.t.Context(), i.lise, fmt.Sprintf("membres %d.csv", i.files), strings.NewReader(text.String()))
	if err != nil {
		i.t.Fatal(err)
	}
	return u
}

func (i *importing) tried(u browser.Upload) {
	i.t.Helper()
	if _, err := i.a.Imports.Try(i.t.Context(), i.lise, u.ID); err != nil {
		i.t.Fatal(err)
	}
	i.work()
}

// imported imports a file and gives its run.
func (i *importing) imported(u browser.Upload) string {
	i.t.Helper()
	i.tried(u)
	if _, err := i.a.Imports.Start(i.t.Context(), i.lise, u.ID); err != nil {
		i.t.Fatal(err)
	}
	i.work()
	now, err := i.a.Imports.Upload(i.t.Context(), i.lise, u.ID)
	if err != nil || now.State != browser.Imported {
		i.t.Fatalf("%s %+v %v", now.State, now.Fault, err)
	}
	return now.Run
}

// owned has the owners of all cards write a presentation.
func (i *importing) owned() {
	i.t.Helper()
	service := listing.NewService(i.a.DB, i.a.now)
	err := i.a.Listings.Each(i.t.Context(), i.a.DB.Read(), demoTerritory, func(l listing.Listing) error {
		by := listing.Author{Source: company.Source{Kind: company.FromOwner, Name: "owner"}}
		_, _, err := service.Edit(i.t.Context(), by, l.ID, l.Version, listing.Content{Description: "Nos mots."}, []string{"description"})
		return err
	})
	if err != nil {
		i.t.Fatal(err)
	}
}

// The pages of imports take the same few statements, however many files, rows, warnings and cards that stay there are.
func TestImportsTakeFewStatements(t *testing.T) {
	if raced {
		t.Skip("the detector finds nothing in one request after the other: it is run without")
	}
	most := map[string]int64{
		"": 14, "/correspondances": 11, "/fichiers/{ready}": 14, "/fichiers/{tried}": 14, "/fichiers/{tried}/essai": 13, "/fichiers/{tried}/essai/detail": 12,
		"/suivi/{done}": 16, "/suivi/{done}/detail": 14, "/suivi/{done}/annulation": 12, "/suivi/{undone}": 18,
	}
	took := [2]map[string]int64{{}, {}}
	for at, n := range []int{3, 15} {
		i := newImporting(t)
		undone := i.imported(i.given("membres", "Un.", n))
		i.owned()
		kept := i.given("membres", "Deux.", n)
		i.tried(kept)
		for more := range n {
			i.given(fmt.Sprint("autre ", more), "Trois.", 2)
		}
		done := i.imported(i.given("suite", "Quatre.", n))
		i.owned()
		if err := i.a.Imports.Count(t.Context(), i.lise, done); err != nil {
			t.Fatal(err)
		}
		if err := i.a.Imports.Count(t.Context(), i.lise, undone); err != nil {
			t.Fatal(err)
		}
		i.work()
		if err := i.a.Imports.Undo(t.Context(), i.lise, undone); err != nil {
			t.Fatal(err)
		}
		i.work()
		names := strings.NewReplacer("{ready}", i.given("neuf", "Cinq.", n).ID, "{tried}", kept.ID, "{done}", done, "{undone}", undone)
		for page := range most {
			path := "/nc/gestion/imports" + names.Replace(page)
			i.get(path)
			before := i.count.Load()
			if got := i.get(path); got.status != 200 {
				t.Errorf("%s: %d", path, got.status)
			}
			took[at][page] = i.count.Load() - before
		}
		if stays := uitest.Find(t, i.get("/nc/gestion/imports/suivi/"+undone).body, ".roster li"); len(stays) != n {
			t.Errorf("%d cards are named that stay, want %d", len(stays), n)
		}
	}
	for page, n := range most {
		if took[0][page] != took[1][page] || took[1][page] > n {
			t.Errorf("%q: %d statements for 3, %d for 15, want at most %d", page, took[0][page], took[1][page], n)
		}
	}
}

// What was imported with remarks is looked at in the queue of the team, to which the run leads.
func TestRemarksOfAnImportLeadToTheQueue(t *testing.T) {
	i := newImporting(t)
	run := i.imported(i.given("membres", "Un.", 3))
	page := i.get("/nc/gestion/imports/suivi/" + run)
	uitest.CheckPage(t, page.body)
	way := uitest.Attr(uitest.One(t, page.body, "main a[href*='/moderation/import/']"), "href")
	review := i.get(way)
	if review.status != 200 || !strings.Contains(review.body, "membres 1.csv") {
		t.Fatalf("%s: %d\n%s", way, review.status, uitest.Texts(t, review.body, "main"))
	}
	uitest.One(t, review.body, "main a[href$='/imports/suivi/"+run+"']")
	seen := url.Values{"acte": {"accepter"}, "vu": {uitest.Attr(uitest.One(t, review.body, "input[name=vu]"), "value")}}
	if got := i.post(way, seen); got.status != 303 {
		t.Fatalf("%d\n%s", got.status, uitest.Texts(t, got.body, "main"))
	}
	if again := i.get(way); len(uitest.Find(t, again.body, "input[name=vu]")) != 0 {
		t.Error("it can be looked at twice")
	}
}
