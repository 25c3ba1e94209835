package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"grappe/internal/platform/ui"
)

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
