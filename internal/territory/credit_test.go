package territory

import (
	"context"
	"strings"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/presets"
)

func TestOutlineCredit(t *testing.T) {
	whose := OutlineCredit{Source: "Gouvernement de la Nouvelle-Calédonie", Licence: Licence{ID: "cc-by-4.0"}.Completed()}
	if got := whose.Text(); got != "Gouvernement de la Nouvelle-Calédonie, CC-BY-4.0" {
		t.Error(got)
	}
	if got := (OutlineCredit{Source: "IGN"}).Text(); got != "IGN" {
		t.Error(got)
	}
	for _, good := range []OutlineCredit{{}, whose, {Source: "IGN"}} {
		if err := CheckOutlineCredit(good); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for field, bad := range map[string]OutlineCredit{
		"source":     {Licence: whose.Licence},
		"source ":    {Source: "<b>IGN</b>"},
		"licence.id": {Source: "IGN", Licence: Licence{ID: "secret"}},
	} {
		if e := errs.As(CheckOutlineCredit(bad)); e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%+v: %v", bad, e)
		}
	}
}

// Whose the outlines are is kept with them, and goes with them.
func TestServiceKeepsTheOutlineCredit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := NewService(d, presets.FS)
		nc, err := s.Add(ctx, "nc")
		if err != nil {
			t.Fatal(err)
		}
		text := squares(nc, func(_ int, z Zone) string { return `{"code":"` + z.Code + `"}` })
		load := func(c OutlineCredit) error {
			_, err := s.LoadGeometry(ctx, "nc", strings.NewReader(text), c)
			return err
		}
		is := func(want string) {
			t.Helper()
			nc, err := s.Get(ctx, "nc")
			if err != nil || nc.OutlineCredit.Text() != want {
				t.Errorf("%+v %v, want %q", nc.OutlineCredit, err, want)
			}
		}
		is("")
		if err := load(OutlineCredit{Source: "DITTT", Licence: Licence{ID: "CC-BY-4.0"}}); err != nil {
			t.Fatal(err)
		}
		is("DITTT, CC-BY-4.0")
		if nc, err = NewService(d, presets.FS).Get(ctx, "nc"); err != nil || nc.OutlineCredit.Licence.URL == "" {
			t.Errorf("another process: %+v %v", nc.OutlineCredit, err)
		}
		if err := load(OutlineCredit{Source: "\x00"}); !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
		is("DITTT, CC-BY-4.0")
		if err := load(OutlineCredit{}); err != nil {
			t.Fatal(err)
		}
		is("") // other outlines, of which nobody said whose they are
		if err := load(OutlineCredit{Source: "IGN"}); err != nil {
			t.Fatal(err)
		}
		is("IGN")
		if err := s.SaveGeometry(ctx, "nc", nil, OutlineCredit{Source: "IGN"}); err != nil {
			t.Fatal(err)
		}
		is("")
	})
}

func TestStricter(t *testing.T) {
	etalab := Licences()[0]
	for written, want := range map[string]string{
		"ODbL": "ODbL-1.0", "Open Database License (ODbL) v1.0": "ODbL-1.0", "odbl-1.0": "ODbL-1.0", "CC BY-SA 4.0": "CC-BY-SA-4.0",
		"Creative Commons Attribution - Partage dans les Mêmes Conditions": "CC-BY-SA-4.0",
		"":                                "",
		"MIT":                             "",
		"Licence Ouverte 2.0":             "",
		"CC-BY-4.0":                       "",
		"celle de l’annuaire d’origine":   "",
		"Open Data Commons Attribution 1": "",
	} {
		l, ok := Stricter(written, etalab)
		if ok != (want != "") || ok && (l.ID != want || l.Name == "" || l.URL == "") {
			t.Errorf("%q: %+v %v", written, l, ok)
		}
	}
	if _, ok := Stricter("ODbL", Licence{ID: "ODbL-1.0"}); ok {
		t.Error("the same licence is not stricter")
	}
	if l, ok := LicenceNamed("cc by 4.0"); !ok || l.ID != "CC-BY-4.0" || l.ShareAlike() {
		t.Errorf("%+v %v", l, ok)
	}
}
