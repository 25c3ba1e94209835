package listing

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestEdit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		l := save(t, d, card("Kernix"))[0].Listing
		owner, staff := company.Source{Kind: company.FromOwner}, company.Source{Kind: company.FromStaff}
		edited, changed, err := service.Edit(ctx, Author{Source: owner}, l.ID, l.Version, Content{Headline: "Nos mots"}, []string{"headline"})
		if err != nil || !slices.Equal(changed, []string{"headline"}) || edited.Version != l.Version+1 {
			t.Fatalf("changed %v, version %d, %v", changed, edited.Version, err)
		}
		if source := edited.Provenance["headline"]; source.Kind != company.FromOwner || !source.At.Equal(clock()) || !edited.ConfirmedAt.Equal(clock()) {
			t.Errorf("provenance %+v, confirmed %v", source, edited.ConfirmedAt)
		}
		if edited.Name != "Kernix" || edited.Slug != l.Slug {
			t.Errorf("the rest changed: %+v", edited)
		}
		_, _, err = service.Edit(ctx, Author{Source: owner}, l.ID, l.Version, Content{Headline: "Trop tard"}, []string{"headline"})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		_, _, err = service.Edit(ctx, Author{Source: staff}, l.ID, edited.Version, Content{Headline: "L’équipe", City: "Dumbéa"}, []string{"headline", "city"})
		if !errs.Is(err, errs.Forbidden) || !slices.Equal(fieldsOf(t, err), []string{"headline"}) {
			t.Errorf("the staff over the owner: %v", err)
		}
		_, _, err = service.Edit(ctx, Author{Source: staff}, l.ID, edited.Version, Content{}, []string{"name"})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("no name: %v", err)
		}
		if _, _, err = service.Edit(ctx, Author{Source: staff}, "absent", 1, Content{}, []string{"name"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("absent: %v", err)
		}
		stored, err := Store{}.ByID(ctx, d.Read(), l.ID)
		if err != nil || stored.Headline != "Nos mots" || stored.City != "Nouméa" || stored.Version != edited.Version {
			t.Errorf("stored %+v, %v", stored, err)
		}
	})
}

func TestStates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		l := save(t, d, card("Kernix"))[0].Listing
		hidden, err := service.Hide(ctx, Author{}, l.ID, l.Version)
		if err != nil || hidden.State != Hidden {
			t.Fatalf("%+v, %v", hidden, err)
		}
		shown, err := service.Publish(ctx, Author{}, l.ID, hidden.Version)
		if err != nil || shown.State != Published {
			t.Fatalf("%+v, %v", shown, err)
		}
		confirmed, err := service.Confirm(ctx, Author{}, l.ID, shown.Version)
		if err != nil || !confirmed.ConfirmedAt.Equal(clock()) || confirmed.Version != 4 {
			t.Fatalf("%+v, %v", confirmed, err)
		}
		if _, err := service.Hide(ctx, Author{}, l.ID, 1); !errs.Is(err, errs.Conflict) {
			t.Errorf("an old version: %v", err)
		}
	})
}

func TestMergeAndSplit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s, service := t.Context(), Store{}, NewService(d, clock)
		bare := Record{Listing: Listing{Territory: "nc", State: Published, Content: Content{Name: "Kernix Lab", Category: Company}}}
		saved := save(t, d, bare, card("Kernix"))
		into, from := saved[0].Listing, saved[1].Listing
		staff := company.Source{Kind: company.FromStaff}
		joined, err := service.Merge(ctx, Author{Source: staff}, into.ID, from.ID)
		if err != nil || len(joined.Phones) != 1 || joined.Name != "Kernix Lab" {
			t.Fatalf("joined %+v, %v", joined, err)
		}
		if l, err := s.BySlug(ctx, d.Read(), "nc", from.Slug); err != nil || l.ID != into.ID {
			t.Errorf("the old address leads to %q, %v", l.ID, err)
		}
		if kept, err := s.MergedInto(ctx, d.Read(), into.ID); err != nil || len(kept) != 1 || kept[0].From != from.ID {
			t.Errorf("kept %v, %v", kept, err)
		}
		if _, err := service.Merge(ctx, Author{Source: staff}, into.ID, from.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("merged twice: %v", err)
		}
		if _, err := service.Publish(ctx, Author{}, from.ID, from.Version+1); !errs.Is(err, errs.Conflict) {
			t.Errorf("a merged card is published: %v", err)
		}
		if _, err := service.Merge(ctx, Author{Source: staff}, into.ID, into.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("merged with itself: %v", err)
		}
		parted, err := service.Split(ctx, Author{}, from.ID)
		if err != nil || parted.State != Published || parted.MergedInto != "" || len(parted.Phones) != 1 {
			t.Fatalf("parted %+v, %v", parted, err)
		}
		back, err := s.ByID(ctx, d.Read(), into.ID)
		if err != nil || len(back.Phones) != 0 || back.Completeness != into.Completeness {
			t.Errorf("back %+v, %v", back, err)
		}
		if l, err := s.BySlug(ctx, d.Read(), "nc", from.Slug); err != nil || l.ID != from.ID {
			t.Errorf("after the split the address leads to %q, %v", l.ID, err)
		}
		if _, err := service.Split(ctx, Author{}, from.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("split twice: %v", err)
		}
	})
}

// Of many edits of one version at once exactly one wins, and the others are told.
func TestConcurrentEdits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		service := NewService(d, clock)
		l := save(t, d, card("Kernix"))[0].Listing
		var won, told atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				_, _, err := service.Edit(context.Background(), Author{Source: company.Source{Kind: company.FromStaff}}, l.ID, l.Version,
					Content{Headline: db.NewID()}, []string{"headline"})
				switch {
				case err == nil:
					won.Add(1)
				case errs.Is(err, errs.Conflict):
					told.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || told.Load() != 7 {
			t.Errorf("%d won, %d were told", won.Load(), told.Load())
		}
	})
}

// Two batches that hold the same cards at the same version: the second is refused whole.
func TestBatchOfOldVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		saved := save(t, d, card("Un"), card("Deux"))
		save(t, d, saved[1])
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			saved[0].Listing.Headline = "perdu"
			_, err := Store{}.SaveBatch(t.Context(), tx, saved, clock())
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			t.Fatalf("an old version in a batch: %v", err)
		}
		l, err := Store{}.ByID(t.Context(), d.Read(), saved[0].Listing.ID)
		if err != nil || l.Headline == "perdu" || l.Version != 1 {
			t.Errorf("half a batch is stored: %+v, %v", l, err)
		}
	})
}

// The way up from a merged card ends at the one that stands for it, over several mergings, for many cards at once.
func TestStandsFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, service := t.Context(), NewService(d, clock)
		var ids []string
		for _, r := range save(t, d, card("Un"), card("Deux"), card("Trois"), card("Autre")) {
			ids = append(ids, r.Listing.ID)
		}
		for i := range 2 {
			if _, err := service.Merge(ctx, Author{}, ids[i+1], ids[i]); err != nil {
				t.Fatal(err)
			}
		}
		found, err := Reader{}.RecordsFor(ctx, d.Read(), append(ids, "none"))
		if err != nil || len(found) != 4 {
			t.Fatalf("%d, %v", len(found), err)
		}
		for i, want := range []int{2, 2, 2, 3} {
			if r := found[ids[i]]; r.Listing.ID != ids[want] || r.Company.ID != r.Listing.CompanyID {
				t.Errorf("for card %d stands %q of %q", i, r.Listing.Name, r.Company.ID)
			}
			if l, ok, err := (Reader{}).StandsFor(ctx, d.Read(), ids[i]); err != nil || !ok || l.ID != ids[want] {
				t.Errorf("for card %d stands %q, %v", i, l.Name, err)
			}
		}
		if _, ok, err := (Reader{}).RecordFor(ctx, d.Read(), "none"); ok || err != nil {
			t.Errorf("for none: %v, %v", ok, err)
		}
	})
}
