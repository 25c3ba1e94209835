package schema_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// A draft of before is the card of a natural person that waits for a consent; other cards are what they were.
func TestDraftsWaitForAConsent(t *testing.T) {
	before := fstest.MapFS{}
	steps, err := fs.Glob(schema.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range steps {
		text, err := fs.ReadFile(schema.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name < "0120" {
			before[name] = &fstest.MapFile{Data: text}
		}
	}
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		ctx, url := context.Background(), fresh()
		old, err := db.Open(ctx, db.Options{URL: url, Migrations: before})
		if err != nil {
			t.Fatal(err)
		}
		err = old.Write(ctx, func(tx *db.Tx) error {
			for _, state := range []string{"draft", "published", "hidden"} {
				_, err := tx.ExecContext(ctx, `INSERT INTO companies (id, territory, legal_name, usual_name, identifiers, activities, size_class,
					founded_year, status, establishments, provenance, created_at, updated_at, version)
					VALUES ($1, 'nc', '', '', '[]', '[]', '', 0, '', '[]', '{}', 0, 0, 1)`, state)
				if err != nil {
					return err
				}
				_, err = tx.ExecContext(ctx, `INSERT INTO listings (id, territory, slug, company_id, state, merged_into, name, category, headline,
					description, competences, sectors, tags, service_area, phones, emails, websites, social, opening_hours, accessibility, languages,
					logo, address, postcode, city, zone, provenance, completeness, confirmed_at, created_at, updated_at, version)
					VALUES ($1, 'nc', $1, $1, $1, '', $1, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '{}', 0, 0, 0, 0, 1)`, state)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		d := dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS})
		for state, want := range map[string]bool{"draft": true, "published": false, "hidden": false} {
			var natural, withheld bool
			err := d.Read().QueryRowContext(ctx, `SELECT c.natural_person, l.withheld FROM listings l JOIN companies c ON c.id = l.company_id
				WHERE l.id = $1`, state).Scan(&natural, &withheld)
			if err != nil || natural != want || withheld != want {
				t.Errorf("%s: natural %t, withheld %t, %v", state, natural, withheld, err)
			}
		}
	})
}
