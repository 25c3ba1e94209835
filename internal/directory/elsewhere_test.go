package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/territory"
	"grappe/presets"
)

// abroad is a published card of another territory, in no zone.
func abroad(code, name string, area listing.ServiceArea, competences ...string) listing.Record {
	r := card(name, competences...)
	r.Listing.Territory, r.Listing.Zone, r.Listing.City, r.Listing.ServiceArea = code, "", "", area
	return r
}

// neighbours makes a house of New Caledonia beside two more territories with cards.
func neighbours(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := open(t, d, samples()...)
	territories := territory.NewService(d, presets.FS)
	for _, code := range []string{"pf", "wf"} {
		if _, err := territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	drones := abroad("pf", "Drones du Pacifique", listing.ServiceArea{Remote: true}, "audiovisual")
	drones.Listing.Tags, drones.Listing.Sectors = []string{"drone"}, []string{"tourism"}
	h.save(t,
		drones,
		abroad("pf", "Fenua Web", listing.ServiceArea{Zones: []string{"98818"}}, "web-development"),
		abroad("pf", "Fenua Code", listing.ServiceArea{Zones: []string{"nc"}}, "web-development"),
		abroad("pf", "Fenua Local", listing.ServiceArea{Everywhere: true}, "web-development"),
		abroad("pf", "Fenua Wallis", listing.ServiceArea{Zones: []string{"wf"}}, "web-development"),
		abroad("pf", "Fenua Rien", listing.ServiceArea{}, "web-development"),
	)
	h.save(t, abroad("wf", "Uvea Web", listing.ServiceArea{Remote: true}, "web-development"))
	if _, err := h.directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.follow(t)
	return h
}

// elsewhere is what the other territories offer, as text: "pf 2: a b, wf 1: c".
func elsewhere(t *testing.T, h *house, code, address string, most int) string {
	t.Helper()
	ctx, counter := db.CountStatements(t.Context())
	found, err := h.directory.Elsewhere(ctx, code, query(t, address), most)
	if err != nil {
		t.Fatal(err)
	}
	if counter.N() > 2 { // one more for cards that are not held yet
		t.Errorf("%s: %d statements", address, counter.N())
	}
	var out []string
	for _, e := range found {
		slugs := []string{}
		for _, hit := range e.Hits {
			slugs = append(slugs, hit.Slug)
			if hit.Territory != e.Territory.Code {
				t.Errorf("%s: %s of %s is shown for %s", address, hit.Slug, hit.Territory, e.Territory.Code)
			}
		}
		slices.Sort(slugs)
		out = append(out, fmt.Sprintf("%s %d: %s", e.Territory.Code, e.Total, strings.Join(slugs, " ")))
	}
	return strings.Join(out, ", ")
}

func TestElsewhere(t *testing.T) {
	h := neighbours(t, dbtest.SQLite(t))
	for _, tt := range []struct{ from, address, want string }{
		{"nc", "", "pf 3: drones-du-pacifique fenua-code fenua-web, wf 1: uvea-web"},
		{"nc", "q=web", "pf 2: fenua-code fenua-web, wf 1: uvea-web"},
		{"nc", "q=drone", "pf 1: drones-du-pacifique"},
		{"nc", "q=drones+noumea", "pf 1: drones-du-pacifique"}, // nobody there writes Nouméa, and all of these serve it
		{"nc", "q=drones+licorne", ""},
		{"nc", "competence=web-development&zone=lifou&bbox=166,-23,167,-22&pres=-22,166&rayon=5&tri=distance", "pf 2: fenua-code fenua-web, wf 1: uvea-web"},
		{"nc", "competence=audiovisual&categorie=entreprise&secteur=tourism&tag=drone", "pf 1: drones-du-pacifique"},
		{"nc", "tag=wordpress", ""},
		{"nc", "competence=licorne", ""},
		{"nc", "zone=noumea&surplace=1", ""},
		{"pf", "", "nc 1: lagon-web, wf 1: uvea-web"},
		{"pf", "q=%22trois+semaines%22", "nc 1: lagon-web"},
		{"wf", "", "pf 2: drones-du-pacifique fenua-wallis, nc 1: lagon-web"},
	} {
		if got := elsewhere(t, h, tt.from, tt.address, 10); got != tt.want {
			t.Errorf("from %s, %q: %q, want %q", tt.from, tt.address, got, tt.want)
		}
	}
	if got := elsewhere(t, h, "nc", "tri=nom", 1); got != "pf 3: drones-du-pacifique, wf 1: uvea-web" {
		t.Errorf("one of each: %s", got)
	}
	if got := elsewhere(t, h, "nc", "", 0); got != "pf 3: , wf 1: " {
		t.Errorf("none of each: %s", got)
	}
	if _, err := h.directory.Elsewhere(t.Context(), "idf", directory.Query{}, 1); err == nil {
		t.Error("a territory that was never read has neighbours")
	}
	// What reaches other territories is no facet of this one's pages.
	found, err := h.directory.Search(t.Context(), "pf", query(t, ""), directory.Options{})
	if err != nil || found.Facets["reach"] != nil || len(found.Facets[directory.FacetZone]) == 0 {
		t.Errorf("%v, %v", found.Facets, err)
	}
	for _, c := range found.Facets[directory.FacetZone] {
		if c.Code == "98818" || c.Code == "nc" || c.Code == "wf" {
			t.Errorf("%+v is no zone of French Polynesia", c)
		}
	}
}

// A lone territory asks nobody.
func TestElsewhereOfALoneTerritory(t *testing.T) {
	h := sample(t)
	if got := elsewhere(t, h, "nc", "", 5); got != "" {
		t.Errorf("it finds %s", got)
	}
}

// What a card says of other territories survives edits and mergings, and Elsewhere follows them.
func TestElsewhereFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := neighbours(t, d)
		bySlug := func(slug string) listing.Listing {
			l, err := h.store.BySlug(t.Context(), d.Read(), "pf", slug)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		edit := func(slug string, area listing.ServiceArea) {
			l := bySlug(slug)
			l.ServiceArea = area
			if _, changed, err := h.cards.Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, l.Content, []string{"service_area"}); err != nil || len(changed) != 1 {
				t.Fatal(changed, err)
			}
			h.follow(t)
		}
		check := func(when, want string) {
			t.Helper()
			if got := elsewhere(t, h, "nc", "competence=web-development", 10); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
		}
		edit("fenua-local", listing.ServiceArea{Everywhere: true, Zones: []string{"98714", "98817"}})
		check("one more serves Le Mont-Dore", "pf 3: fenua-code fenua-local fenua-web, wf 1: uvea-web")
		edit("fenua-code", listing.ServiceArea{Everywhere: true})
		check("one stays at home", "pf 2: fenua-local fenua-web, wf 1: uvea-web")
		into, from := bySlug("fenua-rien"), bySlug("fenua-web")
		if _, err := h.cards.Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, into.ID, from.ID); err != nil {
			t.Fatal(err)
		}
		h.follow(t)
		if l := bySlug("fenua-rien"); !slices.Equal(l.ServiceArea.Zones, []string{"98818"}) {
			t.Errorf("merged, it serves %v", l.ServiceArea.Zones)
		}
		check("merged", "pf 2: fenua-local fenua-rien, wf 1: uvea-web")
	})
}
