package app

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/tabular"
)

func TestOpenDataIsServed(t *testing.T) {
	a := filled(t)
	f := newFront(t, a)
	mustHold(t, "the home page", f.get(t, "/nc").body, `href="/nc/donnees"`, "Données ouvertes")
	mustHold(t, "/nc/donnees", f.get(t, "/nc/donnees").body, "389", "/nc/donnees/annuaire.xlsx", "Licence Ouverte 2.0")
	mustHold(t, "the part", f.get(t, "/nc/en/donnees?zone=noumea").body, "Nouméa", "/nc/en/donnees/annuaire.csv?zone=noumea")
	got := f.get(t, "/nc/donnees/annuaire.csv")
	if got.status != http.StatusOK || strings.Count(got.body, "/nc/annuaire/") != 389 {
		t.Errorf("the file: %d, %d cards", got.status, strings.Count(got.body, "/nc/annuaire/"))
	}
	if got := f.ask(t, http.MethodOptions, "/nc/donnees/annuaire.csv", "Origin", "https://autre.example"); got.status != http.StatusNoContent {
		t.Errorf("what a browser asks beforehand: %d", got.status)
	}
}

// What was read from another instance is told as a source.
func TestImportedSourcesAreCredited(t *testing.T) {
	a := stocked(t, Options{Database: fewBase.SQLite(t)})
	where, err := a.Territories.Get(t.Context(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	content := a.exported(t, where, tabular.JSONLines, "fr", 0)
	b, _ := readBack(t, demoTerritory, "annuaire.jsonl", bytes.Clone(content))
	if _, err := b.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustHold(t, "the page of the copy", newFront(t, b).get(t, "/nc/donnees").body, "Annuaire publié par une autre instance de Grappe")
	if credits, err := b.creditsOf(t.Context(), "wf", "fr"); err != nil || len(credits) != 0 {
		t.Errorf("another territory: %v %v", credits, err)
	}
}

// The open data of a copy say whose they are.
func TestOpenDataOfAMirror(t *testing.T) {
	two := newTwo(t, fewBase.SQLite(t), "")
	if _, err := two.source.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	two.register(t)
	two.sync(t)
	if _, err := two.copy.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(two.url, "http://")
	if credits, err := two.copy.creditsOf(t.Context(), demoTerritory, "fr"); err != nil || len(credits) != 1 {
		t.Errorf("the sources of a copy: %+v, %v", credits, err)
	}
	f := newFront(t, two.copy)
	mustHold(t, "the page of the copy", f.get(t, "/nc/donnees").body, "D’où elles viennent", "Nouvelle-Calédonie – "+host, `href="`+two.url+"/nc/annuaire\"")
	mustHold(t, "the description of the copy", f.get(t, "/nc/donnees/datapackage.json").body, `"sources"`, host)
}
