package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/ui/uitest"
)

const manySorts = "nom;type;secteur;mots;tel;rue;lieu-dit;année;note\n" +
	"Atelier;Entreprise;Tourisme;un, deux;26 12 34;1 rue Foch;Baie;2015;x\n" +
	"École;Organisme de formation;Inconnu;trois / quatre;45 12 34;2 rue Foch;;2016;x\n"

// Each answer of the form is written into the mapping as the command line knows it.
func TestWhatTheFormSays(t *testing.T) {
	b := sqlite(t)
	for name, tt := range map[string]struct {
		first, then map[string]string
		want        string
		without     string
	}{
		"one column":            {first: map[string]string{"c8": "headline"}, want: "headline: note"},
		"nowhere":               {first: map[string]string{"c4": ""}, without: "phones"},
		"two fields":            {first: map[string]string{"c8": "headline", "d8": "description"}, want: "headline: note\n  description: note"},
		"several columns":       {first: map[string]string{"c5": "address", "c6": "address"}, want: "address:\n    from:\n      - rue\n      - lieu-dit\n    steps:\n      - join: \"\\n\""},
		"joined by a comma":     {first: map[string]string{"c5": "address", "c6": "address"}, then: map[string]string{"r.address": "virgule"}, want: `- join: ", "`},
		"a list by itself":      {first: map[string]string{"c3": "tags"}, want: "tags:\n    from: mots\n    steps:\n      - split"},
		"a list by strokes":     {first: map[string]string{"c3": "tags"}, then: map[string]string{"r.tags": "oblique"}, want: "- split: \"/\""},
		"no list":               {first: map[string]string{"c3": "tags"}, then: map[string]string{"r.tags": "une"}, want: "tags: mots"},
		"telephones of France":  {first: map[string]string{"c4": "phones"}, then: map[string]string{"r.phones": "FR"}, want: "- phone: FR"},
		"telephones here again": {first: map[string]string{"c4": "phones", "r.phones": "FR"}, then: map[string]string{"r.phones": "ici"}, want: "phones: tel"},
		"days of a spreadsheet": {first: map[string]string{"c7": "updated"}, then: map[string]string{"r.updated": "tableur"}, want: "- date: excel"},
		"the same everywhere":   {first: map[string]string{extraTargetName: "city", extraValueName: "Nouméa"}, want: "city:\n    constant: Nouméa"},
		"not any more":          {first: map[string]string{extraTargetName: "city", extraValueName: "Nouméa"}, then: map[string]string{"k.city": " "}, without: "city"},
		"codes as guessed":      {first: map[string]string{"c2": "sectors"}, want: "tourisme"},
		"codes as chosen":       {first: map[string]string{"c2": "sectors"}, then: map[string]string{"v.sectors.inconnu": "mines"}, want: "Inconnu: mines"},
		"a category":            {first: map[string]string{"c1": "category"}, then: map[string]string{"v.category.entreprise": "company", "r.category": "public"}, want: "- default: public"},
		"opening hours":         {first: map[string]string{"c8": "opening_hours.Mo"}, want: "opening_hours:\n    days:\n      Mo: note"},
		"words for nothing":     {first: map[string]string{emptyName: "néant , x"}, want: "empty:\n  - néant\n  - x"},
		"credits":               {first: map[string]string{licenceName: "Licence Ouverte", attributionName: "OPEN NC", addressName: "https://example.org"}, want: "licence: Licence Ouverte\nattribution: OPEN NC\nurl: \"https://example.org\""},
		"rows by a column":      {first: map[string]string{identifierName: "c4"}, want: "id:\n  from: tel\n  compose:\n    - nom"},
		"rows by nothing":       {first: map[string]string{identifierName: ""}, want: "compose"},
	} {
		path := b.given("a.csv", manySorts)
		send := func(answers map[string]string) {
			v := b.composed(path)
			for name, answer := range answers {
				v.Set(name, answer)
			}
			v.Set(stepName, "apercu")
			b.checked(path, b.ask(http.MethodPost, path, v), http.StatusOK)
		}
		send(tt.first)
		if tt.then != nil {
			send(tt.then)
		}
		got := b.held(path).Mapping
		if _, err := importer.ParseMapping("a.yaml", []byte(got)); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, got)
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s: the mapping is\n%s\nwithout\n%s", name, got, tt.want)
		}
		if tt.without != "" && strings.Contains(got, "  "+tt.without+":") {
			t.Errorf("%s: the mapping is\n%s", name, got)
		}
		if again := b.sentBack(path, nil); again != got {
			t.Errorf("%s: sent back as it is, the mapping becomes\n%s\nand was\n%s", name, again, got)
		}
	}
}

// A form that was tampered with, or is of another file, says nothing that is not there.
func TestAFormOfNonsense(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", manySorts)
	before := b.held(path).Mapping
	v := url.Values{stepName: {"apercu"}}
	for _, name := range []string{"c99", "c-1", "cx", "d0", "r.rien", "k.rien", "v.category.x", "v..", identifierName, composeName, "kt", "kv"} {
		v.Add(name, "c999")
	}
	v.Set(identifierName, "c12345")
	v.Set("version", "abc")
	v.Set(extraTargetName, "nom; drop")
	v.Set(extraValueName, "x\x00y")
	b.checked(path, b.ask(http.MethodPost, path, v), http.StatusOK)
	m, err := b.held(path).draft()
	if err != nil {
		t.Fatal(err)
	}
	was, err := importer.ParseDraft("a.yaml", []byte(before))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Rules) != len(was.Rules) {
		t.Errorf("the rules are %+v", m.Rules)
	}
	for _, step := range []string{"", "rien", "feuille", "choisir"} {
		if a := b.ask(http.MethodPost, path, url.Values{stepName: {step}}); a.status >= http.StatusInternalServerError {
			t.Errorf("%q: %d", step, a.status)
		}
	}
}

// What the first rows become is shown, and why one becomes nothing, before anything is tried.
func TestThePreview(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", "nom;mel;ville\nAtelier;pas un mel;Nouméa\n;b@example.org;Lifou\nC;c@example.org;\nD;;\nE;;\nF;;\n")
	body := b.see(path, http.StatusOK)
	uitest.Count(t, body, "#partie-apercu article", 5)
	b.says(body, "#partie-apercu", "Ligne 2", "Atelier", "pas un mel", "Ligne 3", "n’a pas de nom")
	b.says(body, "[data-compose-summary]", "5 lignes", "2")
	v := b.composed(path)
	v.Set("c0", "")
	v.Set(stepName, "apercu")
	body = b.checked(path, b.ask(http.MethodPost, path, v), http.StatusOK)
	uitest.Count(t, body, "#partie-apercu article", 0)
	b.says(body, "[data-compose-summary]", "nom des organisations")
}
