package app

import (
	"strings"
	"testing"

	"grappe/internal/platform/errs"
)

// A base that a demonstration filled says so for good, whoever opens it.
func TestDemoIsMarked(t *testing.T) {
	dir := t.TempDir()
	first, err := Open(t.Context(), Options{Data: dir, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.FillDemo(t.Context(), demoSeed); err != nil {
		t.Fatal(err)
	}
	cards, err := first.Listings.Count(t.Context(), first.DB.Read(), demoTerritory)
	if err != nil || cards != 389 {
		t.Errorf("%d cards, %v", cards, err)
	}
	var legal string
	row := first.DB.Read().QueryRowContext(t.Context(), `SELECT legal_name FROM companies WHERE natural_person = TRUE`)
	if err := row.Scan(&legal); err != nil || !strings.HasSuffix(legal, " EI") {
		t.Errorf("a natural person is %q, %v", legal, err)
	}
	for what, f := range map[string]*front{"the demonstration": newFront(t, first), "opened again": newFront(t, start(t, Options{Data: dir}))} {
		mustHold(t, what, f.get(t, "/nc/mentions-legales").body, "fictives", "section class=\"banner")
		if got := f.get(t, "/robots.txt"); got.body != "User-agent: *\nDisallow: /\n" {
			t.Errorf("%s: robots %q", what, got.body)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, Options{Data: dir})
	if err := again.FillDemo(t.Context(), 7); err != nil {
		t.Errorf("a demonstration that is kept cannot be shown again: %v", err)
	}
	if n, err := again.Listings.Count(t.Context(), again.DB.Read(), demoTerritory); err != nil || n != cards {
		t.Errorf("%d cards, %v", n, err)
	}
}

// Nothing fictional is put among what is real.
func TestDemoRefusesARealBase(t *testing.T) {
	for _, code := range []string{"nc", "pf"} {
		a := start(t, Options{})
		if _, err := a.Territories.Add(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		if err := a.FillDemo(t.Context(), demoSeed); !errs.Is(err, errs.Conflict) || errs.As(err).Key != "app.not_a_demo" {
			t.Errorf("a base with %s: %v", code, err)
		}
		if n, err := a.Listings.Count(t.Context(), a.DB.Read(), demoTerritory); err != nil || n != 0 {
			t.Errorf("%d cards were put there, %v", n, err)
		}
		if mark, err := setting(t.Context(), a.DB.Read(), settingFictional); err != nil || mark != "" {
			t.Errorf("it is marked %q, %v", mark, err)
		}
		if got := newFront(t, a).get(t, "/"+code+"/mentions-legales"); strings.Contains(got.body, "fictives") {
			t.Error("it says that it is fictional")
		}
	}
}
