package curation_test

import (
	"slices"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// lines writes a side with its marks: -gone- and +come+.
func lines(s ui.Side) string {
	sign := map[ui.Mark]string{ui.Gone: "-", ui.Come: "+"}
	var out []string
	for _, l := range s {
		text := sign[l.Mark]
		for _, p := range l.Parts {
			text += sign[p.Mark] + p.Text + sign[p.Mark]
		}
		out = append(out, text+sign[l.Mark])
	}
	return strings.Join(out, " | ")
}

func names(t *testing.T) curation.Names {
	t.Helper()
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	return curation.NamesOf(place, curation.Taxonomies{Competences: competences}, localetest.Printer(t, "fr", curation.Texts, listing.Texts))
}

func TestDifferences(t *testing.T) {
	before := listing.Content{
		Name: "L’Atelier", Category: listing.Company, Description: "Nous faisons des sites.", Phones: []string{"+687251010"},
		Competences: []string{"web-development", "unknown"}, OpeningHours: "Mo-Fr 08:00-12:00", Zone: "98818", Logo: "/fichiers/a.png",
		Point: &geo.Point{Lat: -22.27, Lon: 166.44},
	}
	after := before
	after.Category = listing.School
	after.Description = "Nous faisons de beaux sites."
	after.Phones = []string{"+687251010", "+33142181716"}
	after.Competences = nil
	after.OpeningHours = "Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00; PH off"
	after.Zone, after.Logo = "", "https://a.nc/logo.png"
	after.Point = &geo.Point{Lat: -22.28, Lon: 166.44}
	after.ServiceArea = listing.ServiceArea{Remote: true, Zones: []string{"98818"}}
	after.Languages = []string{"en", "??"}
	after.Social = []listing.Social{{Network: "linkedin", URL: "https://l.example/a"}}
	want := map[string][2]string{
		"category":      {"-Entreprise-", "+Établissement de formation+"},
		"description":   {"Nous faisons -des -sites.", "Nous faisons +de beaux +sites."},
		"competences":   {"-Développement web- | -unknown-", ""},
		"service_area":  {"", "+À distance+ | +Nouméa+"},
		"phones":        {"25.10.10", "25.10.10 | ++33 1 42 18 17 16+"},
		"social":        {"", "+LinkedIn – https://l.example/a+"},
		"opening_hours": {"-lundi à vendredi : 8 h–12 h- | -samedi et dimanche : fermé-", "+lundi à vendredi : 8 h–12 h, 13 h–17 h+ | +samedi : 9 h–12 h+ | +dimanche : fermé+ | +jours fériés : fermé+"},
		"languages":     {"", "+anglais+ | +??+"},
		"logo":          {"-/fichiers/a.png-", "+https://a.nc/logo.png+"},
		"zone":          {"-Nouméa-", ""},
		"point":         {"-latitude −22,27000, longitude 166,44000-", "+latitude −22,28000, longitude 166,44000+"},
	}
	spaces := strings.NewReplacer("\u202f", " ", "\u00a0", " ")
	var shown []string
	for _, d := range curation.Differences(before, after, curation.Differing(before, after), names(t)) {
		shown = append(shown, d.Field)
		was, is := spaces.Replace(lines(d.Before)), spaces.Replace(lines(d.After))
		if was != want[d.Field][0] || is != want[d.Field][1] {
			t.Errorf("%s:\n%s\n%s, want\n%s\n%s", d.Field, was, is, want[d.Field][0], want[d.Field][1])
		}
		switch d.Field {
		case "point":
			if note := spaces.Replace(d.Note); note != "Déplacé de 1,1 km" {
				t.Errorf("the point: %q", d.Note)
			}
		case "logo":
			if d.Before[0].Image != "/fichiers/a.png" || d.After[0].Image != "" {
				t.Errorf("a page asks others for a picture: %+v", d.After)
			}
		}
	}
	if len(shown) != len(want) {
		t.Errorf("shown: %v", shown)
	}
	if none := curation.Differences(before, after, nil, names(t)); len(none) != 0 {
		t.Errorf("of no field: %+v", none)
	}
	some := curation.Differences(before, after, []string{"zone", "name", "absent"}, names(t))
	if len(some) != 2 || some[0].Field != "name" || lines(some[0].Before) != "L’Atelier" || lines(some[0].After) != "L’Atelier" {
		t.Errorf("some: %+v", some)
	}
}

func TestSaidOfEveryField(t *testing.T) {
	n := names(t)
	full := listing.Content{
		Name: "a", Category: listing.Company, Headline: "b", Description: "c", Competences: []string{"d"}, Sectors: []string{"e"}, Tags: []string{"f"},
		ServiceArea: listing.ServiceArea{Everywhere: true}, Phones: []string{"g"}, Emails: []string{"h"}, Websites: []string{"i"},
		Social: []listing.Social{{Network: "viadeo", URL: "j"}}, OpeningHours: "24/7", Accessibility: []string{"k"}, Languages: []string{"fr"},
		Logo: "l", Address: "m", Postcode: "n", City: "o", Zone: "p", Point: &geo.Point{},
	}
	for _, field := range listing.FieldNames() {
		if said := n.Said(full, field); len(said) != 1 || said[0] == "" {
			t.Errorf("%s says %q", field, said)
		}
		if said := n.Said(listing.Content{}, field); len(said) != 0 {
			t.Errorf("an empty %s says %q", field, said)
		}
		if n.P.T(listing.FieldKey(field)) == listing.FieldKey(field) {
			t.Errorf("%s has no name", field)
		}
	}
	if slices.Contains(n.Said(listing.Content{OpeningHours: "quand on peut"}, "opening_hours"), "") {
		t.Error("hours that are no week")
	}
}
