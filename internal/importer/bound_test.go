package importer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/tabular"
)

// boundMapping fills every field of a card from a column of its name.
const boundMapping = `
key: bound
id: id
fields:
  name: name
  category: category
  headline: headline
  description: description
  competences: {from: tags, steps: [split]}
  sectors: {from: sectors, steps: [split]}
  tags: {from: tags, steps: [split]}
  phones: phones
  emails: emails
  websites: {from: websites, steps: [split]}
  social: {from: social, steps: [split]}
  opening_hours: opening_hours
  accessibility: {from: accessibility, steps: [split]}
  languages: {from: languages, steps: [split]}
  logo: logo
  address: address
  postcode: postcode
  city: city
  lat: lat
  lon: lon
  legal_name: legal_name
  identifiers.siret: {from: identifiers, steps: [split]}
`

// mapOne maps one row of the columns.
func mapOne(t fataler, m *importer.Mapping, env importer.Env, cells map[string]string) importer.Draft {
	t.Helper()
	row := tabular.Row{Line: 2}
	for path, value := range cells {
		row.Fields = append(row.Fields, tabular.Field{Path: path, Value: value})
	}
	profile := importer.NewProfile(m)
	profile.Add(row)
	profile.Finish()
	env.Profile = profile
	draft, rejection := importer.NewMapper(m, env).Map(row)
	if rejection != nil {
		t.Fatalf("rejected: %+v", rejection)
	}
	return draft
}

func manyOf(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ";")
}

func TestFieldsAreBounded(t *testing.T) {
	draft := mapOne(t, mapping(t, boundMapping), importer.Env{Territory: preset(t, "nc"), Now: now()}, map[string]string{
		"name": strings.Repeat("é", 300_000), "headline": strings.Repeat("h", 201), "description": strings.Repeat("d ", 9000),
		"tags": manyOf(20_000, "mot clé numéro %d"), "phones": "26 12 34 " + strings.Repeat("x", 5003),
		"emails": manyOf(300, "a%d@example.org"), "websites": "https://example.org/" + strings.Repeat("w", 600),
		"opening_hours": strings.Repeat("le matin ou bien le soir ", 40), "logo": "http://example.org/logo.png",
		"address": strings.Repeat("rue ", 400), "postcode": strings.Repeat("9", 30), "city": strings.Repeat("V", 300),
		"legal_name": strings.Repeat("L", 500), "identifiers": manyOf(200, "numéro %d"),
	})
	c := draft.Content
	if err := c.Validate(); err != nil {
		t.Errorf("the card does not pass: %v", err)
	}
	if n := utf8.RuneCountInString(c.Name); n != listing.MaxName || !strings.HasSuffix(c.Name, "é…") {
		t.Errorf("the name has %d characters", n)
	}
	if len(c.Tags) != listing.MaxItems || len(c.Emails) != listing.MaxItems || len(c.Phones) != 0 || len(c.Websites) != 0 {
		t.Errorf("%d tags, %d mails, %d phones, %d sites", len(c.Tags), len(c.Emails), len(c.Phones), len(c.Websites))
	}
	if c.Logo != "" || c.Postcode != "" || c.OpeningHours != "" {
		t.Errorf("logo %q, postcode %q, hours %q", c.Logo, c.Postcode, c.OpeningHours)
	}
	if co := draft.Company; len(co.Identifiers) != listing.MaxItems || utf8.RuneCountInString(co.LegalName) != listing.MaxName || co.UsualName != c.Name {
		t.Errorf("the company: %d numbers, %d characters", len(co.Identifiers), utf8.RuneCountInString(co.LegalName))
	}
	for field, code := range map[string]string{
		"name": "too-long", "headline": "too-long", "description": "too-long", "phones": "too-long", "websites": "too-long",
		"opening_hours": "too-long", "address": "too-long", "postcode": "too-long", "city": "too-long", "legal_name": "too-long",
		"tags": "too-many", "emails": "too-many", "identifiers": "too-many", "logo": "logo-insecure",
	} {
		if !slices.ContainsFunc(draft.Warnings, func(w importer.Warning) bool { return w.Field == field && w.Code == code }) {
			t.Errorf("%s of %s is not told", code, field)
		}
	}
	sentences(t, result{drafts: []importer.Draft{draft}})
}

// hostile draws texts that are long, many or odd.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "x", "26 12 34", "a@b.nc", "a@b.nc, c@d.nc", "a..b@c.nc", "É@É.nc", "www.a.nc", "http://a.nc/é b", "https://a.nc/l.png", "http://[::1]",
			"https://user@a.nc", "facebook.com/é", "@toto", "mastodon.social/@x", "98800", "Nouméa", "-22.27", "166.44", "9:00-12:00", "third-place",
			"<b>x</b>", "\x00", "\u202e", "=1+1", "Ã©", "�",
		}),
		rapid.Custom(func(t *rapid.T) string {
			unit := rapid.SampledFrom([]string{"a", "é", "1", "a;", "26 12 34;", "a@b.nc;", "www.a.nc;", "facebook.com/a", "9", "\n", "mot ", "https://a.nc/"}).Draw(t, "unit")
			return strings.Repeat(unit, rapid.SampledFrom([]int{2, 30, 60, 300, 3000}).Draw(t, "times"))
		}),
		rapid.Custom(func(t *rapid.T) string {
			return manyOf(rapid.SampledFrom([]int{3, 51, 1200}).Draw(t, "n"),
				rapid.SampledFrom([]string{"mot %d", "a%d@example.nc", "www.a%d.nc", "2612%02d", "https://facebook.com/a%d"}).Draw(t, "format"))
		}),
		rapid.String(),
	)
}

// Whatever a file brings, the card passes the check that a person's own card must pass.
func TestHostileDraftsPassTheCheck(t *testing.T) {
	m, place := mapping(t, boundMapping), preset(t, "nc")
	cells := hostile()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		if n++; raced && n > 12 {
			return
		}
		row := map[string]string{}
		for _, column := range []string{
			"category", "headline", "description", "sectors", "tags", "phones", "emails", "websites", "social", "opening_hours",
			"accessibility", "languages", "logo", "address", "postcode", "city", "lat", "lon", "legal_name", "identifiers",
		} {
			row[column] = cells.Draw(rt, column)
		}
		row["name"] = "N" + cells.Draw(rt, "name")
		draft := mapOne(rt, m, importer.Env{Territory: place, Now: now()}, row)
		if err := draft.Content.Validate(); err != nil {
			rt.Fatalf("%v: %+v", err, draft.Content)
		}
		if len(draft.Warnings) > 1000 {
			rt.Fatalf("%d warnings", len(draft.Warnings))
		}
	})
}

// The cards that an import leaves, merged ones too, pass the check.
func TestImportedCardsPassTheCheck(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	s := twins()
	for i := range s {
		s[i]["texte"], s[i]["mots"] = strings.Repeat("mot ", 5000), manyOf(300, "mot %d")
	}
	s = append(s, map[string]string{"id": "long", "nom": strings.Repeat("n", 300_000), "tel": "26 12 34 " + strings.Repeat("x", 5000)})
	b.load("a", s)
	for _, r := range b.records() {
		if err := r.Listing.Validate(); err != nil {
			t.Errorf("%.40s: %v", r.Listing.Name, err)
		}
	}
}
