package company

import (
	"slices"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		save := func(companies ...Company) (saved []Company, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				saved, err = s.SaveBatch(ctx, tx, companies, day(1))
				return err
			})
			return saved, err
		}
		full := Company{
			Territory: "idf", LegalName: "KERNIX \x00'; DROP TABLE companies; --", UsualName: "Kernix", SizeClass: "11", FoundedYear: 2001,
			Identifiers: []Identifier{ParseIdentifier(SchemeSIRET, "435 274 352 00036"), ParseIdentifier(SchemeSIREN, "nope")},
			Activities:  []Activity{{Nomenclature: NAFRev2, Code: "62.01Z", Main: true}}, Status: Active, NaturalPerson: true,
			Establishments: []Establishment{{Name: "Siège", Head: true, City: "Paris", Point: &geo.Point{Lat: 48.8, Lon: 2.3}}},
			Provenance:     Provenance{"usual_name": {Kind: FromOwner, At: day(1)}},
		}
		saved, err := save(full, Company{Territory: "idf", UsualName: "Nu"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.ByID(ctx, d.Read(), saved[0].ID)
		if err != nil || got.LegalName != "KERNIX '; DROP TABLE companies; --" || got.Version != 1 || got.Status != Active || !got.NaturalPerson ||
			!slices.Equal(got.Identifiers, full.Identifiers) || !got.Provenance["usual_name"].Equal(full.Provenance["usual_name"]) ||
			got.Establishments[0].Point.Lat != 48.8 || !got.CreatedAt.Equal(day(1)) {
			t.Fatalf("read %+v, %v", got, err)
		}
		if bare, err := s.ByID(ctx, d.Read(), saved[1].ID); err != nil || bare.Status != Unknown || bare.NaturalPerson || bare.Identifiers != nil {
			t.Errorf("read %+v, %v", bare, err)
		}
		found, err := s.ByIdentifier(ctx, d.Read(), "idf", SchemeSIRET, "43527435200036")
		if err != nil || len(found) != 1 || found[0].ID != got.ID {
			t.Errorf("by identifier %v, %v", found, err)
		}
		got.Identifiers, got.FoundedYear, got.NaturalPerson = nil, 2002, false
		if _, err := save(got); err != nil {
			t.Fatal(err)
		}
		if again, err := s.ByID(ctx, d.Read(), got.ID); err != nil || again.NaturalPerson || again.FoundedYear != 2002 {
			t.Errorf("read again %+v, %v", again, err)
		}
		if found, err = s.ByIdentifier(ctx, d.Read(), "idf", SchemeSIRET, "43527435200036"); err != nil || len(found) != 0 {
			t.Errorf("a number that was taken off finds %v, %v", found, err)
		}
		if _, err := save(got); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := s.ByID(ctx, d.Read(), "absent"); !errs.Is(err, errs.NotFound) {
			t.Errorf("absent: %v", err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error { return s.Delete(ctx, tx, []string{got.ID}) })
		if left, _ := s.ByIDs(ctx, d.Read(), []string{got.ID, saved[1].ID}); err != nil || len(left) != 1 {
			t.Errorf("left %v, %v", left, err)
		}
	})
}

func TestNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := Store{}.SaveBatch(t.Context(), tx, []Company{
				{Territory: "nc", UsualName: "Atelier du Lagon", LegalName: "SARL AL"},
				{Territory: "nc", LegalName: "LAGON 100% Bleu"},
				{Territory: "nc", UsualName: "Kunié_Web"},
				{Territory: "pf", UsualName: "Lagon de Tahiti"},
			}, day(1))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"lagon": 2, "LAGON": 2, "sarl": 1, "100%": 1, "%": 1, "_": 1, "tahiti": 0, `\`: 0, "": 3} {
			found, err := Store{}.Named(t.Context(), d.Read(), "nc", text, 10)
			if err != nil || len(found) != want {
				t.Errorf("%q: %d companies, not %d (%v)", text, len(found), want, err)
			}
		}
		if found, err := (Store{}).Named(t.Context(), d.Read(), "nc", "", 2); err != nil || len(found) != 2 {
			t.Errorf("%d of two, %v", len(found), err)
		}
	})
}
