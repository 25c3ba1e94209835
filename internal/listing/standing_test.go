package listing

import (
	"slices"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

func TestStandings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		here, bare, hidden, faulty := card("Kernix"), card("Nu"), card("Absente"), card("Cassée")
		here.Listing.Emails, here.Listing.Competences, here.Listing.ConfirmedAt = []string{"a@b.nc"}, []string{"web-development"}, clock()
		bare.Listing.Content = Content{Name: "Nu", Category: Company}
		hidden.Listing.State = Hidden
		elsewhere := card("Ailleurs")
		elsewhere.Listing.Territory = "pf"
		saved := save(t, d, here, bare, hidden, faulty)
		save(t, d, elsewhere)
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE listings SET emails = '{' WHERE id = $1", saved[3].Listing.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Standing{}
		if err := (Reader{}).Standings(ctx, d.Read(), "nc", []State{Published}, func(s Standing) { got[s.ID] = s }); err != nil {
			t.Fatal(err)
		}
		s, l := got[saved[0].Listing.ID], saved[0].Listing
		if len(got) != 2 || s.CompanyID != l.CompanyID || s.State != Published || s.Zone != "98818" || !slices.Equal(s.Emails, []string{"a@b.nc"}) ||
			!slices.Equal(s.Competences, []string{"web-development"}) || s.Completeness != l.Completeness || !s.ConfirmedAt.Equal(clock()) || !s.CreatedAt.Equal(l.CreatedAt) {
			t.Errorf("%d standings, %+v", len(got), s)
		}
		if b := got[saved[1].Listing.ID]; !b.ConfirmedAt.IsZero() || len(b.Emails)+len(b.Competences) > 0 {
			t.Errorf("%+v", b)
		}
		var ids []string
		for after := ""; ; after = ids[len(ids)-1] {
			page, err := Reader{}.IDs(ctx, d.Read(), "nc", after, 3)
			if err != nil {
				t.Fatal(err)
			}
			if ids = append(ids, page...); len(page) < 3 {
				break
			}
		}
		if len(ids) != 4 || !slices.IsSorted(ids) {
			t.Errorf("%q", ids)
		}
	})
}

func TestMayBePublic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		firm, person := card("Kernix"), card("Léa")
		person.Company.NaturalPerson = true
		saved := save(t, d, firm, person)
		may := func(i int) bool {
			t.Helper()
			may, err := Reader{}.MayBePublic(ctx, d.Read(), saved[i].Listing)
			if err != nil {
				t.Fatal(err)
			}
			return may
		}
		if !may(0) || may(1) {
			t.Errorf("a firm %v, a person %v", may(0), may(1))
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := Store{}.Consent(ctx, tx, saved[1].Company.ID, true, clock())
			return err
		})
		if err != nil || !may(1) {
			t.Errorf("once the person consents: %v, %v", may(1), err)
		}
	})
}
