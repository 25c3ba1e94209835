package tabular_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"grappe/internal/platform/tabular"
)

// A file without rows is whole: JSON Lines holds not even a blank line, and every line of one with rows ends.
func TestFilesWithoutRows(t *testing.T) {
	written := func(f tabular.Format, rows ...string) string {
		var b bytes.Buffer
		w, err := tabular.NewWriter(f, &b, []tabular.Column{{Key: "name"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Write([]any{row}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := written(tabular.JSONLines); got != "" {
		t.Errorf("JSON Lines without rows: %q", got)
	}
	if got := written(tabular.JSONLines, "a", "b"); got != "{\"name\":\"a\"}\n{\"name\":\"b\"}\n" {
		t.Errorf("JSON Lines: %q", got)
	}
	for _, f := range []tabular.Format{tabular.JSON, tabular.GeoJSON} {
		if got := written(f); !json.Valid([]byte(got)) {
			t.Errorf("%s without rows: %q", f, got)
		}
	}
}

// A spreadsheet in French parts cells at semicolons, one in English at commas: a file that a person opens is made for theirs.
func TestSheetsForTheirReaders(t *testing.T) {
	for lang, want := range map[string]string{
		"fr": "\ufeffNom;Ville\r\n\"Atelier, fils; et filles\";Nouméa\r\n",
		"en": "\ufeffNom,Ville\r\n\"Atelier, fils; et filles\",Nouméa\r\n",
	} {
		var b bytes.Buffer
		w, err := tabular.NewSheetWriter(lang, &b, []tabular.Column{{Title: "Nom"}, {Title: "Ville"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write([]any{"Atelier, fils; et filles", "Nouméa"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: %q, want %q", lang, b.String(), want)
		}
	}
}
