package importer_test

import (
	"strings"
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// mapped are options with another mapping over the columns of the test sheet.
func (b *testBench) mapped(s sheet, source string) importer.Options {
	b.t.Helper()
	o := b.options("x", s)
	m, err := importer.ParseMapping("x.yaml", []byte(source))
	if err != nil {
		b.t.Fatal(err)
	}
	o.Mapping = m
	return o
}

func (b *testBench) run(o importer.Options) importer.Report {
	b.t.Helper()
	report, err := b.service.Import(b.ctx, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

// That a record was changed is the date of its data, and vouches for nothing.
func TestOnlyConfirmedVouches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(1)
		s[0]["date"] = "2014-05-06"
		const updated = "key: x\nid: id\nfields: {name: nom, city: ville, updated: date"
		b.want(b.run(b.mapped(s, updated+"}")), importer.Counts{Rows: 1, Created: 1})
		card := b.named(s[0]["nom"]).Listing
		if at := card.Provenance["name"].At.In(b.territory.Location()); !card.ConfirmedAt.IsZero() || at.Format(time.DateOnly) != "2014-05-06" {
			t.Fatalf("confirmed %v, data of %v", card.ConfirmedAt, at)
		}
		b.want(b.run(b.mapped(s, updated+"}")), importer.Counts{Rows: 1, Unchanged: 1})

		// Another date of the data alone changes no card.
		s[0]["date"] = "2015-05-06"
		b.want(b.run(b.mapped(s, updated+"}")), importer.Counts{Rows: 1, Unchanged: 1})

		b.want(b.run(b.mapped(s, updated+", confirmed: date}")), importer.Counts{Rows: 1, Updated: 1})
		b.want(b.run(b.mapped(s, updated+", confirmed: date}")), importer.Counts{Rows: 1, Unchanged: 1})
		if at := b.named(s[0]["nom"]).Listing.ConfirmedAt.In(b.territory.Location()); at.Format(time.DateOnly) != "2015-05-06" {
			t.Errorf("confirmed %v", at)
		}
	})
}

func TestSourcesAreNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		o := b.mapped(companies(1), "key: x\nid: id\ntitle: {fr: Mon fichier, en: My file}\nattribution: Moi\nlicence: L\nurl: https://example.org\nfields: {name: nom}")
		o.DryRun = true
		b.run(o)
		if found, err := b.service.Sources(t.Context()); err != nil || len(found) != 0 {
			t.Fatalf("a trial left %v, %v", found, err)
		}
		o.DryRun = false
		b.run(o)
		b.load("a", companies(1))
		found, err := b.service.Sources(t.Context())
		if err != nil || len(found) != 2 {
			t.Fatalf("%v, %v", found, err)
		}
		x := found["x"]
		if x.Name("en") != "My file" || x.Name("de") != "Mon fichier" || x.Attribution != "Moi" || x.Licence != "L" || x.URL != "https://example.org" {
			t.Errorf("%+v", x)
		}
		if name := found["a"].Name("fr"); name != "" {
			t.Errorf("a source without a title is called %q", name)
		}
		told := func() (n int) {
			err := d.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM changes WHERE kind = $1 AND id = 'x' AND territory = ''", importer.SourceKind).Scan(&n)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		b.run(o) // says the same
		if n := told(); n != 1 {
			t.Errorf("the change log tells of a new source %d times", n)
		}
		o = b.mapped(companies(1), "key: x\nid: id\ntitle: {fr: Autre}\nfields: {name: nom}")
		b.run(o)
		if n := told(); n != 2 {
			t.Errorf("of one that changed, %d times", n)
		}
		if found, err = b.service.Sources(t.Context()); err != nil || found["x"].Name("en") != "Autre" || found["x"].URL != "" {
			t.Errorf("%+v, %v", found["x"], err)
		}
	})
}

func TestReportInWords(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	s := twins()
	o := b.mapped(s, "key: x\nid: id\nfields: {name: nom, legal_name: rs, headline: slogan, city: ville, address: adresse, phones: tel, websites: site, lat: lat, lon: lon}")
	o.DryRun = true
	dry := inWords(t, b, b.run(o))
	for _, want := range []string{
		"2 fiches seraient créées", "1 ligne serait réunie avec", "n’a pas 2 colonnes attendues\u202f: rs, slogan", "territory geometry nc",
		"serait à vérifier après l’import",
	} {
		if !strings.Contains(dry, want) {
			t.Errorf("%q is not said:\n%s", want, dry)
		}
	}
	if strings.Contains(dry, "import duplicates") || strings.Contains(dry, "import undo") || strings.Contains(dry, " × Le fichier") {
		t.Errorf("too much is said:\n%s", dry)
	}
	wet := b.load("a", s)
	undone := b.undo(wet.ID)
	var text strings.Builder
	if err := undone.Write(&text, b.printer); err != nil {
		t.Fatal(err)
	}
	if undone.Deleted != 3 || undone.Parted != 1 || !strings.Contains(text.String(), "  2 fiches supprimées") || !strings.Contains(text.String(), "1 fiche réunie") {
		t.Errorf("%+v\n%s", undone, text.String())
	}
}

func inWords(t *testing.T, b *testBench, r importer.Report) string {
	t.Helper()
	var text strings.Builder
	if err := r.Write(&text, b.printer); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestDuplicatesTellForAndAgainst(t *testing.T) {
	pair := importer.Duplicate{
		A: importer.Card{Slug: "a", Name: "A"}, B: importer.Card{Slug: "b", Name: "B"},
		Reasons: []string{string(listing.SameName), string(listing.OtherPlace), string(listing.SamePhone)},
	}
	var text strings.Builder
	if err := importer.WriteDuplicates(&text, speaker(t), "nc", []importer.Duplicate{pair}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Pour\u202f: même nom, même téléphone. Contre\u202f: lieux différents.", "import merge --territory nc a b", "import dismiss --territory nc a b",
		"import split", "définitif",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not said:\n%s", want, text.String())
		}
	}
}

func TestTableForJSONMapping(t *testing.T) {
	const text = "nom;commune\nA;B\n"
	err := importer.Sniff(t.Context(), shipped(t, "points-numeriques"), "x.csv", strings.NewReader(text), int64(len(text)))
	kindOf(t, err, errs.Invalid, "importer.mapping.json-expected")
}

func TestLookupByBeginning(t *testing.T) {
	m := mapping(t, "key: x\nid: nom\nfields: {name: nom, category: {from: type, steps: [{lookup: {École*: school, École de commerce: company, École des*: community, \"*\": investor}}]}}")
	got := read(t, file(t, "l.csv", "nom;type\nA;École 42\nB;École de commerce\nC;Ecole des Mines\nD;Fonds\n"), m, importer.Env{Territory: preset(t, "nc")})
	for name, want := range map[string]listing.Category{"A": listing.School, "B": listing.Company, "C": listing.Community, "D": listing.Investor} {
		if c := got.draft(t, name).Content.Category; c != want {
			t.Errorf("%s is %s, want %s", name, c, want)
		}
	}
}

// The places where people come to use a computer are third places; what only receives the public is not.
func TestDigitalAccessPointsArePlaces(t *testing.T) {
	got := read(t, shared(t, "nouvelle-caledonie-points-numeriques-2024.json"), shipped(t, "points-numeriques"), importer.Env{Territory: preset(t, "nc")})
	count := map[listing.Category]int{}
	for _, d := range got.drafts {
		count[d.Content.Category]++
	}
	for name, want := range map[string]listing.Category{
		"Médiathèque de La Foa": listing.ThirdPlace, "Espace connecté de Thio": listing.ThirdPlace, "Espace public numérique de Houailou": listing.ThirdPlace,
		"Centre administratif de la province Sud": listing.PublicBody, "Chambre de métiers et de l'artisanat": listing.PublicBody,
		"ADIE": listing.Community, "CYBER CENTRE": listing.Company,
	} {
		if c := got.draft(t, name).Content.Category; c != want {
			t.Errorf("%s is %s, want %s", name, c, want)
		}
	}
	if got.codes["lookup-unknown"] != 0 || count[listing.ThirdPlace] < 50 {
		t.Errorf("%v, %v", count, got.codes)
	}
	t.Logf("%v", count)
}
