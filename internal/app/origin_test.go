package app

import (
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui/uitest"
)

// absolute are the addresses of a page that others than its reader keep: search engines, caches, whoever shares it.
func absolute(t *testing.T, body string) []string {
	t.Helper()
	var all []string
	for _, n := range uitest.Find(t, body, "link[rel=canonical], link[rel=alternate]") {
		all = append(all, uitest.Attr(n, "href"))
	}
	return all
}

// No address that is kept elsewhere is that of a host which somebody merely wrote into a request.
func TestNoForeignHostIsEchoed(t *testing.T) {
	a := filled(t)
	a.options.Fictional = false // else robots.txt names nothing
	for name, tt := range map[string]struct {
		public string
		hosts  []string
		want   string // what addresses begin with
	}{
		"a public address": {"https://grappe.example", nil, "https://grappe.example/nc"},
		"a host":           {"", []string{"open.example", "annuaire.example"}, "http://annuaire.example/"},
		"both":             {"https://grappe.example", []string{"annuaire.example"}, "https://annuaire.example/"},
	} {
		a.options.PublicURL = tt.public
		if err := a.Territories.SetHosts(t.Context(), "nc", tt.hosts); err != nil {
			t.Fatal(err)
		}
		f := newFront(t, a)
		card := "/annuaire/" + slugs((&bench{a, demoTerritory}).find(t, expectation{}, 1))[0]
		for _, path := range []string{"", "/annuaire", "/en/annuaire", card, "/mentions-legales"} {
			got := f.get(t, "/nc"+path, "Host", "evil.example")
			if addresses := absolute(t, got.body); got.status != 200 || len(addresses) < 3 {
				t.Errorf("%s: %s: %d, %d addresses", name, path, got.status, len(addresses))
			} else {
				for _, address := range addresses {
					if !strings.HasPrefix(address, tt.want) {
						t.Errorf("%s: %s names %s, want %s…", name, path, address, tt.want)
					}
				}
			}
			for _, n := range uitest.Find(t, got.body, "a[hreflang]") {
				if !strings.HasPrefix(uitest.Attr(n, "href"), "/nc") {
					t.Errorf("%s: %s: the other language is at %s, on another host", name, path, uitest.Attr(n, "href"))
				}
			}
			if strings.Contains(got.body, "evil.example") {
				t.Errorf("%s: %s echoes the host", name, path)
			}
		}
		mustHold(t, name, f.get(t, "/nc"+card, "Host", "evil.example").body, `"@id":"`+strings.TrimSuffix(tt.want, "/")+card)
		for _, path := range []string{"/robots.txt", "/nc/sitemap.xml", "/nc/nulle-part", "/nulle-part", "/"} {
			if got := f.get(t, path, "Host", "evil.example"); strings.Contains(got.body+got.header.Get("Location"), "evil.example") {
				t.Errorf("%s: %s echoes the host: %.300s", name, path, got.body)
			}
		}
		mustHold(t, name, f.get(t, "/robots.txt", "Host", "evil.example").body, "Sitemap: "+strings.TrimSuffix(tt.want, "/")+"/sitemap.xml\n")
	}
}

// Without a name that the operator gave, the request's host stands for it where it is one.
func TestHostOfTheRequest(t *testing.T) {
	f := newFront(t, empty(t))
	for host, want := range map[string]string{
		"localhost:8080": "http://localhost:8080/nc/annuaire", "[::1]:8080": "http://[::1]:8080/nc/annuaire",
		"x/evil.example": "/nc/annuaire", `x"onload="`: "/nc/annuaire", "": "/nc/annuaire",
	} {
		got := f.get(t, "/nc/annuaire", "Host", host)
		if addresses := absolute(t, got.body); got.status != 200 || len(addresses) < 3 || addresses[0] != want {
			t.Errorf("host %q: %d %q, want %q", host, got.status, addresses, want)
		}
	}
}

func TestParsePublicURL(t *testing.T) {
	if got, err := ParsePublicURL("https://grappe.example/"); err != nil || got != "https://grappe.example" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ParsePublicURL("grappe.example"); !errs.Is(err, errs.Usage) || errs.As(err).Key != "app.bad_public_url" {
		t.Errorf("a name alone: %v", err)
	}
}

// The stylesheet of the accents follows the territories; pages sent before still find theirs.
func TestAccentsFollow(t *testing.T) {
	a := empty(t)
	f := newFront(t, a)
	address := func() string {
		for _, n := range uitest.Find(t, f.get(t, "/nc").body, "link[rel=stylesheet]") {
			if href := uitest.Attr(n, "href"); strings.Contains(href, "accents") {
				return href
			}
		}
		return ""
	}
	before := address()
	if err := f.registry.reload(t.Context(), a.Territories, a.log); err != nil || address() != before {
		t.Errorf("nothing changed, but the accents did: %v", err)
	}
	if _, err := a.Territories.Add(t.Context(), "pf"); err != nil {
		t.Fatal(err)
	}
	if err := f.registry.reload(t.Context(), a.Territories, a.log); err != nil {
		t.Fatal(err)
	}
	after := address()
	if after == before || !strings.Contains(f.get(t, after).body, `"pf"`) {
		t.Errorf("%s after %s", after, before)
	}
	for _, path := range []string{before, after} {
		if got := f.get(t, path); got.status != 200 || !strings.Contains(got.body, `"nc"`) {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
