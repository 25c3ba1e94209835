package browser

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// wordsOf gives the words of a page, as one text.
func wordsOf(t testing.TB, body, selector string) string {
	t.Helper()
	return strings.Join(uitest.Texts(t, body, selector), " ")
}

func (b *bench) says(body, selector string, want ...string) {
	b.t.Helper()
	got := strings.Join(strings.Fields(wordsOf(b.t, body, selector)), " ")
	for _, w := range want {
		if !strings.Contains(got, w) {
			b.t.Errorf("%s says\n%s\nwithout %q", selector, got, w)
		}
	}
}

// table reads a table that is given as a file.
func (b *bench) table(path string) [][]string {
	b.t.Helper()
	a := b.ask(http.MethodGet, path, nil)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
		b.t.Fatalf("%s: %d %v", path, a.status, a.header)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
	if b.lang == "fr" {
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	if err != nil {
		b.t.Fatal(err)
	}
	return rows
}

// cards are those of the territory, by name.
func (b *bench) cards() map[string]listing.Listing {
	b.t.Helper()
	out := map[string]listing.Listing{}
	rows, err := b.db.Read().QueryContext(b.t.Context(), "SELECT id FROM listings WHERE territory = 'nc'")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			b.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	found, err := listing.Reader{}.ByIDs(b.t.Context(), b.db.Read(), ids)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, l := range found {
		out[l.Name] = l
	}
	return out
}

// acts are those of imports in the audit trail, in their order.
func (b *bench) acts() (out []string) {
	b.t.Helper()
	rows, err := b.db.Read().QueryContext(b.t.Context(), "SELECT action FROM audit_entries WHERE action LIKE 'imports.%' ORDER BY id")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var act string
		if err := rows.Scan(&act); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, act)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return out
}

// A file goes its whole way: given, its columns led to fields, tried, imported, undone; each page tells where it stands.
func TestTheWholeWayOfAFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.see(Path, http.StatusOK)
		b.see(newPath, http.StatusOK)
		path := b.given("entreprises.csv", someFile)

		body := b.see(path, http.StatusOK)
		b.says(body, "main", "entreprises.csv", "3 lignes", "5 colonnes", "Reconnue")
		b.says(body, "#partie-apercu", "Atelier du Lagon", "Nouméa", "École des Îles")
		v := b.composed(path)
		for name, want := range map[string]string{"c0": "name", "c1": "city", "c2": "phones", "c3": "emails", titleName: "Entreprises"} {
			if got := v.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		v.Set("c4", "description")
		v.Set(titleName, "Chambre des essais")
		v.Set(stepName, "essai")
		if to := b.post(path, v); to != path+"/essai" {
			t.Fatal(to)
		}
		body = b.see(path+"/essai", http.StatusOK)
		uitest.One(t, body, "progress")
		b.work()
		body = b.see(path+"/essai", http.StatusOK)
		b.says(body, "main", "3 fiches seraient créées", "Rien n’a été écrit", "Atelier du Lagon", "Des sites.")
		if rows := b.table(path + "/essai/detail"); len(rows) != 4 || rows[1][3] != "atelier-du-lagon" {
			t.Errorf("the table of the trial: %v", rows)
		}
		if len(b.cards()) != 0 {
			t.Fatal("the trial made cards")
		}

		if to := b.post(path+"/import", nil); to != path+"/import" {
			t.Fatal(to)
		}
		uitest.One(t, b.see(path+"/import", http.StatusOK), "progress")
		b.work()
		run := b.ask(http.MethodGet, path+"/import", nil).location
		body = b.see(run, http.StatusOK)
		b.says(body, "main", "3 fiches créées", "Jules Wamytan", "entreprises.csv")
		uitest.One(t, body, "a[href$='/fiches/"+b.cards()["École des Îles"].ID+"']")
		if rows := b.table(run + "/detail"); len(rows) != 4 {
			t.Errorf("the table of the run: %v", rows)
		}
		if c := b.cards()["École des Îles"]; c.City != "Lifou" || c.Description != "Des cours." {
			t.Errorf("the card says %+v", c.Content)
		}
		b.says(b.see(Path, http.StatusOK), "[data-rows]", "entreprises.csv", "Chambre des essais", "Jules Wamytan", "3 créées", "terminé")
		if n := b.count("import_upload_parts") + b.count("import_trial_batches"); n != 0 {
			t.Errorf("%d rows of the file are left", n)
		}

		b.says(b.see(run+"/annulation", http.StatusOK), "main", "Voyez d’abord")
		if to := b.post(run+"/annulation", url.Values{stepName: {"compter"}}); to != run+"/annulation" {
			t.Fatal(to)
		}
		uitest.One(t, b.see(run+"/annulation", http.StatusOK), "progress")
		b.work()
		b.says(b.see(run+"/annulation", http.StatusOK), "main", "3 fiches seraient supprimées")
		if to := b.post(run+"/annulation", url.Values{stepName: {"annuler"}}); to != run {
			t.Fatal(to)
		}
		uitest.One(t, b.see(run, http.StatusOK), "progress")
		b.work()
		b.says(b.see(run, http.StatusOK), "main", "3 fiches supprimées", "Jules Wamytan")
		if n := len(b.cards()); n != 0 {
			t.Errorf("%d cards are left", n)
		}
		want := []string{"imports.file_given", "imports.started", "imports.undone"}
		if got := b.acts(); !slices.Equal(got, want) {
			t.Errorf("the trail says %v", got)
		}
	})
}

// The next file of a source is read as the last one, and what it would change is shown before it does.
func TestTheNextFileOfASource(t *testing.T) {
	b := sqlite(t)
	first := b.given("annuaire.csv", someFile)
	v := b.composed(first)
	v.Set("c4", "description")
	v.Set(stepName, "apercu")
	b.ask(http.MethodPost, first, v)
	b.imported(first)
	next := strings.NewReplacer("Des sites.", "Des applications.", "45 12 34", "sans", "Garage Koné;Koné", "Garage Koné;Poum").Replace(someFile) + ";Nouméa;;;\nBoulangerie;Nouméa;;;Du pain.\n"
	path := b.given("annuaire-2.csv", next)
	if u := b.held(path); u.Origin.Kind != fromOwn || u.Origin.Key != "annuaire" {
		t.Errorf("is read as %+v", u.Origin)
	}
	b.says(b.see(path, http.StatusOK), "main", "annuaire.csv", "déjà")
	b.tried(path)
	body := b.see(path+"/essai", http.StatusOK)
	b.says(body, "main", "Des applications.", "Boulangerie", "Du pain.", "1 ligne serait refusée", "« sans » n’est pas un numéro")
	c := b.held(path).Trial.Counts
	if c.Rejected != 1 || c.Created == 0 || c.Updated == 0 {
		t.Errorf("%+v", c)
	}
	run := b.imported(path)
	b.says(b.see(run, http.StatusOK), "main", "refusée")
	if got := b.cards()["Atelier du Lagon"].Description; got != "Des applications." {
		t.Errorf("the card says %q", got)
	}
	if len(b.ask(http.MethodGet, Path, nil).body) == 0 {
		t.Fatal("no list")
	}
}

// What cannot be imported so is said at the fields it concerns, with all that was chosen.
func TestWhatIsMissingIsSaid(t *testing.T) {
	b := sqlite(t)
	path := b.given("points.csv", "nom;x;y;ville\nAtelier;-22.27;166.44;Nouméa\n")
	v := b.composed(path)
	v.Set("c0", "")
	v.Set("c1", "lat")
	v.Set("c2", "")
	v.Set("c3", "city")
	v.Set(titleName, "  ")
	v.Set(stepName, "essai")
	body := b.checked(path, b.ask(http.MethodPost, path, v), http.StatusUnprocessableEntity)
	uitest.Count(t, body, ".errors li", 3)
	for _, id := range []string{"#champ-name", "#champ-lon"} {
		uitest.One(t, body, id+".target-bad")
	}
	if got := form(t, body, "#composer"); got.Get("c1") != "lat" || got.Get("c3") != "city" || got.Get("c0") != "" {
		t.Errorf("the form forgot: %v", got)
	}
	if b.held(path).State != Ready {
		t.Error("a trial was begun")
	}
	v = form(t, body, "#composer")
	v.Set(stepName, "enregistrer")
	b.checked(path, b.ask(http.MethodPost, path, v), http.StatusUnprocessableEntity)
	if b.count("import_mappings") != 0 {
		t.Error("a mapping of nothing was saved")
	}
	if a := b.ask(http.MethodPost, path+"/import", nil); a.status != http.StatusSeeOther && a.status != http.StatusConflict {
		t.Errorf("an import without a trial: %d", a.status)
	}
	if b.held(path).State != Ready {
		t.Error("an import was begun")
	}
}

// A trial of a file without identifiers speaks of rows that repeat others, and of rows where it shows rows; one with identifiers of those.
func TestATrialCallsThingsByTheirNames(t *testing.T) {
	b := sqlite(t)
	row := "Atelier du Lagon;Nouméa;26 12 34;contact@lagon.example.org;Des sites.\n"
	path := b.given("a.csv", someFile+row)
	b.tried(path)
	body := b.see(path+"/essai", http.StatusOK)
	b.says(body, "main", "3 fiches seraient créées", "1 ligne serait réunie", "Lignes qui se répètent", "la ligne 2 dans ce qui distingue les fiches : nom, ville", "Des exemples : 4 lignes et leurs fiches")
	if strings.Contains(body, "Identifiants répétés") || strings.Contains(body, "premières fiches") {
		t.Error("it speaks of identifiers that are not there, or of rows as of cards")
	}
	path = b.given("b.csv", "id;nom;ville\n7;Atelier du Lagon;Nouméa\n7;École des Îles;Lifou\n")
	v := b.composed(path)
	v.Set("identifiant", "c0")
	v.Set(stepName, "essai")
	b.post(path, v)
	b.work()
	b.says(b.see(path+"/essai", http.StatusOK), "main", "Identifiants répétés", "« 7 » a déjà servi à la ligne 2")
}

// Where points cannot be checked, the trial says that the import works all the same, and who could have them checked, by which command.
func TestPointsThatAreNotChecked(t *testing.T) {
	b := sqlite(t)
	path := b.given("points.csv", "nom;latitude;longitude;ville\nAtelier;-22.27;166.44;Nouméa\n")
	b.tried(path)
	b.says(b.see(path+"/essai", http.StatusOK), "main", "Vous pouvez importer sans eux", "l’exploitant du site", "grappe territory geometry nc communes.geojson")
	run := b.imported(path)
	b.says(b.see(run, http.StatusOK), "main", "1 fiche créée")
	if l := b.cards()["Atelier"]; l.Point == nil {
		t.Error("its position was left out")
	}
}

// A trial holds for the mapping that it was made with, and no other.
func TestATrialHoldsForItsMapping(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	b.tried(path)
	b.see(path+"/essai", http.StatusOK)
	v := b.composed(path)
	v.Set(stepName, "apercu")
	b.ask(http.MethodPost, path, v)
	if b.held(path).Trial == nil {
		t.Error("a form that changes nothing undid the trial")
	}
	v = b.composed(path)
	v.Set("c4", "headline")
	v.Set(stepName, "apercu")
	b.ask(http.MethodPost, path, v)
	if to := b.ask(http.MethodGet, path+"/essai", nil); to.status != http.StatusSeeOther || to.location != path {
		t.Errorf("%d %s", to.status, to.location)
	}
	if _, err := b.service.Start(t.Context(), b.by, strings.TrimPrefix(path, filesPath+"/")); err == nil {
		t.Error("imported without a trial")
	}
	if n := b.count("import_trial_batches"); n != 0 {
		t.Errorf("%d batches are left", n)
	}
}

// A mapping is kept under the name of its source, given for the command line, and forgotten.
func TestMappingsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		path := b.given("membres.csv", someFile)
		v := b.composed(path)
		v.Set(titleName, "Membres d’OPEN NC")
		v.Set("c4", "tags")
		v.Set(settingName("tags"), "")
		v.Set(stepName, "enregistrer")
		if to := b.post(path, v); !strings.HasPrefix(to, path+"?") {
			t.Fatal(to)
		}
		b.says(b.see(path+"?fait=correspondance", http.StatusOK), ".notice", "enregistrée")
		b.says(b.see(mappingsPath, http.StatusOK), "[data-rows]", "Membres d’OPEN NC", "Jules Wamytan")
		for _, from := range []string{path + "/correspondance", mappingsPath + "/membres-d-open-nc"} {
			a := b.ask(http.MethodGet, from, nil)
			m, err := importer.ParseMapping("membres-d-open-nc.yaml", []byte(a.body))
			if err != nil {
				t.Fatalf("%s: %v in\n%s", from, err, a.body)
			}
			if m.Key != "membres-d-open-nc" || len(m.Rules) != 5 || !strings.Contains(a.header.Get("Content-Disposition"), "membres-d-open-nc.yaml") {
				t.Errorf("%s: %+v %v", from, m, a.header)
			}
		}
		other := b.given("autres.csv", someFile)
		if u := b.held(other); u.Origin.Key != "membres-d-open-nc" {
			t.Errorf("the next file is read as %+v", u.Origin)
		}
		// Somebody takes what the columns suggest instead.
		if to := b.post(other, url.Values{stepName: {"choisir"}, "modele": {"guess:"}}); to != other {
			t.Fatal(to)
		}
		if u := b.held(other); u.Origin.Kind != fromGuess || strings.Contains(u.Mapping, "tags") {
			t.Errorf("is read as %+v by\n%s", u.Origin, u.Mapping)
		}
		if a := b.ask(http.MethodPost, other, url.Values{stepName: {"choisir"}, "modele": {"own:rien"}}); a.status != http.StatusNotFound {
			t.Errorf("a mapping that is not there: %d", a.status)
		}

		b.says(b.see(mappingsPath+"/membres-d-open-nc/suppression", http.StatusOK), "main", "ne sera plus proposée")
		b.post(mappingsPath+"/membres-d-open-nc/suppression", nil)
		b.says(b.see(mappingsPath, http.StatusOK), "main", "Aucune correspondance")
		if a := b.ask(http.MethodPost, mappingsPath+"/membres-d-open-nc/suppression", nil); a.status != http.StatusNotFound {
			t.Errorf("forgotten twice: %d", a.status)
		}
		if got := b.acts(); !slices.Equal(got[1:], []string{"imports.mapping_saved", "imports.file_given", "imports.mapping_deleted"}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

// Files of one territory are nobody's in another.
func TestOtherTerritoriesSeeNothing(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("a.csv", someFile))
	path := b.given("b.csv", someFile)
	other := *b
	other.by = b.person("ailleurs@example.org", "", account.ProjectManager)
	other.by.Territory = "fr"
	for _, p := range []string{path, path + "/essai", path + "/import", path + "/abandon", path + "/correspondance", run, run + "/detail", run + "/annulation", mappingsPath + "/a"} {
		if a := other.ask(http.MethodGet, p, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", p, a.status)
		}
	}
	if body := other.ask(http.MethodGet, Path, nil).body; strings.Contains(body, "a.csv") || strings.Contains(body, "b.csv") {
		t.Error("another territory's files are shown")
	}
	if a := other.ask(http.MethodPost, run+"/annulation", url.Values{stepName: {"compter"}}); a.status != http.StatusNotFound {
		t.Errorf("undone from elsewhere: %d", a.status)
	}
}

// A script asks for the parts of the page alone.
func TestPartsOfThePage(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	v := b.composed(path)
	v.Set("c0", "legal_name")
	v.Set("c4", "name")
	v.Set(stepName, "apercu")
	a := b.ask(http.MethodPost, path+"?partie=1", v)
	if a.status != http.StatusOK || strings.Contains(a.body, "<main") {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	if !bytes.Contains([]byte(a.body), []byte(`id="partie-champs"`)) || !strings.Contains(a.body, "Des sites.") {
		t.Error(a.body)
	}
}
