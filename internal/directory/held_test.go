package directory

import (
	"context"
	"fmt"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/territory"
	"grappe/presets"
)

// A card that is held is the card that stands in the base: edited, hidden, deleted, or deleted and made again.
func TestHeldCardsAreThoseOfTheBase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := territory.NewService(d, presets.FS).Add(t.Context(), "nc"); err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
		write := func(id, name, description string) listing.Listing {
			t.Helper()
			var saved []listing.Record
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				saved, err = listing.Store{}.SaveBatch(t.Context(), tx, []listing.Record{{
					Company: company.Company{UsualName: name, Status: company.Active},
					Listing: listing.Listing{ID: id, Territory: "nc", State: listing.Published, Content: listing.Content{Name: name, Category: listing.Company, Description: description}},
				}}, now)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return saved[0].Listing
		}
		var h heldCards
		look := func(when string, id string, statements int64) heldCard {
			t.Helper()
			ctx, counter := db.CountStatements(t.Context())
			got, err := h.get(ctx, d.Read(), []string{id}, func(ctx context.Context, ids []string) ([]listing.Listing, error) {
				return listing.Reader{}.ByIDs(ctx, d.Read(), ids)
			})
			if err != nil {
				t.Fatal(err)
			}
			if counter.N() != statements {
				t.Errorf("%s: %d statements, want %d", when, counter.N(), statements)
			}
			if c := got[id]; c != nil {
				return *c
			}
			return heldCard{}
		}
		l := write("", "Lagon Web", "Des **sites**")
		if c := look("new", l.ID, 2); c.Name != "Lagon Web" || c.plain != "Des sites" {
			t.Errorf("new: %q, %q", c.Name, c.plain)
		}
		if c := look("held", l.ID, 1); c.Name != "Lagon Web" || c.plain != "Des sites" {
			t.Errorf("held: %q, %q", c.Name, c.plain)
		}
		service := listing.NewService(d, func() time.Time { return now })
		l.Name = "Lagon Toile"
		edited, _, err := service.Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, l.Content, []string{"name"})
		if err != nil {
			t.Fatal(err)
		}
		if c := look("edited", l.ID, 2); c.Name != "Lagon Toile" {
			t.Errorf("edited: %q", c.Name)
		}
		if _, err := service.Hide(t.Context(), listing.Author{}, l.ID, edited.Version); err != nil {
			t.Fatal(err)
		}
		if c := look("hidden", l.ID, 2); c.State != listing.Hidden {
			t.Errorf("hidden: %q", c.State)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error { return listing.Store{}.Delete(t.Context(), tx, []string{l.ID}, now) })
		if err != nil {
			t.Fatal(err)
		}
		if c := look("deleted", l.ID, 1); c.Name != "" {
			t.Errorf("deleted: %q", c.Name)
		}
		h.forget([]string{l.ID})
		if len(h.cards) != 0 {
			t.Errorf("%d cards are held", len(h.cards))
		}
	})
}

func TestHeldCardsAreBounded(t *testing.T) {
	var h heldCards
	for i := range mostHeld + 100 {
		h.put(&heldCard{Listing: listing.Listing{ID: fmt.Sprint(i)}})
	}
	if len(h.cards) != mostHeld {
		t.Errorf("%d cards are held, want %d", len(h.cards), mostHeld)
	}
	if _, ok := h.cards[fmt.Sprint(mostHeld+99)]; !ok {
		t.Error("the last one is not held")
	}
}
