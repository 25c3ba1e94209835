package territory_test

import (
	"testing"

	"grappe/internal/territory"
	"grappe/presets"
)

func TestNamed(t *testing.T) {
	all, err := territory.LoadAll(presets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Polynésie française": "pf", "polynesie francaise": "pf", "French Polynesia": "pf", "wf": "wf", "Wallis-et-Futuna": "wf",
		"Nouméa": "", "": "", "Atlantide": "",
	} {
		if got, ok := territory.Named(all, text); got != want || ok != (want != "") {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func TestPlaceCode(t *testing.T) {
	for code, want := range map[string]bool{
		"pf": true, "98818": true, "2A004": true, "iles-du-vent": true, "": false, "-x": false, "Nouméa": false, "a b": false, "../x": false,
	} {
		if territory.PlaceCode(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
