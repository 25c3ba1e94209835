package app

import (
	"testing"

	"grappe/internal/territory"
)

func registryOf(t *testing.T) *registry {
	t.Helper()
	a := start(t, Options{})
	for _, code := range []string{"nc", "pf", "nancy"} {
		if _, err := a.Territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Territories.SetHosts(t.Context(), "nc", []string{"Annuaire.Open.NC", "numérique.example"}); err != nil {
		t.Fatal(err)
	}
	g := &registry{}
	if err := g.reload(t.Context(), a.Territories, a.log); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestFindTerritory(t *testing.T) {
	g := registryOf(t)
	for _, tt := range []struct {
		host, path               string
		code, base, prefix, rest string // code empty: no territory
	}{
		{"annuaire.open.nc", "/", "nc", "", "", "/"},
		{"annuaire.open.nc", "/annuaire/x", "nc", "", "", "/annuaire/x"},
		{"annuaire.open.nc", "/en", "nc", "", "/en", "/"},
		{"annuaire.open.nc", "/en/annuaire", "nc", "", "/en", "/annuaire"},
		{"annuaire.open.nc", "/pf/annuaire", "nc", "", "", "/pf/annuaire"}, // the host decides
		{"ANNUAIRE.open.NC", "/annuaire", "nc", "", "", "/annuaire"},
		{"annuaire.open.nc:8443", "/annuaire", "nc", "", "", "/annuaire"},
		{"annuaire.open.nc.", "/annuaire", "nc", "", "", "/annuaire"},
		{"xn--numrique-d1a.example", "/", "nc", "", "", "/"},
		{"localhost:8080", "/nc", "nc", "/nc", "", "/"},
		{"localhost:8080", "/nc/", "nc", "/nc", "", "/"},
		{"localhost:8080", "/nc/annuaire", "nc", "/nc", "", "/annuaire"},
		{"localhost:8080", "/nc/en", "nc", "/nc", "/en", "/"},
		{"localhost:8080", "/nc/en/annuaire/x", "nc", "/nc", "/en", "/annuaire/x"},
		{"localhost:8080", "/nc/fr/annuaire", "nc", "/nc", "", "/fr/annuaire"}, // the first language has no prefix
		{"localhost:8080", "/nc/english", "nc", "/nc", "", "/english"},
		{"localhost:8080", "/pf/annuaire", "pf", "/pf", "", "/annuaire"},
		{"[::1]:8080", "/nancy", "nancy", "/nancy", "", "/"},
		{"127.0.0.1", "/nc/annuaire", "nc", "/nc", "", "/annuaire"},
		{"", "/nc", "nc", "/nc", "", "/"},
		{"localhost", "/", "", "", "", ""},
		{"localhost", "/idf", "", "", "", ""}, // known to us, not added
		{"localhost", "/NC", "", "", "", ""},
		{"localhost", "/ncx/annuaire", "", "", "", ""},
		{"localhost", "//nc", "", "", "", ""},
		{"evil.example", "/annuaire", "", "", "", ""},
	} {
		p, ok := g.find(tt.host, tt.path)
		if ok != (tt.code != "") {
			t.Errorf("%s%s: found %v", tt.host, tt.path, ok)
			continue
		}
		if !ok {
			continue
		}
		lang := "fr"
		if tt.prefix == "/en" {
			lang = "en"
		}
		if p.territory.Code != tt.code || p.base != tt.base || p.prefix != tt.prefix || p.path != tt.rest || p.lang != lang {
			t.Errorf("%s%s: %s, base %q, prefix %q, path %q, in %s", tt.host, tt.path, p.territory.Code, p.base, p.prefix, p.path, p.lang)
		}
	}
}

func TestSitesOnAHost(t *testing.T) {
	g := registryOf(t)
	if got := g.sitesOn("annuaire.open.nc:443"); len(got) != 1 || got[0].Code != "nc" {
		t.Errorf("a host of one territory: %v", got)
	}
	if got := g.sitesOn("localhost"); len(got) != 3 {
		t.Errorf("a host of nobody: %v", got)
	}
}

func TestPresetsAreWhole(t *testing.T) {
	list, err := Presets()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]*territory.Territory{}
	for _, p := range list {
		codes[p.Code] = p
	}
	for _, code := range []string{"nc", "wf", "pf", "nancy", "idf"} {
		if codes[code] == nil {
			t.Errorf("no preset %q", code)
		}
	}
}
