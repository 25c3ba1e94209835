package mirror

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/territory"
)

func TestIsAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"https://annuaire.example.pf": true, "HTTP://x": true, "fiches.csv": false, "./https://x": false, "ftp://x": false, "C:\\x": false, "": false,
	} {
		if IsAddress(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// The address of the instance, of the territory's pages or of the feed: all lead to the same mirror.
func TestProbe(t *testing.T) {
	s := newSource(t)
	s.set(card("A"))
	want := Source{
		Address: s.url + "/pf", Territory: "pf", Title: "Polynésie française", Attribution: "OPEN", Licence: "Licence Ouverte 2.0",
		Terms: territory.Licences()[0], described: true,
	}
	for _, path := range []string{"", "/", "/pf", "/pf/", "/pf/annuaire", "/pf/annuaire?q=x", "/pf/api/v1/changes", "/pf/api/v1/changes?cursor=x#y", "/pf/api"} {
		got, err := Probe(t.Context(), client(fetch.Options{}), s.url+path, "pf")
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", path, got, err)
		}
	}
	for _, c := range []struct {
		address, code string
		kind          errs.Kind
		key           string
	}{
		{s.url + "/pf", "nc", errs.Usage, "mirror.other_territory"},
		{s.url, "nc", errs.Usage, "mirror.not_grappe"},
		{s.url + "/nowhere", "pf", errs.Usage, "mirror.not_grappe"},
		{"ftp://x", "pf", errs.Usage, "fetch.address"},
		{"http://192.168.1.1", "pf", errs.Forbidden, "fetch.private"},
	} {
		_, err := Probe(t.Context(), client(fetch.Options{}), c.address, c.code)
		if e := errs.As(err); e == nil || e.Kind != c.kind || e.Key != c.key {
			t.Errorf("%s of %s: %v, not %s", c.code, c.address, err, c.key)
		}
	}
	s.spoilt(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, territoriesPath) {
			fmt.Fprint(w, `{"territories":[{"code":"pf","name":"`+strings.Repeat("long ", 100)+`","cluster":{"de":"x"},"licence":{"id":"ODbL-1.0"}}]}`)
			return true
		}
		return false
	})
	got, err := Probe(t.Context(), client(fetch.Options{}), s.url, "pf")
	if err != nil || len(got.Title) != 200 || got.Attribution != "" || got.Licence != "ODbL-1.0" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWriteMirrors(t *testing.T) {
	d := dbtest.SQLite(t)
	s, p := newSource(t), newPlace(t, d)
	s.set(card("A"), card("B"))
	p.follow(t, s)
	s.spoilt(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true })
	p.clock.pass(25 * time.Hour)
	for range 2 {
		if _, err := p.Sync(t.Context(), "pf", nil); err == nil {
			t.Fatal("no error")
		}
	}
	list, err := p.List(t.Context())
	if err != nil || len(list) != 1 || !list[0].Stale(p.clock.Now()) || list[0].Stale(p.clock.Now().Add(-2*time.Hour)) {
		t.Fatalf("%+v, %v", list, err)
	}
	there := func(string) *time.Location { return time.FixedZone("there", -10*60*60) }
	for lang, parts := range map[string][]string{
		"fr": {"pf  " + s.url + "/pf  2 fiches  à jour au", "pf : 2 échecs de suite depuis le", "répond par une erreur (502)"},
		"en": {"2 cards  up to date on", "pf: 2 failures in a row since", "answers with an error (502)"},
	} {
		var out strings.Builder
		if err := WriteMirrors(&out, localetest.Printer(t, lang, Texts, fetch.Texts), list, there); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), " (UTC-10:00)"); n != 2 {
			t.Errorf("%s: %d times with their zone in\n%s", lang, n, out.String())
		}
		for _, part := range parts {
			if !strings.Contains(strings.ReplaceAll(out.String(), "\u202f", " "), part) {
				t.Errorf("%s: no %q in\n%s", lang, part, out.String())
			}
		}
	}
	var out strings.Builder
	if err := WriteMirrors(&out, localetest.Printer(t, "fr", Texts), nil, there); err != nil || !strings.Contains(out.String(), "Aucun territoire") {
		t.Errorf("%q, %v", out.String(), err)
	}
}
