package listing

import (
	"slices"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

func TestFlags(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		saved := save(t, d, card("Un"), card("Deux"), card("Trois"))
		one, two, three := saved[0].Listing, saved[1].Listing, saved[2].Listing
		raise := func(l Listing, k FlagKind, at time.Time, detail string) (added bool) {
			t.Helper()
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				added, err = Store{}.Raise(ctx, tx, Flag{Listing: l.ID, Territory: "nc", Kind: k, Detail: detail, Since: at, Seen: at})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return added
		}
		if !raise(one, DeadSite, day(1), "https://a.nc") || raise(one, DeadSite, day(2), "https://b.nc") || !raise(one, StruckOff, day(3), "") {
			t.Error("a flag was added twice, or not at all")
		}
		raise(two, MailBounced, day(2), "x@y.nc\x00")
		raise(three, MailBounced, day(1), "")
		if _, err := service.Hide(ctx, team(""), three.ID, three.Version); err != nil {
			t.Fatal(err)
		}
		found, err := Reader{}.Flags(ctx, d.Read(), []string{one.ID, two.ID})
		if err != nil || len(found[one.ID]) != 2 || found[one.ID][0].Kind != StruckOff || len(found[two.ID]) != 1 || found[two.ID][0].Detail != "x@y.nc" {
			t.Fatalf("%+v, %v", found, err)
		}
		if f := found[one.ID][1]; !f.Since.Equal(day(1)) || !f.Seen.Equal(day(2)) || f.Detail != "https://b.nc" {
			t.Errorf("seen again: %+v", f)
		}
		for limit, want := range map[int][]Flag{1: {{Kind: StruckOff}}, 10: {{Kind: StruckOff}, {Kind: DeadSite}, {Kind: MailBounced}}} {
			all, err := Reader{}.Flagged(ctx, d.Read(), "nc", limit)
			if err != nil || !slices.EqualFunc(all, want, func(f, w Flag) bool { return f.Kind == w.Kind }) {
				t.Errorf("flagged, %d of them: %+v, %v", limit, all, err)
			}
		}
		if n, oldest, err := (Reader{}).CountFlagged(ctx, d.Read(), "nc"); err != nil || n != 3 || !oldest.Equal(day(1)) {
			t.Errorf("%d since %v, %v", n, oldest, err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			if err := (Store{}).ClearFlag(ctx, tx, one.ID, StruckOff); err != nil {
				return err
			}
			return Store{}.Delete(ctx, tx, []string{two.ID}, clock())
		})
		if err != nil {
			t.Fatal(err)
		}
		if found, err = (Reader{}).Flags(ctx, d.Read(), []string{one.ID, two.ID}); err != nil || len(found) != 1 || len(found[one.ID]) != 1 {
			t.Errorf("cleared and deleted: %+v, %v", found, err)
		}
	})
}

func TestForgetAndPurge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		saved := save(t, d, card("Un"), card("Deux"))
		at := day(1)
		service := NewService(d, func() time.Time { return at })
		for _, r := range saved {
			l := r.Listing
			for i, by := range []Author{owner("anne"), team("bea")} {
				at = day(1 + i)
				var err error
				if l, err = service.Confirm(ctx, by, l.ID, l.Version); err != nil {
					t.Fatal(err)
				}
			}
		}
		of := func(person string) int {
			found, err := Reader{}.RevisionsOf(ctx, d.Read(), person)
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		if of("anne") != 2 || of("bea") != 2 || of("") != 0 {
			t.Errorf("%d, %d and %d", of("anne"), of("bea"), of(""))
		}
		err := d.Write(ctx, func(tx *db.Tx) error { return Store{}.ForgetPerson(ctx, tx, "anne") })
		if err != nil || of("anne") != 0 || of("bea") != 2 || len(history(t, d, saved[0].Listing.ID)) != 2 {
			t.Errorf("forgotten: %v", err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error { return Store{}.PurgeRevisions(ctx, tx, day(2)) })
		if left := history(t, d, saved[0].Listing.ID); err != nil || len(left) != 1 || left[0].Person != "bea" {
			t.Errorf("purged: %v, %v", left, err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error { return Store{}.Delete(ctx, tx, []string{saved[0].Listing.ID}, clock()) })
		if err != nil || len(history(t, d, saved[0].Listing.ID)) != 0 || len(history(t, d, saved[1].Listing.ID)) != 1 {
			t.Errorf("deleted: %v", err)
		}
	})
}
