package directory_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/search"
)

// Pages by number, a walk by positions and IDs give the same cards in the same order.
func TestThreeWaysThroughAllHits(t *testing.T) {
	h := open(t, dbtest.SQLite(t), spread(130)...)
	for _, address := range []string{"", "q=atelier", "tri=nom", "tri=recents", "tri=distance&pres=-22.2,166.4", "competence=training&tri=nom"} {
		q := query(t, address)
		ids, err := h.directory.IDs(t.Context(), "nc", q.WithPage(7))
		if err != nil || len(ids) == 0 {
			t.Fatal(ids, err)
		}
		var paged, walked []string
		var after *search.Position
		for page := 1; page <= 20; page++ {
			byNumber, err := h.directory.Search(t.Context(), "nc", q.WithPage(page), directory.Options{})
			if err != nil {
				t.Fatal(err)
			}
			behind := q
			if after != nil {
				behind = q.WithPage(9) // a position stands in place of the page
			}
			byPosition, err := h.directory.Search(t.Context(), "nc", behind, directory.Options{After: after, FacetLimit: -1})
			if err != nil || byPosition.Total != len(ids) || len(byPosition.Facets) != 0 {
				t.Fatalf("%s: %d of %d, %v", address, byPosition.Total, len(ids), err)
			}
			for _, hit := range byNumber.Hits {
				paged = append(paged, hit.ID)
			}
			for _, hit := range byPosition.Hits {
				walked = append(walked, hit.ID)
				after = &hit.Hit.Position
			}
		}
		if !slices.Equal(paged, ids) || !slices.Equal(walked, ids) {
			t.Errorf("%s:\n%v\n%v\n%v", address, ids, paged, walked)
		}
	}
}

// A walk that began yesterday goes on in yesterday's order.
func TestAWalkKeepsItsDay(t *testing.T) {
	h := open(t, dbtest.SQLite(t), spread(60)...)
	q := query(t, "")
	today, err := h.directory.IDs(t.Context(), "nc", q)
	if err != nil {
		t.Fatal(err)
	}
	yesterday := walkFrom(t, h, q, &search.Position{Day: "2026-02-02", Score: 1 << 30})
	if len(yesterday) != 60 || slices.Equal(yesterday, today) {
		t.Error("the order of another day is that of today")
	}
	first, err := h.directory.Search(t.Context(), "nc", q, directory.Options{Limit: 10})
	if err != nil || first.Hits[9].Hit.Position.Day != "2026-02-03" { // it is 9:30 on the 3rd in Nouméa
		t.Fatal(first.Hits[9].Hit.Position, err)
	}
	if rest := walkFrom(t, h, q, &first.Hits[9].Hit.Position); !slices.Equal(rest, today[10:]) {
		t.Errorf("behind the tenth come %v, want %v", rest, today[10:])
	}
	text, err := json.Marshal(first.Hits[9].Hit.Position)
	if err != nil || len(text) > 120 {
		t.Errorf("a position takes %d bytes: %s, %v", len(text), text, err)
	}
}

func walkFrom(t *testing.T, h *house, q directory.Query, after *search.Position) []string {
	t.Helper()
	found, err := h.directory.Search(t.Context(), "nc", q, directory.Options{After: after, Limit: directory.MaxLimit})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, hit := range found.Hits {
		ids = append(ids, hit.ID)
	}
	return ids
}

func TestRecords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, append(many(600), samples()...)...)
		ids, err := h.directory.IDs(t.Context(), "nc", query(t, "tri=nom"))
		if err != nil || len(ids) != 606 {
			t.Fatal(len(ids), err)
		}
		hidden := h.bySlug(t, "atelier-07")
		if _, err := h.cards.Hide(t.Context(), listing.Author{}, hidden.ID, hidden.Version); err != nil {
			t.Fatal(err)
		}
		draft := h.bySlug(t, "brouillon-secret")
		asked := append(slices.Clone(ids), draft.ID, "nobody")
		var got []string
		ctx, counter := db.CountStatements(t.Context())
		err = h.directory.Records(ctx, "nc", asked, func(r listing.Record) error {
			got = append(got, r.Listing.ID)
			if r.Company.ID != r.Listing.CompanyID || r.Listing.State != listing.Published {
				t.Errorf("%s comes with the company %q, %s", r.Listing.Slug, r.Company.ID, r.Listing.State)
			}
			return nil
		})
		want := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == hidden.ID })
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d cards, %v, want %d in their order", len(got), err, len(want))
		}
		if counter.N() > 6 {
			t.Errorf("%d statements for 606 cards", counter.N())
		}
		stop := errors.New("enough")
		n := 0
		err = h.directory.Records(t.Context(), "nc", ids, func(listing.Record) error { n++; return stop })
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("%d cards after the error, %v", n, err)
		}
		if err := h.directory.Records(t.Context(), "pf", ids, func(listing.Record) error { return stop }); err != nil {
			t.Error("the cards of another territory are given")
		}
	})
}

func TestUpdatedFollowsTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, samples()...)
		last := func() time.Time {
			changes, err := d.Changes(t.Context(), 0, 1000)
			if err != nil || len(changes) == 0 {
				t.Fatal(err)
			}
			return changes[len(changes)-1].At
		}
		check := func(when string, want time.Time) {
			t.Helper()
			if got := h.directory.Updated("nc"); !got.Equal(want) {
				t.Errorf("%s: updated %v, want %v", when, got, want)
			}
		}
		loaded := last()
		check("loaded", loaded)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.Record(db.Change{Territory: "nc", Kind: listing.ChangeKind, ID: h.bySlug(t, "lagon-web").ID, Deleted: true})
		})
		if err != nil {
			t.Fatal(err)
		}
		check("before it follows", loaded)
		h.follow(t)
		followed := last()
		if !followed.After(loaded) {
			t.Errorf("a change at %v follows one at %v", followed, loaded)
		}
		check("followed", followed)
		other := []db.Change{
			{Territory: "pf", Kind: listing.ChangeKind, ID: "x", At: loaded.Add(3 * time.Hour)},
			{Territory: "nc", Kind: listing.ChangeKind, ID: "x", At: loaded.Add(-time.Hour)},
		}
		if err := h.directory.Apply(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		check("after changes of others and an older one", followed)
		if _, err := h.directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		check("loaded again", followed)
		if got := h.directory.Updated("pf"); !got.IsZero() {
			t.Errorf("a territory that was never read was updated %v", got)
		}
	})
}
