package importer_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/tabular"
)

// drafts maps a file and fails on rejections.
func drafts(t *testing.T, m *importer.Mapping, content string) []importer.Draft {
	t.Helper()
	read := func(each func(tabular.Row)) {
		r, err := tabular.Open(t.Context(), "x", strings.NewReader(content), int64(len(content)), tabular.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for row, err := r.Next(); err == nil; row, err = r.Next() {
			each(row)
		}
	}
	profile := importer.NewProfile(m)
	read(profile.Add)
	profile.Finish()
	mapper := importer.NewMapper(m, importer.Env{Territory: preset(t, "nc"), Profile: profile})
	var out []importer.Draft
	read(func(row tabular.Row) {
		d, rejection := mapper.Map(row)
		if rejection != nil {
			t.Fatalf("row %d: %s", rejection.Row, rejection.Key)
		}
		out = append(out, d)
	})
	return out
}

func TestPathsThroughArrays(t *testing.T) {
	m := mapping(t, `
key: x
fields:
  name: name
  emails: contacts.*.mail
  identifiers: numbers.*.kind:value
  zone: where
  city: town
`)
	all := drafts(t, m, `[
{"name":"A","contacts":[{"mail":"a@x.example"},{"phone":"1","mail":"b@x.example"}],"numbers":[{"kind":"RID","value":"0132720"},{"kind":"siren","value":"732829320"},{"kind":"duns","value":"1"}],"where":"98811","town":"Nouméa"},
{"name":"B","contacts":[],"where":"nowhere","town":"Nouméa"}]`)
	a := all[0]
	if !slices.Equal(a.Content.Emails, []string{"a@x.example", "b@x.example"}) {
		t.Errorf("e-mails %q", a.Content.Emails)
	}
	want := []company.Identifier{company.ParseIdentifier("rid", "0132720"), company.ParseIdentifier("siren", "732829320")}
	if !slices.Equal(a.Company.Identifiers, want) {
		t.Errorf("identifiers %+v", a.Company.Identifiers)
	}
	if !slices.ContainsFunc(a.Warnings, func(w importer.Warning) bool { return w.Code == "identifier-scheme" }) {
		t.Errorf("an unknown register is not told: %+v", a.Warnings)
	}
	if a.Content.Zone != "98811" || all[1].Content.Zone != "98818" {
		t.Errorf("zones %q and %q: a known code counts, else the name of the town", a.Content.Zone, all[1].Content.Zone)
	}
	sentences(t, result{drafts: all})
}

const exactMapping = `
key: copy
exact: true
id: [id, Numéro]
fields:
  name: [name, Nom]
  tags: [tags, Mots]
  phones: [phones, Téls]
  description: [text, Texte]
  address: [address, Adresse]
  postcode: cp
  zone: zone
  headline: headline
  updated: updated
`

func TestExactValuesStandAsTheyAre(t *testing.T) {
	m := mapping(t, exactMapping)
	d := drafts(t, m, `[{"id":"1","name":"  =A  <b>","tags":["a, b;","Ã©","Web","web"],"phones":["05 12 / 3"],"text":"a\n\n    b  \n","address":"1 rue X\n98800 Nouméa","cp":"","zone":"98814"},{"id":"2","name":"B","headline":"h"}]`)
	c := d[0].Content
	if c.Name != "  =A  <b>" || !slices.Equal(c.Tags, []string{"a, b;", "Ã©", "Web", "web"}) || !slices.Equal(c.Phones, []string{"05 12 / 3"}) ||
		c.Description != "a\n\n    b  \n" || c.Address != "1 rue X\n98800 Nouméa" || c.Postcode != "" || c.Zone != "98814" || len(d[0].Warnings) > 0 {
		t.Errorf("%+v, told %v", c, d[0].Warnings)
	}
	// The file knows of headlines: the first card has none. It does not know of postcodes in words, nor of dates.
	if f := d[0].Fields; !f["headline"] || !f["tags"] || f["emails"] || f["logo"] {
		t.Errorf("the row speaks of %v", f)
	}
	cells := drafts(t, m, "Numéro,Nom,Mots,Texte\n1,A,\"a, b;\nc\",\"x\ny\"\n")
	if c := cells[0].Content; !slices.Equal(c.Tags, []string{"a, b;", "c"}) || c.Description != "x\ny" {
		t.Errorf("%+v", c)
	}
}

// Records of a source that tells them apart are never taken for one another, but may be those of another source.
func TestExactRecordsAreDistinct(t *testing.T) {
	exact := mapping(t, strings.Replace(exactMapping, "  headline: headline\n", "  headline: headline\n  identifiers: numbers\n  city: city\n", 1))
	row := func(id string) string {
		return `{"id":"` + id + `","name":"Société bakodu","city":"Nouméa","cp":"98800","address":"1 rue kobamid","phones":["+687271234"],"zone":"98818"}`
	}
	load := func(b *testBench, m *importer.Mapping, rows ...string) importer.Report {
		content := []byte(strings.Join(rows, "\n"))
		report, err := b.service.Import(t.Context(), importer.Options{
			Territory: b.territory, Mapping: m, File: "x.jsonl", Input: bytes.NewReader(content), Size: int64(len(content)), Printer: b.printer, BatchRows: 2,
		})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.want(load(b, exact, row("1"), row("2"), row("3"), row("4")), importer.Counts{Rows: 4, Created: 4})
		b.want(load(b, exact, row("1"), row("2"), row("3"), row("4"), row("5")), importer.Counts{Rows: 5, Created: 1, Unchanged: 4})
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		other := mapping(t, strings.NewReplacer("copy", "other", "exact: true\n", "").Replace(exactMapping)+"  city: city\n")
		b.want(load(b, other, row("x")), importer.Counts{Rows: 1, Created: 1})
		// The first is the other source's; once it is, the second cannot be, in this batch or in the next.
		b.want(load(b, exact, row("1"), row("2"), row("3")), importer.Counts{Rows: 3, Created: 2, Merged: 1})
		published := 0
		for _, r := range b.records() {
			if r.Listing.State == listing.Published {
				published++
			}
		}
		if published != 3 {
			t.Errorf("%d published cards, want the other source’s with the first, and two more", published)
		}
	})
}

func TestSourcesOfATerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		in := func(code string) []string {
			sources, err := b.service.SourcesIn(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			return slices.Sorted(maps.Keys(sources))
		}
		report := b.load("a", companies(3))
		b.load("b", companies(6)[3:])
		if got := in("nc"); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("sources %q", got)
		}
		if got := in("idf"); len(got) != 0 {
			t.Errorf("sources of a territory without any: %q", got)
		}
		b.undo(report.ID)
		if got := in("nc"); !slices.Equal(got, []string{"b"}) {
			t.Errorf("after undoing: %q", got)
		}
	})
}
