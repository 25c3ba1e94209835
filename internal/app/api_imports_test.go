package app

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/db/dbtest"
)

const feedMapping = `
key: essai
id: id
fields:
  name: nom
  city: ville
  phones: tel
  identifiers.siret: siret
  legal_name: raison
`

// imported brings rows of "id;nom;ville;tel;siret;raison" in.
func imported(t *testing.T, a *App, rows ...string) importer.Report {
	t.Helper()
	m, err := importer.ParseMapping("essai.yaml", []byte(feedMapping))
	if err != nil {
		t.Fatal(err)
	}
	place, err := a.Territories.Get(t.Context(), "nc")
	if err != nil {
		t.Fatal(err)
	}
	text := "id;nom;ville;tel;siret;raison\n" + strings.Join(rows, "\n") + "\n"
	report, err := a.Importer.Import(t.Context(), importer.Options{
		Territory: place, Mapping: m, File: "essai.csv", Input: strings.NewReader(text), Size: int64(len(text)), BatchRows: 7,
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// What an import writes, and what its undoing takes back, stands in the feed.
func TestChangesTellOfImports(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		a := start(t, Options{Database: fresh()})
		if _, err := a.Territories.Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		f := newFront(t, a)
		rows := func(n int, town, legal string) []string {
			var all []string
			for i := range n {
				all = append(all, fmt.Sprintf("r%d;Société numéro %d;%s;+6872712%02d;;%s %d", i, i, town, i, legal, i))
			}
			return all
		}
		follower, cursor := copied{}, ""
		check := func(what string, want int) {
			t.Helper()
			if _, err := a.Directory.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
			var err error
			if cursor, err = follower.follow(f, t, cursor, 9, math.MaxInt); err != nil {
				t.Fatal(err)
			}
			all, total := copied{}, 0
			page := decoded[cards](t, f.get(t, apiBase+"/listings?limit=200"))
			for _, card := range page.Listings {
				all[card["id"].(string)] = card
			}
			if total = page.Total; total != want {
				t.Errorf("%s: %d cards, want %d", what, total, want)
			}
			mustBeSame(t, what, follower, all)
		}
		check("nothing", 0)
		first := imported(t, a, rows(30, "Nouméa", "SARL")...)
		check("imported", 30)
		second := imported(t, a, append(rows(20, "Dumbéa", "SAS"), "n1;Une nouvelle;Nouméa;+687290000;;NOUVELLE SARL")...)
		check("imported again", 31)
		for _, run := range []string{second.Run.ID, first.Run.ID} {
			if _, err := a.Importer.Undo(t.Context(), run, nil); err != nil {
				t.Fatal(err)
			}
			check("undone", map[string]int{second.Run.ID: 30, first.Run.ID: 0}[run])
			if err := a.Importer.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		check("all undone", 0)
	})
}
