package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

// The pages of an office have its menu beside them, once for each width, and other pages have none.
func TestOffice(t *testing.T) {
	pages, err := parse(t, map[string]string{"a.html": `{{define "main"}}<h1>A</h1>{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	f := uitest.Frame(t, "fr")
	uitest.Count(t, uitest.Render(t, pages, "a", page{Frame: f}), ".office-nav, .office", 0)
	f.Office = &ui.Office{Label: "Gestion", Menu: []ui.Link{{Label: "<Équipe>", URL: "/nc/gestion/equipe", Icon: "users", Current: true}, {Label: "Santé", URL: "/nc/gestion/sante", Count: 2}}}
	got := uitest.Render(t, pages, "a", page{Frame: f})
	uitest.CheckPage(t, got)
	for _, part := range []string{".office-side", ".office-fold"} {
		uitest.Count(t, got, ".office > nav.office-nav[aria-label=Gestion] "+part+" a", 2)
		uitest.Count(t, got, part+" a[aria-current=page][href='/nc/gestion/equipe']", 1)
		if text := uitest.Text(uitest.One(t, got, part+" a[href$=sante]")); text != "Santé 2 choses à faire" {
			t.Errorf("%s: %q", part, text)
		}
	}
	if text := uitest.Text(uitest.One(t, got, ".office-fold summary")); text != "Gestion <Équipe> 2 choses à faire" {
		t.Errorf("%q", text)
	}
	uitest.Count(t, got, ".office > main#main", 1)
	f.Office.Menu[0].Current, f.Office.Menu[1].Count = false, 0
	if got = uitest.Render(t, pages, "a", page{Frame: f}); uitest.Text(uitest.One(t, got, ".office-fold summary")) != "Gestion" {
		t.Error("no entry is current, none asks for anything")
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ base, lang, path, want string }{
		{"", "", "/", "/"},
		{"", "", "", "/"},
		{"", "", "/annuaire", "/annuaire"},
		{"/nc", "", "/", "/nc"},
		{"/nc", "", "/annuaire?q=a&ou=b#c", "/nc/annuaire?q=a&ou=b#c"},
		{"/nc", "/en", "/annuaire", "/nc/en/annuaire"},
		{"/nc", "/en", "annuaire", "/nc/en/annuaire"},
		{"", "/en", "/", "/en"},
		{"/nc", "/en", "/?q=x", "/nc/en?q=x"},
		{"", "", "/?q=x", "/?q=x"},
		{"", "", "//evil.example/x", "/evil.example/x"},
		{"", "", `/\evil.example`, "/evil.example"},
		{"", "", `\\evil.example`, "/evil.example"},
		{"/nc", "", "#main", "#main"},
		{"/nc", "", "?page=2", "?page=2"},
		{"/nc", "", "https://example.org/", "https://example.org/"},
		{"/nc", "", "mailto:a@example.org", "mailto:a@example.org"},
		{"/nc", "", "/a%zz", "/nc/a%zz"},
	}
	for _, tt := range tests {
		f := ui.Frame{Base: tt.base, LangPrefix: tt.lang, Origin: "https://x.example"}
		if got := f.Path(tt.path); got != tt.want {
			t.Errorf("%q %q Path(%q) = %q, want %q", tt.base, tt.lang, tt.path, got, tt.want)
		}
	}
	if got := (ui.Frame{Base: "/nc", Origin: "https://x.example"}).URL("/annuaire"); got != "https://x.example/nc/annuaire" {
		t.Error(got)
	}
}

func TestFrameOfRequest(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if f := ui.Of(r); f.P != nil || f.Lang != "" {
		t.Errorf("%+v", f)
	}
	if f := ui.Of(r.WithContext(ui.With(r.Context(), ui.Frame{Lang: "fr"}))); f.Lang != "fr" {
		t.Errorf("%+v", f)
	}
}

func TestFrameWords(t *testing.T) {
	for _, tt := range []struct{ title, cluster, want string }{
		{"Annuaire", "Grappe", "Annuaire – Grappe"}, {"", "Grappe", "Grappe"}, {"Grappe", "Grappe", "Grappe"}, {"Annuaire", "", "Annuaire"},
	} {
		if got := (ui.Frame{Title: tt.title, Brand: ui.Brand{Cluster: tt.cluster}}).FullTitle(); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
	f := ui.Frame{Lang: "fr", Alternates: []ui.Alternate{{Lang: "fr", URL: "/a"}, {Lang: "en", URL: "/en/a"}}}
	if others := f.Others(); len(others) != 1 || others[0].Name() != "English" || f.Alternates[0].Name() != "Français" || f.DefaultURL() != "/a" {
		t.Errorf("%+v %q", others, f.DefaultURL())
	}
	if f.Direction() != "ltr" || (ui.Frame{Dir: "rtl"}).Direction() != "rtl" {
		t.Error(f.Direction())
	}
	if (ui.Alternate{Lang: "wls"}).Name() != "wls" || (ui.Frame{}).DefaultURL() != "" {
		t.Error("an unknown language is named by its code, no alternate has no default")
	}
}
