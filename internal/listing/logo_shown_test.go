package listing

import (
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/files"
)

// A logo that was handed in is anybody's to see once a public card has it: not that of a draft, nor a file that is no logo.
func TestLogoIsShownWithItsCard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		ids := map[string]string{}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, owner := range []string{LogoOwner("1"), "claim/1"} {
				id, err := files.Store{}.Put(ctx, tx, files.File{Territory: "nc", Owner: owner, Media: "image/png", Data: []byte("picture"), CreatedAt: clock()})
				if err != nil {
					return err
				}
				ids[owner] = id
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for owner, id := range ids {
			public := func() bool {
				f, err := files.Store{}.Get(ctx, d.Read(), id)
				if err != nil {
					t.Fatal(err)
				}
				return f.Public
			}
			r := card("Kernix")
			r.Listing.State = Draft
			l := save(t, d, r)[0].Listing
			l, _, err := service.Edit(ctx, Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, Content{Logo: files.Path(id)}, []string{"logo"})
			if err != nil || public() {
				t.Fatalf("%s: public %v with a draft, %v", owner, public(), err)
			}
			if _, err := service.Publish(ctx, Author{}, l.ID, l.Version); err != nil || public() != (owner != "claim/1") {
				t.Errorf("%s: public %v, %v", owner, public(), err)
			}
		}
	})
}
