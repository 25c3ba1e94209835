package importer_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/listing"
)

// golden compares with a file of testdata; GOLDEN=update writes it anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("GOLDEN") == "update" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; GOLDEN=update writes it anew. Got:\n%s", path, got)
	}
}

// tell writes everything that came of a file as lines that a person can review.
func tell(t *testing.T, r result) string {
	t.Helper()
	var b strings.Builder
	for _, w := range r.file {
		fmt.Fprintf(&b, "file: %s %v\n", w.Code, w.Args)
	}
	for _, rejection := range r.rejected {
		fmt.Fprintf(&b, "row %d %q rejected: %s\n", rejection.Row, rejection.ExternalID, rejection.Code)
	}
	for _, d := range r.drafts {
		content, err := json.Marshal(d.Content)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "row %d %q %s\n", d.Row, d.ExternalID, content)
		for _, id := range d.Company.Identifiers {
			fmt.Fprintf(&b, "  %s %s valid %v\n", id.Scheme, id.Value, id.Valid)
		}
		if d.Company.FoundedYear != 0 || !d.Updated.IsZero() {
			fmt.Fprintf(&b, "  founded %d, updated %s\n", d.Company.FoundedYear, d.Updated.Format("2006-01-02 15:04"))
		}
		for _, w := range d.Warnings {
			fmt.Fprintf(&b, "  ! %s %v\n", w.Code, w.Args)
		}
	}
	return b.String()
}

func TestTraps(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "traps.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, filepath.Join("testdata", "traps.csv"), mapping(t, string(source)),
		importer.Env{Territory: preset(t, "idf"), Taxonomy: words{"formation": "formation"}})
	sentences(t, got)
	golden(t, "traps.golden", tell(t, got))
}

func TestCopiedPostcodeAndLambertNC(t *testing.T) {
	var b strings.Builder
	b.WriteString("id;nom;ville;cp;x;y;rid\n")
	for i, city := range []string{"Nouméa", "Dumbéa", "Païta", "Le Mont-Dore", "Bouloupari(s)", "Ile des Pins"} {
		for j := range 2 {
			fmt.Fprintf(&b, "%d-%d;Point;%s;98800;;;\n", i, j, city)
		}
	}
	b.WriteString("l;Lambert;Nouméa;98800;446000;214000;132720\n")
	b.WriteString("p;Ailleurs;Nouméa;98800;2.35;48.85;\n")
	m := mapping(t, "key: x\nid: id\nfields: {name: nom, city: ville, postcode: cp, lon: x, lat: y, identifiers.rid: rid}")
	got := read(t, file(t, "nc.csv", b.String()), m, importer.Env{Territory: preset(t, "nc")})
	sentences(t, got)
	if got.codes["postcode-copied"] != 10 || got.codes["city-unknown"] != 0 || len(got.file) != 1 {
		t.Errorf("%v %v", got.codes, got.file)
	}
	last := got.draft(t, "Lambert")
	if p := last.Content.Point; p == nil || p.Lat > -22 || p.Lat < -22.5 || p.Lon < 166 || p.Lon > 167 || got.codes["point-projected"] != 1 {
		t.Errorf("point %v, %v", p, got.codes)
	}
	if p := got.draft(t, "Ailleurs").Content.Point; p != nil || got.codes["point-outside"] != 1 {
		t.Errorf("the point in Paris: %v, %v", p, got.codes)
	}
	if id := last.Company.Identifiers; len(id) != 1 || id[0].Valid != (got.codes["identifier-zero"] == 1) {
		t.Errorf("identifiers %v, %v", id, got.codes)
	}
}

// A header one cell short and one twice are told with the file, and the rows are read beside them.
func TestHeaderTraps(t *testing.T) {
	m := mapping(t, "key: x\nid: nom\nfields: {name: nom, phones: [tel, tel_2], tags: rien}")
	got := read(t, file(t, "h.csv", "nom;tel;tel\n1;A;445728;285282\n2;B;445729;285283\n"), m, importer.Env{Territory: preset(t, "nc")})
	sentences(t, got)
	var codes []string
	for _, w := range got.file {
		codes = append(codes, w.Code)
	}
	if !slices.Equal(codes, []string{"column-missing", "header-short-index", "header-empty", "header-twice"}) {
		t.Errorf("codes %v", codes)
	}
	if d := got.draft(t, "A"); !slices.Equal(d.Content.Phones, []string{"+687445728", "+687285282"}) || d.Fields["tags"] {
		t.Errorf("%+v", d)
	}
}

// A card may serve another territory than its own, by the name that people write.
func TestServesAbroad(t *testing.T) {
	m := mapping(t, "key: x\nid: nom\nfields: {name: nom, service_area.zones: {from: dessert, steps: [split]}}")
	abroad := func(name string) (string, bool) { return "pf", name == "Polynésie française" }
	got := read(t, file(t, "a.csv", "nom;dessert\nA;Nouméa, Polynésie française, Atlantide\nB;Nouméa\n"), m,
		importer.Env{Territory: preset(t, "nc"), Abroad: abroad})
	if d := got.draft(t, "A"); !slices.Equal(d.Content.ServiceArea.Zones, []string{"98818", "pf"}) || got.codes["city-unknown"] != 1 {
		t.Errorf("serves %v, told %v", d.Content.ServiceArea.Zones, got.codes)
	}
}

// The same rows in every format give the same drafts.
func TestFormatsAgree(t *testing.T) {
	m := mapping(t, "key: x\nid: id\nfields: {name: nom, postcode: cp, city: ville, lat: pos.lat, lon: pos.lon, tags: {from: tags, steps: [split]}}")
	want := ""
	for _, name := range []string{"small.csv", "small.tsv", "small.json", "small.jsonl"} {
		got := read(t, filepath.Join("testdata", name), m, importer.Env{Territory: preset(t, "nc")})
		for i := range got.drafts {
			got.drafts[i].Row = i + 1
		}
		got.file = nil // the TSV is in Windows-1252, and told so
		text := tell(t, got)
		if want == "" {
			want = text
			golden(t, "small.golden", text)
		}
		if text != want {
			t.Errorf("%s gives\n%s", name, text)
		}
	}
}

func TestSilenceIsNotEmptiness(t *testing.T) {
	m := mapping(t, "key: x\nid: id\nfields: {name: nom, phones: tel, headline: mot, lat: g.lat, lon: g.lon}")
	got := read(t, file(t, "s.json", `[{"id":1,"nom":"A","tel":null},{"id":2,"nom":"B","mot":"x","g":{"lat":-22.27,"lon":166.44}}]`), m,
		importer.Env{Territory: preset(t, "nc")})
	if a := got.drafts[0].ListingFields(); !slices.Equal(a, []string{"name", "phones"}) {
		t.Errorf("A speaks of %v", a)
	}
	if b := got.drafts[1].ListingFields(); !slices.Equal(b, []string{"headline", "name", "point", "zone"}) {
		t.Errorf("B speaks of %v", b)
	}
	if b := got.drafts[1].CompanyFields(); !slices.Equal(b, []string{"establishments", "usual_name"}) {
		t.Errorf("B's company: %v", b)
	}
}

func TestOpeningHours(t *testing.T) {
	m := mapping(t, `{key: x, id: id, fields: {name: nom, opening_hours: {days: {Mo: mo, Tu: tu, We: we, Th: th, Fr: fr, Sa: sa, Su: su}}}}`)
	for in, want := range map[string]string{
		`"mo":"07:30-11:30, 12:15-16:00","tu":"7h30 à 11h30 et 12h15-16h"`:    "Mo,Tu 07:30-11:30,12:15-16:00",
		`"mo":"8:30 11:30; 13:00 17:00","we":"08:30 - 11:30 / 13:00 - 17:00"`: "Mo,We 08:30-11:30,13:00-17:00",
		`"mo":"9h-12h","tu":"9h-12h","we":"9h-12h","fr":"9h-12h"`:             "Mo-We,Fr 09:00-12:00",
		`"sa":"7 : 30 - 11 : 30 / 12 : 30 - 15 :30"`:                          "Sa 07:30-11:30,12:30-15:30",
		`"sa":"20:00-02:00","su":"Fermé"`:                                     "Sa 20:00-02:00; Su off",
		`"sa":"8: - 12: / 13:-15:"`:                                           "Sa 08:00-12:00,13:00-15:00",
		`"sa":"10h à 18h (en continu)"`:                                       "Sa 10:00-18:00",
		`"mo":"sur \"RDV\"","tu":"sur \"RDV\""`:                               "\"lundi, mardi\u202f: sur ’RDV’\"",
		`"mo":"08:00-11:30 (les premiers lundis)"`:                            "Mo 08:00-11:30; \"lundi\u202f: les premiers lundis\"",
		`"mo":"13:16:59.9"`:                                                   "\"lundi\u202f: 13:16:59.9\"",
		`"mo":"12:00-08:00"`:                                                  "\"lundi\u202f: 12:00-08:00\"",
		`"mo":"25:00-26:00"`:                                                  "\"lundi\u202f: 25:00-26:00\"",
		`"mo":"","tu":null`:                                                   "",
	} {
		got := read(t, file(t, "h.json", `[{"id":1,"nom":"A",`+in+`}]`), m, importer.Env{Territory: preset(t, "nc")})
		hours := got.drafts[0].Content.OpeningHours
		if hours != want {
			t.Errorf("%s\n got %q\nwant %q", in, hours, want)
		}
		if _, err := listing.ParseHours(hours); hours != "" && err != nil {
			t.Errorf("%q: %v", hours, err)
		}
	}
}

// What a file holds that is no telephone and no point is told, and not made into one.
func TestNothingIsReadInSilence(t *testing.T) {
	nc := importer.Env{Territory: preset(t, "nc")}
	m := mapping(t, "key: x\nid: nom\nfields: {name: nom, phones: tel}")
	got := read(t, file(t, "tel.csv", "nom;tel\nA;45123.5\nC;44.57.28\nD;445728.0\n"), m, nc)
	sentences(t, got)
	if d := got.draft(t, "A"); len(d.Content.Phones) != 0 || got.codes["phone-none"] != 1 {
		t.Errorf("%v, told %v", d.Content.Phones, got.codes)
	}
	for _, name := range []string{"C", "D"} {
		if d := got.draft(t, name); !slices.Equal(d.Content.Phones, []string{"+687445728"}) {
			t.Errorf("%s has %v", name, d.Content.Phones)
		}
	}
	m = mapping(t, "key: x\nid: properties.nom\nfields: {name: properties.nom, lat: geometry.lat, lon: geometry.lon}")
	got = read(t, file(t, "shape.geojson", `{"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"Point","coordinates":[166.44,-22.27]},"properties":{"nom":"A"}},
{"type":"Feature","geometry":null,"properties":{"nom":"B"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[166.4,-22.2],[166.5,-22.2],[166.5,-22.3],[166.4,-22.2]]]},"properties":{"nom":"C"}}]}`), m, nc)
	sentences(t, got)
	if got.draft(t, "A").Content.Point == nil || got.draft(t, "C").Content.Point != nil || got.codes["point-shape"] != 1 {
		t.Errorf("told %v", got.codes)
	}
}
