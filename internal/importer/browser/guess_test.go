package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
	"grappe/presets"
)

// Columns are recognised by their names and by what they hold; what says one thing and holds another is not believed.
func TestColumnsAreRecognised(t *testing.T) {
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		header string
		values []string
		target string
		sure   bool
	}{
		{"Dénomination", []string{"Atelier du Lagon", "École des Îles"}, "name", true},
		{"NOM_STRUCTURE", []string{"Atelier du Lagon"}, "name", true},
		{"company name", []string{"Atelier"}, "name", true},
		{"E-mail", []string{"a@example.org", "b@example.org"}, "emails", true},
		{"contact", []string{"a@example.org"}, "emails", false},
		{"Courriel de contact", []string{"a@example.org"}, "emails", true},
		{"mail", []string{"non communiqué", "?"}, "", false},
		{"Téléphone", []string{"26 12 34"}, "phones", true},
		{"tel_portable", []string{"+687 77 12 34"}, "phones", true},
		{"site web", []string{"https://example.org"}, "websites", true},
		{"adresse internet du siège", []string{"https://example.org", "www.example.org"}, "websites", true},
		{"latitude", []string{"-22.27"}, "lat", true},
		{"properties.geo_lon", []string{"166,44"}, "lon", true},
		{"lat", []string{"néant"}, "", false},
		{"CP", []string{"98800"}, "postcode", true},
		{"Commune", []string{"Nouméa", "Lifou"}, "city", true},
		{"lieu", []string{"Nouméa", "Koné", "Poum"}, "city", false},
		{"RIDET", []string{"0123456", "7654321"}, "identifiers.ridet", true},
		{"facebook", []string{"https://facebook.com/x"}, "social.facebook", true},
		{"zzz", []string{"q", "r"}, "", false},
		{"", []string{"x"}, "", false},
	} {
		s := Sample{Rows: 3, Columns: []Column{{Path: tt.header, Filled: len(tt.values), Examples: tt.values}}}
		if tt.target == "lat" { // one half of a point is none
			s.Columns = append(s.Columns, Column{Path: "longitude", Filled: 1, Examples: []string{"166.4"}})
		} else if tt.target == "lon" {
			s.Columns = append(s.Columns, Column{Path: "latitude", Filled: 1, Examples: []string{"-22.1"}})
		}
		guess(&s, place)
		if c := s.Columns[0]; c.Guess != tt.target || c.Sure != tt.sure {
			t.Errorf("%q with %v looks like %q, sure %v; want %q, %v", tt.header, tt.values, c.Guess, c.Sure, tt.target, tt.sure)
		}
	}
}

// Of several columns that look like a field of one value, the one that looks most like it is taken.
func TestOneColumnForOneValue(t *testing.T) {
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	s := Sample{Rows: 2, Columns: []Column{
		{Path: "nom du contact", Filled: 2, Examples: []string{"Léa", "Jules"}},
		{Path: "nom", Filled: 2, Examples: []string{"Atelier", "École"}},
		{Path: "mail", Filled: 2, Examples: []string{"a@example.org"}},
		{Path: "mail 2", Filled: 2, Examples: []string{"b@example.org"}},
		{Path: "latitude", Filled: 2, Examples: []string{"-22.1"}},
		{Path: "vide", Filled: 0},
	}}
	guess(&s, place)
	var got []string
	for _, c := range s.Columns {
		got = append(got, c.Guess)
	}
	if text := strings.Join(got, ","); text != ",name,emails,emails,," {
		t.Error(text)
	}
}

// Files as chambers, clusters and town halls really write them: every column is led where it belongs, and none where it does not.
func TestFilesAsPeopleWriteThem(t *testing.T) {
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	type column struct{ header, value, target string }
	for name, file := range map[string][]column{
		"a spreadsheet": {
			{"Raison sociale", "ATELIER DU LAGON SARL", "name"},
			{"Activité", "Développement web", "headline"},
			{"Description", "Nous faisons des sites.", "description"},
			{"Mail", "a@example.org", "emails"},
			{"Site", "lagon.example.org", "websites"},
			{"Site web", "https://lagon.example.org", "websites"},
			{"Tel", "26 12 34", "phones"},
			{"Tél.", "26 12 35", "phones"},
			{"Portable", "77 12 34", "phones"},
			{"Fax", "26 12 36", ""},
			{"Adresse postale", "BP 123", "address"},
			{"CP", "98800", "postcode"},
			{"Commune", "Nouméa", "city"},
		},
		"a chamber": {
			{"N° RIDET", "0123456", "identifiers.ridet"},
			{"Enseigne", "Lagon", "name"},
			{"Raison sociale", "SARL LAGON", "legal_name"},
			{"Nom du dirigeant", "Léa Kaouma", ""},
			{"N° de tél.", "26 12 34", "phones"},
			{"Tél. 2", "26 12 35", "phones"},
			{"Télécopie", "26 12 36", ""},
			{"Adresse mail", "a@example.org", "emails"},
			{"Mail 2", "b@example.org", "emails"},
			{"BP", "123", "address"},
			{"Code APE", "62.01Z", "activities.naf-rev2"},
			{"Domaine d'activité", "Numérique", "sectors"},
			{"Date création", "12/03/2011", "founded_year"},
			{"Forme juridique", "SARL", ""},
			{"Observations", "RAS", ""},
		},
		"a map": {
			{"Nom de la société", "Lagon", "name"},
			{"X", "166.44", "lon"},
			{"Y", "-22.27", "lat"},
			{"Tél/Fax", "26 12 34", "phones"},
			{"CP / Ville", "98800 Nouméa", "city"},
			{"Site Internet 1", "www.example.org", "websites"},
			{"Métiers", "Hébergement", "headline"},
			{"Mots-clés", "web, mobile", "tags"},
			{"Page LinkedIn", "https://linkedin.com/company/x", "social.linkedin"},
		},
		"a social network": {{"Nom", "Lagon", "name"}, {"X", "@lagon", "social.x"}},
		"long activities":  {{"Nom", "Lagon", "name"}, {"Activité", strings.Repeat("Nous développons des sites. ", 12), "description"}},
	} {
		s := Sample{Rows: 1}
		for _, c := range file {
			s.Columns = append(s.Columns, Column{Path: c.header, Filled: 1, Examples: []string{c.value}})
		}
		guess(&s, place)
		for i, c := range file {
			if got := s.Columns[i].Guess; got != c.target {
				t.Errorf("%s: %q (%s) looks like %q, want %q", name, c.header, c.value, got, c.target)
			}
		}
	}
}

// What tells rows apart is found: a column of identifiers whose values never come back, else name and town together.
func TestWhatTellsRowsApart(t *testing.T) {
	b := sqlite(t)
	for _, tt := range []struct{ file, from, compose string }{
		{"id;nom;ville\n1;A;Nouméa\n2;B;Lifou\n", "id", ""},
		{"id;nom;ville\n1;A;Nouméa\n1;B;Lifou\n", "", "nom ville"},
		{"id;nom;ville\n1;A;Nouméa\n;B;Lifou\n", "", "nom ville"},
		{"nom;ridet;ville\nA;0123456;Nouméa\nB;7654321;Lifou\n", "ridet", ""},
		{"raison sociale;mel\nA;a@example.org\nB;b@example.org\n", "", "raison sociale"},
	} {
		m, err := b.held(b.given("a.csv", tt.file)).draft()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(m.ID.From, " "); got != tt.from {
			t.Errorf("%q: by %q, want %q", tt.file, got, tt.from)
		}
		if got := strings.Join(m.ID.Compose, " "); got != tt.compose {
			t.Errorf("%q: by %q together, want %q", tt.file, got, tt.compose)
		}
	}
}

// The real files are read, whatever they hold; those for which a mapping comes with the program are read by it.
func TestRealFiles(t *testing.T) {
	b := sqlite(t)
	for _, tt := range []struct {
		name    string
		rows    int
		origin  Origin
		created int // of a trial, -1 for a file of something else than organisations
	}{
		{"nouvelle-caledonie-points-numeriques-2024.json", 92, Origin{fromPreset, "points-numeriques"}, 90},
		{"techonmap-idf-2015.geojson", 2120, Origin{fromPreset, "techonmap"}, 2000},
		{"nc-communes.geojson", 33, Origin{Kind: fromGuess}, -1},
		{"collectivites-outremer-communes.csv", 94, Origin{Kind: fromGuess}, -1},
		{"grand-nancy-communes.csv", 20, Origin{Kind: fromGuess}, -1},
		{"grand-nancy-communes.geojson", 20, Origin{Kind: fromGuess}, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := shared(t, tt.name)
			bench := *b
			bench.t = t
			path := bench.given(tt.name, string(data))
			bench.work()
			u := bench.held(path)
			if u.Sample.Rows != tt.rows || u.Origin != tt.origin {
				t.Errorf("%d rows, read as %+v", u.Sample.Rows, u.Origin)
			}
			bench.see(path, http.StatusOK)
			if tt.created < 0 {
				return
			}
			text, err := importer.PresetMapping(presets.FS, tt.origin.Key)
			if err != nil {
				t.Fatal(err)
			}
			if got := bench.sentBack(path, nil); got != string(text) {
				t.Errorf("the mapping reads now\n%s", got)
			}
			bench.tried(path)
			c := bench.held(path).Trial.Counts
			if c.Rows != tt.rows || c.Created < tt.created {
				t.Errorf("%+v", c)
			}
			uitest.One(t, bench.see(path+"/essai", http.StatusOK), "main .button-main")
			if n := len(bench.table(path + "/essai/detail")); n <= tt.rows {
				t.Errorf("%d lines", n)
			}
		})
	}
}

// Columns are called as people call them, not as the reader of files does.
func TestColumnLabels(t *testing.T) {
	b := sqlite(t)
	p := b.frames["fr"].P
	for path, want := range map[string]string{
		"Tél.": "Tél.", "column_3": "Colonne 3, sans nom", "column_x": "column_x", "properties.nom": "nom", "properties.nested.x": "nested › x", "a.b": "a.b",
	} {
		if got := columnLabel(p, path); got != want {
			t.Errorf("%s is called %q, not %q", path, got, want)
		}
	}
}

// A file that has the columns of a source and another name is led as that one is, and asked which source it is: an import under the wrong
// name would change the wrong cards.
func TestWhichSourceIsAsked(t *testing.T) {
	b := sqlite(t)
	b.imported(b.given("membres-2026-01.csv", someFile))
	if again := b.held(b.given("membres-2026-02.csv", someFile)); again.Origin != (Origin{fromOwn, "membres-2026-01"}) {
		t.Errorf("the next file of the source is %+v", again.Origin)
	}
	path := b.given("salon.csv", someFile)
	v := b.composed(path)
	if v.Get(titleName) != "" || v.Get("c0") != "name" || !strings.Contains(b.see(path, http.StatusOK), "C’est «") {
		t.Errorf("the source is %q, the first column goes to %q", v.Get(titleName), v.Get("c0"))
	}
	v.Set(stepName, "essai")
	if a := b.ask(http.MethodPost, path, v); a.status != http.StatusUnprocessableEntity {
		t.Errorf("without a source it goes on: %d", a.status)
	}
	v = b.composed(path)
	v.Set(stepName, "essai")
	v.Set(titleName, "Salon")
	if b.post(path, v); b.held(path).Origin.Kind != fromColumns {
		t.Errorf("%+v", b.held(path).Origin)
	}
	if m, err := b.held(path).draft(); err != nil || m.Key != "salon" {
		t.Errorf("a new source is called %+v, %v", m, err)
	}
	other := b.given("dup.csv", someFile)
	b.post(other, url.Values{stepName: {"choisir"}, "modele": {"own:membres-2026-01"}})
	if m, err := b.held(other).draft(); err != nil || m.Key != "membres-2026-01" {
		t.Errorf("the source that it was said to be: %+v, %v", m, err)
	}
}
