package opendata_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// A source that asks to share alike must not be hidden behind the freer licence of the directory.
func TestSourcesThatBind(t *testing.T) {
	imported := func(name string) listing.Record {
		r := card(name)
		r.Listing.Provenance = company.Provenance{"name": {Kind: company.FromImport, Name: "techonmap", At: now()}}
		return r
	}
	sources := func(licence string) func(context.Context, string, string) ([]directory.Credit, error) {
		return func(context.Context, string, string) ([]directory.Credit, error) {
			return []directory.Credit{{Title: "TechOnMap", Licence: licence}}, nil
		}
	}
	const all, some, odbl = "Toutes les fiches ont été faites", "Une partie des fiches", "publiez-la sous cette même licence"
	for _, tt := range []struct {
		name, licence string
		cards         []listing.Record
		has, hasNot   string
	}{
		{"all from a source that binds", "ODbL", []listing.Record{imported("A"), imported("B")}, "Toutes les fiches viennent de «" + locale.NarrowSpace + "TechOnMap", some},
		{"all, the table", "ODbL", []listing.Record{imported("A")}, all, "> Une partie"},
		{"some from a source that binds", "ODbL-1.0", []listing.Record{imported("A"), card("B")}, "Des fiches viennent de", all},
		{"some, the table", "ODbL-1.0", []listing.Record{imported("A"), card("B")}, odbl, all},
		{"a source as free as the directory", "Licence Ouverte 2.0", []listing.Record{imported("A"), card("B")}, some, odbl},
	} {
		h := open(t, tt.cards...)
		h.serve(t, opendata.Rooms{Cards: h.directory, Now: now, Sources: sources(tt.licence)})
		got := h.get(t, "/donnees")
		if body := got.Body.String(); got.Code != http.StatusOK || !strings.Contains(body, tt.has) || strings.Contains(body, tt.hasNot) {
			t.Errorf("%s: %d, has %v, has not %v", tt.name, got.Code, strings.Contains(body, tt.has), !strings.Contains(body, tt.hasNot))
		}
		h.save(t, card("Nouvelle venue"))
		h.follow(t)
		if body := h.get(t, "/donnees").Body.String(); strings.Contains(body, all) {
			t.Errorf("%s: after a card of its own, the page still says that all are imported", tt.name)
		}
	}
}

// A directory that is itself to be shared alike says so in plain words.
func TestTermsOfShareAlike(t *testing.T) {
	h := open(t, samples()...)
	h.serve(t, opendata.Rooms{Cards: h.directory, Now: now, Licence: func(context.Context, *territory.Territory) territory.Licence {
		return territory.Licence{ID: "ODbL-1.0"}.Completed()
	}})
	if body := h.get(t, "/donnees").Body.String(); !strings.Contains(body, "publiez-la sous cette même licence et dites d’où elles viennent") {
		t.Error("the page sends its readers to a text of law alone")
	}
}

// The copy of a source that says no terms says none: the directory has none to give.
func TestTermsThatNobodySaid(t *testing.T) {
	h := open(t, samples()...)
	h.serve(t, opendata.Rooms{
		Cards: h.directory, Now: now,
		Licence: func(context.Context, *territory.Territory) territory.Licence { return territory.Licence{} },
	})
	for path, hasNot := range map[string]string{
		"/donnees/datapackage.json": `"licenses"`, "/donnees/catalogue.jsonld": "license", "/annuaire.atom": `rel="license"`, "/donnees": "Licence de ces données",
	} {
		got := h.get(t, path)
		if body := got.Body.String(); got.Code != http.StatusOK || strings.Contains(body, hasNot) || strings.Contains(body, "etalab") {
			t.Errorf("%s: %d, it says %q", path, got.Code, hasNot)
		}
	}
	if body := h.get(t, "/donnees").Body.String(); !strings.Contains(body, "celles de sa source") {
		t.Error("the page does not say whose terms hold")
	}
}
