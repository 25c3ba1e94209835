package importer_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
	"grappe/presets"
)

// result is what a whole file gives.
type result struct {
	drafts   []importer.Draft
	rejected []importer.Rejection
	file     []importer.Warning
	codes    map[string]int
}

func (r result) draft(t *testing.T, name string) importer.Draft {
	t.Helper()
	for _, d := range r.drafts {
		if d.Content.Name == name {
			return d
		}
	}
	t.Fatalf("no draft is called %q", name)
	return importer.Draft{}
}

func preset(t testing.TB, code string) *territory.Territory {
	t.Helper()
	place, err := territory.Load(presets.FS, code)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func shipped(t testing.TB, key string) *importer.Mapping {
	t.Helper()
	name := "mappings/" + key + ".yaml"
	source, err := presets.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := importer.ParseMapping(name, source)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// now is the moment of every test.
func now() time.Time { return time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC) }

// read maps a file in two readings, as a run does.
func read(t testing.TB, path string, m *importer.Mapping, env importer.Env) result {
	t.Helper()
	open := func() *tabular.Reader {
		r, err := tabular.OpenFile(t.Context(), path, m.Format.Options())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := open()
	defer first.Close()
	profile, err := importer.BuildProfile(t.Context(), first, m)
	if err != nil {
		t.Fatal(err)
	}
	env.Profile, env.Now = profile, now()
	mapper := importer.NewMapper(m, env)
	r := open()
	defer r.Close()
	out := result{codes: map[string]int{}}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		d, rejection := mapper.Map(row)
		if rejection != nil {
			out.rejected = append(out.rejected, *rejection)
			continue
		}
		for _, w := range d.Warnings {
			out.codes[w.Code]++
		}
		out.drafts = append(out.drafts, d)
	}
	out.file = profile.Warnings()
	for _, w := range r.Warnings() {
		out.file = append(out.file, importer.FileWarning(w))
	}
	return out
}

// shared is a file of the real data, which is not part of the project.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real data is not on this machine: %v", err)
	}
	return path
}

func TestTechOnMap(t *testing.T) {
	path := shared(t, "techonmap-idf-2015.geojson")
	got := read(t, path, shipped(t, "techonmap"), importer.Env{Territory: preset(t, "idf"), Taxonomy: words{"coworking": "coworking"}})
	sentences(t, got)
	if len(got.drafts) != 2120 || len(got.rejected) != 0 || len(got.file) != 0 {
		t.Fatalf("%d drafts, %d rejected, file: %v", len(got.drafts), len(got.rejected), got.file)
	}
	for code, want := range map[string]int{
		"url-email": 4, "spreadsheet-error": 2, "postcode-odd": 1, "city-postcode": 6, "category-unknown": 0, "lookup-unknown": 0,
		"id-missing": 0, "id-repeated": 0, "point-outside": 0, "identifier-invalid": 0,
	} {
		if got.codes[code] != want {
			t.Errorf("%d rows with %s, want %d", got.codes[code], code, want)
		}
	}
	placed, socials := 0, 0
	ids := map[string]bool{}
	for _, d := range got.drafts {
		ids[d.ExternalID] = true
		if d.Content.Zone != "" {
			placed++
		}
		socials += len(d.Content.Social)
		if d.Updated.Year() < 2014 || d.Updated.Year() > 2015 || d.Content.Point == nil {
			t.Errorf("row %d: updated %v, point %v", d.Row, d.Updated, d.Content.Point)
		}
	}
	if len(ids) != 2120 || placed < 2040 || socials < 3300 {
		t.Errorf("%d identifiers, %d placed, %d social accounts", len(ids), placed, socials)
	}
	school := got.draft(t, "42")
	want := []listing.Social{
		{Network: "x", URL: "https://x.com/42born2code"},
		{Network: "facebook", URL: "https://www.facebook.com/ecole42"},
		{Network: "googleplus", URL: "https://plus.google.com/114371889748884562535"},
	}
	c := school.Content
	if school.ExternalID != "42" || c.Category != listing.School || !slices.Equal(c.Social, want) || c.Zone != "75117" ||
		c.Postcode != "75017" || school.Company.FoundedYear != 2013 || school.Fields["identifiers"] {
		t.Errorf("42 is %+v", school)
	}
	// "B2B" is written more often than "b2b".
	for _, d := range got.drafts {
		if slices.Contains(d.Content.Tags, "b2b") {
			t.Errorf("row %d keeps the tag b2b", d.Row)
		}
	}
}

func TestPointsNumeriques(t *testing.T) {
	path := shared(t, "nouvelle-caledonie-points-numeriques-2024.json")
	got := read(t, path, shipped(t, "points-numeriques"), importer.Env{Territory: preset(t, "nc")})
	sentences(t, got)
	if len(got.drafts) != 92 || len(got.rejected) != 0 {
		t.Fatalf("%d drafts, rejected: %v", len(got.drafts), got.rejected)
	}
	if len(got.file) != 1 || got.file[0].Code != "postcode-everywhere" || got.file[0].Args["postcode"] != "98800" {
		t.Errorf("about the file: %v", got.file)
	}
	for code, want := range map[string]int{
		"identifier-placeholder": 1, "postcode-copied": 60, "phone-none": 8, "url-email": 1, "url-mended": 2,
		"social-none": 4, "city-unknown": 0, "id-missing": 0, "id-repeated": 0, "lookup-unknown": 0,
	} {
		if got.codes[code] != want {
			t.Errorf("%d rows with %s, want %d", got.codes[code], code, want)
		}
	}
	place := preset(t, "nc")
	zones, ids := map[string]bool{}, map[string]bool{}
	for _, d := range got.drafts {
		c := d.Content
		zones[c.Zone], ids[d.ExternalID] = true, true
		if z, ok := place.Zone(c.Zone); !ok || z.Level != "commune" {
			t.Errorf("row %d: %q is in zone %q", d.Row, c.City, c.Zone)
		}
		if c.Postcode == "98800" && c.City != "Nouméa" || len(d.Company.Identifiers) > 0 {
			t.Errorf("row %d: %s %s, %v", d.Row, c.Postcode, c.City, d.Company.Identifiers)
		}
		if _, err := listing.ParseHours(c.OpeningHours); c.OpeningHours != "" && err != nil {
			t.Errorf("row %d: %v", d.Row, err)
		}
		if len(c.Phones) > 0 && (!strings.HasPrefix(c.Phones[0], "+687") || len(c.Phones[0]) != 10) {
			t.Errorf("row %d: phones %v", d.Row, c.Phones)
		}
	}
	if len(zones) != 30 || len(ids) != 92 {
		t.Errorf("%d communes, %d identifiers", len(zones), len(ids))
	}
	thio := got.draft(t, "Espace connecté de Thio").Content
	if thio.OpeningHours != "Mo-Fr 07:30-11:30,12:15-16:00" || thio.Postcode != "98829" {
		t.Errorf("Thio: %q, postcode %q", thio.OpeningHours, thio.Postcode)
	}
}
