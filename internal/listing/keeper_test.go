package listing

import (
	"errors"
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

const keeperOfTests = "https://annuaire.example.pf"

func keep(t *testing.T, d *db.DB, s Store, territory string) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *db.Tx) error { return s.Keep(t.Context(), tx, territory) })
}

// What a keeper brings, nobody else changes: neither by the service nor by a store of its own.
func TestKeptCardsAreReadOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service, keeper := t.Context(), NewService(d, clock), KeptBy(keeperOfTests)
		if err := keep(t, d, keeper, "nc"); err != nil {
			t.Fatal(err)
		}
		var saved []Record
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			saved, err = keeper.SaveBatch(ctx, tx, []Record{card("Kernix"), card("Autre")}, clock())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		l, staff := saved[0].Listing, company.Source{Kind: company.FromStaff}
		for what, do := range map[string]func() error{
			"edit": func() error {
				_, _, err := service.Edit(ctx, Author{Source: staff}, l.ID, l.Version, Content{Headline: "À nous"}, []string{"headline"})
				return err
			},
			"edit nothing": func() error {
				_, _, err := service.Edit(ctx, Author{Source: staff}, l.ID, l.Version, Content{}, nil)
				return err
			},
			"confirm":        func() error { _, err := service.Confirm(ctx, Author{}, l.ID, l.Version); return err },
			"hide":           func() error { _, err := service.Hide(ctx, Author{}, l.ID, l.Version); return err },
			"publish":        func() error { _, err := service.Publish(ctx, Author{}, l.ID, l.Version); return err },
			"an old version": func() error { _, err := service.Hide(ctx, Author{}, l.ID, 99); return err },
			"merge": func() error {
				_, err := service.Merge(ctx, Author{Source: staff}, l.ID, saved[1].Listing.ID)
				return err
			},
			"save": func() error {
				return d.Write(ctx, func(tx *db.Tx) error {
					_, err := Store{}.SaveBatch(ctx, tx, []Record{card("Intruse")}, clock())
					return err
				})
			},
			"delete": func() error {
				return d.Write(ctx, func(tx *db.Tx) error { return Store{}.Delete(ctx, tx, []string{l.ID}, clock()) })
			},
			"another keeper": func() error {
				return d.Write(ctx, func(tx *db.Tx) error { return KeptBy("https://other.example").Delete(ctx, tx, []string{l.ID}, clock()) })
			},
		} {
			err := do()
			e := errs.As(err)
			want := errs.Forbidden
			if what == "another keeper" {
				want = errs.Conflict
			}
			if e == nil || e.Kind != want || want == errs.Forbidden && e.Args["source"] != "annuaire.example.pf" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if n, err := (Reader{}).Count(ctx, d.Read(), "nc"); err != nil || n != 2 {
			t.Errorf("%d cards, %v", n, err)
		}
		if now, err := (Reader{}).ByID(ctx, d.Read(), l.ID); err != nil || now.Version != l.Version || now.State != Published {
			t.Errorf("the card is %+v, %v", now, err)
		}
	})
}

func TestKeepAndRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, keeper := t.Context(), KeptBy(keeperOfTests)
		save(t, d, card("À nous"))
		if err := keep(t, d, keeper, "nc"); !errs.Is(err, errs.Conflict) || errs.As(err).Key != "listing.own_cards" {
			t.Errorf("a territory with cards of its own: %v", err)
		}
		if err := errors.Join(keep(t, d, keeper, "pf"), keep(t, d, keeper, "pf")); err != nil {
			t.Error(err)
		}
		if err := keep(t, d, KeptBy("https://other.example"), "pf"); !errs.Is(err, errs.Conflict) || errs.As(err).Key != "listing.kept_by_other" {
			t.Errorf("two keepers: %v", err)
		}
		if source, err := keeper.Keeper(ctx, d.Read(), "pf"); source != keeperOfTests || err != nil {
			t.Errorf("kept by %q, %v", source, err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(KeptBy("https://other.example").Release(ctx, tx, "pf"), keeper.MayWrite(ctx, tx, "pf"), keeper.Release(ctx, tx, "pf"))
		})
		if err != nil {
			t.Error(err)
		}
		if err := keeper.MayWrite(ctx, d.Read(), "pf"); !errs.Is(err, errs.Conflict) {
			t.Errorf("a keeper that keeps it no more: %v", err)
		}
		if err := (Store{}).MayWrite(ctx, d.Read(), "pf"); err != nil {
			t.Errorf("the instance itself: %v", err)
		}
	})
}

// A card that is renamed elsewhere takes its new slug, or the next free one, and its old ones go on leading to it.
func TestClaimSlug(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), Store{}
		saved := save(t, d, card("Kernix"), card("Autre"))
		l := saved[0].Listing
		for _, c := range []struct{ wish, want string }{
			{"nouveau-nom", "nouveau-nom"},
			{"autre", "autre-2"},
			{"kernix", "kernix"},
			{"Suggestions", "suggestions-fiche"},
		} {
			var got string
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				got, err = s.ClaimSlug(ctx, tx, "nc", l.ID, c.wish)
				return err
			})
			if err != nil || got != c.want {
				t.Errorf("%s: %q, %v", c.wish, got, err)
			}
		}
		for _, slug := range []string{"kernix", "nouveau-nom", "autre-2"} {
			if found, err := s.BySlug(ctx, d.Read(), "nc", slug); err != nil || found.ID != l.ID {
				t.Errorf("%s leads to %q, %v", slug, found.ID, err)
			}
		}
	})
}
