package curation_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// erasing is the service of a house which erases a person, and what was said from an address, in another transaction, once, while it
// stores what it was asked for: only PostgreSQL lets two write.
func (h *house) erasing(person, address string) *curation.Service {
	var armed atomic.Bool
	armed.Store(true)
	rooms := h.s.Rooms
	rooms.Queue = nil
	rooms.Now = func() time.Time {
		if armed.CompareAndSwap(true, false) {
			h.must(h.db.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := h.s.EraseAddress(context.Background(), tx, address); err != nil || person == "" {
					return err
				}
				if _, err := h.accounts.Here(context.Background(), tx, person); err != nil {
					return err
				}
				return h.s.Erase(context.Background(), tx, person)
			}))
		}
		return h.now()
	}
	return curation.NewService(rooms)
}

// Who is erased while somebody else writes what has become of their change stays erased.
func TestEraseWhileSomebodyWrites(t *testing.T) {
	h := newHouse(t, dbtest.Postgres(t), time.Minute)
	ctx, l := t.Context(), h.imported("Atelier du Lagon")
	ada, bea := h.owner("ada@atelier.example", "Ada", l), h.owner("bea@atelier.example", "Béa", l)
	h.must(h.s.SetTrust(ctx, h.lise, l.CompanyID, curation.Watched))
	edit := func() curation.Change {
		in, err := h.s.Submit(ctx, ada, l.ID, l.Version, listing.Content{City: "Koné"}, []string{"city"})
		h.must(err)
		return in.Change
	}
	forgotten := func(when, id string, state curation.State) {
		t.Helper()
		c, _, err := h.s.Followed(ctx, id)
		if h.must(err); c.State != state || c.Person+c.Mail+c.Name+c.Message != "" {
			t.Errorf("%s: %+v", when, c)
		}
	}
	c := edit()
	h.must(h.erasing(ada.Person, "").Withdraw(ctx, bea, c.ID))
	forgotten("withdrawn by a colleague", c.ID, curation.Withdrawn)

	c = edit()
	_, err := h.erasing(ada.Person, "").Submit(ctx, bea, l.ID, l.Version, listing.Content{City: "Païta"}, []string{"city"})
	h.must(err)
	forgotten("written over by a colleague", c.ID, curation.Superseded)

	c = h.suggest(l, listing.Content{Phones: []string{"+687289999"}}, "phones")
	_, err = h.s.Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Non."})
	h.must(err)
	h.must(h.erasing("", "passant@exemple.example").Undo(ctx, h.lise, c.ID))
	forgotten("waits again", c.ID, curation.Waiting)

	c = h.suggest(l, listing.Content{Headline: "Peinture"}, "headline")
	_, err = h.erasing("", "passant@exemple.example").Decide(ctx, h.lise, c.ID, curation.Decision{Reason: "Non."})
	h.must(err)
	forgotten("refused", c.ID, curation.Refused)
}
