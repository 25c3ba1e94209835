package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory/opendata"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
	"grappe/presets"
)

// allFormats are the formats of export.
func allFormats() []tabular.Format {
	return []tabular.Format{tabular.CSV, tabular.XLSX, tabular.GeoJSON, tabular.JSONLines, tabular.JSON}
}

// exported is the directory of a territory as a file.
func (a *App) exported(t *testing.T, where *territory.Territory, format tabular.Format, lang string, delimiter rune) []byte {
	t.Helper()
	var b bytes.Buffer
	out, err := opendata.NewWriter(&b, opendata.File{
		Format: format, Delimiter: delimiter, Territory: where, Printer: a.texts.Printer(lang, where.Location(), where.Currency),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Directory.Published(t.Context(), where.Code, func(r listing.Record) error {
		return out.Write(listing.PublicOf(r, "https://grappe.example/annuaire/"+r.Listing.Slug))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// facts are the public cards of a territory without what belongs to the instance, as sorted lines of JSON.
func (a *App) facts(t *testing.T, code string) []string {
	t.Helper()
	var lines []string
	err := a.Directory.Published(t.Context(), code, func(r listing.Record) error {
		p := listing.PublicOf(r, "")
		p.ID, p.Slug, p.Sources, p.CreatedAt, p.UpdatedAt = "", "", nil, time.Time{}, time.Time{}
		p.ConfirmedAt = p.ConfirmedAt.Truncate(time.Second) // what a table tells
		line, err := json.Marshal(p)
		lines = append(lines, string(line))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// readBack imports a file of another instance into an empty territory of a second base.
func readBack(t *testing.T, code, name string, content []byte) (*App, importer.Report) {
	t.Helper()
	b := start(t, Options{Now: time.Now})
	where, err := b.Territories.Add(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return b, b.imported(t, where, "grappe", name, bytes.NewReader(content), int64(len(content)))
}

func (a *App) imported(t *testing.T, where *territory.Territory, mapping, name string, content io.ReaderAt, size int64) importer.Report {
	t.Helper()
	m, err := importer.LoadMapping(presets.FS, mapping)
	if err != nil {
		t.Fatal(err)
	}
	report, err := a.Importer.Import(t.Context(), importer.Options{
		Territory: where, Mapping: m, File: name, Input: content, Size: size, Printer: a.texts.Printer("fr", nil, ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// sameFacts fails on the first cards that differ.
func sameFacts(t *testing.T, want, got []string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d cards became %d", len(want), len(got))
	}
	held := map[string]int{}
	for _, line := range want {
		held[line]++
	}
	shown := 0
	for _, line := range got {
		if held[line]--; held[line] < 0 && shown < 3 {
			shown++
			t.Errorf("came back as  %s", line)
			i, _ := slices.BinarySearch(want, line)
			t.Errorf("it was near to %s", want[min(i, len(want)-1)])
		}
	}
}

// odd are cards that say what files get wrong.
func odd() []listing.Record {
	card := func(name string, change func(*listing.Listing, *company.Company)) listing.Record {
		r := listing.Record{
			Company: company.Company{UsualName: name, Status: company.Active},
			Listing: listing.Listing{Territory: demoTerritory, State: listing.Published, Content: listing.Content{Name: name, Category: listing.Company}},
		}
		if change != nil {
			change(&r.Listing, &r.Company)
		}
		return r
	}
	records := []listing.Record{
		card("=1+1 Conseil", func(l *listing.Listing, c *company.Company) {
			l.Headline, l.Description = "+687 c’est nous", "@SUM(A1) ; | \"guillemets\"\n\n- une liste\n  - en dessous\n\n    du code\n1. **fin**"
			l.Tags = []string{"C++, C#", "a;b", "l'une | l'autre", "'=x", "WordPress", "@handle", "-", "“x”"}
			l.Phones = []string{"+687271234", "poste 12 / 4"}
			c.LegalName = "-SARL \"ÉGAL\""
		}),
		card("Un peu partout", func(l *listing.Listing, c *company.Company) {
			l.ServiceArea = listing.ServiceArea{Zones: []string{"iles", "98811", "98818"}, Remote: true}
			l.Zone, l.Postcode, l.City, l.Address = "98811", "98860", "KONE CEDEX", "BP 12\n98860 Koné\nBâtiment B"
			l.Point = &geo.Point{Lat: -21.0594000001, Lon: 164.8656}
			l.Social = []listing.Social{
				{Network: "mastodon", URL: "https://social.example.nc/@partout"},
				{Network: "x", URL: "https://x.com/partout"},
				{Network: "linkedin", URL: "https://www.linkedin.com/company/partout?a=1:2"},
			}
			l.Websites = []string{"http://partout.example/a,b;c?q=é", "https://partout.example"}
			l.Emails = []string{"bonjour+nc@partout.example"}
			l.OpeningHours = `Mo-Fr 08:00-12:00,13:00-17:00; Sa off; "sur rendez-vous"`
			l.Accessibility, l.Languages = []string{"wheelchair", "Places réservées ; boucle magnétique"}, []string{"fr", "en", "dhv"}
			l.Logo = "https://partout.example/logo.svg"
			c.Identifiers = []company.Identifier{
				company.ParseIdentifier("rid", "0132720"), company.ParseIdentifier("ridet", "0 132 720.001"), company.ParseIdentifier("siret", "12 34"),
			}
			c.FoundedYear, c.SizeClass = 1999, "00"
			l.ConfirmedAt = time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC)
		}),
		card("Partout ailleurs", func(l *listing.Listing, _ *company.Company) {
			l.Category, l.ServiceArea.Everywhere = listing.ThirdPlace, true
			l.Point = &geo.Point{Lat: 48.8566, Lon: 2.3522} // far from its territory
			l.City, l.Postcode = "Paris 75011", "A-1 98"
			l.Description = "1e5\n\n<b>gras</b> &amp; Ã© <script>"
			l.Competences, l.Sectors = []string{"web-development", "training"}, []string{"tourism"}
		}),
		card("Lignes et signes", func(l *listing.Listing, _ *company.Company) {
			l.Description = "une\r\ndeux\n\ttabulation\u00a0! 中 🌴\u2028fin " + strings.Repeat("é", 9_900)
			l.Headline, l.Address = " _x000D_ ", "\n  BP 1\n\n"
			l.Tags = []string{" bords ", "tab\tulation", "[\"a\",\"b\"]", "{}", "vrai", "1.0", "2026-01-31"}
		}),
		card("TRUE", nil), card("00123", nil), card("1e5", nil), card("NULL", nil), card("Point Nul", nil), card("#NUM!", nil),
	}
	for range 3 { // cards that only their ids tell apart
		records = append(records, card("Jumelle", func(l *listing.Listing, c *company.Company) {
			l.Phones, l.Zone = []string{"+687445566"}, "98818"
			c.Identifiers = []company.Identifier{company.ParseIdentifier("ridet", "0132720001")}
		}))
	}
	return records
}

func TestExportsReadBackToTheSameFacts(t *testing.T) {
	a := filled(t)
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := listing.Store{}.SaveBatch(t.Context(), tx, odd(), today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files := append(everyFormat(), exportedAs{tabular.CSV, "en", ','}, exportedAs{tabular.CSV, "fr", ';'}, exportedAs{tabular.CSV, "fr", '\t'}, exportedAs{tabular.XLSX, "en", 0})
	if raced { // what runs at once is the same in each of them, and the detector is slow
		files = files[:1]
	}
	throughFiles(t, a, demoTerritory, files)
}

func TestTechOnMapReadsBackToTheSameFacts(t *testing.T) {
	if raced {
		t.Skip("reading 2,113 cards back has no race to find and takes a minute with -race: run it without")
	}
	path := filepath.Join("..", "..", "..", "shared", "data", "techonmap-idf-2015.geojson")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the shared data are not here: %v", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a := start(t, Options{Now: time.Now})
	where, err := a.Territories.Add(t.Context(), "idf")
	if err != nil {
		t.Fatal(err)
	}
	if r := a.imported(t, where, "techonmap", info.Name(), f, info.Size()); r.Rows != 2120 {
		t.Fatalf("%+v", r.Counts)
	}
	throughFiles(t, a, "idf", everyFormat())
}

// exportedAs is how a territory is exported; a delimiter of 0 is the usual one.
type exportedAs struct {
	format    tabular.Format
	lang      string
	delimiter rune
}

func everyFormat() []exportedAs {
	var all []exportedAs
	for _, format := range allFormats() {
		all = append(all, exportedAs{format, "fr", 0})
	}
	return all
}

// throughFiles exports a territory, reads each file back, and exports what was read again.
func throughFiles(t *testing.T, a *App, code string, files []exportedAs) {
	where, err := a.Territories.Get(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	want := a.facts(t, code)
	if len(want) < 100 {
		t.Fatalf("only %d cards", len(want))
	}
	for _, f := range files {
		t.Run(fmt.Sprintf("%s-%s-%q", f.format, f.lang, f.delimiter), func(t *testing.T) {
			began := time.Now()
			content := a.exported(t, where, f.format, f.lang, f.delimiter)
			wrote := time.Since(began)
			b, report := readBack(t, code, "annuaire."+string(f.format), content)
			t.Logf("%d cards, %d bytes written in %v, read in %v", len(want), len(content), wrote, time.Since(began)-wrote)
			if report.Created != len(want) || report.Merged != 0 || report.Rejected != 0 {
				t.Errorf("the import: %+v", report.Counts)
			}
			for _, s := range report.Summary {
				t.Logf("told %d times: %s", s.Count, s.Message)
			}
			sameFacts(t, want, b.facts(t, code))
			again := b.exported(t, where, f.format, f.lang, f.delimiter)
			if f.format == tabular.JSONLines {
				sameRows(t, content, again)
			}
			// The same file once more changes nothing.
			report = b.imported(t, where, "grappe", "annuaire", bytes.NewReader(content), int64(len(content)))
			if report.Unchanged != len(want) {
				t.Errorf("read again: %+v", report.Counts)
			}
		})
	}
}

// sameRows compares lines of JSON in any order, without what belongs to the instance.
func sameRows(t *testing.T, want, got []byte) {
	t.Helper()
	rows := func(file []byte) []string {
		var out []string
		for line := range strings.Lines(string(file)) {
			var row map[string]json.RawMessage
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			maps.DeleteFunc(row, func(key string, _ json.RawMessage) bool {
				return slices.Contains([]string{"id", "slug", "url", "sources", "created_at", "updated_at"}, key)
			})
			text, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(rows(want), rows(got)) {
		t.Error("the second export has other rows than the first")
	}
}
